// What is asked of a site now: by the grid of everything below its transformer, and by operators of the fleet.
import { askOf, bandAt, GridPeriods, type GridSignal, nextChange, together } from "../../energy/grid-signal.ts";
import type { Ask } from "../../energy/policies.ts";

export interface Asked {
  ask: Ask | undefined;
  /** When something else will be asked; epoch milliseconds. */
  change: number | undefined;
}

interface Rows {
  signals: { periods: string; cancelled_at: number | null };
  power: { own: number; total: number };
  shares: { watts: number; takes_part: "givingBack" | "all"; ends_at: number };
}

export async function readAsks(env: Env, siteId: string, now: number): Promise<Asked> {
  const all = async <T>(sql: string, ...values: (string | number)[]): Promise<T[]> =>
    (
      await env.DB.prepare(sql)
        .bind(...values)
        .all<T>()
    ).results;
  const [signals, [power], shares] = await Promise.all([
    all<Rows["signals"]>(
      `SELECT periods, cancelled_at FROM dso_signals
       WHERE type = 'capacityLimit' AND transformer_id = (SELECT substation_id FROM locations WHERE id = ?) AND ends_at > ?`,
      ...[siteId, now],
    ),
    all<Rows["power"]>(
      `SELECT coalesce(sum(s.power), 0) AS total, coalesce(sum(CASE WHEN s.id = ?1 THEN s.power END), 0) AS own
       FROM sites s JOIN locations l ON l.id = s.id
       WHERE l.substation_id = (SELECT substation_id FROM locations WHERE id = ?1)`,
      siteId,
    ),
    all<Rows["shares"]>(
      `SELECT h.watts, p.takes_part, p.ends_at FROM set_point_shares h JOIN set_points p ON p.id = h.set_point_id
       WHERE h.site_id = ? AND p.ends_at > ? AND p.cancelled_at IS NULL`,
      ...[siteId, now],
    ),
  ]);
  const told = signals.map(
    ({ periods, cancelled_at }): GridSignal => ({
      periods: GridPeriods.parse(JSON.parse(periods)),
      cancelledAt: cancelled_at ?? undefined,
    }),
  );
  const band = bandAt(told, now);
  const changes = [nextChange(told, now), ...shares.map(({ ends_at }) => ends_at)].filter((at) => at !== undefined);
  return {
    ask: together([
      ...(band === undefined ? [] : [askOf(band, shareOf(power))]),
      ...shares.map(({ watts, takes_part }): Ask => ({ aim: { watts, by: takes_part } })),
    ]),
    change: changes.length === 0 ? undefined : Math.min(...changes),
  };
}

/** A transformer's limit is shared by what the sites below it are built for. */
const shareOf = (weight: Rows["power"] | undefined): number =>
  weight === undefined || weight.total <= 0 ? 1 : weight.own / weight.total;
