// One HTTP exchange with the Worker. What comes back is its answer, or that it is away: unreachable, overloaded, broken.
// A body is streamed both ways, never held.
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import { fail, ok, type Result } from "../result.ts";

export interface Call {
  method: string;
  /** Below the Worker's URL, already encoded. */
  path: string;
  account?: string;
  headers?: Record<string, string>;
  json?: unknown;
  /** Exactly so many bytes. */
  body?: { bytes: Readable; length: number };
  signal?: AbortSignal;
}

export type Away = { reason: "away"; detail: string };

export interface WorkerHttp {
  call(call: Call): Promise<Result<IncomingMessage, Away>>;
  close(): void;
}

/** Nothing moved for so long: the Worker is taken for away. */
const SILENCE_MS = 30_000;
/** The Worker, or what is in front of it, will be better later. */
const PASSING = new Set([408, 425]);

export function createHttp(base: URL, token: string): WorkerHttp {
  const secure = base.protocol === "https:";
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const send = secure ? httpsRequest : httpRequest;
  const open = new Set<ClientRequest>();

  return {
    close() {
      for (const request of open) request.destroy(new Error("the bridge stops"));
      agent.destroy();
    },
    call: (call) =>
      new Promise((resolve) => {
        const payload = call.json === undefined ? undefined : Buffer.from(JSON.stringify(call.json));
        const request = send(new URL(base.pathname.replace(/\/$/, "") + call.path, base), {
          method: call.method,
          agent,
          timeout: SILENCE_MS,
          headers: {
            authorization: `Bearer ${token}`,
            ...(call.account === undefined ? {} : { "ov2x-account": call.account }),
            ...(payload === undefined ? {} : { "content-type": "application/json", "content-length": payload.length }),
            ...(call.body === undefined ? {} : { "content-length": call.body.length }),
            ...call.headers,
          },
          ...(call.signal === undefined ? {} : { signal: call.signal }),
        });
        open.add(request);
        request.once("close", () => open.delete(request));
        const away = (detail: string) => resolve(fail({ reason: "away", detail }));
        request.once("timeout", () => request.destroy(new Error("no answer in time")));
        request.on("error", (error) => away(error.message || error.name));
        request.once("response", (response) => {
          if (isPassing(response.statusCode ?? 0)) {
            response.resume();
            away(`HTTP ${response.statusCode}`);
          } else resolve(ok(response));
        });
        if (call.body === undefined) request.end(payload);
        else pour(call.body.bytes, request);
      }),
  };
}

function isPassing(status: number): boolean {
  return status >= 500 && status !== 507 ? true : PASSING.has(status);
}

function pour(bytes: Readable, request: ClientRequest): void {
  bytes.once("error", (error) => request.destroy(error));
  // An answer before the end (too large, no more quota) closes the request: the file is read no further.
  request.once("close", () => bytes.destroy());
  bytes.pipe(request);
}

const MAX_JSON_BYTES = 4 * 1024 * 1024;

/** The body of a small answer, or that the Worker went away while it told it. */
export async function readJson(response: IncomingMessage): Promise<Result<unknown, Away>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      if (!Buffer.isBuffer(chunk)) continue;
      size += chunk.length;
      if (size > MAX_JSON_BYTES) return fail({ reason: "away", detail: "an answer without end" });
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString("utf8");
    return ok(text === "" ? undefined : JSON.parse(text));
  } catch (error) {
    return fail({ reason: "away", detail: error instanceof Error ? error.message : String(error) });
  }
}
