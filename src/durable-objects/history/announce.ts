// From committed history to the events of the fleet. It rides on the shipping: what is not told is shipped again, and
// an event has the same id each time.
import type { FleetEvent } from "../../events/event.ts";
import { eventsOf } from "../../events/table.ts";
import { fleetFeedOf } from "../stubs.ts";
import type { HistoryRow, Shipment } from "./batch.ts";

const PAUSES_MS = [50, 250];

/** Tells what these shipments say. Never throws. */
export async function announce(
  env: Env,
  shipments: readonly Shipment[],
): Promise<{ ok: true } | { ok: false; detail: string }> {
  const events = shipments.flatMap((shipment) => shipment.rows.flatMap((row) => derive(shipment, row)));
  if (events.length === 0) return { ok: true };
  for (let attempt = 0; ; attempt += 1) {
    try {
      await fleetFeedOf(env).announce(events);
      return { ok: true };
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      if (pause === undefined) return { ok: false, detail: `the events cannot be told: ${String(error)}` };
      await scheduler.wait(pause);
    }
  }
}

/** A bug in telling must not hold up history: the entry is in D1, and the log says what was not told. */
function derive(origin: Shipment, row: HistoryRow): FleetEvent[] {
  try {
    return eventsOf(origin, row, false);
  } catch (error) {
    const { chargePoint } = origin;
    console.error(JSON.stringify({ event: "event_not_derived", chargePoint, seq: row.seq, detail: String(error) }));
    return [];
  }
}
