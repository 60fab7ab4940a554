// What energy costs a site from hour to hour: the curve that its operator told, and on top of it what the grid charges.
import { GridPeriods, priceStepsOf } from "../../energy/grid-signal.ts";
import { withGridPrices } from "../../energy/prices.ts";
import type { PriceCurve, SiteConfig } from "../../energy/site.ts";

interface Row {
  unit: string;
  periods: string;
  created_at: number;
}

/** @param told by its operator; undefined: nothing */
export async function pricesAt(
  env: Env,
  siteId: string,
  { policy }: SiteConfig,
  told: PriceCurve | undefined,
  now: number,
): Promise<PriceCurve | undefined> {
  if (policy !== "price") return told;
  const { results } = await env.DB.prepare(
    `SELECT unit, periods, created_at FROM dso_signals
     WHERE type = 'duosTariff' AND transformer_id = (SELECT substation_id FROM locations WHERE id = ?) AND ends_at > ?
       AND cancelled_at IS NULL`,
  )
    .bind(siteId, now)
    .all<Row>();
  // Prices of two currencies cannot be added, nor compared.
  if (new Set(results.map(({ unit }) => unit)).size !== 1) return told;
  const signals = results.map(({ periods, created_at }) => ({
    periods: GridPeriods.parse(JSON.parse(periods)),
    createdAt: created_at,
  }));
  const steps = priceStepsOf(signals, now, Number.POSITIVE_INFINITY);
  return steps.length === 0 ? told : withGridPrices(told, steps, now);
}
