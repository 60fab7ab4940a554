// The real thing: `scripts/start.ts` as a process of its own, on a port and a state directory of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Exit, type Group, gone, spawnGroup } from "./processes.ts";

export const ADMIN_PASSWORD = "admin-password-of-the-tests";

export interface ServerOptions {
  stateDir: string;
  /** 0: any free one. */
  port?: number;
  env?: Record<string, string | undefined>;
}

export interface Server extends Group {
  /** e.g. http://127.0.0.1:8787 */
  url: string;
  /** What chargers connect to: the identity is appended to it. */
  chargerUrl: string;
  /** SIGTERM, and what came of it. */
  stop(): Promise<Exit>;
}

/** Starts without waiting for anything. */
export function launch({ stateDir, port = 0, env = {} }: ServerOptions): Group {
  const settings = { STATE_DIR: stateDir, PORT: String(port), FTP_PORT: "0", ADMIN_PASSWORD, ...env };
  return spawnGroup(process.execPath, ["--import", "tsx", "scripts/start.ts"], { ...clean(process.env), ...settings });
}

/** Resolves when it says that it runs. Rejects with what it printed if it ends before. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const group = launch(options);
  try {
    return await ready(group);
  } catch (error) {
    await group.kill();
    throw error;
  }
}

export async function ready(group: Group, patienceMs = 60_000): Promise<Server> {
  const end = Date.now() + patienceMs;
  let over = false;
  void group.exited.then(() => {
    over = true;
  });
  for (;;) {
    const [, url] = /REST API and docs\s+(\S+)\/api\//.exec(group.output()) ?? [];
    if (url !== undefined) return server(group, url);
    if (over || Date.now() > end) throw new Error(`the server did not start:\n${group.output()}`);
    await setTimeout(10);
  }
}

function server(group: Group, url: string): Server {
  return {
    ...group,
    url,
    chargerUrl: `${url.replace("http", "ws")}/ws/ocpp`,
    async stop() {
      group.signal("SIGTERM");
      const exit = await group.exited;
      await gone(group.pid);
      return exit;
    },
  };
}

/** A new state directory, and how to get rid of it. */
export async function temporaryState(): Promise<{ stateDir: string; remove(): Promise<void> }> {
  const stateDir = await mkdtemp(join(tmpdir(), "ov2x-edge-test-"));
  return { stateDir, remove: () => rm(stateDir, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject()));
    });
  });
}

/** The tests' own environment must not set up the server. */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign =
    /^(HOST|PORT|FTP_|WORKER_URL|STATE_DIR|ADMIN_|JWT_|CREDENTIALS_|CHARGER_|HISTORY_|ON_BOOT|VITEST|NODE_OPTIONS)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}
