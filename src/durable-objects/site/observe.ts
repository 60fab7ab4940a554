// What goes on at a site, read from D1: whoever pokes the site's actor need not say what happened, and nothing that it
// missed stays missed.

import { GridPeriods, type GridSignal, limitAt, nextChange } from "../../energy/grid-signal.ts";
import type { Session } from "../../energy/policies.ts";
import { type Connection, loadId, type SiteConfig } from "../../energy/site.ts";

export interface Observation {
  sessions: Session[];
  /** Load ids of chargers that are connected. */
  reachable: Set<string>;
  /** Load id -> when its charger last booted: what it was told before may be forgotten. Epoch milliseconds. */
  bootedAt: Map<string, number>;
  /** W for all of the site that the grid grants; undefined: it asks nothing. */
  gridLimit: number | undefined;
  /** When the grid asks for something else. */
  gridChange: number | undefined;
}

interface Rows {
  stations: { key: string; connected: number; last_boot_at: number | null };
  transactions: {
    id: string;
    charge_point: string;
    evse_id: number;
    started_at: number;
    charging_state: string | null;
  };
  connectors: { charge_point: string; evse_id: number; status: string };
  signals: { periods: string; cancelled_at: number | null };
  power: { own: number; total: number };
}

/** The car is there and takes nothing: it keeps its minimum, so that it can come back. */
const SUSPENDED = new Set(["SuspendedEV", "EVConnected", "Idle"]);

export async function observe(env: Env, siteId: string, config: SiteConfig, now: number): Promise<Observation> {
  const keys = JSON.stringify([...new Set(config.connections.map(({ chargePoint }) => chargePoint))]);
  const among = "IN (SELECT value FROM json_each(?))";
  const transformer = "(SELECT substation_id FROM locations WHERE id = ?)";
  const all = async <T>(sql: string, ...values: (string | number)[]): Promise<T[]> =>
    (
      await env.DB.prepare(sql)
        .bind(...values)
        .all<T>()
    ).results;
  const [stations, transactions, connectors, signals, [power]] = await Promise.all([
    all<Rows["stations"]>(`SELECT key, connected, last_boot_at FROM charge_points WHERE key ${among}`, keys),
    all<Rows["transactions"]>(
      `SELECT id, charge_point, evse_id, started_at, charging_state FROM transactions
       WHERE charge_point ${among} AND status = 'active' ORDER BY started_at`,
      keys,
    ),
    all<Rows["connectors"]>(`SELECT charge_point, evse_id, status FROM connectors WHERE charge_point ${among}`, keys),
    all<Rows["signals"]>(
      `SELECT periods, cancelled_at FROM dso_signals
       WHERE type = 'capacityLimit' AND transformer_id = ${transformer} AND ends_at > ?`,
      ...[siteId, now],
    ),
    all<Rows["power"]>(
      `SELECT coalesce(sum(s.power), 0) AS total, coalesce(sum(CASE WHEN s.id = ?1 THEN s.power END), 0) AS own
       FROM sites s JOIN locations l ON l.id = s.id
       WHERE l.substation_id = (SELECT substation_id FROM locations WHERE id = ?1)`,
      siteId,
    ),
  ]);
  const asked = signals.map(
    ({ periods, cancelled_at }): GridSignal => ({
      periods: GridPeriods.parse(JSON.parse(periods)),
      cancelledAt: cancelled_at ?? undefined,
    }),
  );
  const granted = limitAt(asked, now);
  const stationOf = ({ chargePoint }: Connection) => stations.find(({ key }) => key === chargePoint);
  return {
    sessions: sessionsOf(config, transactions, connectors),
    reachable: new Set(config.connections.filter((one) => stationOf(one)?.connected === 1).map(loadId)),
    bootedAt: new Map(config.connections.map((one) => [loadId(one), stationOf(one)?.last_boot_at ?? 0])),
    gridLimit: granted === undefined ? undefined : granted * shareOf(power),
    gridChange: nextChange(asked, now),
  };
}

/** A transformer's limit is shared by what the sites below it are built for. */
const shareOf = (weight: Rows["power"] | undefined): number =>
  weight === undefined || weight.total <= 0 ? 1 : weight.own / weight.total;

function sessionsOf(
  { connections }: SiteConfig,
  transactions: readonly Rows["transactions"][],
  connectors: readonly Rows["connectors"][],
): Session[] {
  return connections.flatMap((connection) => {
    const { chargePoint, evseId, node, phases, minCurrent, maxCurrent, priority } = connection;
    const open = transactions.findLast((one) => one.charge_point === chargePoint && one.evse_id === evseId);
    if (open === undefined) return [];
    const status = connectors.find((one) => one.charge_point === chargePoint && one.evse_id === evseId)?.status;
    const rests = SUSPENDED.has(open.charging_state ?? status ?? "");
    const wanted = rests ? minCurrent : maxCurrent;
    return [{ id: loadId(connection), node, phases, since: open.started_at, minCurrent, maxCurrent: wanted, priority }];
  });
}
