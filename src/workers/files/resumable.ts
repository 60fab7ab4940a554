// Large files over many requests, in parts. Nothing is locked: each attempt at a part has a part number of its own, and
// the row takes the first one that is whole, by comparing the offset. So a client that comes back while its lost request
// still runs waits for nothing, and the loser is told where to go on.
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { database } from "../../db/client.ts";
import { files, uploads } from "../../db/schema.ts";
import { fail, ok, type Result } from "../../result.ts";
import { ResumableDigest } from "./digest.ts";
import type { FileFailure } from "./failure.ts";
import { finish } from "./finish.ts";
import { Intake } from "./intake.ts";
import { maxFileBytes, quotaBytes } from "./limits.ts";
import { MAX_PARTS, objectKey, RESUMABLE_PART_BYTES } from "./r2.ts";
import { flow } from "./receive.ts";
import {
  begin,
  bytesTaken,
  type Draft,
  discard,
  type FileRow,
  outOfSpace,
  RESUMABLE_TTL_MS,
  tooLarge,
  type UploadRow,
} from "./uploads.ts";

const Parts = z.array(z.object({ partNumber: z.int(), etag: z.string() }));

interface Announced {
  size?: number | undefined;
  sha256?: string | undefined;
}

export async function create(
  env: Env,
  draft: Draft,
  { size, sha256 }: Announced,
): Promise<Result<UploadRow, FileFailure>> {
  const begun = await begin(env, draft, { reserved: size ?? 0, size, sha256, resumable: true });
  if (!begun.ok) return begun;
  const id = begun.value;
  const { uploadId } = await env.FILES.createMultipartUpload(objectKey(id));
  const [row] = await database(env)
    .update(uploads)
    .set({ multipartId: uploadId })
    .where(eq(uploads.id, id))
    .returning();
  return row === undefined ? fail(unknownUpload(id)) : ok(row);
}

/** @returns undefined for one that there is not, that has expired, or that is another owner's */
export async function findUpload(env: Env, owner: string, id: string): Promise<UploadRow | undefined> {
  const row = await database(env).query.uploads.findFirst({ where: eq(uploads.id, id) });
  const isTheirs = row?.resumable === true && row.owner === owner && row.expiresAt.getTime() > Date.now();
  return isTheirs ? row : undefined;
}

