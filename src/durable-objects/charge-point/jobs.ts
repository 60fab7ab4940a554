// The jobs that the actor remembers: all that go on, and the newest that ended, which late statuses may belong to.
import { dueOf, isOpen, isProcedure, type Job, type JobKind } from "../../ocpp/job.ts";
import type { Storage } from "./storage.ts";

const REMEMBERED_ENDED = 20;
/** A charger that makes up request ids must not fill the actor. */
const REMEMBERED = 100;

export class Jobs {
  readonly #storage: Storage;
  #cache: Job[] | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.onRollback(() => {
      this.#cache = undefined;
    });
  }

  /** Oldest first. */
  all(): readonly Job[] {
    this.#cache ??= this.#load();
    return this.#cache;
  }

  get(id: string): Job | undefined {
    return this.all().find((job) => job.id === id);
  }

  ofCommand(commandId: string): Job | undefined {
    return this.all().find((job) => job.commandId === commandId);
  }

  /** With this request id; without one, the newest of its kind that goes on, else the newest. */
  find(kind: JobKind, requestId: number | undefined, except?: string): Job | undefined {
    const ofKind = this.all().filter((job) => job.kind === kind && job.id !== except);
    if (requestId !== undefined) return ofKind.findLast((job) => job.requestId === requestId);
    return ofKind.findLast(isOpen) ?? ofKind.at(-1);
  }

  /** The procedure that goes on: there is one at a time. */
  procedure(): Job | undefined {
    return this.all().find((job) => isProcedure(job) && isOpen(job));
  }

  /** The newest template that was begun since then. */
  templateSince(at: number): Job | undefined {
    return this.all().findLast((job) => job.kind === "template" && job.createdAt >= at);
  }

  /** Those that wait for a file of the charger, oldest first. */
  awaitingFile(): Job[] {
    return this.all().filter((job) => (job.kind === "log" || job.kind === "diagnostics") && isOpen(job));
  }

  overdue(now: number): Job[] {
    return this.all().filter((job) => (dueOf(job) ?? Infinity) <= now);
  }

  /** Must run inside a storage transaction. */
  save(job: Job): void {
    const others = this.all().filter((other) => other.id !== job.id);
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO jobs (id, created_at, data) VALUES (?, ?, ?)",
      ...[job.id, job.createdAt, JSON.stringify(job)],
    );
    const ended = others.filter((other) => !isOpen(other));
    const oldest =
      ended.length >= REMEMBERED_ENDED || others.length >= REMEMBERED ? (ended[0] ?? others[0]) : undefined;
    if (oldest !== undefined) this.#storage.sql.exec("DELETE FROM jobs WHERE id = ?", oldest.id);
    this.#cache = [...others.filter((other) => other !== oldest), job].sort((a, b) => a.createdAt - b.createdAt);
  }

  #load(): Job[] {
    if (this.#storage.isEmpty) return [];
    return this.#storage.sql
      .exec<{ data: string }>("SELECT data FROM jobs ORDER BY created_at")
      .toArray()
      .map(({ data }) => {
        const job: Job = JSON.parse(data);
        return job;
      });
  }
}
