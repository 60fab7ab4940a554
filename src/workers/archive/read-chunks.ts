// A transaction's meter chunks, wherever they are by now: in D1, in an archive, or, where late ones came, in both.
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import type { Key } from "../../db/keyset.ts";
import { archivedTransactions, type transactions } from "../../db/schema.ts";
import { selectMeterChunks } from "../../db/transactions.ts";
import { type Chunk, readMember, unpack } from "./object.ts";

type Transaction = Pick<typeof transactions.$inferSelect, "id" | "chargePoint" | "status">;

/** In the order of receipt, from behind the cursor. */
export async function storedChunks(
  env: Env,
  transaction: Transaction,
  { cursor, limit }: { cursor: Key | undefined; limit: number },
): Promise<Chunk[]> {
  const here = await selectMeterChunks(database(env), transaction, { cursor, limit });
  // What goes on was never archived: nobody has to ask.
  if (transaction.status === "active") return here;
  const away = (await archivedChunks(env, transaction.id)).filter((chunk) => isBehind(keyOf(chunk), cursor));
  if (away.length === 0) return here;
  return longest([...away, ...here])
    .sort((a, b) => compare(keyOf(a), keyOf(b)))
    .slice(0, limit);
}

/** A chunk that grew after it was archived, or that two runs archived, is there twice: the longer one has all of it. */
function longest(chunks: readonly Chunk[]): Chunk[] {
  const byKey = new Map<string, Chunk>();
  for (const chunk of chunks) {
    const key = keyOf(chunk).join("/");
    if ((byKey.get(key)?.lastSeq ?? -1) < chunk.lastSeq) byKey.set(key, chunk);
  }
  return [...byKey.values()];
}

async function archivedChunks(env: Env, transactionId: string): Promise<Chunk[]> {
  const places = await database(env)
    .select()
    .from(archivedTransactions)
    .where(eq(archivedTransactions.transactionId, transactionId));
  const members = await Promise.all(places.map(async (place) => unpack(await readMember(env, place))));
  return members.flat();
}

const keyOf = ({ evseId, connectorId, firstSeq }: Chunk): number[] => [evseId, connectorId, firstSeq];

const isBehind = (key: readonly number[], cursor: Key | undefined): boolean =>
  cursor === undefined || compare(key, cursor.map(Number)) > 0;

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, part] of a.entries()) {
    const difference = part - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
