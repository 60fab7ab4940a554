// A job whose file comes to an address of ours: it has ended well when the charger has said so and the file is here,
// in either order. And what silence means, by what was seen before it. Pure.
import { advanced, type Job, type JobFile, type JobState } from "./job.ts";

const MINUTE_MS = 60_000;
/** The charger says that it has uploaded: the file is here already, or was lost on its way. */
const FILE_GRACE_MS = 2 * MINUTE_MS;
/** The file is here: the charger will say so, or it never does. */
const NOTICE_GRACE_MS = 10 * MINUTE_MS;

const DONE = "Uploaded";
const saidUploaded = (job: Job): boolean => job.statuses.some(({ status }) => status === DONE);

/** What a status of the charger makes of its job, where that depends on the file. */
export function told(job: Job, state: JobState): { state: JobState; patienceMs?: number } {
  const isMissing = state === "finished" && job.awaitsFile === true && job.file === undefined;
  return isMissing ? { state: "running", patienceMs: FILE_GRACE_MS } : { state };
}

export function fileArrived(job: Job, file: JobFile, at: number): Job {
  const status = { status: "FileArrived", at, detail: `${file.name}, ${file.size} bytes` };
  const { reason: _reason, ...rest } = job;
  if (saidUploaded(job)) return advanced(rest, "finished", status, { file });
  return advanced(rest, "running", status, { file, patienceMs: NOTICE_GRACE_MS });
}

/** An upload to the job's address that was not taken. The charger may try again. */
export const fileRefused = (job: Job, detail: string, at: number): Job =>
  advanced(job, job.state, { status: "FileRefused", at, detail });

/** Nothing was heard for too long. */
export function silent(job: Job, at: number): Job {
  if (job.awaitsFile !== true) return advanced(job, "timedOut", { status: "TimedOut", at });
  if (job.file !== undefined) {
    const reason = "the file is here, but the charge point never said that it uploaded it";
    return advanced(job, "finished", { status: "NeverReported", at, detail: reason }, { reason });
  }
  if (saidUploaded(job)) {
    const refused = job.statuses.findLast(({ status }) => status === "FileRefused")?.detail;
    const reason = `the charge point says that it uploaded, but no file arrived${refused === undefined ? "" : `: ${refused}`}`;
    return advanced(job, "failed", { status: "FileMissing", at, detail: reason }, { reason });
  }
  return advanced(job, "timedOut", { status: "TimedOut", at }, { reason: "nothing was heard for too long" });
}
