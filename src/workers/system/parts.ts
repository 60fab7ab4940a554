// The machine room, part by part. Each part is asked by itself, and one that does not answer is told as such.
import { z } from "@hono/zod-openapi";
import { version } from "../../../package.json";
import { database } from "../../db/client.ts";
import { webhooks } from "../../db/schema.ts";
import { ANSWER_BOUNDS_MS } from "../../durable-objects/charge-point/meters.ts";
import { LAG_BOUNDS_S, type Minute } from "../../durable-objects/history/counters.ts";
import { chargePointOf, fleetFeedOf, historyWritersOf, webhookOf } from "../../durable-objects/stubs.ts";
import { quantile } from "../../metrics/quantile.ts";
import { settingsInForce } from "./settings.ts";

/** More are not asked one by one: `asked` says how many were. */
const MAX_WEBHOOKS = 50;
const MAX_OUTBOXES = 50;
/** Over which a rate is told. */
const RATE_MINUTES = 10;
/** An object that is not there: the store answers all the same. */
const NO_OBJECT = "files/none";

const startedAt = Date.now();
let firstAskedAt = 0;

const Build = z.object({ commit: z.string().nullable(), builtAt: z.string() });

export async function build(env: Env) {
  const response = await env.ASSETS.fetch("https://assets.local/build.json");
  const made = response.ok ? Build.parse(await response.json()) : { commit: null, builtAt: null };
  // Outside a request a Worker's clock stands at nothing.
  firstAskedAt ||= startedAt || Date.now();
  return { version, ...made, isolateSince: iso(firstAskedAt) };
}

export async function databaseNow({ DB }: Env) {
  const before = Date.now();
  const { meta } = await DB.prepare("SELECT 1").run();
  // Nothing is counted here: the tables that grow are too large for that.
  return { answerMs: Date.now() - before, bytes: meta.size_after ?? null };
}

export async function files({ DB, FILES }: Env) {
  const before = Date.now();
  await FILES.head(NO_OBJECT);
  const answerMs = Date.now() - before;
  const { results } = await DB.prepare(
    "SELECT kind, count(*) AS files, total(size) AS bytes FROM files GROUP BY kind ORDER BY kind",
  ).all<{ kind: string; files: number; bytes: number }>();
  return { answerMs, kinds: results };
}

export async function history(env: Env) {
  return Promise.all(
    historyWritersOf(env).map(async (writer, shard) => {
      const told = await writer.counters();
      return {
        shard,
        since: iso(told.since),
        waiting: told.waiting,
        ...{ batches: told.batches, failures: told.failures, entries: told.entries, rowsWritten: told.rowsWritten },
        lagSeconds: quantiles(told.lagS, LAG_BOUNDS_S),
        answerMs: quantiles(told.actors.answerMs, ANSWER_BOUNDS_MS),
        ...rates(told.minutes, told.since),
      };
    }),
  );
}

export async function outbox(env: Env) {
  const { results } = await env.DB.prepare("SELECT key, id FROM charge_points WHERE connected = 1 ORDER BY key LIMIT ?")
    .bind(MAX_OUTBOXES)
    .all<{ key: string; id: string }>();
  const told = await Promise.all(
    results.map(async ({ key, id }) => ({ chargePointId: id, ...(await chargePointOf(env, key).outbox()) })),
  );
  const longest = told.toSorted((a, b) => b.waiting - a.waiting).filter(({ waiting, parked }) => waiting + parked > 0);
  return {
    asked: told.length,
    waiting: told.reduce((sum, { waiting }) => sum + waiting, 0),
    parked: told.reduce((sum, { parked }) => sum + parked, 0),
    longest: longest.slice(0, 5),
  };
}

export async function feed(env: Env) {
  const { since, watchers, webhooksBehind, batches, bytes, events } = await fleetFeedOf(env).counters();
  const told = Object.values(events).reduce((sum, count) => sum + count, 0);
  return { since: iso(since), watchers, webhooksBehind, batches, bytes, events: told };
}

export async function webhookQueues(env: Env) {
  const rows = await database(env)
    .select({ id: webhooks.id, description: webhooks.description, active: webhooks.active })
    .from(webhooks)
    .limit(MAX_WEBHOOKS);
  return Promise.all(
    rows.map(async (row) => {
      const { queued, parked, failures, lastError } = await webhookOf(env, row.id).state();
      return { ...row, queued, parked, failures, lastError };
    }),
  );
}

export const settings = async (env: Env) => settingsInForce(env);

type Told = { counts: number[]; sum: number };

const quantiles = (histogram: Told, bounds: readonly number[]) => ({
  p50: quantile(histogram, bounds, 0.5),
  p99: quantile(histogram, bounds, 0.99),
});

/** A second, on average over the last minutes, or since the writer woke if that is less. */
function rates(minutes: readonly Minute[], since: number) {
  const now = Date.now();
  const from = Math.floor(now / 60_000) - RATE_MINUTES + 1;
  const seconds = Math.max(1, Math.min(now - since, now - from * 60_000) / 1000);
  const recent = minutes.filter(({ minute }) => minute >= from);
  const rate = (count: (minute: Minute) => number): number =>
    Number((recent.reduce((sum, minute) => sum + count(minute), 0) / seconds).toFixed(3));
  return {
    framesPerSecond: rate(({ frames }) => frames),
    refusedPerSecond: rate(({ refused }) => refused),
    entriesPerSecond: rate(({ entries }) => entries),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
