// What a session costs when its charger says that it ended, for the answer that the driver sees: the same sum that the
// bill will have, made of what the actor knows before history has it.

import { and, eq } from "drizzle-orm";
import { caseKey } from "../db/case-key.ts";
import { database } from "../db/client.ts";
import { locationEvses, locations } from "../db/schema.ts";
import { logWarning } from "../log.ts";
import type { FinishedSession } from "../ocpp/handler.ts";
import { rounded } from "../pricing/amounts.ts";
import { due } from "../pricing/bill.ts";
import { price, type Reservation } from "../pricing/price.ts";
import type { GridPrice, PricedBy } from "../pricing/tariff.ts";
import { timelineOf } from "../pricing/timeline.ts";
import { StoredLocation } from "./documents/location.ts";
import { gridPricesFor } from "./grid-prices.ts";
import { readingsOf } from "./readings.ts";
import { chooseTariff } from "./session.ts";
import { CENTS } from "./settle.ts";
import { placeOf } from "./tariff-choice.ts";

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
    const [found] = await db
      .select({ location: locations.location })
      .from(locationEvses)
      .innerJoin(locations, eq(locations.id, locationEvses.locationId))
      .where(and(eq(locationEvses.chargePoint, chargePoint), eq(locationEvses.evseId, transaction.evseId)));
    if (found === undefined) return undefined;
    const location = StoredLocation.parse(JSON.parse(found.location));
    const place = placeOf(location, (id) => caseKey(id) === chargePoint, transaction);
    const chosen = place && (await chooseTariff(db, place, transaction.startedAt));
    if (chosen === undefined) return undefined;
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
