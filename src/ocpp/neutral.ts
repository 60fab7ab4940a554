// Commands that mean the same to every charger, whatever its version: what an operator asks for, and how it is said.
// A version's table turns each into one OCPP action, or says why it cannot. Pure.
import type { ConnectorStatus } from "./facts/station.ts";
import type { Station } from "./handler.ts";

/** Where at the charger. 1.6 knows connectors only: there either name is the connector. A lone connectorId is an EVSE. */
export interface Place {
  evseId?: number | undefined;
  connectorId?: number | undefined;
}

export interface Limit {
  limit: number;
  unit: "W" | "A";
  phases?: number | undefined;
}

export interface Holder {
  idToken: string;
  /** OCPP 2.x IdTokenEnum. */
  idTokenType?: string | undefined;
  groupId?: string | undefined;
}

interface Retries {
  retries?: number | undefined;
  /** Seconds. */
  retryInterval?: number | undefined;
}

export interface NeutralParams {
  start: Place & Holder & { limit?: Limit | undefined };
  /** `transactionId`: our id, or the charger's. */
  stop: Place & { transactionId?: string | undefined };
  unlock: Place;
  reset: { type: "soft" | "hard"; evseId?: number | undefined };
  availability: Place & { operative: boolean };
  reserve: Place & Holder & { expiresAt: Date; connectorType?: string | undefined; reservationId?: number | undefined };
  cancelReservation: { reservationId: number };
  /** `duration`: seconds from now; undefined: until it is cleared. */
  setLimit: Place & Limit & { duration?: number | undefined };
  clearLimit: Place;
  getLog: Retries & {
    type: "diagnostics" | "security";
    location: string;
    from?: Date | undefined;
    to?: Date | undefined;
  };
  updateFirmware: Retries & {
    location: string;
    retrieveAt?: Date | undefined;
    installAt?: Date | undefined;
    signingCertificate?: string | undefined;
    signature?: string | undefined;
  };
}

export type NeutralKind = keyof NeutralParams;
export type NeutralRequest<K extends NeutralKind = NeutralKind> = {
  [P in K]: { kind: P; params: NeutralParams[P] };
}[K];

export interface Said {
  action: string;
  payload: object;
}

/** The version, or the charger as it is now, cannot do it. */
export interface Refused {
  refused: string;
}

/** What the tables need besides: the charger, and a number that it was never given before. */
export interface Circumstances {
  station: Station;
  number: number;
}

export type Neutral = {
  readonly [K in NeutralKind]: (params: NeutralParams[K], circumstances: Circumstances) => Said | Refused;
};

export const say = <K extends NeutralKind>(
  neutral: Neutral,
  { kind, params }: NeutralRequest<K>,
  circumstances: Circumstances,
): Said | Refused => neutral[kind](params, circumstances);

/** Whole seconds: some chargers cannot read fractions. */
export const isoTime = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

export const isoTimeOr = (name: string, date: Date | undefined) =>
  date === undefined ? {} : { [name]: isoTime(date) };

/** Those members that are given. */
export const only = (members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** A cable that is in waits for its start; a free place is the next best. */
const READY = ["Preparing", "Occupied", "Available", "Finishing", "Reserved"];

/** Where a start without a place is most likely meant: some chargers refuse one that names none. */
export function likelyPlace(station: Station): ConnectorStatus | undefined {
  const busy = new Set(station.openTransactions().map(({ evseId }) => evseId));
  const places = station.connectors().filter(({ connectorId, evseId }) => connectorId > 0 && !busy.has(evseId));
  const rank = ({ status }: ConnectorStatus) => (READY.includes(status) ? READY.indexOf(status) : READY.length);
  const ready = places.filter((place) => rank(place) < READY.length);
  return ready.toSorted((a, b) => rank(a) - rank(b))[0] ?? (places.length === 1 ? places[0] : undefined);
}

/** The transaction that is meant, by either id or by its place. */
export function meantTransaction(station: Station, { transactionId, evseId, connectorId }: NeutralParams["stop"]) {
  const open = station.openTransactions();
  if (transactionId !== undefined) {
    const byId = open.find(({ id }) => id === transactionId);
    return byId ?? open.findLast(({ ocppTransactionId }) => ocppTransactionId === transactionId);
  }
  const place = evseId ?? connectorId;
  if (place === undefined) return open.length === 1 ? open[0] : undefined;
  return open.findLast((tx) => tx.evseId === place);
}

export const NO_TRANSACTION: Refused = { refused: "no open transaction is known there, or several: name one" };
export const NO_PLACE: Refused = { refused: "name the connector or the EVSE" };
export const NO_DISCHARGE: Refused = { refused: "a negative limit, which discharges, exists from OCPP 2.1 on" };
export const HALF_SIGNED: Refused = { refused: "signingCertificate and signature go together" };

/** Profiles of set-limit have ids of their own, one per place, so that a new limit replaces the old one. */
const LIMIT_PROFILES_FROM = 880_000_000;
/** Those that a start brings along. */
const START_PROFILES_FROM = 881_000_000;

export const limitProfileId = (evseId: number): number => LIMIT_PROFILES_FROM + evseId;
export const startProfileId = (evseId: number): number => START_PROFILES_FROM + evseId;
