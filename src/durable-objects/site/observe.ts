// What goes on at a site, read from D1: whoever pokes the site's actor need not say what happened, and nothing that it
// missed stays missed.

import { z } from "zod";
import { type Needs, needsOf } from "../../energy/needs.ts";
import type { Ask } from "../../energy/policies.ts";
import { type Connection, loadId, type PriceCurve, type SiteConfig } from "../../energy/site.ts";
import { record } from "../../ocpp/read.ts";
import { readAsks } from "./asks.ts";
import { pricesAt } from "./prices.ts";

/** A session that goes on. */
export interface Opened {
  connection: Connection;
  transactionId: string;
  /** Epoch milliseconds. */
  since: number;
  /** Wh */
  meterStart: number | undefined;
  phasesUsed: number | undefined;
  /** The car is there and takes nothing. */
  rests: boolean;
  needs: Needs;
  /** From when the energies among them count, epoch milliseconds; 0: none was told. */
  needsAt: number;
}

export interface Observation {
  opened: Opened[];
  /** Load ids of chargers that are connected. */
  reachable: Set<string>;
  /** Load id -> when its charger last booted: what it was told before may be forgotten. Epoch milliseconds. */
  bootedAt: Map<string, number>;
  /** By the grid or an operator; undefined: nothing is asked. */
  ask: Ask | undefined;
  /** When something else will be asked. */
  gridChange: number | undefined;
  prices: PriceCurve | undefined;
}

interface Rows {
  stations: { key: string; connected: number; last_boot_at: number | null };
  transactions: {
    id: string;
    charge_point: string;
    evse_id: number;
    started_at: number;
    charging_state: string | null;
    meter_start: number | null;
    number_of_phases_used: number | null;
    ocpp_version: string;
    /** JSON, of the car and of its driver. */
    car: string | null;
    car_at: number | null;
    driver: string | null;
    driver_at: number | null;
  };
  connectors: { charge_point: string; evse_id: number; status: string };
  site: { prices: string | null };
}

/** It keeps its minimum, so that it can come back. */
const SUSPENDED = new Set(["SuspendedEV", "EVConnected", "Idle"]);

export const Prices = z.array(z.object({ from: z.number(), price: z.number() }));

export async function observe(env: Env, siteId: string, config: SiteConfig, now: number): Promise<Observation> {
  const keys = JSON.stringify([...new Set(config.connections.map(({ chargePoint }) => chargePoint))]);
  const among = "IN (SELECT value FROM json_each(?))";
  const all = async <T>(sql: string, ...values: (string | number)[]): Promise<T[]> =>
    (
      await env.DB.prepare(sql)
        .bind(...values)
        .all<T>()
    ).results;
  const [stations, transactions, connectors, asked, [site]] = await Promise.all([
    all<Rows["stations"]>(`SELECT key, connected, last_boot_at FROM charge_points WHERE key ${among}`, keys),
    all<Rows["transactions"]>(
      `SELECT t.id, t.charge_point, t.evse_id, t.started_at, t.charging_state, t.meter_start, t.number_of_phases_used,
         t.ocpp_version, d.data AS car, d.at AS car_at, n.needs AS driver, n.at AS driver_at
       FROM transactions t
       LEFT JOIN transaction_details d ON d.transaction_id = t.id AND d.charge_point = t.charge_point AND d.evse_id = 0
         AND d.detail = 'chargingNeeds'
       LEFT JOIN charging_needs n ON n.transaction_id = t.id
       WHERE t.charge_point ${among} AND t.status = 'active' ORDER BY t.started_at`,
      keys,
    ),
    all<Rows["connectors"]>(`SELECT charge_point, evse_id, status FROM connectors WHERE charge_point ${among}`, keys),
    readAsks(env, siteId, now),
    all<Rows["site"]>("SELECT prices FROM sites WHERE id = ?", siteId),
  ]);
  const told = site?.prices == null ? undefined : Prices.parse(JSON.parse(site.prices));
  const stationOf = ({ chargePoint }: Connection) => stations.find(({ key }) => key === chargePoint);
  return {
    opened: openedAt(config, transactions, connectors),
    reachable: new Set(config.connections.filter((one) => stationOf(one)?.connected === 1).map(loadId)),
    bootedAt: new Map(config.connections.map((one) => [loadId(one), stationOf(one)?.last_boot_at ?? 0])),
    ask: asked.ask,
    gridChange: asked.change,
    prices: await pricesAt(env, siteId, config, told, now),
  };
}

function openedAt(
  { connections }: SiteConfig,
  transactions: readonly Rows["transactions"][],
  connectors: readonly Rows["connectors"][],
): Opened[] {
  const keyOf = (one: { charge_point: string; evse_id: number }) => `${one.charge_point}/${one.evse_id}`;
  // The last one of a place counts: they come in order.
  const open = new Map(transactions.map((one) => [keyOf(one), one]));
  const statuses = new Map(connectors.map((one) => [keyOf(one), one.status]));
  return connections.flatMap((connection) => {
    const transaction = open.get(loadId(connection));
    if (transaction === undefined) return [];
    const state = transaction.charging_state ?? statuses.get(loadId(connection)) ?? "";
    return {
      connection,
      transactionId: transaction.id,
      since: transaction.started_at,
      meterStart: transaction.meter_start ?? undefined,
      phasesUsed: transaction.number_of_phases_used ?? undefined,
      rests: SUSPENDED.has(state),
      ...needsIn(transaction),
    };
  });
}

/** The driver's word counts more; energies are of one source, since they count from when it told them. */
function needsIn({ car, car_at, driver, driver_at, ocpp_version }: Rows["transactions"]) {
  const told = car === null ? {} : needsOf(record(JSON.parse(car)));
  const wished: Needs = driver === null ? {} : JSON.parse(driver);
  const byDriver = wished.energy !== undefined || wished.minimumEnergy !== undefined;
  const { energy, minimumEnergy } = byDriver ? wished : told;
  const needs: Needs = { ...told, ...withoutUndefined(wished), energy, minimumEnergy };
  // Earlier versions have no word for giving back.
  if (ocpp_version !== "2.1") Object.assign(needs, { maxDischargeCurrent: undefined, maxDischargePower: undefined });
  return { needs, needsAt: (byDriver ? driver_at : car_at) ?? 0 };
}

const withoutUndefined = (needs: Needs): Needs =>
  Object.fromEntries(Object.entries(needs).filter(([, value]) => value !== undefined));
