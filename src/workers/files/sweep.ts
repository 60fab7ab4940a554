// What crashes and time leave behind in the file store, for the scheduled handler. Each part takes a bounded bite.
import { sql } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { FILE_KINDS, files } from "../../db/schema.ts";
import { run } from "../../db/statement.ts";
import { announce } from "./arrived.ts";
import { IS_UNUSED, purgeNoted } from "./removals.ts";
import { retentionDays } from "./retention.ts";

const PER_RUN = 500;
const DAY_MS = 86_400_000;
/** Its own request tells of a file at once; only what that did not do is left for here. */
const UNTOLD_FOR_MS = 60_000;
/** What began in the very moment of the start is alive. */
const STARTED_BEFORE_MS = 5_000;

/** @param isStart nothing runs yet: uploads of one request belong to a process that is gone */
export async function dropExpiredUploads(env: Env, isStart: boolean): Promise<{ expired: number }> {
  const now = Date.now();
  const dead = "expires_at <= ?1 OR (resumable = 0 AND created_at <= ?2)";
  const values = [now, isStart ? now - STARTED_BEFORE_MS : 0];
  const [, gone] = await env.DB.batch([
    run(
      env.DB,
      `INSERT OR IGNORE INTO removals (id, multipart_id) SELECT id, multipart_id FROM uploads WHERE ${dead}`,
      ...values,
    ),
    run(env.DB, `DELETE FROM uploads WHERE ${dead}`, ...values),
    run(env.DB, "DELETE FROM used_upload_tokens WHERE expires_at <= ?", now),
  ]);
  return { expired: gone?.meta.changes ?? 0 };
}

/** Files that are older than their kind is kept. @returns how many went, by kind */
export async function applyRetention(env: Env): Promise<Record<string, number>> {
  const days = await retentionDays(env);
  const removed: Record<string, number> = {};
  for (const kind of FILE_KINDS) {
    const kept = days[kind];
    if (kept === null) continue;
    const old = `SELECT id FROM files WHERE kind = ?1 AND created_at < ?2 AND ${IS_UNUSED} ORDER BY created_at, id LIMIT ${PER_RUN}`;
    const values = [kind, Date.now() - kept * DAY_MS];
    const [, gone] = await env.DB.batch([
      run(env.DB, `INSERT OR IGNORE INTO removals (id) ${old}`, ...values),
      run(env.DB, `DELETE FROM files WHERE id IN (${old})`, ...values),
    ]);
    removed[kind] = gone?.meta.changes ?? 0;
  }
  return removed;
}

/** Objects whose rows are gone. */
export const dropRemovedObjects = async (env: Env): Promise<{ objects: number }> => ({
  objects: await purgeNoted(env),
});

/** Files that their charger's actor has not heard of. */
export async function announceAgain(env: Env): Promise<{ announced: number }> {
  const rows = await database(env)
    .select()
    .from(files)
    .where(sql`${files.announcedAt} is null and ${files.createdAt} <= ${Date.now() - UNTOLD_FOR_MS}`)
    .orderBy(files.createdAt)
    .limit(PER_RUN);
  let announced = 0;
  for (const row of rows) if ((await announce(env, row)).announcedAt !== null) announced += 1;
  return { announced };
}
