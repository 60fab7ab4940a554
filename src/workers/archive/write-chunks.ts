// Moves the meter samples of old transactions from D1 to R2: they are most of what D1 holds, and hardly anybody asks.
import { oldBefore } from "./age.ts";
import type { Chunk } from "./object.ts";
import { giveUpStale, type Member, writeArchive } from "./store.ts";

/** D1 takes 1,000 statements at once; a Worker has 128 MB. */
const CHUNKS = 400;
const CHARS = 16 * 1024 * 1024;
const TRANSACTIONS = 200;
/** What a run may do at most; the next one goes on. */
const ARCHIVES = 10;

export interface Archived {
  archives: number;
  transactions: number;
  chunks: number;
  /** Of what was cut off. */
  givenUp: number;
  [name: string]: number;
}

interface Place {
  startedAt: number;
  id: string;
}

interface Portion {
  /** By transaction. */
  chunks: Map<string, Chunk[]>;
  last: Place;
}

/** @param isAlone nobody else can be archiving: the deployment has just come up */
export async function archiveOldChunks(env: Env, isAlone = false, now = Date.now()): Promise<Archived> {
  const done: Archived = { archives: 0, transactions: 0, chunks: 0, givenUp: await giveUpStale(env, isAlone, now) };
  const before = oldBefore(env, now);
  if (before === undefined) return done;
  while (done.archives < ARCHIVES) {
    const portion = await nextPortion(env.DB, before);
    if (portion === undefined) break;
    const chunks = [...portion.chunks.values()].flat().length;
    await archive(env, portion, now);
    done.archives += 1;
    done.transactions += portion.chunks.size;
    done.chunks += chunks;
  }
  return done;
}

/**
 * The chunks of the oldest transactions behind the last archive. One that a charger tells of so late that its time is
 * over already stays in D1: to look for those would cost more than they take.
 */
async function nextPortion(db: D1Database, before: number): Promise<Portion | undefined> {
  const last = await db
    .prepare(
      "SELECT last_started_at AS startedAt, last_id AS id FROM archives ORDER BY last_started_at DESC, last_id DESC LIMIT 1",
    )
    .first<Place>();
  const { results: old } = await db
    .prepare(
      `SELECT id, charge_point, started_at FROM transactions
       WHERE status = 'completed' AND (started_at, id) > (?, ?) AND started_at < ? ORDER BY started_at, id LIMIT ?`,
    )
    .bind(last?.startedAt ?? 0, last?.id ?? "", before, TRANSACTIONS)
    .all<{ id: string; charge_point: string; started_at: number }>();
  const portion: Portion = { chunks: new Map(), last: last ?? { startedAt: 0, id: "" } };
  let count = 0;
  let chars = 0;
  for (const { id, charge_point, started_at } of old) {
    const { results } = await db
      .prepare(
        `SELECT charge_point AS chargePoint, transaction_id AS transactionId, evse_id AS evseId, connector_id AS connectorId,
           first_seq AS firstSeq, last_seq AS lastSeq, meter_values AS meterValues
         FROM meter_chunks WHERE transaction_id = ? AND charge_point = ? ORDER BY evse_id, connector_id, first_seq LIMIT ?`,
      )
      .bind(id, charge_point, CHUNKS)
      .all<Chunk>();
    count += results.length;
    chars += results.reduce((sum, { meterValues }) => sum + meterValues.length, 0);
    if (portion.chunks.size > 0 && (count > CHUNKS || chars > CHARS)) break;
    if (results.length > 0) portion.chunks.set(id, results);
    portion.last = { startedAt: started_at, id };
  }
  return old.length === 0 ? undefined : portion;
}

const archive = ({ DB, FILES }: Env, { chunks, last }: Portion, now: number): Promise<void> =>
  writeArchive(
    { DB, FILES },
    {
      kind: "meterValues",
      members: [...chunks].map(([transactionId, lines]) => member(DB, transactionId, lines)),
      transactions: chunks.size,
      last,
      removals: [...chunks.values()].flat().map((chunk) => removal(DB, chunk)),
    },
    now,
  );

const member = (db: D1Database, transactionId: string, lines: readonly Chunk[]): Member => ({
  lines,
  place: ({ archiveId, offset, length }) =>
    db
      .prepare("INSERT INTO archived_transactions (transaction_id, archive_id, offset, length) VALUES (?, ?, ?, ?)")
      .bind(transactionId, archiveId, offset, length),
});

/** Of this very chunk: one that grew meanwhile stays. */
const removal = (db: D1Database, { transactionId, chargePoint, evseId, connectorId, firstSeq, lastSeq }: Chunk) =>
  db
    .prepare(
      `DELETE FROM meter_chunks WHERE transaction_id = ? AND charge_point = ? AND evse_id = ? AND connector_id = ?
       AND first_seq = ? AND last_seq = ?`,
    )
    .bind(transactionId, chargePoint, evseId, connectorId, firstSeq, lastSeq);
