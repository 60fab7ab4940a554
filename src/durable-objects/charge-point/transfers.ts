// Files that go to and from addresses of ours: the job begins with its command, its file is tied to it when it arrives,
// and it ends when the command came to nothing.
import type { Command } from "../../ocpp/facts/command.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import { fileArrived, fileRefused } from "../../ocpp/file-transfer.ts";
import { advanced, isOpen, type Job, type JobFile, type JobState } from "../../ocpp/job.ts";
import { record } from "../../ocpp/read.ts";
import { PLANNED_KINDS, planned } from "../../ocpp/transfers.ts";
import type { HeldCommand } from "./commands.ts";
import type { Journal } from "./journal.ts";
import type { State } from "./state.ts";

/** What a command is to become: known before it goes out, because its address names the job. */
export interface TransferPlan {
  /** A UUID of the caller's: the same one again begins nothing new. */
  jobId: string;
  /** Its file comes to an address of ours. */
  awaitsFile?: boolean | undefined;
  firmware?: { imageId: string; version: string } | undefined;
  /** Refuse while another firmware job goes on. */
  unlessBusy?: boolean | undefined;
  /** Refuse while a transaction runs. */
  unlessCharging?: boolean | undefined;
}

export interface ArrivedFile {
  fileId: string;
  name: string;
  /** Bytes. */
  size: number;
  jobId?: string | undefined;
  commandId?: string | undefined;
}

export interface Tie {
  jobId: string;
  commandId: string | null;
}

/** What an end without an answer makes of a job. Of `unknown`, an answer may still come. */
const ENDS: Partial<Record<Command["status"], JobState>> = {
  error: "failed",
  expired: "cancelled",
  cancelled: "cancelled",
  unknown: "timedOut",
};

interface TransferParts {
  journal: Journal;
  state: State;
}

export class Transfers {
  readonly #journal: Journal;
  readonly #state: State;

  constructor({ journal, state }: TransferParts) {
    this.#journal = journal;
    this.#state = state;
  }

  get #jobs() {
    return this.#state.told.jobs;
  }

  /** Why the command must not go out now; undefined: nothing is in its way. */
  obstacle({ jobId, unlessBusy, unlessCharging }: TransferPlan): "busy" | "charging" | undefined {
    const other = this.#jobs.find("firmware", undefined, jobId);
    if (unlessBusy === true && other !== undefined && isOpen(other)) return "busy";
    if (unlessCharging === true && this.#state.transactions.open().length > 0) return "charging";
    return undefined;
  }

  /** Call before the command is submitted. */
  begin(command: HeldCommand, { jobId, awaitsFile, firmware }: TransferPlan, now: number): void {
    const kind = PLANNED_KINDS[command.action];
    if (kind === undefined) throw new Error(`${command.action} begins no job that can be planned`);
    const before = this.#state.boot?.station.firmwareVersion;
    const job = planned(
      kind,
      record(JSON.parse(command.payload)),
      { commandId: command.id, requestedBy: command.requestedBy, answeredAt: now },
      {
        id: jobId,
        awaitsFile,
        firmware: firmware && { ...firmware, before, verification: "pending" },
      },
    );
    // What waits for the charger to come back is not late.
    const waitsUntil = command.offline === "queue" ? command.expiresAt : undefined;
    const notBefore = Math.max(job.notBefore ?? 0, waitsUntil ?? 0);
    this.#record(notBefore === 0 ? job : { ...job, notBefore }, now);
  }

  /** A command is final: its job must not wait for what will not come. */
  commandEnded(command: Command, now: number): void {
    const state = ENDS[command.status];
    const job = state === undefined ? undefined : this.#jobs.ofCommand(command.id);
    // Procedures have their own say; and what the charger has told already counts more than a missing answer.
    if (state === undefined || job?.state !== "requested" || !(job.kind in KINDS)) return;
    const { error } = command;
    const reason = error === undefined ? `the command was ${command.status}` : `${error.code}: ${error.description}`;
    const status = { status: state === "timedOut" ? "NoAnswer" : "NotRequested", at: now, detail: reason };
    this.#record(advanced(job, state, status, { reason }), now);
  }

  /** Ties a file to the job that asked for it: by its token, else by the name that the charger told, else the only one. */
  arrived({ fileId: id, name, size, jobId, commandId }: ArrivedFile, now: number): Tie | null {
    const job = this.#wanting(name, jobId, commandId);
    if (job === undefined) return null;
    const file: JobFile = { id, name, size };
    if (job.file?.id !== id) this.#record(fileArrived(job, file, now), now);
    return { jobId: job.id, commandId: job.commandId ?? null };
  }

  refused(jobId: string, detail: string, now: number): void {
    const job = this.#jobs.get(jobId);
    if (job !== undefined) this.#record(fileRefused(job, detail.slice(0, 500), now), now);
  }

  #wanting(name: string, jobId: string | undefined, commandId: string | undefined): Job | undefined {
    if (jobId !== undefined) return this.#jobs.get(jobId);
    if (commandId !== undefined) return this.#jobs.ofCommand(commandId);
    const open = this.#jobs.awaitingFile();
    const named = open.find(({ fileName }) => fileName !== undefined && lastPart(fileName) === lastPart(name));
    return named ?? (open.length === 1 ? open[0] : undefined);
  }

  #record(job: Job, now: number): void {
    const fact: Fact = { kind: "job", job };
    this.#journal.event(now, { event: `job_${job.state}`, jobId: job.id, kind: job.kind }, [fact]);
  }
}

const KINDS: Readonly<Record<string, true>> = { firmware: true, log: true, diagnostics: true };

const lastPart = (path: string): string => path.split("/").at(-1) ?? path;
