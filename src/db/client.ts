// The door to D1: a typed query builder over the binding.
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

export type Database = DrizzleD1Database<typeof schema>;

/** One for each binding: it holds no connection, but reads the whole schema when it is made. */
const made = new WeakMap<D1Database, Database>();

export function database({ DB }: Pick<Env, "DB">): Database {
  const known = made.get(DB);
  if (known !== undefined) return known;
  const fresh = drizzle(DB, { schema });
  made.set(DB, fresh);
  return fresh;
}
