// A bridge in this process on free ports, and real clients for it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { Client } from "basic-ftp";
import { type Bridge, startBridge } from "../../src/bridge.ts";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { BRIDGE_TOKEN, PASSWORDS } from "./fake-worker.ts";

export interface Place {
  bridge: Bridge;
  spool: string;
  /** Its log, line by line. */
  lines: string[];
}

const cleanUp: (() => Promise<unknown>)[] = [];

/** Undone by `cleanAll`, last first. */
export function later(step: () => Promise<unknown>): void {
  cleanUp.push(step);
}

export async function cleanAll(): Promise<void> {
  for (const step of cleanUp.splice(0).reverse()) await step();
}

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ov2x-ftp-test-"));
  later(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export async function startPlace(workerUrl: string, env: Record<string, string> = {}): Promise<Place> {
  const spool = env.FTP_SPOOL_DIR ?? (await newFolder());
  const lines: string[] = [];
  const config = readConfig({
    WORKER_URL: workerUrl,
    FTP_BRIDGE_TOKEN: BRIDGE_TOKEN,
    FTP_HOST: "127.0.0.1",
    FTP_PORT: "0",
    FTP_SPOOL_DIR: spool,
    FTP_FAILURE_DELAY_MS: "1",
    FTP_COMMIT_SECONDS: "5",
    FTP_DRAIN_SECONDS: "1",
    FTP_LOG_LEVEL: "debug",
    ...env,
  });
  const bridge = await startBridge(
    config,
    createLog("debug", (line) => lines.push(line)),
  );
  later(() => bridge.stop());
  return { bridge, spool, lines };
}

export async function connect(port: number, user = "CP1", password = PASSWORDS[user] ?? ""): Promise<Client> {
  const client = new Client(10_000);
  later(async () => client.close());
  await client.access({ host: "127.0.0.1", port, user, password });
  return client;
}

export const upload = (client: Client, name: string, bytes: Buffer | string) =>
  client.uploadFrom(Readable.from(Buffer.from(bytes).length === 0 ? [] : [Buffer.from(bytes)]), name);

export async function download(client: Client, name: string, from = 0): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await client.downloadTo(sink, name, from);
  return Buffer.concat(chunks);
}
