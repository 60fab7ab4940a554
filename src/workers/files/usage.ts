// How much room an owner has, and has taken.
import { sql } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { quotaBytes } from "./limits.ts";
import { bytesTaken } from "./uploads.ts";

export interface Usage {
  quotaBytes: number;
  /** What is on its way included. */
  usedBytes: number;
}

export async function usage(env: Env, owner: string): Promise<Usage> {
  const { used } = await database(env).get<{ used: number }>(sql`select ${bytesTaken(owner, Date.now())} as used`);
  return { quotaBytes: quotaBytes(env, owner), usedBytes: used };
}
