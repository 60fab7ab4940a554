// What a server's process can be asked: counters of its actors and rows of its D1, without a route in the product.
import type { Keeper } from "../../scripts/keeper.ts";
import type { Helper } from "./helper.ts";
import type { HistoryCounters, Question } from "./protocol.ts";

export interface Asked {
  url: URL;
  keeper: Keeper;
  helper: Helper;
}

const ZERO: HistoryCounters = { batches: 0, shipments: 0, rowsWritten: 0 };

export function answerQuestion({ url, keeper, helper }: Asked, question: Question): Promise<unknown> {
  switch (question.ask) {
    case "history":
      return history(helper, question.shards);
    case "bill":
      return bill(url);
    case "evict":
      return helper.evict(question.className, question.name);
    case "abort":
      return helper.abort(question.className, question.name, question.method);
    case "sql":
      return rows(keeper, question.sql, question.values ?? []);
  }
}

async function history(helper: Helper, shards: number): Promise<HistoryCounters> {
  const sum = { ...ZERO };
  for (const counters of await helper.counters(shards)) {
    for (const key of ["batches", "shipments", "rowsWritten"] as const) sum[key] += counters[key];
  }
  return sum;
}

async function bill(url: URL): Promise<unknown> {
  const response = await fetch(new URL("/bench/bill", url));
  return await response.json();
}

async function rows({ batches }: Keeper, sql: string[], values: (string | number | null)[]): Promise<unknown> {
  const results = await batches(sql.map((one) => [{ sql: one, values }]));
  return results.at(-1)?.[0] ?? [];
}
