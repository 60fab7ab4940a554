// Every kind of fact: the event that it is told as, or why it is told to nobody.

import type { HistoryRow } from "../durable-objects/history/batch.ts";
import type { Fact, FactKind } from "../ocpp/facts/fact.ts";
import { CHARGING_EVENTS } from "./charging-events.ts";
import type { Announcement, FleetEvent, Origin, Told } from "./event.ts";
import { EXCHANGE_EVENTS } from "./exchange-events.ts";
import { GRID_EVENTS } from "./grid-events.ts";
import { STATION_EVENTS } from "./station-events.ts";

export const EVENTS: { readonly [K in FactKind]: Announcement<K> } = {
  ...STATION_EVENTS,
  ...CHARGING_EVENTS,
  ...EXCHANGE_EVENTS,
};

const isTold = <K extends FactKind>(row: Announcement<K>): row is Told<K> => "types" in row;

/** Every type of event. */
export const EVENT_TYPES: ReadonlySet<string> = new Set([
  ...Object.values(EVENTS).flatMap((row) => ("types" in row ? Object.keys(row.types) : [])),
  ...Object.keys(GRID_EVENTS),
]);

/** Those that only close watchers hear, and whoever names them. */
export const NEAR_TYPES: ReadonlySet<string> = new Set(
  Object.values(EVENTS).flatMap((row) => ("types" in row && row.reach === "near" ? Object.keys(row.types) : [])),
);

/** Whether a fact is told to close watchers alone. */
export function isNear({ kind }: Fact): boolean {
  const announcement = EVENTS[kind];
  return "reach" in announcement && announcement.reach === "near";
}

/** Above this, a frame's event is told without its data: it is found in the message log. */
const LARGE_FRAME_CHARS = 64 * 1024;

/** Of one log entry, in the order of its facts. @param near whether those for close watchers are wanted, too */
export function eventsOf(origin: Origin, row: HistoryRow, near: boolean): FleetEvent[] {
  return row.facts.flatMap((fact, index) => eventOf(fact, index, origin, row, near) ?? []);
}

function eventOf<K extends FactKind>(
  fact: Fact<K>,
  index: number,
  origin: Origin,
  row: HistoryRow,
  near: boolean,
): FleetEvent | undefined {
  const announcement: Announcement<K> = EVENTS[fact.kind];
  if (!isTold(announcement) || (announcement.reach === "near" && !near)) return undefined;
  const { type, data } = announcement.tell(fact, { ...origin, row });
  const isLarge = row.frame.length > LARGE_FRAME_CHARS && JSON.stringify(data).length > LARGE_FRAME_CHARS;
  return {
    id: eventId(origin.chargePoint, row.seq, index),
    type,
    at: new Date(row.at).toISOString(),
    chargePointId: origin.identity,
    data: isLarge ? { omitted: "too large: see the charge point's messages", seq: row.seq } : data,
  };
}

/** Goes into HTTP headers and into the text that webhooks sign, so: ASCII without dots. */
const eventId = (chargePoint: string, seq: number, index: number): string =>
  `${encodeURIComponent(chargePoint).replaceAll(".", "%2E")}-${seq}-${index}`;
