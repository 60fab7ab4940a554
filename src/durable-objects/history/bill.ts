// Sessions that a batch brought to their end get their bill, and so do reservations that nobody used. Off the chargers'
// path: what fails here, the scheduled work does later.
import { trySettleReservation } from "../../billing/reservation-bill.ts";
import { billable, trySettle } from "../../billing/unbilled.ts";
import type { Shipment } from "./batch.ts";

/** Used: it may have been billed as one that nobody used. */
const BILLED: ReadonlySet<string> = new Set(["expired", "used"]);

/** Never throws. */
export async function billEnded(env: Env, shipments: readonly Shipment[]): Promise<void> {
  const facts = shipments.flatMap(({ rows }) => rows.flatMap(({ facts }) => facts));
  const ended = facts.flatMap((fact) => (fact.kind === "transactionStopped" ? [fact.stop.id] : []));
  for (const id of await billable(env, [...new Set(ended)])) await trySettle(env, id);
  const unused = facts.flatMap((fact) =>
    fact.kind === "reservation" && BILLED.has(fact.reservation.status) ? [fact.reservation.id] : [],
  );
  for (const id of new Set(unused)) await trySettleReservation(env, id);
}
