// What a bill is made of, read from D1: the session, what its meter said, where it was and what that costs.
import { and, eq } from "drizzle-orm";
import { caseKey } from "../db/case-key.ts";
import { type Database, database } from "../db/client.ts";
import { idTokens, reservations, transactions } from "../db/schema.ts";
import { rounded, sum } from "../pricing/amounts.ts";
import type { Reservation } from "../pricing/price.ts";
import type { Interval } from "../pricing/slices.ts";
import type { GridPrice } from "../pricing/tariff.ts";
import { timelineOf } from "../pricing/timeline.ts";
import { allMeterValues } from "../workers/meter-values.ts";
import type { StoredLocation } from "./documents/location.ts";
import { gridPricesFor } from "./grid-prices.ts";
import { findPlace, type Place } from "./place.ts";
import { readingsOf } from "./readings.ts";
import { chooseTariff, type Identified } from "./tariff-choice.ts";

type TransactionRow = typeof transactions.$inferSelect;

/** What a bill tells of what it is for. */
export type Billed = Pick<
  TransactionRow,
  "id" | "chargePoint" | "idToken" | "idTokenType" | "startedAt" | "stoppedAt" | "commandId" | "stopReason"
>;

export interface Billable {
  transaction: Billed;
  chargePointId: string;
  location: { id: string } & StoredLocation;
  place: Place;
  /** Undefined: charging is free there. */
  tariff: Identified | undefined;
  token: typeof idTokens.$inferSelect | undefined;
  intervals: Interval[];
  reservation: Reservation | undefined;
  gridPrices: GridPrice[];
}

export interface BillableSession extends Billable {
  transaction: TransactionRow;
}

/** Undefined: it belongs to no location, or nobody knows when it began. */
export async function billableSession(env: Env, transactionId: string): Promise<BillableSession | undefined> {
  const db = database(env);
  const transaction = await db.query.transactions.findFirst({ where: eq(transactions.id, transactionId) });
  if (transaction === undefined || transaction.status === "orphan") return undefined;
  const found = await findPlace(db, transaction.chargePoint, transaction);
  if (found === undefined) return undefined;
  const { location, place, chargePointId } = found;
  const [values, tariff, token, reservation] = await Promise.all([
    allMeterValues(env, transaction),
    chooseTariff(db, place, transaction.startedAt.getTime()),
    findToken(db, transaction.idToken),
    findReservation(db, transaction),
  ]);
  const gridPrices = await gridPricesFor(db, {
    substationId: location.substationId,
    currency: tariff?.tariff.currency,
    from: transaction.startedAt,
    to: transaction.stoppedAt ?? new Date(),
  });
  const intervals = intervalsOf(transaction, values);
  return {
    ...{ transaction, location, place, chargePointId, tariff, token, intervals, reservation, gridPrices },
  };
}

type Values = Awaited<ReturnType<typeof allMeterValues>>;

function intervalsOf(transaction: TransactionRow, values: Values): Interval[] {
  const startedAt = transaction.startedAt.getTime();
  return timelineOf({
    startedAt,
    endedAt: (transaction.stoppedAt ?? new Date()).getTime(),
    meterStart: transaction.meterStart ?? undefined,
    meterStop: transaction.meterStop ?? undefined,
    readings: readingsOf(values, startedAt),
  });
}

/** What a session did so far, also where nothing is billed. */
export const sessionIntervals = async (env: Env, transaction: TransactionRow): Promise<Interval[]> =>
  intervalsOf(transaction, await allMeterValues(env, transaction));

/** Wh that the car gave back so far, also where nothing is billed. */
export async function exportedEnergy(env: Env, transaction: TransactionRow): Promise<number> {
  const intervals = await sessionIntervals(env, transaction);
  return rounded(sum(intervals.map(({ exportedWh }) => exportedWh)), 3);
}

export function findToken(db: Database, idToken: string | null) {
  if (idToken === null) return undefined;
  return db.query.idTokens.findFirst({ where: eq(idTokens.key, caseKey(idToken)) });
}

async function findReservation(
  db: Database,
  { id, chargePoint, reservationId, startedAt }: TransactionRow,
): Promise<Reservation | undefined> {
  if (reservationId === null) return undefined;
  const found = await db.query.reservations.findFirst({
    where: and(eq(reservations.chargePoint, chargePoint), eq(reservations.reservationId, reservationId)),
  });
  if (found === undefined || (found.transactionId !== null && found.transactionId !== id)) return undefined;
  return { from: found.createdAt.getTime(), to: startedAt.getTime(), expired: false };
}
