// What is counted for the overview, in one round trip to D1. Few rows each: whole tables are counted along an index.

export interface Counts {
  chargePoints: { total: number; connected: number; pending: number; byStatus: Record<string, number> };
  connectors: { total: number; byStatus: Record<string, number> };
  /** Of the sessions that began today. */
  begun: { transactions: number; endedEnergy: number };
  revenue: { currency: string; total: number; cdrs: number }[];
}

type Row = Record<string, string | number | null>;

/** By name, so that a test can look at their plans. `?1`: since when, epoch milliseconds. */
export const COUNTS = {
  connected: "SELECT connected AS name, count(*) AS count FROM charge_points GROUP BY connected",
  stations: "SELECT status AS name, count(*) AS count FROM charge_points GROUP BY status",
  pending: "SELECT count(*) AS count FROM charge_points WHERE registration = 'pending'",
  connectors: "SELECT status AS name, count(*) AS count FROM connectors WHERE connector_id > 0 GROUP BY status",
  begun: `SELECT count(*) AS count, total(max(0, meter_stop - meter_start + coalesce(meter_offset, 0))) AS energy
    FROM transactions WHERE started_at >= ?1`,
  revenue: `SELECT currency AS name, count(*) AS count, total(total) AS total
    FROM cdrs WHERE created_at >= ?1 GROUP BY currency`,
} as const;

export async function readCounts(db: D1Database, since: number): Promise<Counts> {
  const statements = Object.values(COUNTS).map((sql) =>
    sql.includes("?1") ? db.prepare(sql).bind(since) : db.prepare(sql),
  );
  const [connected, stations, pending, connectors, begun, revenue] = (await db.batch<Row>(statements)).map(
    ({ results }) => results,
  );
  const ofConnected = byName(connected);
  return {
    chargePoints: {
      total: sum(ofConnected),
      connected: ofConnected["1"] ?? 0,
      pending: Number(pending?.[0]?.count ?? 0),
      byStatus: byName(stations),
    },
    connectors: { total: sum(byName(connectors)), byStatus: byName(connectors) },
    begun: { transactions: Number(begun?.[0]?.count ?? 0), endedEnergy: Number(begun?.[0]?.energy ?? 0) },
    revenue: (revenue ?? []).map(({ name, count, total }) => ({
      currency: String(name),
      // Kept in ten-thousandths.
      total: Number(total) / 10_000,
      cdrs: Number(count),
    })),
  };
}

/** A charger that never told its status has none. */
const byName = (rows: readonly Row[] | undefined): Record<string, number> =>
  Object.fromEntries((rows ?? []).map(({ name, count }) => [name === null ? "Unknown" : String(name), Number(count)]));

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((all, one) => all + one, 0);
