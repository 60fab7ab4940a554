// The production bundle in Miniflare, bindings as wrangler.toml names them. Used by npm start, crash tests and benchmarks.
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { START_GRACE_MS } from "../src/workers/start-grace.ts";
import type { Beside } from "./beside.ts";
import { type Bundle, bundleWorker } from "./bundle.ts";
import { type Keeper, keeperAt, keeperBeside } from "./keeper.ts";
import { applyMigrations } from "./migrate.ts";

export interface ServerOptions {
  host: string;
  port: number;
  stateDir: string;
  /** Variables and secrets, over those of wrangler.toml. */
  bindings: Record<string, string>;
  /** A folder for the mail that is sent; it has to exist. */
  outbox?: string;
  /** Another Worker than ours in the same place: the benchmark's baselines and probes. */
  entry?: string;
  /** The same, built already. */
  bundle?: Bundle;
  /** Where a profiler may attach; names are kept readable then. */
  inspectorPort?: number;
  /** A folder of migrations; ours by default, and fewer of them make the database of an earlier version. */
  migrations?: string;
  /** One more Worker in the same place. */
  beside?: (place: Place) => Promise<Beside>;
}

export interface Place {
  /** The name of our Worker. */
  worker: string;
  /** Its options, as wrangler makes them. */
  options: unknown;
  /** What it exports. */
  exports: readonly string[];
}

export interface LocalServer {
  url: URL;
  keeper: Keeper;
  /** Asks the Worker that was put beside ours. */
  askBeside(question: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** The cron of wrangler.toml, which workerd alone would never ring. */
const SCHEDULE_MS = 3_600_000;

export async function startServer(options: ServerOptions): Promise<LocalServer> {
  const { host, port, stateDir, bindings, outbox, entry, inspectorPort } = options;
  const bundle = options.bundle ?? (await bundleWorker(entry, inspectorPort === undefined));
  const isThere = ([, { className }]: [string, { className: string }]) =>
    entry === undefined || bundle.exports.includes(className);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(withoutSecrets());
  const name = "ov2x-edge";
  const kept = await keeperBeside(name, workerOptions);
  const more = await options.beside?.({ worker: name, options: workerOptions, exports: bundle.exports });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host,
      port,
      ...(inspectorPort === undefined ? {} : { inspectorPort }),
      // Without this, Miniflare asks the network where it is.
      cf: false,
      log: new Log(LogLevel.WARN),
      resourcePersistencePath: join(stateDir, "v3"),
      workers: [
        {
          ...workerOptions,
          name,
          bindings: Object.assign({}, workerOptions.bindings, bindings),
          ...(outbox === undefined
            ? {}
            : { serviceBindings: { MAIL_OUTBOX: { disk: { path: outbox, writable: true } } } }),
          // Ours has every class, and workerd says so if not; a baseline has but the charger's.
          durableObjects: Object.fromEntries(Object.entries(workerOptions.durableObjects ?? {}).filter(isThere)),
          workflows: Object.fromEntries(Object.entries(workerOptions.workflows ?? {}).filter(isThere)),
          modules: [{ type: "ESModule", path: "worker.js", contents: bundle.text }],
        },
        kept.worker,
        ...(more === undefined ? [] : [more.worker]),
      ],
    }),
  );
  const url = await miniflare.ready;
  const keeper = keeperAt(kept.at(url));
  await applyMigrations(keeper, options.migrations ?? "migrations");
  const askBeside = more?.at(url) ?? (() => Promise.reject(new Error("nothing runs beside the server")));
  // After a crash, chargers that never return must not look online for an hour.
  await keeper.scheduled("startup");
  const late = setTimeout(() => void work(keeper, "startup-late"), START_GRACE_MS);
  const schedule = setInterval(() => void work(keeper, "hourly"), SCHEDULE_MS);
  return {
    url,
    keeper,
    askBeside,
    async stop() {
      clearTimeout(late);
      clearInterval(schedule);
      await miniflare.dispose();
    },
  };
}

async function work(keeper: Keeper, cron: "startup-late" | "hourly"): Promise<void> {
  try {
    await keeper.scheduled(cron);
  } catch (error) {
    console.error(`the ${cron} work was not begun: ${String(error)}`);
  }
}

/** The secrets come from elsewhere here: wrangler would warn that no file holds them. */
function withoutSecrets() {
  const config = unstable_readConfig({ config: "wrangler.toml" });
  return { ...config, secrets: undefined };
}
