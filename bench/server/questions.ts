// What a server's process can be asked: counters of its actors and rows of its D1, without a route in the product.
import type { Miniflare } from "miniflare";
import type { Keeper } from "../../scripts/keeper.ts";
import type { LocalServer } from "../../scripts/server.ts";
import type { HistoryCounters, Question } from "./protocol.ts";

const ZERO: HistoryCounters = { batches: 0, shipments: 0, rowsWritten: 0 };

export function answerQuestion({ miniflare, keeper }: LocalServer, question: Question): Promise<unknown> {
  switch (question.ask) {
    case "history":
      return history(miniflare, question.shards);
    case "bill":
      return bill(miniflare);
    case "evict":
      return evict(miniflare, question);
    case "sql":
      return rows(keeper, question.sql, question.values ?? []);
  }
}

async function history(miniflare: Miniflare, shards: number): Promise<HistoryCounters> {
  const writers = await miniflare.getDurableObjectNamespace("HISTORY_WRITER");
  const sum = { ...ZERO };
  for (let shard = 0; shard < shards; shard += 1) {
    const writer: unknown = writers.get(writers.idFromName(`history-${shard}`));
    const counters = await askCounters(writer);
    for (const key of ["batches", "shipments", "rowsWritten"] as const) sum[key] += counters[key];
  }
  return sum;
}

/** @returns whether there was anything to evict */
async function evict(
  miniflare: Miniflare,
  { className, name, webSockets }: Extract<Question, { ask: "evict" }>,
): Promise<boolean> {
  try {
    await miniflare.unsafeEvictDurableObject("ov2x-edge", className, { name, webSockets });
    return true;
  } catch (error) {
    if (String(error).includes("not currently running")) return false;
    throw error;
  }
}

/** Miniflare's stub does not know the class behind it. */
async function askCounters(writer: unknown): Promise<HistoryCounters> {
  return await (writer as { counters(): Promise<HistoryCounters> }).counters();
}

async function bill(miniflare: Miniflare): Promise<unknown> {
  const response = await miniflare.dispatchFetch("http://bench/bench/bill");
  return await response.json();
}

async function rows({ batches }: Keeper, sql: string[], values: (string | number | null)[]): Promise<unknown> {
  const results = await batches(sql.map((one) => [{ sql: one, values }]));
  return results.at(-1)?.[0] ?? [];
}
