// Bills and accounts in D1, by statements that may be repeated: a bill is in once, and so is the entry it makes.
import type { cdrs, creditEntries } from "../db/schema.ts";

type Bill = typeof cdrs.$inferSelect;
type Entry = typeof creditEntries.$inferSelect;

export function insertBill(db: D1Database, bill: Bill): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO cdrs (id, transaction_id, revision, credit, charge_point, location_id, id_token, user_id, started_at,
         stopped_at, currency, total, energy, cdr, created_at)
       VALUES (${Array(15).fill("?").join(", ")}) ON CONFLICT DO NOTHING`,
    )
    .bind(
      ...[bill.id, bill.transactionId, bill.revision, bill.credit ? 1 : 0, bill.chargePoint, bill.locationId],
      ...[bill.idToken, bill.userId, bill.startedAt.getTime(), bill.stoppedAt.getTime(), bill.currency, bill.total],
      ...[bill.energy, bill.cdr, bill.createdAt.getTime()],
    );
}

/** The debit of a bill whose token belongs to somebody; none if another attempt's bill came first. */
export function insertEntry(db: D1Database, bill: Bill): D1PreparedStatement[] {
  if (bill.userId === null || bill.total === 0) return [];
  return [
    db
      .prepare(
        `INSERT INTO credit_entries (id, user_id, at, currency, amount, cdr_id)
         SELECT id, user_id, created_at, currency, -total, id FROM cdrs WHERE id = ? ON CONFLICT DO NOTHING`,
      )
      .bind(bill.id),
  ];
}

/** What a person entered: a payment, a refund, a correction. */
export function insertPayment(db: D1Database, entry: Omit<Entry, "cdrId">): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO credit_entries (id, user_id, at, currency, amount, note, entered_by)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    .bind(entry.id, entry.userId, entry.at.getTime(), entry.currency, entry.amount, entry.note, entry.enteredBy);
}

/** Whether anything is left in one currency at least. */
export async function hasCredit(db: D1Database, userId: string): Promise<boolean> {
  const row = await db
    .prepare("SELECT 1 FROM credit_entries WHERE user_id = ? GROUP BY currency HAVING sum(amount) > 0 LIMIT 1")
    .bind(userId)
    .first();
  return row !== null;
}
