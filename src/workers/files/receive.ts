// A whole body, in one request, into R2. Of a body whose length is known nothing is held in memory; of any other, one
// part at a time, because R2 wants to know the length of everything that it gets.
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { uploads } from "../../db/schema.ts";
import { fail, type Result } from "../../result.ts";
import { logError } from "../log.ts";
import { digest } from "./digest.ts";
import type { FileFailure } from "./failure.ts";
import { finish } from "./finish.ts";
import { BrokenBody, Intake } from "./intake.ts";
import { objectKey, PART_BYTES } from "./r2.ts";
import { begin, type Draft, discard, type FileRow, grow, keepAlive } from "./uploads.ts";

/** Longer ones go in parts: R2 takes up to 5 GiB in one, but repeats nothing of it when a connection breaks. */
const SINGLE_PUT_BYTES = 16 * 1024 * 1024;
const ALIVE_EVERY_MS = 5 * 60_000;

export interface Incoming {
  body: AsyncIterable<Uint8Array>;
  /** Bytes; undefined: not told. */
  length: number | undefined;
}

/** Stores it and makes a file of it, or leaves nothing behind. */
export async function receive(
  env: Env,
  draft: Draft,
  { body, length }: Incoming,
): Promise<Result<FileRow, FileFailure>> {
  const hash = digest();
  const intake = new Intake(body, hash);
  let first: Uint8Array | undefined;
  let known = length;
  if (known === undefined) {
    try {
      first = await intake.gather(PART_BYTES);
      if (await intake.ended()) known = first.length;
    } catch (error) {
      if (error instanceof BrokenBody) return fail(broken(error));
      throw error;
    }
  }
  const begun = await begin(env, draft, { reserved: known ?? PART_BYTES, size: known });
  if (!begun.ok) return begun;
  const id = begun.value;
  const upload = { id, ...draft };
  try {
    const stored =
      first !== undefined
        ? await storeUnknown(env, upload, intake, first, known !== undefined)
        : await storeKnown(env, upload, intake, known ?? 0);
    if (stored === undefined) return await finish(env, upload, { size: intake.bytes, sha256: hash.hex() });
    await discard(env, id);
    return fail(stored);
  } catch (error) {
    // Most often the client has gone. A crash would leave the same behind, and the sweep takes both.
    await discard(env, id).catch((lost: unknown) => logError("upload_not_discarded", lost, { upload: id }));
    if (error instanceof BrokenBody) return fail(broken(error));
    throw error;
  }
}

const broken = ({ message }: BrokenBody): FileFailure => ({ reason: "bad_request", detail: message });

interface Place {
  id: string;
  owner: string;
}

async function storeKnown(env: Env, { id }: Place, intake: Intake, length: number): Promise<undefined> {
  const pulse = heartbeat(env, id);
  if (length <= SINGLE_PUT_BYTES) {
    await flow(intake, length, pulse, (stream) => env.FILES.put(objectKey(id), stream));
    return;
  }
  const multipart = await openMultipart(env, id);
  const parts: R2UploadedPart[] = [];
  for (let at = 0; at < length; at += PART_BYTES) {
    const size = Math.min(PART_BYTES, length - at);
    parts.push(await flow(intake, size, pulse, (stream) => multipart.uploadPart(parts.length + 1, stream)));
  }
  await multipart.complete(parts);
}

async function storeUnknown(
  env: Env,
  upload: Place,
  intake: Intake,
  first: Uint8Array,
  isWhole: boolean,
): Promise<FileFailure | undefined> {
  if (isWhole) {
    await env.FILES.put(objectKey(upload.id), first);
    return;
  }
  const multipart = await openMultipart(env, upload.id);
  const parts = [await multipart.uploadPart(1, first)];
  for (;;) {
    const part = await intake.gather(PART_BYTES);
    if (part.length === 0) break;
    const grown = await grow(env, upload, intake.bytes);
    if (!grown.ok) return grown.error;
    parts.push(await multipart.uploadPart(parts.length + 1, part));
    if (part.length < PART_BYTES) break;
  }
  await multipart.complete(parts);
  return;
}

async function openMultipart(env: Env, id: string): Promise<R2MultipartUpload> {
  const multipart = await env.FILES.createMultipartUpload(objectKey(id));
  await database(env).update(uploads).set({ multipartId: multipart.uploadId }).where(eq(uploads.id, id));
  return multipart;
}

/** Lets the next bytes flow into the store, which is told their number first. */
export async function flow<T>(
  intake: Intake,
  length: number,
  pulse: () => Promise<void>,
  store: (stream: ReadableStream) => Promise<T>,
): Promise<T> {
  const { readable, writable } = new FixedLengthStream(length);
  const [stored, sent] = await Promise.allSettled([store(readable), pump(intake, length, pulse, writable.getWriter())]);
  // The sender's failure is the cause of the store's.
  if (sent.status === "rejected") throw sent.reason;
  if (stored.status === "rejected") throw stored.reason;
  return stored.value;
}

async function pump(
  intake: Intake,
  length: number,
  pulse: () => Promise<void>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  try {
    for await (const piece of intake.take(length)) {
      await writer.write(piece);
      await pulse();
    }
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => undefined);
    throw error;
  }
}

/** Slow chargers need hours: as long as bytes come, their room is kept. */
function heartbeat(env: Env, id: string): () => Promise<void> {
  let last = Date.now();
  return async function pulse() {
    if (Date.now() - last < ALIVE_EVERY_MS) return;
    last = Date.now();
    await keepAlive(env, id);
  };
}
