// One D1 batch, and what its failure means. The judgement is kept apart because a wrong one loses history.
import { statementsOf } from "../../db/projections.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Shipment } from "./batch.ts";

export type CommitReply =
  | { ok: true; rowsWritten: number }
  | { ok: false; reason: "unavailable" | "rejected"; detail: string };

/**
 * Only what the data itself is guilty of counts as refused. Anything else, also a missing table after a bad deploy,
 * may be well again later and is tried again for ever.
 */
const REFUSED = /SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)|constraint failed|datatype mismatch|string or blob too big/i;

/** Fails with a bug of ours: the rows are good, and are told to D1 when the bug is gone. */
export function prepare(db: D1Database, shipment: Shipment): Result<D1PreparedStatement[], string> {
  try {
    return ok(statementsOf(db, shipment));
  } catch (error) {
    return fail(String(error));
  }
}

/** All of the statements or nothing. */
export async function commit(db: D1Database, statements: D1PreparedStatement[]): Promise<CommitReply> {
  if (statements.length === 0) return { ok: true, rowsWritten: 0 };
  try {
    const results = await db.batch(statements);
    return { ok: true, rowsWritten: results.reduce((sum, result) => sum + result.meta.rows_written, 0) };
  } catch (error) {
    const detail = String(error);
    return { ok: false, reason: REFUSED.test(detail) ? "rejected" : "unavailable", detail };
  }
}
