/**
 * A CSMS that is not ours, for tests of the simulated charger. ocpp-rpc checks every frame against the schemas; those of
 * 2.1 it cannot find by the names that it looks for, so there our own validators do.
 */
import { createServer } from "node:http";
import { RPCServer } from "ocpp-rpc";
import { expect } from "vitest";
import { messages } from "../../src/ocpp/generated/messages-v21.ts";
import type { MessageRow } from "../../src/ocpp/message.ts";

export type Payload = Record<string, unknown>;
export interface Call {
  id: string;
  action: string;
  payload: Payload;
}
export type Answer = (payload: Payload) => Payload | Promise<Payload>;
export type Csms = Awaited<ReturnType<typeof startCsms>>;

/** Of ocpp-rpc's connection, what the tests use. */
interface Peer {
  call(action: string, payload: Payload): Promise<Payload>;
  sendRaw(text: string): void;
  close(options: { force: boolean }): Promise<unknown>;
}

const CHECKED_BY_US = new Map<string, Record<string, MessageRow>>([["ocpp2.1", messages]]);

export async function startCsms(protocol: string, usual: Record<string, Answer>) {
  const rows = CHECKED_BY_US.get(protocol);
  const server = new RPCServer({ protocols: [protocol], strictMode: !rows });
  const calls: Call[] = [];
  const violations: string[] = [];
  /** Frames of the types that ocpp-rpc does not know: 5 and 6 came with 2.1. */
  const strangers: unknown[] = [];
  const handshakes: { identity: string; password: string | undefined }[] = [];
  const answers = new Map(Object.entries(usual));
  let newest: Peer | undefined;

  server.auth((accept, _reject, { identity, password }) => {
    handshakes.push({ identity, password: password?.toString() });
    accept();
  });
  server.on("client", (client) => {
    newest = client;
    client.on("strictValidationFailure", ({ error }: { error: unknown }) => violations.push(String(error)));
    client.on("badMessage", ({ buffer }: { buffer: Buffer }) => strangers.push(JSON.parse(buffer.toString())));
    client.handle(({ messageId, method, params }: { messageId: string; method: string; params: Payload }) => {
      calls.push({ id: messageId, action: method, payload: params });
      check(method, "request", params);
      return answers.get(method)?.(params) ?? {};
    });
  });
  const http = await server.listen(0, "127.0.0.1");
  const address = http.address();
  const port = typeof address === "object" ? address?.port : undefined;

  function check(action: string, part: "request" | "response", payload: unknown): void {
    const validate = rows?.[action]?.[part];
    if (rows && !validate?.(payload)) violations.push(`${action} ${part}: ${JSON.stringify(validate?.errors)}`);
  }
  async function call(action: string, payload: Payload): Promise<Payload> {
    const answer = await peer().call(action, payload);
    check(action, "response", answer);
    return answer;
  }
  function peer(): Peer {
    if (!newest) throw new Error("no charger has connected");
    return newest;
  }
  const of = (action: string) => calls.filter((call) => call.action === action);
  return {
    url: `ws://127.0.0.1:${port}/ocpp`,
    violations,
    strangers,
    handshakes,
    peer,
    call,
    answer: (action: string, answer: Answer) => void answers.set(action, answer),
    calls: of,
    payloads: (action: string) => of(action).map(({ payload }) => payload),
    all: (action: string, key: string) => of(action).map(({ payload }) => payload[key]),
    actions: () => calls.map(({ action }) => action),
    forgetCalls: () => void calls.splice(0),
    close: () => server.close({ force: true }),
  };
}

export async function startFileServer(file = "ok") {
  const received: { method: string | undefined; url: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: string[] = [];
    for await (const chunk of request) chunks.push(String(chunk));
    received.push({ method: request.method, url: request.url, body: chunks.join("") });
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function boot(status: string, interval: number): Payload {
  return { status, interval, currentTime: new Date().toISOString() };
}

export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

export async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 10_000, interval: 5 }).toBe(true);
}

/** A root certificate, and the hashes of it that OpenSSL computes. */
export const ROOT = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUZ2hrsp4ICzlwPPqwqYUVpci73tMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJVGVzdCBSb290MCAXDTI2MTEyMzEzMzQ1M1oYDzIxMjYxMDMw
MTMzNDUzWjAUMRIwEAYDVQQDDAlUZXN0IFJvb3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASADEzefIGvU1Rl3YnYsvPaSD5lY9TQBKOsEEp1MJRipYwPaA6j/nQw
mwZrmBZ1mOT5UAFeseYtUH1c7B6SH0OZo1MwUTAdBgNVHQ4EFgQUuXTqdEncuhpB
3HRrLwBDZPcbOpMwHwYDVR0jBBgwFoAUuXTqdEncuhpB3HRrLwBDZPcbOpMwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBO8FOgrBz6cWX/JX7XBVii
X66KVKIAB3xJW0Mk1EpD/AIhAKhQXliU4sUBoaTbru3Chi+0iRb87mxrT61boAnZ
FuFJ
-----END CERTIFICATE-----`;
export const ROOT_HASH = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "3636e1478f36ff26e555db8e379b80981318123edcf23867456c31008de457b1",
  issuerKeyHash: "adf3fa5951ef569bc6c7acfb7b40ecf23beda6a11d3df1d5993c57ebc7262d7d",
  serialNumber: "67686bb29e080b39703cfab0a98515a5c8bbded3",
};
