// Small builders for tests that speak OCPP: a charger that is registered and online, its usual messages, its history.
import { env } from "cloudflare:workers";
import { readChunk } from "../../../src/db/meter-chunks.ts";
import { chargePointOf } from "../../../src/durable-objects/stubs.ts";
import { type Charger, type ConnectOptions, connectCharger } from "./charger.ts";
import { type Registration, registerCharger } from "./registry.ts";

export const SUBPROTOCOLS = { "1.6": "ocpp1.6", "2.0.1": "ocpp2.0.1", "2.1": "ocpp2.1" } as const;

/** A moment of the tests' day, as chargers spell it. */
export const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
export const ms = (second: number): number => Date.parse(at(second));

export async function online(registration: Registration = {}, options: ConnectOptions = {}): Promise<Charger> {
  return connectCharger(await registerCharger(registration), options);
}

export const actorOf = ({ id }: { id: string }) => chargePointOf(env, id);

export const BOOT_16 = { chargePointVendor: "V", chargePointModel: "M" };
export const BOOT_2X = { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } };
export const STATUS_2X = { timestamp: at(0), connectorStatus: "Available", evseId: 1, connectorId: 1 };

export interface Start {
  connectorId?: number;
  idTag?: string;
  meterStart?: number;
  timestamp?: string;
}

export const startPayload = (start: Start = {}) => ({
  connectorId: 1,
  idTag: "TAG-1",
  meterStart: 1000,
  timestamp: at(0),
  ...start,
});

/** Starts a 1.6 transaction and gives its id. */
export async function start(charger: Charger, payload: Start = {}, id?: string | number): Promise<number> {
  const frame = await charger.call("StartTransaction", startPayload(payload), id);
  const { transactionId } = frame[2] as { transactionId: number };
  return transactionId;
}

export const sample = (second: number, value: unknown) => ({ timestamp: at(second), sampledValue: [{ value }] });

/** Everything that D1 holds of a charger in one table, after all of it was shipped. */
export async function history(
  { id }: { id: string },
  table: string,
  order = "history_seq",
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
): Promise<any[]> {
  await chargePointOf(env, id).flush();
  const { results } = await env.DB.prepare(`SELECT * FROM ${table} WHERE charge_point = ? ORDER BY ${order}`)
    .bind(id.toLowerCase())
    .all();
  return results;
}

export const transactionsOf = (charger: { id: string }) => history(charger, "transactions", "started_at, history_seq");

export async function findingsOf(charger: { id: string }): Promise<string[]> {
  return (await history(charger, "findings", "code")).map(({ code }) => code);
}

/** Every meter value in D1 of a transaction (ours: the UUID), or of none. */
export async function meterValuesOf(charger: { id: string }, transactionId?: string) {
  const chunks = await history(charger, "meter_chunks", "first_seq");
  return chunks
    .filter((chunk) => transactionId === undefined || chunk.transaction_id === transactionId)
    .flatMap((chunk) => readChunk(chunk.meter_values));
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
export async function stationRow({ id }: { id: string }): Promise<any> {
  await chargePointOf(env, id).flush();
  return env.DB.prepare("SELECT * FROM charge_points WHERE key = ?").bind(id.toLowerCase()).first();
}
