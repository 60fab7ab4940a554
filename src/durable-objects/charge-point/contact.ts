// When the charger came and went, as one row beside its state: how often it dials, since when it is away, and whether
// it hangs up whenever nothing was said for a while. Pure.
import type { Fact } from "../../ocpp/facts/fact.ts";
import { finding } from "../../ocpp/handler.ts";

export interface Contact {
  /** The connection that history believes to be alive; null: none. */
  id: string | null;
  /** Epoch milliseconds: since when it is there, or away. */
  since: number;
  /** When it dialled last, oldest first. */
  dials: number[];
  /** How long nothing had been said when it last hung up, in a row; milliseconds, oldest first. */
  idles: number[];
}

const DIALS_KEPT = 30;
const IDLES_KEPT = 3;
/** A shorter silence is no reason to hang up: there was another one. */
const IDLE_MIN_MS = 20_000;
/** Silences count as one limit of the charger's if they differ by less than this. */
const IDLE_SPREAD_MS = 40_000;
const HOUR_MS = 3_600_000;
const MIN_HEARTBEAT_S = 10;

const NEVER: Contact = { id: null, since: 0, dials: [], idles: [] };

/** @param stored as written below; a bare connection id before that */
export function readContact(stored: unknown): Contact {
  if (typeof stored === "string") return { ...NEVER, id: stored };
  return isContact(stored) ? stored : NEVER;
}

export const arrived = ({ dials, idles }: Contact, id: string, at: number): Contact => ({
  ...{ id, since: at, idles },
  dials: [...dials, at].slice(-DIALS_KEPT),
});

/** @param idleMs how long nothing had been said when the charger hung up; undefined: it did not, or spoke until then */
export const left = ({ dials, idles }: Contact, at: number, idleMs: number | undefined): Contact => ({
  ...{ id: null, since: at, dials },
  idles: idleMs === undefined || idleMs < IDLE_MIN_MS ? [] : [...idles, idleMs].slice(-IDLES_KEPT),
});

export const dialsWithinHour = ({ dials }: Contact, now: number): number =>
  dials.filter((at) => at > now - HOUR_MS).length;

/** The heartbeat interval, in seconds, that keeps it connected; undefined: it does not hang up when idle. */
export function fittingHeartbeat({ idles }: Contact): number | undefined {
  const [shortest, longest] = [Math.min(...idles), Math.max(...idles)];
  if (idles.length < IDLES_KEPT || longest - shortest > IDLE_SPREAD_MS) return undefined;
  return Math.max(MIN_HEARTBEAT_S, Math.floor(shortest / 2000));
}

/** What is worth telling when it hung up. @param interval the heartbeat interval that it is told, in seconds */
export function idleFinding(contact: Contact, interval: number): Fact[] {
  const fitting = fittingHeartbeat(contact);
  if (fitting === undefined || fitting >= interval) return [];
  const idle = Math.round(Math.min(...contact.idles) / 1000);
  const detail = `hangs up when nothing was said for ${idle} s: a heartbeat interval of ${fitting} s would keep it connected`;
  return [finding("idle_close", detail)];
}

const isContact = (value: unknown): value is Contact =>
  typeof value === "object" && value !== null && "dials" in value && "idles" in value;
