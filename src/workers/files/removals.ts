// Out of R2: what is to be deleted was noted in D1 by whatever removed its row, so that a crash in between forgets
// nothing. Deleting twice is harmless.

import { eq, inArray, sql } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { files, removals } from "../../db/schema.ts";
import { run } from "../../db/statement.ts";
import { logWarning } from "../../log.ts";
import { fail, ok, type Result } from "../../result.ts";
import { logError } from "../log.ts";
import type { FileFailure } from "./failure.ts";
import { objectKey } from "./r2.ts";

/** R2 takes that many keys in one call. */
const AT_ONCE = 500;

/** An image that a campaign may still send out must not vanish under it. */
export const IS_UNUSED = "NOT EXISTS (SELECT 1 FROM firmware_images WHERE file_id = files.id)";

export async function removeFile(env: Env, id: string): Promise<Result<void, FileFailure<"not_found" | "conflict">>> {
  const [, gone] = await env.DB.batch([
    run(env.DB, `INSERT OR IGNORE INTO removals (id) SELECT id FROM files WHERE id = ? AND ${IS_UNUSED}`, id),
    run(env.DB, `DELETE FROM files WHERE id = ? AND ${IS_UNUSED}`, id),
  ]);
  if ((gone?.meta.changes ?? 0) > 0) {
    await purge(env, [id]);
    return ok(undefined);
  }
  const file = await database(env).query.files.findFirst({ columns: { id: true }, where: eq(files.id, id) });
  if (file === undefined) return fail({ reason: "not_found", detail: `There is no file ${id}.` });
  return fail({ reason: "conflict", detail: "It is registered as a firmware image: remove that first." });
}

/** Deletes what is noted under these ids. Never throws: what stays behind is taken by the next sweep. */
export async function purge(env: Env, ids: readonly string[]): Promise<number> {
  const db = database(env);
  try {
    const noted = await db
      .select()
      .from(removals)
      .where(inArray(removals.id, ids.slice(0, 90)));
    return await purgeAll(env, noted);
  } catch (error) {
    logError("removal_failed", error, { ids });
    return 0;
  }
}

/** Deletes everything that is noted, as much as one run may. @returns how many objects went */
export async function purgeNoted(env: Env): Promise<number> {
  return purgeAll(env, await database(env).select().from(removals).limit(AT_ONCE));
}

async function purgeAll(env: Env, noted: readonly (typeof removals.$inferSelect)[]): Promise<number> {
  if (noted.length === 0) return 0;
  await Promise.all(noted.map(({ id, multipartId }) => abort(env, id, multipartId)));
  await env.FILES.delete(noted.map(({ id }) => objectKey(id)));
  const ids = JSON.stringify(noted.map(({ id }) => id));
  await database(env).run(sql`delete from ${removals} where id in (select value from json_each(${ids}))`);
  return noted.length;
}

async function abort(env: Env, id: string, multipartId: string | null): Promise<void> {
  if (multipartId === null) return;
  try {
    await env.FILES.resumeMultipartUpload(objectKey(id), multipartId).abort();
  } catch (error) {
    // It was completed or aborted before; R2 drops what is left of others after a week.
    logWarning({ event: "multipart_not_aborted", file: id, detail: String(error) });
  }
}
