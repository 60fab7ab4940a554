// What goes on at a site, read from D1: whoever pokes the site's actor need not say what happened, and nothing that it
// missed stays missed.

import type { Ask, Session } from "../../energy/policies.ts";
import { type Connection, loadId, type SiteConfig } from "../../energy/site.ts";
import { readAsks } from "./asks.ts";

export interface Observation {
  sessions: Session[];
  /** Load ids of chargers that are connected. */
  reachable: Set<string>;
  /** Load id -> when its charger last booted: what it was told before may be forgotten. Epoch milliseconds. */
  bootedAt: Map<string, number>;
  /** By the grid or an operator; undefined: nothing is asked. */
  ask: Ask | undefined;
  /** When something else will be asked. */
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
}

/** The car is there and takes nothing: it keeps its minimum, so that it can come back. */
const SUSPENDED = new Set(["SuspendedEV", "EVConnected", "Idle"]);

export async function observe(env: Env, siteId: string, config: SiteConfig, now: number): Promise<Observation> {
  const keys = JSON.stringify([...new Set(config.connections.map(({ chargePoint }) => chargePoint))]);
  const among = "IN (SELECT value FROM json_each(?))";
  const all = async <T>(sql: string, ...values: (string | number)[]): Promise<T[]> =>
    (
      await env.DB.prepare(sql)
        .bind(...values)
        .all<T>()
    ).results;
  const [stations, transactions, connectors, asked] = await Promise.all([
    all<Rows["stations"]>(`SELECT key, connected, last_boot_at FROM charge_points WHERE key ${among}`, keys),
    all<Rows["transactions"]>(
      `SELECT id, charge_point, evse_id, started_at, charging_state FROM transactions
       WHERE charge_point ${among} AND status = 'active' ORDER BY started_at`,
      keys,
    ),
    all<Rows["connectors"]>(`SELECT charge_point, evse_id, status FROM connectors WHERE charge_point ${among}`, keys),
    readAsks(env, siteId, now),
  ]);
  const stationOf = ({ chargePoint }: Connection) => stations.find(({ key }) => key === chargePoint);
  return {
    sessions: sessionsOf(config, transactions, connectors),
    reachable: new Set(config.connections.filter((one) => stationOf(one)?.connected === 1).map(loadId)),
    bootedAt: new Map(config.connections.map((one) => [loadId(one), stationOf(one)?.last_boot_at ?? 0])),
    ask: asked.ask,
    gridChange: asked.change,
  };
}

function sessionsOf(
  { connections }: SiteConfig,
  transactions: readonly Rows["transactions"][],
  connectors: readonly Rows["connectors"][],
): Session[] {
  return connections.flatMap((connection) => {
    const { chargePoint, evseId, node, phases, minCurrent, maxCurrent, maxDischarge, priority } = connection;
    const open = transactions.findLast((one) => one.charge_point === chargePoint && one.evse_id === evseId);
    if (open === undefined) return [];
    const status = connectors.find((one) => one.charge_point === chargePoint && one.evse_id === evseId)?.status;
    const rests = SUSPENDED.has(open.charging_state ?? status ?? "");
    const wanted = rests ? minCurrent : maxCurrent;
    const since = open.started_at;
    return [{ id: loadId(connection), node, phases, since, minCurrent, maxCurrent: wanted, maxDischarge, priority }];
  });
}
