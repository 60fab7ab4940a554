// The door to D1: a typed query builder over the binding.
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import * as schema from "./schema.ts";

export type Database = DrizzleD1Database<typeof schema>;

/** Cheap: it holds no connection, so every request makes its own. */
export function database(env: Pick<Env, "DB">): Database {
  return drizzle(env.DB, { schema });
}
