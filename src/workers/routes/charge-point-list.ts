// The lists of one charger: its newest facts first arrive in D1, then the page is read.
import type { Context } from "hono";
import { type Database, database } from "../../db/client.ts";
import type { Key } from "../../db/keyset.ts";
import type { AppEnv } from "../context.ts";
import { flushHistory } from "../history.ts";
import { page } from "../paging.ts";
import { problem } from "../problems.ts";
import type { ChargePointRow } from "./charge-point.ts";
import { findChargePoint, unknownChargePoint } from "./charge-point-lookup.ts";

/** The charger, after what its actor still held has arrived; undefined: there is none. */
export async function findUpToDate(env: Env, id: string): Promise<ChargePointRow | undefined> {
  const row = await findChargePoint(env, id);
  if (row !== undefined) await flushHistory(env, row.key);
  return row;
}

interface List<Row, Item> {
  limit: number;
  /** `limit + 1` rows. */
  select(db: Database, chargePoint: string): Promise<Row[]>;
  key(row: Row): Key;
  present(row: Row): Item;
}

/** Answers with a page of one of its lists, or that there is no such charger. */
export async function answerList<Row, Item>(
  c: Context<AppEnv>,
  id: string,
  { limit, select, key, present }: List<Row, Item>,
) {
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  return c.json(page(await select(database(c.env), row.key), limit, { key, present }), 200);
}
