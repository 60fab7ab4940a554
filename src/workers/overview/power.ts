// The power of all sessions that go on. Their chargers know it to the second and are asked where they are few; of many,
// history knows it as of their last shipment. Nothing is written for it, and no charger that rests is woken.
import { readChunk } from "../../db/meter-chunks.ts";
import type { SessionReading } from "../../durable-objects/charge-point/readings.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { logWarning } from "../../log.ts";
import { lastImportRegister, type MeterValue } from "../../ocpp/metering.ts";
import { powerOf } from "../../ocpp/power.ts";

/** Below what an invocation may call, and little enough to ask each time somebody looks. */
const ASKED_CHARGERS = 100;
/** Beyond that many sessions, the newest count; `told` says of how many. */
const MAX_SESSIONS = 5_000;

export interface SessionsNow {
  active: number;
  /** W */
  power: number;
  /** Sessions whose power is known. */
  told: number;
  source: "chargers" | "history";
  /** Epoch milliseconds of the oldest reading that counts; null: none does. */
  oldestAt: number | null;
  /** Wh that sessions which began since then have taken so far. */
  energyOfBegun: number;
}

type Session = { id: string; charge_point: string; started_at: number; meter_start: number | null; offset: number };
type Read = { id: string; values: readonly MeterValue[] };

export const ACTIVE = `SELECT id, charge_point, started_at, meter_start, coalesce(meter_offset, 0) AS offset
  FROM transactions WHERE status = 'active' ORDER BY started_at DESC, id DESC LIMIT ${MAX_SESSIONS}`;

/** Of each session's newest chunk the last two entries: that is enough to tell a power. */
export const NEWEST_READINGS = `SELECT id, (
    SELECT json_array(meter_values -> '$[#-2]', meter_values -> '$[#-1]') FROM meter_chunks c
    WHERE c.transaction_id = t.id AND c.charge_point = t.charge_point
    ORDER BY c.evse_id DESC, c.connector_id DESC, c.first_seq DESC LIMIT 1
  ) AS entries
  FROM transactions t WHERE status = 'active' ORDER BY started_at DESC, id DESC LIMIT ${MAX_SESSIONS}`;

export async function sessionsNow(env: Env, since: number): Promise<SessionsNow> {
  const { results: sessions } = await env.DB.prepare(ACTIVE).all<Session>();
  const chargers = [...new Set(sessions.map(({ charge_point }) => charge_point))];
  const isFew = chargers.length <= ASKED_CHARGERS;
  const read = isFew ? (await Promise.all(chargers.map((key) => ask(env, key)))).flat() : await readHistory(env.DB);
  const valuesOf = new Map(read.map(({ id, values }) => [id, values]));
  const now: SessionsNow = {
    ...{ active: sessions.length, power: 0, told: 0, source: isFew ? "chargers" : "history" },
    ...{ oldestAt: null, energyOfBegun: 0 },
  };
  for (const session of sessions) add(now, session, valuesOf.get(session.id) ?? [], since);
  return now;
}

function add(now: SessionsNow, session: Session, values: readonly MeterValue[], since: number): void {
  const register = lastImportRegister(values);
  if (session.started_at >= since && register !== undefined && session.meter_start !== null)
    now.energyOfBegun += Math.max(0, register - session.meter_start + session.offset);
  const power = powerOf(values);
  const last = values.at(-1);
  if (power === undefined || last === undefined) return;
  now.power += power;
  now.told += 1;
  now.oldestAt = Math.min(now.oldestAt ?? Number.POSITIVE_INFINITY, Date.parse(last.receivedAt));
}

async function ask(env: Env, key: string): Promise<Read[]> {
  try {
    const readings: SessionReading[] = await chargePointOf(env, key).readings();
    return readings.map(({ transactionId, values }) => ({ id: transactionId, values }));
  } catch (error) {
    logWarning({ event: "readings_failed", chargePoint: key, detail: String(error) });
    return [];
  }
}

async function readHistory(db: D1Database): Promise<Read[]> {
  const { results } = await db.prepare(NEWEST_READINGS).all<{ id: string; entries: string | null }>();
  return results.map(({ id, entries }) => ({ id, values: entries === null ? [] : readChunk(entries) }));
}
