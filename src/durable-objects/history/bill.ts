// Sessions that a batch brought to their end get their bill. Off the chargers' path: what fails here, the scheduled
// work does later.
import { billable, trySettle } from "../../billing/unbilled.ts";
import type { Shipment } from "./batch.ts";

/** Never throws. */
export async function billEnded(env: Env, shipments: readonly Shipment[]): Promise<void> {
  const ended = shipments.flatMap(({ rows }) =>
    rows.flatMap(({ facts }) => facts.flatMap((fact) => (fact.kind === "transactionStopped" ? [fact.stop.id] : []))),
  );
  for (const id of await billable(env, [...new Set(ended)])) await trySettle(env, id);
}
