// A session that began though its token is not accepted: offline, or on the charger's own word. It is recorded all the
// same; whether it goes on is looked after.
import type { Fact } from "./facts/fact.ts";
import type { Transaction } from "./facts/transaction.ts";
import type { Station, Verdict } from "./handler.ts";

export const refused = (station: Station, { id }: Transaction, verdict: Verdict | undefined): Fact[] =>
  verdict === undefined || verdict.status === "Accepted"
    ? []
    : [{ kind: "transactionDoubted", id, doubt: { refusedAt: station.receivedAt } }];
