// What a session costs when its charger says that it ended, for the answer that the driver sees: the same sum that the
// bill will have, made of what the actor knows before history has it.

import { database } from "../db/client.ts";
import { logWarning } from "../log.ts";
import type { FinishedSession } from "../ocpp/handler.ts";
import { rounded } from "../pricing/amounts.ts";
import { due } from "../pricing/bill.ts";
import { price, type Reservation } from "../pricing/price.ts";
import type { GridPrice, PricedBy } from "../pricing/tariff.ts";
import { timelineOf } from "../pricing/timeline.ts";
import { gridPricesFor } from "./grid-prices.ts";
import { findPlace } from "./place.ts";
import { readingsOf } from "./readings.ts";
import { CENTS } from "./settle.ts";
import { chooseTariff } from "./tariff-choice.ts";

export interface PricedPlace {
  /** IANA name. */
  timeZone: string;
  tariff: PricedBy;
  gridPrices: GridPrice[];
}

type Begun = { evseId: number; connectorId: number; startedAt: number };

/** Undefined where nothing is charged, or where nobody can be asked: the bill comes all the same. Never throws. */
export async function pricedPlace(
  env: Env,
  chargePoint: string,
  transaction: Begun | undefined,
): Promise<PricedPlace | undefined> {
  if (transaction === undefined) return undefined;
  try {
    const db = database(env);
    const found = await findPlace(db, chargePoint, transaction);
    if (found === undefined) return undefined;
    const chosen = await chooseTariff(db, found.place, transaction.startedAt);
    if (chosen === undefined) return undefined;
    const { location } = found;
    const gridPrices = await gridPricesFor(db, {
      ...{ substationId: location.substationId, currency: chosen.tariff.currency },
      ...{ from: new Date(transaction.startedAt), to: new Date() },
    });
    return { timeZone: location.timeZone, tariff: chosen.tariff, gridPrices };
  } catch (error) {
    logWarning({ event: "price_unknown", chargePoint, detail: String(error) });
    return undefined;
  }
}

/** In the tariff's currency, with VAT where it has one. */
export function finalCost(
  { timeZone, tariff, gridPrices }: PricedPlace,
  { startedAt, stoppedAt, meterStart, meterStop, values }: FinishedSession,
  reservation: Reservation | undefined,
): number {
  const readings = readingsOf(values, startedAt);
  const intervals = timelineOf({ startedAt, endedAt: stoppedAt, meterStart, meterStop, readings });
  return rounded(due(price({ timeZone, intervals, reservation, gridPrices }, tariff).total), CENTS);
}
