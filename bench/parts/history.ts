// Item 6: how well history is batched, and how long after the answer a transaction is visible in D1.
import { setTimeout } from "node:timers/promises";
import { Latency } from "../load/latency.ts";
import { startLoad } from "../load/run.ts";
import { failures, type Tally } from "../load/score.ts";
import { type Line, spell } from "../report/lines.ts";
import type { Server } from "../server/launch.ts";
import { newPrefix, type Part } from "./part.ts";

const POLL_MS = 100;
/** What is not there then is lost for this measurement. */
const PATIENCE_MS = 20_000;

type Row = { at: number; id: number; charger: string; transaction: string };

export const history: Part = async ({ plan, medium, servers, note }) => {
  const server = servers.ours;
  const before = await server.history();
  const seen = new Map<string, number>();
  const [{ last } = { last: 0 }] = await server.sql<{ last: number | null }>(
    "SELECT max(rowid) AS last FROM transactions",
  );
  const running = startLoad<Tally>(server.origin, {
    ...{ mode: "session", chargers: plan.historyChargers, seconds: plan.historySeconds, warmup: 0, samples: 5 },
    ...{ trace: true, prefix: newPrefix() },
  });
  let over = false;
  const watching = watch(server, last ?? 0, seen, () => over && running.started.every((one) => seen.has(keyOf(one))));
  const tally = await running.result;
  over = true;
  await watching;
  const after = await server.history();
  const lag = new Latency();
  let missing = 0;
  for (const one of running.started) {
    const at = seen.get(keyOf(one));
    if (at === undefined) missing += 1;
    else lag.record(at - one.at);
  }
  const batches = after.batches - before.batches;
  const perBatch = (after.shipments - before.shipments) / batches;
  const { p50, p99 } = lag.quantiles();
  note(
    `history: ${spell(perBatch)} chargers a batch, lag p50 ${spell(p50)} ms, p99 ${spell(p99)} ms, ${missing} missing`,
  );
  const lines: Line[] = [
    {
      ...{ item: 6, what: "chargers in an average D1 batch", medium, value: perBatch, unit: "", limit: 20 },
      bound: "at least",
      detail: `${plan.historyChargers} chargers, ${spell(tally.perSecond)} frames/s; ${batches} batches, ${spell((after.rowsWritten - before.rowsWritten) / batches)} rows each`,
    },
    {
      ...{ item: 6, what: "answered to visible in D1, p99", medium, unit: " s", limit: 5, bound: "at most" },
      value: missing + failures(tally) > 0 || running.started.length === 0 ? Number.NaN : p99 / 1000,
      detail: `p50 ${spell(p50 / 1000)} s, ${running.started.length} transactions, ${missing} missing, ${failures(tally)} frames failed`,
    },
  ];
  return { lines };
};

async function watch(server: Server, last: number, seen: Map<string, number>, done: () => boolean): Promise<void> {
  const end = Date.now() + 10 * 60_000;
  let newest = last;
  let quietSince = Date.now();
  while (!done() && Date.now() < end && Date.now() - quietSince < PATIENCE_MS) {
    const rows = await server.sql<Row>(
      "SELECT rowid AS id, charge_point AS charger, ocpp_transaction_id AS 'transaction' FROM transactions WHERE rowid > ? ORDER BY rowid",
      newest,
    );
    const at = Date.now();
    for (const row of rows) {
      newest = row.id;
      seen.set(`${row.charger}/${row.transaction}`, at);
    }
    if (rows.length > 0) quietSince = at;
    await setTimeout(POLL_MS);
  }
}

const keyOf = ({ charger, transactionId }: { charger: string; transactionId: string }): string =>
  `${charger.toLowerCase()}/${transactionId}`;
