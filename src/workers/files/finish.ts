// From upload to file, in one D1 transaction: before it nothing shows, after it everything does. R2 holds the whole
// object already.
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { files } from "../../db/schema.ts";
import { run } from "../../db/statement.ts";
import { fail, ok, type Result } from "../../result.ts";
import { announce } from "./arrived.ts";
import type { FileFailure } from "./failure.ts";
import { SHARED } from "./limits.ts";
import { foldersDownTo, namesFor, type Place } from "./names.ts";
import { discard, type FileRow } from "./uploads.ts";

interface Whole {
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
}

/**
 * Idempotent: again, it answers with the same file. A name that is taken is numbered, never overwritten.
 * The upload is given up if it expired meanwhile, or if its one-time token was used by another.
 */
export async function finish(
  env: Env,
  { id, owner, folder, name }: Place & { id: string; owner: string },
  { size, sha256 }: Whole,
): Promise<Result<FileRow, FileFailure>> {
  const now = Date.now();
  const isFile = "EXISTS (SELECT 1 FROM files WHERE id = ?1)";
  await env.DB.batch([
    run(
      env.DB,
      `INSERT INTO files (id, owner, folder, name, kind, content_type, uploaded_by, job_id, command_id, created_at,
         size, sha256, announced_at)
       SELECT u.id, u.owner, u.folder, (
           SELECT c.value FROM json_each(?2) c
           WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.owner = u.owner AND f.folder = u.folder AND f.name = c.value)
             AND NOT EXISTS (SELECT 1 FROM folders d WHERE d.owner = u.owner AND d.folder = u.folder AND d.name = c.value)
           ORDER BY c.key LIMIT 1),
         u.kind, u.content_type, u.uploaded_by, u.job_id, u.command_id, ?3, ?4, ?5, ?6
       FROM uploads u
       WHERE u.id = ?1 AND NOT EXISTS (SELECT 1 FROM used_upload_tokens t WHERE t.digest = u.token_digest)`,
      ...[id, JSON.stringify(namesFor(name, id)), now, size, sha256, owner === SHARED ? now : null],
    ),
    run(
      env.DB,
      `INSERT INTO used_upload_tokens (digest, file_id, expires_at)
       SELECT token_digest, id, token_expires_at FROM uploads WHERE id = ?1 AND token_digest IS NOT NULL AND ${isFile}`,
      id,
    ),
    run(env.DB, `DELETE FROM uploads WHERE id = ?1 AND ${isFile}`, id),
    ...foldersDownTo(folder).map((place) =>
      run(
        env.DB,
        `INSERT OR IGNORE INTO folders (owner, folder, name, created_at) SELECT ?2, ?3, ?4, ?5 WHERE ${isFile}`,
        ...[id, owner, place.folder, place.name, now],
      ),
    ),
  ]);
  const file = await database(env).query.files.findFirst({ where: eq(files.id, id) });
  if (file === undefined) {
    await discard(env, id);
    return fail({ reason: "conflict", detail: "The upload had expired, or its one-time address was used before." });
  }
  return ok(await announce(env, file));
}
