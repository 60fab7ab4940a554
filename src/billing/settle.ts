// Bills a session: its record and the debit in one commit, once, whatever is repeated. What is learned after that
// (a late reading, the charger's own stop) is credited and billed anew; a bill that would be the same is left alone.
import { and, desc, eq } from "drizzle-orm";
import { database } from "../db/client.ts";
import { cdrs } from "../db/schema.ts";
import { rounded } from "../pricing/amounts.ts";
import { due } from "../pricing/bill.ts";
import { billOf, chargeRecord } from "./charge-record.ts";
import { Cdr } from "./documents/cdr.ts";
import { StoredTariff } from "./documents/tariff.ts";
import { insertBill, insertEntry } from "./ledger.ts";
import { type Billable, type BillableSession, billableSession } from "./session.ts";

type Bill = typeof cdrs.$inferSelect;

/** What is paid is paid in cents; accounts are kept in ten-thousandths. */
export const CENTS = 2;
export const FRACTIONS = 10_000;

/** Resolves when the session has its bill, if there is anything to bill. */
export async function settle(env: Env, transactionId: string): Promise<void> {
  const found = await billableSession(env, transactionId);
  if (found?.transaction.status !== "completed") return;
  const standing = await standingBill(env, transactionId);
  const session = standing === undefined ? found : sealedAs(standing, found);
  const revision = standing === undefined ? 0 : standing.revision + 1;
  // The first bill has its session's id: an attempt that is repeated can only make the same one.
  const id = revision === 0 ? transactionId : crypto.randomUUID();
  const now = new Date();
  const cdr = chargeRecord(session, id, now);
  if (standing !== undefined && isSame(Cdr.parse(JSON.parse(standing.cdr)), cdr)) return;
  const bill = billFor(session, cdr, { revision, now });
  const bills = standing === undefined ? [bill] : [creditFor(standing, now), bill];
  await env.DB.batch(bills.flatMap((each) => [insertBill(env.DB, each), ...insertEntry(env.DB, each)]));
}

/** The bill that stands: a credit takes one back and is none. */
export function standingBill(env: Env, transactionId: string): Promise<Bill | undefined> {
  return database(env).query.cdrs.findFirst({
    where: and(eq(cdrs.transactionId, transactionId), eq(cdrs.credit, false)),
    orderBy: desc(cdrs.revision),
  });
}

/** Billed once, a session keeps the tariff that it was billed with, whatever became of it. */
function sealedAs(standing: Bill, session: BillableSession): BillableSession {
  const [tariff] = Cdr.parse(JSON.parse(standing.cdr)).tariffs;
  return { ...session, tariff: tariff && { id: tariff.id, tariff: StoredTariff.parse(tariff) } };
}

function isSame(a: Cdr, b: Cdr): boolean {
  const told = ({ startDateTime, endDateTime, totalCost, totalEnergy, totalExportedEnergy, totalTime }: Cdr) =>
    JSON.stringify([startDateTime, endDateTime, totalCost, totalEnergy, totalExportedEnergy, totalTime]);
  return told(a) === told(b);
}

export function billFor(session: Billable, cdr: Cdr, { revision, now }: { revision: number; now: Date }): Bill {
  const { transaction, location, token } = session;
  return {
    id: cdr.id,
    transactionId: transaction.id,
    revision,
    credit: false,
    chargePoint: transaction.chargePoint,
    locationId: location.id,
    idToken: transaction.idToken,
    userId: token?.userId ?? null,
    startedAt: new Date(cdr.startDateTime),
    stoppedAt: new Date(cdr.endDateTime),
    currency: cdr.currency,
    total: Math.round(rounded(due(billOf(session).total), CENTS) * FRACTIONS),
    energy: cdr.totalEnergy,
    cdr: JSON.stringify(cdr),
    createdAt: now,
  };
}

/** Takes a bill back: the same record with its total below zero. Source: OCPI 2.2.1, mod_cdrs, Credit CDRs. */
export function creditFor(bill: Bill, now: Date): Bill {
  const cdr = Cdr.parse(JSON.parse(bill.cdr));
  const { exclVat, inclVat } = cdr.totalCost;
  const id = `${bill.id}-C`;
  const credit: Cdr = {
    ...cdr,
    id,
    totalCost: { exclVat: 0 - exclVat, ...(inclVat === undefined ? {} : { inclVat: 0 - inclVat }) },
    credit: true,
    creditReferenceId: bill.id,
    lastUpdated: now.toISOString(),
  };
  return { ...bill, id, credit: true, total: 0 - bill.total, cdr: JSON.stringify(credit), createdAt: now };
}
