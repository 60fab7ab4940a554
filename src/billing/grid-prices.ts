// What tariffs of the grid (distribution use of system) add to the energy of a session, read from D1.
import { and, eq, gt, lt } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { dsoSignals } from "../db/schema.ts";
import { GridPeriods, priceStepsOf } from "../energy/grid-signal.ts";
import type { GridPrice } from "../pricing/tariff.ts";

export interface Stretch {
  /** The transformer that feeds the place. */
  substationId: string | undefined;
  /** Prices in another currency do not count. */
  currency: string | undefined;
  from: Date;
  to: Date;
}

export async function gridPricesFor(db: Database, { substationId, currency, from, to }: Stretch): Promise<GridPrice[]> {
  if (substationId === undefined || currency === undefined) return [];
  const rows = await db
    .select()
    .from(dsoSignals)
    .where(
      and(
        ...[eq(dsoSignals.transformerId, substationId), eq(dsoSignals.type, "duosTariff")],
        ...[eq(dsoSignals.unit, priceUnit(currency)), gt(dsoSignals.endsAt, from), lt(dsoSignals.startsAt, to)],
      ),
    );
  const signals = rows.map(({ periods, cancelledAt, createdAt }) => ({
    ...{ periods: GridPeriods.parse(JSON.parse(periods)), createdAt: createdAt.getTime() },
    cancelledAt: cancelledAt?.getTime(),
  }));
  return priceStepsOf(signals, from.getTime(), to.getTime());
}

/** How a tariff of the grid is kept. */
export const priceUnit = (currency: string): string => `${currency}/kWh`;
