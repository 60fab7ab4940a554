// One file from the spool to the Worker: a session, part after part, complete. It can begin while the file still grows, and
// goes on where an earlier attempt, or an earlier process, stopped. Decides nothing about the spool.
import { createReadStream } from "node:fs";
import { fail, ok, type Result } from "../result.ts";
import { passes, type WorkerFailure } from "../worker/failures.ts";
import type { Stored } from "../worker/shapes.ts";
import type { Uploads } from "../worker/uploads.ts";
import type { SpoolRecord } from "./record.ts";
import type { Source } from "./source.ts";

export type DeliveryFailure = WorkerFailure | { reason: "broken"; detail: string };

export interface DeliveryTools {
  uploads: Uploads;
  /** The record changed: a later process has to know. */
  save(record: SpoolRecord): Promise<void>;
  /** A session is there: the Worker has agreed to the name. */
  opened(): void;
  /** Nobody waits for it any more. */
  signal: AbortSignal;
}

/** One attempt. What has been sent stays sent: the next attempt continues. */
export async function deliver(
  record: SpoolRecord,
  source: Source,
  tools: DeliveryTools,
): Promise<Result<Stored, DeliveryFailure>> {
  if (record.upload?.finishing) {
    const stored = await tools.uploads.complete(record.account, record.upload.id, source.checksum());
    if (stored.ok || passes(stored.error)) return stored;
  }
  const start = await beginning(record, tools);
  if (!start.ok) return start;
  tools.opened();
  const sent = await sendParts(record, source, tools, start.value);
  if (!sent.ok) return sent;
  return finish(record, source, tools);
}

/** @returns how much the Worker has already */
async function beginning(
  record: SpoolRecord,
  { uploads, save }: DeliveryTools,
): Promise<Result<{ id: string; partBytes: number; offset: number }, DeliveryFailure>> {
  if (record.upload !== undefined) {
    const { id, partBytes } = record.upload;
    const known = await uploads.offset(record.account, id);
    if (known.ok) return ok({ id, partBytes, offset: known.value });
    if (passes(known.error)) return known;
    delete record.upload;
  }
  const { path } = record;
  const made = await create(record, uploads);
  if (!made.ok) return made;
  // Renamed by the charger while the Worker was asked.
  if (record.path !== path) return abandon(record, "another name");
  const { id, partBytes, offset } = made.value;
  record.upload = { id, partBytes, finishing: false };
  await save(record);
  return ok({ id, partBytes, offset });
}

async function create(record: SpoolRecord, uploads: Uploads) {
  const made = await uploads.create(record.account, record.path, record.replaces);
  // What it would have replaced changed meanwhile: then it is a file of its own.
  if (made.ok || record.replaces === undefined || passes(made.error)) return made;
  delete record.replaces;
  return uploads.create(record.account, record.path, undefined);
}

async function sendParts(
  record: SpoolRecord,
  source: Source,
  { uploads, signal }: DeliveryTools,
  { id, partBytes, offset: start }: { id: string; partBytes: number; offset: number },
): Promise<Result<void, DeliveryFailure>> {
  for (let offset = start; ; ) {
    const { size, state } = await source.reach(offset + partBytes);
    if (state === "broken") return fail({ reason: "broken", detail: "the transfer ended before the file" });
    if (offset > size) return abandon(record, "the Worker has more than there is");
    if (offset === size) return ok(undefined);
    const length = Math.min(partBytes, size - offset);
    const bytes = createReadStream(source.file, { start: offset, end: offset + length - 1, highWaterMark: 1 << 18 });
    const taken = await uploads.append(record.account, id, { offset, length, bytes }, signal);
    if (!taken.ok) return taken.error.reason === "not_found" ? abandon(record, taken.error.detail) : taken;
    if (taken.value === offset) return abandon(record, "the Worker takes nothing more");
    offset = taken.value;
  }
}

async function finish(
  record: SpoolRecord,
  source: Source,
  { uploads, save }: DeliveryTools,
): Promise<Result<Stored, DeliveryFailure>> {
  if (record.upload === undefined) return abandon(record, "no session");
  record.upload.finishing = true;
  await save(record);
  const stored = await uploads.complete(record.account, record.upload.id, source.checksum());
  // A session that the Worker cannot complete (gone, other bytes than ours) is of no more use.
  if (!stored.ok && !passes(stored.error)) delete record.upload;
  return stored;
}

/** The next attempt begins anew. */
function abandon(record: SpoolRecord, detail: string): Result<never, DeliveryFailure> {
  delete record.upload;
  return fail({ reason: "away", detail });
}