export const unknownUpload = (id: string): FileFailure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no upload ${id}, or not any more.`,
});

/** `offset`: where to go on. */
type PartFailure = FileFailure & { offset?: number };

export interface Part {
  offset: number;
  body: AsyncIterable<Uint8Array>;
  /** Bytes; undefined: not told. */
  length: number | undefined;
}

/** @returns the offset after it */
export async function addPart(env: Env, upload: UploadRow, part: Part): Promise<Result<number, PartFailure>> {
  if (part.offset !== upload.offset) return fail(elsewhere(upload.offset));
  const digest = upload.digestState === null ? new ResumableDigest() : ResumableDigest.load(upload.digestState);
  const intake = new Intake(part.body, digest);
  const whole = part.length === undefined ? await intake.gather(RESUMABLE_PART_BYTES) : undefined;
  if (whole !== undefined && !(await intake.ended())) return fail(tooLong);
  const length = whole?.length ?? part.length ?? 0;
  if (length > RESUMABLE_PART_BYTES) return fail(tooLong);
  if (length === 0) return ok(upload.offset);
  // A short one ends the file: R2 has no parts of different sizes.
  if (upload.offset % RESUMABLE_PART_BYTES !== 0)
    return fail({ ...elsewhere(upload.offset), detail: "The last part came already." });
  const claimed = await claim(env, upload, upload.offset + length);
  if (!claimed.ok) return claimed;
  const multipart = env.FILES.resumeMultipartUpload(objectKey(upload.id), upload.multipartId ?? "");
  const stored =
    whole === undefined
      ? await flow(intake, length, still, (stream) => multipart.uploadPart(claimed.value, stream))
      : await multipart.uploadPart(claimed.value, whole);
  return commit(env, upload, { offset: upload.offset + length, stored, digestState: digest.save() });
}

const still = async (): Promise<void> => {};

/** Takes a part number, and room for what nobody announced. */
async function claim(env: Env, upload: UploadRow, end: number): Promise<Result<number, PartFailure>> {
  const { id, owner, offset, size } = upload;
  if (end > (size ?? maxFileBytes(env)))
    return fail(size === null ? tooLarge(env) : { reason: "too_large", detail: `${size} bytes were announced.` });
  const now = Date.now();
  const rows = await database(env)
    .update(uploads)
    .set({
      nextPart: sql`${uploads.nextPart} + 1`,
      reserved: sql`max(${uploads.reserved}, ${end})`,
      expiresAt: new Date(now + RESUMABLE_TTL_MS),
    })
    .where(
      sql`${uploads.id} = ${id} and ${uploads.offset} = ${offset} and ${uploads.nextPart} <= ${MAX_PARTS}
        and (${uploads.reserved} >= ${end} or ${bytesTaken(owner, now)} - ${uploads.reserved} + ${end} <= ${quotaBytes(env, owner)})`,
    )
    .returning({ nextPart: uploads.nextPart });
  const [row] = rows;
  if (row !== undefined) return ok(row.nextPart - 1);
  const present = await findUpload(env, owner, id);
  if (present === undefined) return fail(unknownUpload(id));
  if (present.offset !== offset) return fail(elsewhere(present.offset));
  if (present.nextPart > MAX_PARTS) return fail({ reason: "conflict", detail: "Too many attempts: begin anew." });
  return fail(outOfSpace(env, owner));
}

interface Stored {
  offset: number;
  stored: R2UploadedPart;
  digestState: string;
}

/** The first one that is whole wins: another at the same offset finds it moved. */
async function commit(
  env: Env,
  upload: UploadRow,
  { offset, stored, digestState }: Stored,
): Promise<Result<number, PartFailure>> {
  const { partNumber, etag } = stored;
  const parts = JSON.stringify([...Parts.parse(JSON.parse(upload.parts)), { partNumber, etag }]);
  const { meta } = await database(env)
    .update(uploads)
    .set({ offset, parts, digestState, expiresAt: new Date(Date.now() + RESUMABLE_TTL_MS) })
    .where(
      sql`${uploads.id} = ${upload.id} and ${uploads.offset} = ${upload.offset}
        and (${uploads.size} is null or ${uploads.size} >= ${offset})`,
    );
  if (meta.changes === 1) return ok(offset);
  const present = await findUpload(env, upload.owner, upload.id);
  return fail(present === undefined ? unknownUpload(upload.id) : elsewhere(present.offset));
}

const tooLong: FileFailure = { reason: "too_large", detail: `A part may have ${RESUMABLE_PART_BYTES} bytes.` };

const elsewhere = (offset: number): PartFailure => ({
  reason: "conflict",
  detail: `The next byte is that at ${offset}.`,
  offset,
});

/** Idempotent: again, it answers with the same file. */
export async function complete(
  env: Env,
  owner: string,
  id: string,
  expected: string | undefined,
): Promise<Result<FileRow, PartFailure>> {
  // From here on no part can be added: its commit would exceed the size.
  const [upload] = await database(env)
    .update(uploads)
    .set({ size: sql`${uploads.offset}` })
    .where(
      sql`${uploads.id} = ${id} and ${uploads.owner} = ${owner} and ${uploads.resumable} = 1
        and (${uploads.size} is null or ${uploads.size} = ${uploads.offset})`,
    )
    .returning();
  if (upload === undefined) return completedBefore(env, owner, id);
  const digest = upload.digestState === null ? new ResumableDigest() : ResumableDigest.load(upload.digestState);
  const sha256 = digest.hex();
  const wanted = expected ?? upload.sha256;
  if (wanted !== null && wanted.toLowerCase() !== sha256) {
    await discard(env, id);
    return fail({ reason: "invalid", detail: `Its SHA-256 is ${sha256}, not ${wanted}: the upload was given up.` });
  }
  await assemble(env, upload);
  return finish(env, upload, { size: upload.offset, sha256 });
}

async function completedBefore(env: Env, owner: string, id: string): Promise<Result<FileRow, PartFailure>> {
  const file = await database(env).query.files.findFirst({ where: eq(files.id, id) });
  if (file !== undefined && file.owner === owner) return ok(file);
  const upload = await findUpload(env, owner, id);
  if (upload === undefined) return fail(unknownUpload(id));
  return fail({ ...elsewhere(upload.offset), detail: `${upload.size} bytes were announced, ${upload.offset} came.` });
}

/** After a crash, or beside another that does the same, R2 may have it already. */
async function assemble(env: Env, { id, multipartId, offset, parts }: UploadRow): Promise<void> {
  const key = objectKey(id);
  const multipart = env.FILES.resumeMultipartUpload(key, multipartId ?? "");
  if (offset === 0) {
    // R2 makes no object of no parts; the multipart upload is dropped by R2 after a week.
    await env.FILES.put(key, "");
    return;
  }
  try {
    await multipart.complete(Parts.parse(JSON.parse(parts)));
  } catch (error) {
    const object = await env.FILES.head(key);
    if (object?.size !== offset) throw error;
  }
}
