// What is told of the grid and of fleet set points: it is of no single charger, so these events have no chargePointId.
import { z } from "@hono/zod-openapi";
import { Timestamp } from "../shapes.ts";
import { type FleetEvent, iso } from "./event.ts";

const number = z.number().optional();

const signal = z.object({
  signalId: z.string(),
  /** capacityLimit, duosTariff */
  type: z.string(),
  transformerId: z.string(),
  unit: z.string(),
  startsAt: Timestamp,
  endsAt: Timestamp,
  /** What is asked now, if something is. */
  value: number,
  least: number,
  siteIds: z.array(z.string()),
});

const setPoint = z.object({
  setPointId: z.string(),
  powerW: z.number(),
  startsAt: Timestamp,
  endsAt: Timestamp,
  siteIds: z.array(z.string()),
});

export const GRID_EVENTS = {
  "grid-signal.announced": { when: "The grid asks something of everything below a transformer.", data: signal },
  "grid-signal.changed": {
    when: "A period of a grid signal began or ended: `value` is what is asked now.",
    data: signal,
  },
  "grid-signal.ended": { when: "A grid signal is over: what it limited is free again.", data: signal },
  "grid-signal.cancelled": { when: "A grid signal was taken back.", data: signal },
  "set-point.began": { when: "A fleet set point is in force, and its sites know their shares.", data: setPoint },
  "set-point.ended": { when: "A fleet set point is over.", data: setPoint },
  "set-point.cancelled": { when: "A fleet set point was taken back.", data: setPoint },
} as const satisfies Readonly<Record<string, { when: string; data: z.ZodObject }>>;

export type GridEventType = keyof typeof GRID_EVENTS;

/** @param mark what tells it from the other events of the thing: told again, it is the same event */
export function gridEvent<T extends GridEventType>(
  type: T,
  { thing, mark, at }: { thing: string; mark: string; at: number },
  data: z.input<(typeof GRID_EVENTS)[T]["data"]>,
): FleetEvent {
  const id = `grid-${encodeURIComponent(thing).replaceAll(".", "%2E")}-${mark}`;
  return { id, type, at: iso(at), chargePointId: null, data };
}
