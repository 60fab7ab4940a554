// Tells a charger's actor that a file of its charger is complete. The actor knows what the file was asked for; what it
// says is kept with the file. Until it has said so, the file counts as unannounced and is told again.
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { files } from "../../db/schema.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { logError } from "../log.ts";
import type { Draft, FileRow } from "./uploads.ts";

/** Never throws: the file is safe, and the sweep tells of it again. */
export async function announce(env: Env, file: FileRow): Promise<FileRow> {
  if (file.announcedAt !== null) return file;
  try {
    return await fileArrived(env, file);
  } catch (error) {
    logError("file_not_announced", error, { file: file.id, chargePoint: file.owner });
    return file;
  }
}

/** @returns the file as it is tied now */
export async function fileArrived(env: Env, file: FileRow): Promise<FileRow> {
  const { id, owner, name, size } = file;
  const known = { jobId: file.jobId ?? undefined, commandId: file.commandId ?? undefined };
  const tie = await chargePointOf(env, owner).fileArrived({ fileId: id, name, size, ...known });
  const changes = {
    jobId: tie?.jobId ?? file.jobId,
    commandId: tie?.commandId ?? file.commandId,
    announcedAt: new Date(),
  };
  await database(env).update(files).set(changes).where(eq(files.id, id));
  return { ...file, ...changes };
}

/** Tells the job whose address it was that nothing came of it. Never throws: the job then ends by its own time. */
export async function tellRefused(env: Env, { owner, jobId }: Pick<Draft, "owner" | "jobId">, detail: string) {
  if (jobId === null) return;
  try {
    await chargePointOf(env, owner).fileRefused({ jobId, detail });
  } catch (error) {
    logError("refusal_not_told", error, { chargePoint: owner, jobId });
  }
}
