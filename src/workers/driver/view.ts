// What the fleet's feed needs to know of a driver to tell it its share: read once, when it begins to listen.
import { database } from "../../db/client.ts";
import { selectTransactionsOf } from "../../db/transactions.ts";
import { type DriverView, MAX_TOKENS, MAX_TRANSACTIONS, shortDigest } from "../../events/driver-share.ts";
import { tokensOf } from "./own-tokens.ts";
import { publicOnes } from "./places.ts";

/** Some room is left: sessions that begin while it listens are added. */
const KNOWN_AT_FIRST = MAX_TRANSACTIONS / 2;
/** D1 binds 100 values at once. */
const MAX_CHARGERS = 50;

/** @param chargePoints keys; those that are not open to drivers are left out as if there were none */
export async function driverView(env: Env, userId: string, chargePoints: readonly string[]): Promise<DriverView> {
  const db = database(env);
  const [tokens, sessions, open] = await Promise.all([
    tokensOf(db, userId),
    selectTransactionsOf(db, userId, { limit: KNOWN_AT_FIRST }),
    publicOnes(db, chargePoints.slice(0, MAX_CHARGERS)),
  ]);
  return {
    tokens: tokens.slice(0, MAX_TOKENS).map(({ key }) => shortDigest(key)),
    transactions: sessions.reverse().map(({ transaction }) => shortDigest(transaction.id)),
    chargers: [...open],
  };
}
