// One D1 batch, and what its failure means. The judgement is kept apart because a wrong one loses history.

export type CommitReply =
  | { ok: true; rowsWritten: number }
  | { ok: false; reason: "unavailable"; detail: string }
  | { ok: false; reason: "rejected"; seq: number; detail: string };

/**
 * Only what the data itself is guilty of counts as refused. Anything else, also a missing table after a bad deploy,
 * may be well again later and is tried again for ever.
 */
const REFUSED = /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)|constraint failed|datatype mismatch|string or blob too big/i;

export async function commit(db: D1Database, statements: D1PreparedStatement[]): Promise<CommitReply> {
  if (statements.length === 0) return { ok: true, rowsWritten: 0 };
  try {
    const results = await db.batch(statements);
    return { ok: true, rowsWritten: results.reduce((sum, result) => sum + result.meta.rows_written, 0) };
  } catch (error) {
    const detail = String(error);
    return REFUSED.test(detail)
      ? { ok: false, reason: "rejected", seq: 0, detail }
      : { ok: false, reason: "unavailable", detail };
  }
}
