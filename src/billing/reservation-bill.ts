// Bills a reservation that nobody used, where its tariff has a price for that. Source: OCPI 2.2.1, mod_tariffs
// (ReservationRestrictionType). Who cancels in time pays nothing; where a session followed, that has it in its own bill.
import { eq } from "drizzle-orm";
import { type Database, database } from "../db/client.ts";
import { cdrs, reservations } from "../db/schema.ts";
import { logFailure } from "../log.ts";
import { due } from "../pricing/bill.ts";
import { billOf, chargeRecord } from "./charge-record.ts";
import { insertBill, insertEntry } from "./ledger.ts";
import { findPlace } from "./place.ts";
import { type Billable, findToken } from "./session.ts";
import { billFor, creditFor, standingBill } from "./settle.ts";
import { chooseTariff } from "./tariff-choice.ts";

type Row = typeof reservations.$inferSelect;

/** Resolves when an expired one has its bill, if there is anything to bill; one that was used after all is credited. */
export async function settleReservation(env: Env, id: string): Promise<void> {
  const db = database(env);
  const row = await db.query.reservations.findFirst({ where: eq(reservations.id, id) });
  if (row === undefined) return;
  const standing = await standingBill(env, id);
  const now = new Date();
  if (standing !== undefined) {
    const isCredited =
      (await db.query.cdrs.findFirst({ where: eq(cdrs.id, creditFor(standing, now).id) })) !== undefined;
    if (row.status === "expired" || isCredited) return;
    const credit = creditFor(standing, now);
    await env.DB.batch([insertBill(env.DB, credit), ...insertEntry(env.DB, credit)]);
    return;
  }
  if (row.status !== "expired") return;
  const billable = await billableReservation(db, row);
  if (billable === undefined || due(billOf(billable).total).equals(0)) return;
  const cdr = { ...chargeRecord(billable, id, now), transactionId: null, reservationId: id };
  const bill = billFor(billable, cdr, { revision: 0, now });
  await env.DB.batch([insertBill(env.DB, bill), ...insertEntry(env.DB, bill)]);
}

/** Undefined: it is at no location. */
async function billableReservation(db: Database, row: Row): Promise<Billable | undefined> {
  const { id, chargePoint, idToken, createdAt, commandId } = row;
  const endedAt = row.endedAt ?? row.expiresAt;
  const found = await findPlace(db, chargePoint, row);
  if (found === undefined) return undefined;
  const tariff = await chooseTariff(db, found.place, createdAt.getTime());
  return {
    transaction: {
      ...{ id, chargePoint, idToken, idTokenType: null, commandId, stopReason: null },
      ...{ startedAt: createdAt, stoppedAt: endedAt },
    },
    ...found,
    tariff,
    ...{ token: await findToken(db, idToken), intervals: [], gridPrices: [] },
    reservation: { from: createdAt.getTime(), to: endedAt.getTime(), expired: true },
  };
}

/** Failing, it leaves the reservation to the scheduled work. Never throws. */
export async function trySettleReservation(env: Env, id: string): Promise<void> {
  try {
    await settleReservation(env, id);
  } catch (error) {
    logFailure({ event: "settle_reservation_failed", reservation: id, detail: String(error) });
  }
}

const LOOK_BACK_MS = 2 * 86_400_000;
const PER_RUN = 100;

/** Expired ones without a bill, where any tariff has a price for reservations. @returns how many were looked at */
export async function billUnusedReservations(env: Env): Promise<number> {
  const { results } = await env.DB.prepare(
    `SELECT r.id FROM reservations r
     WHERE r.status = 'expired' AND r.created_at > ? AND NOT EXISTS (SELECT 1 FROM cdrs c WHERE c.transaction_id = r.id)
       AND EXISTS (SELECT 1 FROM location_evses e WHERE e.charge_point = r.charge_point)
       AND EXISTS (SELECT 1 FROM tariffs WHERE tariff LIKE '%"RESERVATION%')
     ORDER BY r.created_at DESC LIMIT ?`,
  )
    .bind(Date.now() - LOOK_BACK_MS, PER_RUN)
    .all<{ id: string }>();
  for (const { id } of results) await trySettleReservation(env, id);
  return results.length;
}
