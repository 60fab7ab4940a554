// A place to charge at holds one transaction: an older one that is still open there ended without our hearing of it.
import type { Fact } from "./facts/fact.ts";
import { finding, type Station } from "./handler.ts";

/** Closes what is open on an EVSE since before `startedAt`, at its last known reading. Evse 0 is no place, but unknown. */
export function supersede(station: Station, evseId: number, startedAt: number): Fact[] {
  const stale = station.openTransactions().filter((tx) => tx.evseId === evseId && tx.startedAt <= startedAt);
  const [first] = stale;
  if (first === undefined) return [];
  const { ocppTransactionId } = first;
  return [
    ...stale.map(({ id, meterStart }): Fact => {
      const meterStop = station.lastMeter(id) ?? meterStart;
      return { kind: "transactionStopped", stop: { id, stoppedAt: startedAt, meterStop, closedBy: "superseded" } };
    }),
    finding("start_while_open", `connector ${evseId} started while transaction ${ocppTransactionId} was open`),
  ];
}
