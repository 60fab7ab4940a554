// Starts a server's process and talks to it. A server ends by itself when the benchmark is gone, see child.ts.
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gone } from "../../test/support/node/processes.ts";
import { cpuOf, rssOf, tree } from "./memory.ts";
import type { HistoryCounters, Order, Question, Reply } from "./protocol.ts";

const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
const ADMIN = { ADMIN_USERNAME: "admin", ADMIN_PASSWORD: "bench-password" };
export const SHARDS = 4;
const BINDINGS = {
  JWT_SECRET: "a secret of the benchmark, long enough for HS256",
  CREDENTIALS_KEY: "another secret of the benchmark",
  CHARGER_REGISTRATION: "open",
  HISTORY_SHARDS: String(SHARDS),
  ...ADMIN,
};
/** A busy machine takes long: a server that is only slow must not end a run. */
const START_TIMEOUT_MS = 180_000;

/** The driver's card that the load generator uses: known, as most are. */
const TOKEN =
  "INSERT OR IGNORE INTO id_tokens (key, id_token, status, created_at, updated_at) VALUES ('bench', 'BENCH', 'accepted', 0, 0)";

export const ENTRIES = {
  ours: undefined,
  bare: "bench/baselines/bare.ts",
  durable: "bench/baselines/durable.ts",
  least: "bench/baselines/least.ts",
  probe: "bench/server/probe.ts",
  primitives: "bench/primitives/worker.ts",
} as const;
export type Subject = keyof typeof ENTRIES;
export const isSubject = (name: string): name is Subject => Object.hasOwn(ENTRIES, name);

/** Omit, distributed over a union. */
type WithoutId<T> = T extends unknown ? Omit<T, "id"> : never;

export interface Server {
  subject: Subject;
  origin: string;
  stateDir: string;
  history(): Promise<HistoryCounters>;
  ask<T>(question: WithoutId<Question>): Promise<T>;
  sql<T>(sql: string | string[], ...values: (string | number | null)[]): Promise<T[]>;
  /** Resident bytes of workerd and of the Node process that started it. */
  memory(): Promise<{ workerd: number; node: number }>;
  /** Its processes, for a tracer. */
  pids(): Promise<number[]>;
  /** CPU seconds of all its processes so far. */
  cpu(): Promise<number>;
  exited: Promise<void>;
  /** kill -9, as a crash would be. */
  crash(): Promise<void>;
  /** @param forget whether its state goes, too */
  stop(forget?: boolean): Promise<void>;
}

export interface LaunchOptions {
  /** Where its state goes: the disk or /dev/shm. */
  root: string;
  /** An earlier server's state, to come back to it. */
  stateDir?: string;
  port?: number;
  inspectorPort?: number;
  bindings?: Record<string, string>;
  /** Another build of ours, to compare two checkouts. */
  entry?: string;
  /** The same, built before into a file: a server that is started again and again is up sooner. */
  bundleFile?: string;
  /** Gets what the server prints; else that is thrown away, errors excepted. */
  onOutput?: (text: string) => void;
  /** Kills it while it starts. */
  signal?: AbortSignal;
}

export async function launch(subject: Subject, options: LaunchOptions): Promise<Server> {
  const stateDir = options.stateDir ?? (await mkdtemp(join(options.root, `ov2x-bench-${subject}-`)));
  const entry = options.entry ?? ENTRIES[subject];
  const order: Order = {
    stateDir,
    bindings: { ...BINDINGS, ...options.bindings },
    ...(entry === undefined ? {} : { entry }),
    ...(options.bundleFile === undefined ? {} : { bundleFile: options.bundleFile }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.inspectorPort === undefined ? {} : { inspectorPort: options.inspectorPort }),
  };
  const { onOutput } = options;
  const output = onOutput === undefined ? (["ignore", "inherit"] as const) : (["pipe", "pipe"] as const);
  const child = fork(CHILD, [JSON.stringify(order)], { detached: true, stdio: ["ignore", ...output, "ipc"] });
  if (onOutput !== undefined)
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onOutput);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const { pid } = child;
  if (pid === undefined) throw new Error("a server without a pid");
  // The whole group at once: a workerd that is only being started must not survive its parent.
  const kill = async () => {
    killGroup(pid);
    await exited;
    await gone(pid);
  };
  options.signal?.addEventListener("abort", () => void kill());
  const origin = await ready(child, exited);
  const ask = asker(child, exited);
  if (subject !== "bare" && subject !== "durable" && subject !== "primitives")
    await retried(() => ask({ ask: "sql", sql: [TOKEN] }));
  return {
    subject,
    origin,
    stateDir,
    ask,
    history: () => ask({ ask: "history", shards: Number(order.bindings.HISTORY_SHARDS) }),
    sql: (sql, ...values) => ask({ ask: "sql", sql: [sql].flat(), values }),
    pids: () => tree(pid),
    async cpu() {
      const used = await Promise.all((await tree(pid)).map(cpuOf));
      return used.reduce((sum, one) => sum + one, 0);
    },
    async memory() {
      const [, ...children] = await tree(pid);
      const sizes = await Promise.all(children.map((one) => rssOf(one, "workerd")));
      return { node: await rssOf(pid), workerd: sizes.reduce((sum, size) => sum + size, 0) };
    },
    exited,
    crash: kill,
    async stop(forget = true) {
      child.kill("SIGTERM");
      await exited;
      if (forget) await rm(stateDir, { recursive: true, force: true });
    },
  };
}

export const adminOf = () => ({ username: ADMIN.ADMIN_USERNAME, password: ADMIN.ADMIN_PASSWORD });

const ATTEMPTS = 3;

/** Miniflare's own connection to workerd may just have been closed for idleness: what changes nothing twice is asked again. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function ready(child: ChildProcess, exited: Promise<void>): Promise<string> {
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  return new Promise((resolve, reject) => {
    timeout.addEventListener("abort", () => reject(new Error("a server did not start in time")));
    void exited.then(() => reject(new Error("a server ended while it started")));
    child.once("message", (reply: Reply) =>
      "ready" in reply ? resolve(reply.ready) : reject(new Error("no greeting")),
    );
  });
}

/** Whoever is gone already needs no killing. */
function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function asker(child: ChildProcess, exited: Promise<void>) {
  let last = 0;
  const waiting = new Map<number, (reply: Reply) => void>();
  child.on("message", (reply: Reply) => {
    if ("id" in reply) waiting.get(reply.id)?.(reply);
  });
  return async <T>(question: WithoutId<Question>): Promise<T> => {
    last += 1;
    const id = last;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    waiting.set(id, resolve);
    child.send({ ...question, id });
    const reply = await Promise.race([promise, exited.then((): Reply => ({ id, error: "the server is gone" }))]);
    waiting.delete(id);
    if ("error" in reply) throw new Error(reply.error);
    return ("value" in reply ? reply.value : undefined) as T;
  };
}
