// Makes jobs go on: procedures by their next command, all others by noticing that nothing more was heard of them.
// Every step is stored before its command goes out: after a crash the job goes on where it was, or a little before.
import type { Command } from "../../ocpp/facts/command.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import { silent } from "../../ocpp/file-transfer.ts";
import { advanced, dueOf, isOpen, isProcedure, type Job, type JobItem, type ProcedureKind } from "../../ocpp/job.ts";
import { type Answer, answered, failed, nextCall } from "../../ocpp/procedure.ts";
import { record } from "../../ocpp/read.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { Calls } from "./calls.ts";
import { prepareCommand } from "./command-request.ts";
import { type Commands, isFinal } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

export interface ProcedureRequest {
  kind: ProcedureKind;
  items: Pick<JobItem, "setting" | "wanted">[];
  template?: Job["template"];
  requestedBy?: string | undefined;
}

export type ProcedureFailure = { reason: "not_connected" | "busy" | "other_version" | "rejected"; detail: string };

export interface JobParts {
  commands: Commands;
  journal: Journal;
  session: Session;
  state: State;
  calls: Calls;
}

/** Longer than any command takes: its own time-out comes first. */
const PATIENCE_MS = 5 * 60_000;

export class JobRunner {
  readonly #parts: JobParts;
  readonly #waiting = new Map<string, Set<(job: Job) => void>>();

  constructor(parts: JobParts) {
    this.#parts = parts;
  }

  get #jobs() {
    return this.#parts.state.told.jobs;
  }

  /** Begins a procedure with its first command. */
  start(request: ProcedureRequest, now: number): Result<Job, ProcedureFailure> {
    const version = this.#parts.session.current()?.connection.version;
    if (version === undefined) return fail({ reason: "not_connected", detail: "the charge point is not connected" });
    if (this.#parts.state.settings?.registration === "rejected")
      return fail({ reason: "rejected", detail: "the charge point is rejected: nothing is asked of it" });
    const { settings } = versionRow(version);
    if (!request.items.every(({ setting }) => settings.speaks(setting)))
      return fail({ reason: "other_version", detail: `the charge point speaks OCPP ${version}` });
    const other = this.#jobs.procedure();
    if (other !== undefined) return fail({ reason: "busy", detail: `job ${other.id} is still going on` });
    const { kind, items, template, requestedBy } = request;
    const job: Job = {
      ...{ id: crypto.randomUUID(), kind, state: "requested", ocppVersion: version, requestedBy, template },
      ...{ createdAt: now, updatedAt: now, patienceMs: PATIENCE_MS, statuses: [] },
      items: items.map(({ setting, wanted }) => ({ setting, wanted, tries: 0 })),
    };
    this.#record(job, now);
    this.#step(job, now);
    return ok(this.#jobs.get(job.id) ?? job);
  }

  /** Resolves when the job has ended, or with what it has come to after `waitMs`. */
  async wait(id: string, waitMs: number): Promise<Job | undefined> {
    const job = this.#jobs.get(id);
    if (job === undefined || !isOpen(job) || waitMs <= 0) return job;
    const { promise, resolve } = Promise.withResolvers<Job | undefined>();
    const listeners = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, listeners.add(resolve));
    const timer = setTimeout(() => resolve(undefined), waitMs);
    const ended = await promise;
    clearTimeout(timer);
    listeners.delete(resolve);
    return ended ?? this.#jobs.get(id);
  }

  /** A command is final: the procedure that waits for it goes on. */
  commandEnded(command: Command, now: number): void {
    const job = this.#jobs.procedure();
    if (job?.commandId === command.id) this.#settle(job, command, now);
  }

  readonly deadline: Deadline = {
    name: "jobs",
    due: () => {
      const earliest = Math.min(...this.#jobs.all().map((job) => dueOf(job) ?? Infinity));
      return Number.isFinite(earliest) ? earliest : undefined;
    },
    fire: (now) => {
      for (const job of this.#jobs.overdue(now)) {
        if (isProcedure(job)) this.#resume(job, now);
        else this.#record(silent(job, now), now);
      }
    },
  };

  /** The process died between an answer and the next step. */
  #resume(job: Job, now: number): void {
    const command = job.commandId === undefined ? undefined : this.#parts.commands.get(job.commandId);
    if (command !== undefined && !isFinal(command)) this.#record({ ...job, updatedAt: now }, now);
    else this.#settle(job, command, now);
  }

  #settle(job: Job, command: Command | undefined, now: number): void {
    if (command?.status === "cancelled" || command?.status === "expired") {
      this.#end(failed(job, command.error?.description ?? `its command was ${command.status}`, now), now);
      return;
    }
    if (job.ocppVersion === undefined) return;
    const next = answered(job, versionRow(job.ocppVersion).settings, answerOf(command), now);
    if (isOpen(next)) this.#step(next, now);
    else this.#end(next, now);
  }

  #step(job: Job, now: number): void {
    const version = this.#parts.session.current()?.connection.version;
    if (version === undefined || version !== job.ocppVersion) {
      const reason = version === undefined ? "the charge point is not connected" : `it now speaks OCPP ${version}`;
      this.#end(failed(job, reason, now), now);
      return;
    }
    const { settings } = versionRow(version);
    const next = nextCall(
      job,
      settings,
      settings.limits((name) => this.#parts.state.setting(name)),
    );
    if (next === undefined) {
      this.#end(advanced(job, "finished", { status: "finished", at: now }), now);
      return;
    }
    const { action, payload } = next.call;
    const request = { action, payload, offline: "fail" as const, requestedBy: job.requestedBy };
    const prepared = prepareCommand(request, version, version, now);
    if (!prepared.ok) {
      this.#end(failed(job, prepared.error.detail, now), now);
      return;
    }
    const status = { status: next.doing, at: now };
    const running = advanced(job, "running", status, { commandId: prepared.value.id, asking: next.asking });
    this.#parts.state.keep(() => this.#jobs.save(running));
    this.#parts.calls.submit(prepared.value, now);
  }

  #end(job: Job, now: number): void {
    this.#record(job, now);
    for (const tell of this.#waiting.get(job.id) ?? []) tell(job);
    this.#waiting.delete(job.id);
  }

  #record(job: Job, now: number): void {
    const fact: Fact = { kind: "job", job };
    this.#parts.journal.event(now, { event: `job_${job.state}`, jobId: job.id, kind: job.kind }, [fact]);
  }
}

function answerOf(command: Command | undefined): Answer {
  if (command?.status === "accepted") {
    return { kind: "response", response: record(JSON.parse(command.response ?? "{}")) };
  }
  if (command?.status === "error" && command.error !== undefined) return { kind: "refused", error: command.error };
  return { kind: "silence" };
}
