// The deployment's numbers, from those who count anyway: history writers, the fleet's feed, webhooks, and D1.
// No charger is woken for it.
import { database } from "../../db/client.ts";
import { webhooks } from "../../db/schema.ts";
import { ANSWER_BOUNDS_MS } from "../../durable-objects/charge-point/meters.ts";
import { type HistoryCounters, LAG_BOUNDS_S } from "../../durable-objects/history/counters.ts";
import { fleetFeedOf, historyWritersOf, webhookOf } from "../../durable-objects/stubs.ts";
import type { Labels, Metric, Sample } from "../../metrics/exposition.ts";
import { logError } from "../log.ts";

/** More are not asked one by one. */
const MAX_WEBHOOKS = 50;

/** Parts that cannot be asked are left out, and `up` says so. */
export async function gather(env: Env): Promise<Metric[]> {
  const parts = { history: historyMetrics, feed: feedMetrics, database: databaseMetrics, webhooks: webhookMetrics };
  const told = await Promise.all(
    Object.entries(parts).map(async ([part, ask]) => {
      try {
        return { part, metrics: await ask(env) };
      } catch (error) {
        logError("metrics_part_failed", error, { part });
        return { part, metrics: undefined };
      }
    }),
  );
  const up = told.map(({ part, metrics }) => ({ labels: { part }, value: metrics === undefined ? 0 : 1 }));
  return [gauge("up", "Whether this part could be asked.", up), ...told.flatMap(({ metrics }) => metrics ?? [])];
}

async function historyMetrics(env: Env): Promise<Metric[]> {
  const shards = await Promise.all(
    historyWritersOf(env).map(async (writer, index) => ({
      labels: { shard: String(index) },
      told: await writer.counters(),
    })),
  );
  const each = (value: (told: HistoryCounters) => number): Sample[] =>
    shards.map(({ labels, told }) => ({ labels, value: value(told) }));
  const commands = shards.flatMap(({ labels, told }) =>
    Object.entries(told.commands).map(([status, value]) => ({ labels: { ...labels, status }, value })),
  );
  const lag = shards.map(({ labels, told }) => ({ labels, bounds: LAG_BOUNDS_S, histogram: told.lagS }));
  const seconds = ANSWER_BOUNDS_MS.map((bound) => bound / 1000);
  const answers = shards.map(({ labels, told: { actors } }) => ({
    labels,
    bounds: seconds,
    histogram: { counts: actors.answerMs.counts, sum: actors.answerMs.sum / 1000 },
  }));
  return [
    counter(
      "charger_frames_total",
      "Frames that chargers sent.",
      each(({ actors }) => actors.frames),
    ),
    counter(
      "charger_frames_refused_total",
      "Frames answered with CALLERROR.",
      each(({ actors }) => actors.refused),
    ),
    counter(
      "charger_frames_slowed_total",
      "Frames held back because their charger sends more than it may without waiting for answers.",
      each(({ actors }) => actors.slowed),
    ),
    counter(
      "charger_frames_unkept_total",
      "Refused frames that were answered and not kept, because there were so many.",
      each(({ actors }) => actors.unkept),
    ),
    counter(
      "charger_thrown_out_total",
      "Connections ended for abuse.",
      each(({ actors }) => actors.thrownOut),
    ),
    histogram("charger_answer_seconds", "From a charger's frame to our answer, as the Worker's clock tells.", answers),
    counter(
      "history_entries_total",
      "Log entries that reached D1.",
      each(({ entries }) => entries),
    ),
    counter(
      "history_batches_total",
      "D1 batches tried.",
      each(({ batches }) => batches),
    ),
    counter(
      "history_failures_total",
      "Batches that D1 or the feed did not take.",
      each(({ failures }) => failures),
    ),
    counter(
      "history_rows_written_total",
      "Rows that D1 wrote.",
      each(({ rowsWritten }) => rowsWritten),
    ),
    gauge(
      "history_waiting",
      "Shipments that wait for a batch.",
      each(({ waiting }) => waiting),
    ),
    histogram("history_lag_seconds", "From the receipt of what ships at once to its commit in D1.", lag),
    counter(
      "findings_total",
      "Findings noted.",
      each(({ findings }) => findings),
    ),
    counter("commands_total", "Commands that came to a status.", commands),
  ];
}

async function feedMetrics(env: Env): Promise<Metric[]> {
  const { watchers, webhooksBehind, events } = await fleetFeedOf(env).counters();
  const byType = Object.entries(events).map(([type, value]) => ({ labels: { type }, value }));
  return [
    counter("events_total", "Events told to the fleet's feed.", byType),
    gauge("feed_watchers", "Sockets that listen to the fleet's feed.", [{ labels: {}, value: watchers }]),
    gauge("webhooks_behind", "Webhooks that the feed could not reach.", [{ labels: {}, value: webhooksBehind }]),
  ];
}

async function databaseMetrics({ DB }: Env): Promise<Metric[]> {
  const group = async (sql: string): Promise<Sample[]> => {
    const { results } = await DB.prepare(sql).all<Record<string, string | number>>();
    return results.map(({ value, ...labels }) => ({ labels: texts(labels), value: Number(value) }));
  };
  const [chargers, connectors, transactions] = await Promise.all([
    group(`SELECT registration, CASE connected WHEN 1 THEN 'yes' ELSE 'no' END AS connected, count(*) AS value
      FROM charge_points GROUP BY 1, 2`),
    group("SELECT status, count(*) AS value FROM connectors WHERE connector_id > 0 GROUP BY 1"),
    group("SELECT count(*) AS value FROM transactions WHERE status = 'active'"),
  ]);
  return [
    gauge("charge_points", "Registered chargers, by what history knows of them.", chargers),
    gauge("connectors", "Connectors by the status that was told last.", connectors),
    gauge("transactions_active", "Transactions that go on.", transactions),
  ];
}

async function webhookMetrics(env: Env): Promise<Metric[]> {
  const rows = await database(env).select({ id: webhooks.id }).from(webhooks).limit(MAX_WEBHOOKS);
  const states = await Promise.all(
    rows.map(async ({ id }) => ({ labels: { webhook: id }, told: await webhookOf(env, id).state() })),
  );
  const each = (value: (told: (typeof states)[number]["told"]) => number): Sample[] =>
    states.map(({ labels, told }) => ({ labels, value: value(told) }));
  return [
    gauge(
      "webhook_queued",
      "Events that wait for delivery.",
      each(({ queued }) => queued),
    ),
    gauge(
      "webhook_parked",
      "Events that were given up.",
      each(({ parked }) => parked),
    ),
    gauge(
      "webhook_failures",
      "Failures of the receiver in a row.",
      each(({ failures }) => failures),
    ),
    counter(
      "webhook_dropped_total",
      "Events that the queue had no room for.",
      each(({ dropped }) => dropped),
    ),
  ];
}

const texts = (labels: Record<string, string | number>): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));

const counter = (name: string, help: string, samples: Sample[]): Metric => ({ name, help, type: "counter", samples });
const gauge = (name: string, help: string, samples: Sample[]): Metric => ({ name, help, type: "gauge", samples });
const histogram = (name: string, help: string, samples: Metric["samples"]): Metric => ({
  ...{ name, help, samples },
  type: "histogram",
});
