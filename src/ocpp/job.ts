// A job: what a charger does over several messages because we asked for it: fetch firmware, upload a log, take over
// settings. Its state follows from what was told last, whatever order that came in. Pure; nothing here is stored.
import type { Version } from "./versions.ts";

export type JobKind = "firmware" | "publishFirmware" | "unpublishFirmware" | "log" | "diagnostics" | ProcedureKind;

/** Jobs that are a row of commands of ours; all others go on by the charger's own messages. */
export type ProcedureKind = "getVariables" | "setVariables" | "template";

/** `timedOut`: nothing was heard for too long. What comes later still counts. */
export type JobState = "requested" | "running" | "finished" | "failed" | "cancelled" | "timedOut";

export interface JobStatus {
  /** As OCPP spells it; of procedures, what was done. */
  status: string;
  /** Epoch milliseconds. */
  at: number;
  detail?: string | undefined;
}

/** The name of a configuration key (1.6) or of a variable's attribute (2.x). */
export interface SettingName {
  key?: string | undefined;
  component?: string | undefined;
  componentInstance?: string | undefined;
  evseId?: number | undefined;
  connectorId?: number | undefined;
  variable?: string | undefined;
  variableInstance?: string | undefined;
  attributeType?: string | undefined;
}

export type SettingOutcome = "read" | "unchanged" | "written" | "rebootRequired" | "rejected" | "unanswered";

/** A file of ours that came of a job. */
export interface JobFile {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
}

/** Whether the charger runs what it was told to install: known with the first boot after it. */
export type Verification = "pending" | "verified" | "mismatch";

/** The image of ours that a firmware job installs. */
export interface JobFirmware {
  imageId: string;
  version: string;
  /** What it ran before. */
  before?: string | undefined;
  /** What its newest boot since then said. */
  booted?: string | undefined;
  verification: Verification;
}

export interface JobItem {
  setting: SettingName;
  /** What it shall be. */
  wanted?: string | undefined;
  /** What it was. */
  found?: string | undefined;
  /** Undefined while something is still to be asked. */
  outcome?: SettingOutcome | undefined;
  detail?: string | undefined;
  /** A list that was refused as a whole, and is tried member by member: the first of `left` is being tried. */
  list?: { taken: string[]; refused: string[]; left: string[]; reboots?: boolean } | undefined;
  /** Whether it was read, as far as the charger lets it be read. */
  looked?: boolean | undefined;
  /** Calls that left it without an answer. */
  tries: number;
}

export interface Job {
  /** A UUID. */
  id: string;
  kind: JobKind;
  state: JobState;
  /** OCPP's; 1.6 without the security extensions has none. */
  requestId?: number | undefined;
  /** The command that asked for it, or the latest of its commands. Undefined: the charger began by itself. */
  commandId?: string | undefined;
  requestedBy?: string | undefined;
  createdAt: number;
  updatedAt: number;
  finishedAt?: number | undefined;
  /** Nothing is to be expected before: the operator asked for that time. */
  notBefore?: number | undefined;
  /** Silence that is too long. */
  patienceMs: number;
  statuses: JobStatus[];
  /** Why it failed. */
  reason?: string | undefined;
  /** The file that the charger said it would upload, or where it published its firmware. */
  fileName?: string | undefined;
  locations?: string[] | undefined;
  checksum?: string | undefined;
  /** We made the address that the file goes to: without the file, the job has not come to its end. */
  awaitsFile?: boolean | undefined;
  file?: JobFile | undefined;
  firmware?: JobFirmware | undefined;
  /** In whose words a procedure speaks. */
  ocppVersion?: Version | undefined;
  template?: { id: string; name: string; version: number } | undefined;
  items?: JobItem[] | undefined;
  /** Which items the outstanding command is about. */
  asking?: number[] | undefined;
  /** Commands in a row that nobody answered. */
  silent?: number | undefined;
}

const PROCEDURES: ReadonlySet<string> = new Set<ProcedureKind>(["getVariables", "setVariables", "template"]);
export const isProcedure = (job: Job): boolean => PROCEDURES.has(job.kind);

const OPEN: ReadonlySet<JobState> = new Set(["requested", "running"]);
export const isOpen = (job: Job): boolean => OPEN.has(job.state);

/** When its silence has lasted too long. */
export const dueOf = (job: Job): number | undefined =>
  isOpen(job) ? Math.max(job.updatedAt, job.notBefore ?? 0) + job.patienceMs : undefined;

/** A charger in a loop must not grow a job without end. */
const MAX_STATUSES = 100;

/** The job after something happened to it. */
export function advanced(job: Job, state: JobState, status: JobStatus, more: Partial<Job> = {}): Job {
  const repeated = job.statuses.at(-1)?.status === status.status && job.state === state;
  const { finishedAt: _finishedAt, ...rest } = job;
  return {
    ...rest,
    ...more,
    state,
    updatedAt: status.at,
    ...(OPEN.has(state) ? {} : { finishedAt: status.at }),
    statuses: repeated ? job.statuses : [...job.statuses, status].slice(-MAX_STATUSES),
  };
}
