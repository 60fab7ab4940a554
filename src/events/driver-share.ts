// What of the fleet's events a driver may hear: its own sessions and reservations, and the public status of the chargers
// that it named. Pure. Ids are kept as digests, so that many fit into a socket's attachment.
import { createHash } from "node:crypto";
import type { FleetEvent } from "./event.ts";

export interface DriverView {
  /** Digests of its id tokens. */
  tokens: string[];
  /** Digests of its transactions, the oldest first: an event of one may not say whose it is. */
  transactions: string[];
  /** Keys of the chargers, all of them open to drivers. */
  chargers: string[];
}

/** 72 bits: nobody finds another's by chance. */
const DIGEST_CHARS = 12;
export const MAX_TOKENS = 20;
export const MAX_TRANSACTIONS = 30;

export const shortDigest = (text: string): string =>
  createHash("sha256").update(text.toLowerCase()).digest("base64url").slice(0, DIGEST_CHARS);

type Share = (view: DriverView, event: FleetEvent) => FleetEvent | undefined;

const ofOwnToken: Share = (view, event) => (isOwn(view.tokens, event.data.idToken) ? event : undefined);

/** By its token, or because it is known to be its own. Whatever begins is known from then on. */
const ofOwnTransaction: Share = (view, event) => {
  const { transactionId, idToken } = event.data;
  if (isOwn(view.transactions, transactionId)) return event;
  if (typeof transactionId !== "string" || !isOwn(view.tokens, idToken)) return undefined;
  view.transactions.push(shortDigest(transactionId));
  if (view.transactions.length > MAX_TRANSACTIONS) view.transactions.shift();
  return event;
};

/** With these members alone: error codes and the like are the operator's. */
const ofCharger =
  (...members: string[]): Share =>
  ({ chargers }, event) => {
    if (event.chargePointId === null || !chargers.includes(event.chargePointId.toLowerCase())) return undefined;
    return withMembers(event, members);
  };

/** Of the grid: what is asked, when, and at which locations. Transformers are the operator's. */
const ofGrid: Share = (_view, event) =>
  withMembers(event, ["signalId", "type", "unit", "startsAt", "endsAt", "value", "least", "siteIds"]);

function withMembers(event: FleetEvent, members: readonly string[]): FleetEvent {
  return { ...event, data: Object.fromEntries(Object.entries(event.data).filter(([name]) => members.includes(name))) };
}

/** What is not here is not for drivers. */
const SHARES: Readonly<Record<string, Share>> = {
  "transaction.started": ofOwnTransaction,
  "transaction.updated": ofOwnTransaction,
  "transaction.ended": ofOwnTransaction,
  "transaction.orphaned": ofOwnTransaction,
  "reservation.changed": ofOwnToken,
  "connector.status": ofCharger("evseId", "connectorId", "status"),
  "charge-point.connected": ofCharger(),
  "charge-point.disconnected": ofCharger(),
  "grid-signal.announced": ofGrid,
  "grid-signal.changed": ofGrid,
  "grid-signal.ended": ofGrid,
  "grid-signal.cancelled": ofGrid,
};

export const DRIVER_TYPES: ReadonlySet<string> = new Set(Object.keys(SHARES));

/** The event as the driver may hear it; undefined: not at all. The view may learn of a transaction by it. */
export const shareOf: Share = (view, event) => SHARES[event.type]?.(view, event);

const isOwn = (digests: readonly string[], id: unknown): boolean =>
  typeof id === "string" && digests.includes(shortDigest(id));
