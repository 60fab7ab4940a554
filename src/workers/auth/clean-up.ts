// Drops what has run out: for the scheduled handler.
import { lt } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { oneTimeTokens, refreshTokens, signInFailures, tickets } from "../../db/schema.ts";

/** A revoked or used token stays until it would have expired: until then its reuse must be noticed. */
export async function dropExpiredAccess(env: Pick<Env, "DB">, now = new Date()): Promise<void> {
  const db = database(env);
  await db.batch([
    db.delete(refreshTokens).where(lt(refreshTokens.expiresAt, now)),
    db.delete(oneTimeTokens).where(lt(oneTimeTokens.expiresAt, now)),
    db.delete(tickets).where(lt(tickets.expiresAt, now)),
    db.delete(signInFailures).where(lt(signInFailures.windowEndsAt, now)),
  ]);
}
