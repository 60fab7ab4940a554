// Tickets: good for one connection within half a minute. They go into a URL, which may end in somebody's log.
import { and, eq, gt } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { tickets } from "../../db/schema.ts";
import type { Principal } from "../context.ts";
import { apiKeyById } from "./api-keys.ts";
import { activeUser } from "./authenticate.ts";
import { randomSecret, sha256 } from "./digest.ts";

const TTL_MS = 30_000;

/** What a ticket may open: nothing else takes one. */
const DOORS = /^\/api\/(events|charge-points\/[^/]+\/live)\/?$/;

export const takesTicket = (path: string): boolean => DOORS.test(path);

export async function issueTicket(
  env: Pick<Env, "DB">,
  { kind, id }: Principal,
): Promise<{ ticket: string; expiresAt: Date }> {
  const ticket = randomSecret();
  const expiresAt = new Date(Date.now() + TTL_MS);
  await database(env)
    .insert(tickets)
    .values({ digest: sha256(ticket), kind, principalId: id, expiresAt });
  return { ticket, expiresAt };
}

/** Uses a ticket up. Undefined: unknown, used, expired, or its holder is no longer welcome. */
export async function holderOfTicket(env: Pick<Env, "DB">, ticket: string): Promise<Principal | undefined> {
  const db = database(env);
  // One statement: of two who come with the same ticket, one gets in.
  const [row] = await db
    .delete(tickets)
    .where(and(eq(tickets.digest, sha256(ticket)), gt(tickets.expiresAt, new Date())))
    .returning();
  if (row === undefined) return undefined;
  return row.kind === "user" ? activeUser(db, row.principalId) : apiKeyById(db, row.principalId);
}
