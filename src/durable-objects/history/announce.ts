// From committed history to the events of the fleet. It rides on the shipping: what is not told is shipped again, and
// an event has the same id each time.

import type { FleetEvent } from "../../events/event.ts";
import { eventsOf, isNear } from "../../events/table.ts";
import { logFailure } from "../../log.ts";
import { fleetFeedOf } from "../stubs.ts";
import type { HistoryRow, Shipment } from "./batch.ts";

const PAUSES_MS = [50, 250];
/** A new webhook that wants meter values gets them after so much at the latest. */
const ASK_EVERY_MS = 60_000;

export type Announced = { ok: true } | { ok: false; detail: string };

export class Announcer {
  readonly #env: Env;
  #wantsNear = false;
  #askAt = 0;

  constructor(env: Env) {
    this.#env = env;
  }

  /** Tells what these shipments say. Never throws. */
  async announce(shipments: readonly Shipment[]): Promise<Announced> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const near = await this.#near(shipments);
        const events = shipments.flatMap((shipment) => shipment.rows.flatMap((row) => derive(shipment, row, near)));
        if (events.length > 0) await fleetFeedOf(this.#env).announce(events);
        return { ok: true };
      } catch (error) {
        const pause = PAUSES_MS[attempt];
        if (pause === undefined) return { ok: false, detail: `the events cannot be told: ${String(error)}` };
        await scheduler.wait(pause);
      }
    }
  }

  /** Meter readings are many: nobody spells them where nobody wants them. */
  async #near(shipments: readonly Shipment[]): Promise<boolean> {
    if (!shipments.some(({ rows }) => rows.some(({ facts }) => facts.some(isNear)))) return false;
    if (Date.now() < this.#askAt) return this.#wantsNear;
    this.#wantsNear = await fleetFeedOf(this.#env).wantsNear();
    this.#askAt = Date.now() + ASK_EVERY_MS;
    return this.#wantsNear;
  }
}

/** A bug in telling must not hold up history: the entry is in D1, and the log says what was not told. */
function derive(origin: Shipment, row: HistoryRow, near: boolean): FleetEvent[] {
  try {
    return eventsOf(origin, row, near);
  } catch (error) {
    const { chargePoint } = origin;
    logFailure({ event: "event_not_derived", chargePoint, seq: row.seq, detail: String(error) });
    return [];
  }
}
