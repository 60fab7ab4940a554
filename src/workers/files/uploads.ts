// An upload from its first word to its last but one: room is made for it, its name is noted, and it can be given up.
// Nothing here shows in a list: a file is what `finish` makes of it.
import { eq, sql } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { type FILE_KINDS, files, uploads } from "../../db/schema.ts";
import { run } from "../../db/statement.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { FileFailure } from "./failure.ts";
import { MAX_FILES_PER_OWNER, maxFileBytes, quotaBytes } from "./limits.ts";
import { foldersDownTo, type Place, pathOf } from "./names.ts";
import { purge } from "./removals.ts";

export type FileKind = (typeof FILE_KINDS)[number];

/** What is known of a file before its bytes are. */
export interface Draft extends Place {
  /** The key of a charge point, or SHARED. */
  owner: string;
  kind: FileKind;
  contentType: string;
  uploadedBy: string;
  jobId: string | null;
  commandId: string | null;
  /** The one-time token that it came with. */
  token: { digest: string; expiresAt: Date } | null;
}

export type UploadRow = typeof uploads.$inferSelect;
export type FileRow = typeof files.$inferSelect;

/** A direct upload that shows no progress for so long is dead. */
export const DIRECT_TTL_MS = 15 * 60_000;
export const RESUMABLE_TTL_MS = 24 * 3_600_000;

interface Beginning {
  /** Bytes to set aside. */
  reserved: number;
  size?: number | undefined;
  sha256?: string | undefined;
  resumable?: boolean;
}

/** @returns the id of the upload, and of the file that it becomes */
export async function begin(
  env: Env,
  draft: Draft,
  { reserved, size, sha256, resumable = false }: Beginning,
): Promise<Result<string, FileFailure>> {
  if (reserved > maxFileBytes(env)) return fail(tooLarge(env));
  const db = database(env);
  const blocking = await fileOnTheWay(db, draft);
  if (blocking !== undefined) return fail({ reason: "conflict", detail: `${blocking} is a file, not a folder.` });
  const id = crypto.randomUUID();
  const now = Date.now();
  const expiresAt = now + (resumable ? RESUMABLE_TTL_MS : DIRECT_TTL_MS);
  const { owner, folder, name, kind, contentType, uploadedBy, jobId, commandId, token } = draft;
  // Room is checked by the statement that takes it: of many uploads at once, only as many begin as there is room for.
  const { meta } = await db.run(sql`
    insert into ${uploads} (id, owner, folder, name, kind, content_type, uploaded_by, job_id, command_id, created_at,
      size, sha256, reserved, resumable, token_digest, token_expires_at, expires_at)
    select ${id}, ${owner}, ${folder}, ${name}, ${kind}, ${contentType}, ${uploadedBy}, ${jobId}, ${commandId}, ${now},
      ${size ?? null}, ${sha256 ?? null}, ${reserved}, ${Number(resumable)}, ${token?.digest ?? null},
      ${token?.expiresAt.getTime() ?? null}, ${expiresAt}
    where ${bytesTaken(owner, now)} + ${reserved} <= ${quotaBytes(env, owner)}
      and ${filesTaken(owner, now)} < ${MAX_FILES_PER_OWNER}`);
  return meta.changes === 1 ? ok(id) : fail(outOfSpace(env, owner));
}

/** Sets aside more, for an upload whose size nobody told. Also shows that it is alive. */
export async function grow(env: Env, { id, owner }: Growing, reserved: number): Promise<Result<void, FileFailure>> {
  if (reserved > maxFileBytes(env)) return fail(tooLarge(env));
  const now = Date.now();
  const { meta } = await database(env).run(sql`
    update ${uploads} set reserved = ${reserved}, expires_at = ${now + DIRECT_TTL_MS}
    where id = ${id} and ${bytesTaken(owner, now)} - reserved + ${reserved} <= ${quotaBytes(env, owner)}`);
  return meta.changes === 1 ? ok(undefined) : fail(outOfSpace(env, owner));
}

interface Growing {
  id: string;
  owner: string;
}

/** It is slow, but alive. */
export async function keepAlive(env: Env, id: string): Promise<void> {
  const expiresAt = new Date(Date.now() + DIRECT_TTL_MS);
  await database(env).update(uploads).set({ expiresAt }).where(eq(uploads.id, id));
}

/** Gives it up: what was stored of it goes, and its room is free at once. */
export async function discard(env: Env, id: string): Promise<void> {
  await env.DB.batch([
    run(
      env.DB,
      "INSERT OR IGNORE INTO removals (id, multipart_id) SELECT id, multipart_id FROM uploads WHERE id = ?",
      id,
    ),
    run(env.DB, "DELETE FROM uploads WHERE id = ?", id),
  ]);
  await purge(env, [id]);
}

/** Bytes of the owner's files and of what is on its way. */
export const bytesTaken = (owner: string, now: number) => sql`(
  (select coalesce(sum(size), 0) from ${files} where owner = ${owner})
  + (select coalesce(sum(reserved), 0) from ${uploads} where owner = ${owner} and expires_at > ${now}))`;

const filesTaken = (owner: string, now: number) => sql`(
  (select count(*) from ${files} where owner = ${owner})
  + (select count(*) from ${uploads} where owner = ${owner} and expires_at > ${now}))`;

async function fileOnTheWay(db: Database, { owner, folder }: Draft): Promise<string | undefined> {
  for (const place of foldersDownTo(folder)) {
    const found = await db.query.files.findFirst({
      columns: { id: true },
      where: (t, { and, eq }) => and(eq(t.owner, owner), eq(t.folder, place.folder), eq(t.name, place.name)),
    });
    if (found !== undefined) return pathOf(place);
  }
  return undefined;
}

export const tooLarge = (env: Env): FileFailure => ({
  reason: "too_large",
  detail: `A file may have ${maxFileBytes(env)} bytes.`,
});

export const outOfSpace = (env: Env, owner: string): FileFailure => ({
  reason: "quota_exceeded",
  detail: `There is no room for it: all files together may have ${quotaBytes(env, owner)} bytes, and number ${MAX_FILES_PER_OWNER}.`,
});
