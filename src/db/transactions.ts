// Reads of charging sessions and their meter samples, each in the order of an index.
import { and, asc, desc, eq, gte, lt } from "drizzle-orm";
import { caseKey } from "./case-key.ts";
import type { Database } from "./client.ts";
import { after, before, type Key } from "./keyset.ts";
import { chargePoints, idTokens, meterChunks, transactions } from "./schema.ts";

export interface TransactionRow {
  transaction: typeof transactions.$inferSelect;
  /** The charger's identity as first spelt; null: it is no longer registered. */
  displayId: string | null;
}

export interface TransactionFilter {
  chargePointId?: string | undefined;
  status?: TransactionRow["transaction"]["status"] | undefined;
  idToken?: string | undefined;
  connectorId?: number | undefined;
  ocppTransactionId?: string | undefined;
  /** startedAt, inclusive. */
  from?: Date | undefined;
  /** startedAt, exclusive. */
  to?: Date | undefined;
  cursor?: Key | undefined;
  limit: number;
}

export const transactionKey = ({ transaction: { startedAt, id } }: TransactionRow) =>
  [startedAt.getTime(), id] as const;

/** Newest first; one row more than the limit. */
export function selectTransactions(db: Database, filter: TransactionFilter) {
  const { chargePointId, status, idToken, connectorId, ocppTransactionId, from, to, cursor, limit } = filter;
  return rows(db)
    .where(
      and(
        chargePointId === undefined ? undefined : eq(transactions.chargePoint, caseKey(chargePointId)),
        status === undefined ? undefined : eq(transactions.status, status),
        idToken === undefined ? undefined : eq(transactions.idToken, idToken),
        connectorId === undefined ? undefined : eq(transactions.connectorId, connectorId),
        ocppTransactionId === undefined ? undefined : eq(transactions.ocppTransactionId, ocppTransactionId),
        from === undefined ? undefined : gte(transactions.startedAt, from),
        to === undefined ? undefined : lt(transactions.startedAt, to),
        before([transactions.startedAt, transactions.id], cursor),
      ),
    )
    .orderBy(desc(transactions.startedAt), desc(transactions.id))
    .limit(limit + 1);
}

/** The same of one driver: each of its tokens is one ordered walk of the index, and the walks are merged. */
export async function selectTransactionsOf(
  db: Database,
  userId: string,
  filter: TransactionFilter,
): Promise<TransactionRow[]> {
  const owned = await tokensOf(db, userId);
  const wanted = owned.filter((token) => filter.idToken === undefined || caseKey(token) === caseKey(filter.idToken));
  const walks = await Promise.all(wanted.map((idToken) => selectTransactions(db, { ...filter, idToken })));
  return walks
    .flat()
    .sort(newestFirst)
    .slice(0, filter.limit + 1);
}

/** The id tokens of a driver, as spelt. */
async function tokensOf(db: Database, userId: string): Promise<string[]> {
  const owned = await db.select({ idToken: idTokens.idToken }).from(idTokens).where(eq(idTokens.userId, userId));
  return owned.map(({ idToken }) => idToken);
}

export async function findTransaction(db: Database, id: string): Promise<TransactionRow | undefined> {
  const [row] = await rows(db).where(eq(transactions.id, id));
  return row;
}

/** Is it one that this driver charged with? */
export async function isTransactionOf(
  db: Database,
  { transaction: { idToken } }: TransactionRow,
  userId: string,
): Promise<boolean> {
  if (idToken === null) return false;
  const token = await db.query.idTokens.findFirst({ where: eq(idTokens.key, caseKey(idToken)) });
  return token?.userId === userId;
}

/** Chunks of meter samples behind a cursor, in the order of receipt. */
export function selectMeterChunks(
  db: Database,
  { id, chargePoint }: Pick<TransactionRow["transaction"], "id" | "chargePoint">,
  { cursor, limit }: { cursor: Key | undefined; limit: number },
) {
  const { evseId, connectorId, firstSeq } = meterChunks;
  return db
    .select()
    .from(meterChunks)
    .where(
      and(
        eq(meterChunks.transactionId, id),
        eq(meterChunks.chargePoint, chargePoint),
        after([evseId, connectorId, firstSeq], cursor),
      ),
    )
    .orderBy(asc(evseId), asc(connectorId), asc(firstSeq))
    .limit(limit);
}

const rows = (db: Database) =>
  db
    .select({ transaction: transactions, displayId: chargePoints.id })
    .from(transactions)
    .leftJoin(chargePoints, eq(chargePoints.key, transactions.chargePoint));

function newestFirst(a: TransactionRow, b: TransactionRow): number {
  const [startedA, idA] = transactionKey(a);
  const [startedB, idB] = transactionKey(b);
  return startedB - startedA || (idA < idB ? 1 : -1);
}
