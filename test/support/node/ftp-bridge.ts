// The FTP bridge as a process of its own, as the container runs it, beside a server that has none.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Group, spawnGroup } from "./processes.ts";

export interface BridgeOptions {
  workerUrl: string;
  token: string;
  spool: string;
  env?: Record<string, string>;
}

export interface BridgeProcess extends Group {
  port: number;
}

export async function startBridgeProcess({ workerUrl, token, spool, env = {} }: BridgeOptions): Promise<BridgeProcess> {
  const group = spawnGroup(process.execPath, ["--import", "tsx", "ftp-bridge/src/main.ts"], {
    PATH: process.env.PATH,
    WORKER_URL: workerUrl,
    FTP_BRIDGE_TOKEN: token,
    FTP_HOST: "127.0.0.1",
    FTP_PORT: "0",
    FTP_SPOOL_DIR: spool,
    ...env,
  });
  for (const end = Date.now() + 60_000; Date.now() < end; await setTimeout(10)) {
    const [, port] = /"event":"started","port":(\d+)/.exec(group.output()) ?? [];
    if (port !== undefined) return { ...group, port: Number(port) };
  }
  await group.kill();
  throw new Error(`the bridge did not start:\n${group.output()}`);
}

/** The secret that the server made at its first start. */
export async function bridgeToken(stateDir: string): Promise<string> {
  const { FTP_BRIDGE_TOKEN } = JSON.parse(await readFile(join(stateDir, "secrets.json"), "utf8"));
  return FTP_BRIDGE_TOKEN;
}
