// One upload in progress. It ends in exactly one of three ways: settled (the charger may be told 226), given up (kept for a
// resume) or discarded.
import { fail, ok, type Result } from "../result.ts";
import { passes, type WorkerFailure } from "../worker/failures.ts";
import type { Delivery } from "./courier.ts";
import type { Inbound } from "./inbound.ts";
import type { IntakeTools } from "./intake.ts";
import type { SpoolRecord } from "./record.ts";

export interface Settled {
  /** As the Worker calls it; as the charger called it while the Worker does not have it yet. */
  path: string;
  safe: "stored" | "spooled";
}

const INTERRUPT_PATIENCE_MS = 5_000;
/** How often a transfer looks whether the Worker went away while the charger waits. */
const LOOK_MS = 100;

export class Reception {
  readonly #tools: IntakeTools;
  readonly #record: SpoolRecord;
  readonly #inbound: Inbound;
  readonly #delivery: Delivery;
  readonly #interrupted = new AbortController();
  readonly #released = Promise.withResolvers<void>();

  constructor(tools: IntakeTools, record: SpoolRecord, inbound: Inbound, delivery: Delivery) {
    this.#tools = tools;
    this.#record = record;
    this.#inbound = inbound;
    this.#delivery = delivery;
  }

  /** Aborts when the transfer should end, because a newer one continues the file. */
  get interrupted(): AbortSignal {
    return this.#interrupted.signal;
  }

  get released(): Promise<void> {
    return this.#released.promise;
  }

  get size(): number {
    return this.#inbound.size;
  }

  /** The Worker's final no, if it has said one while bytes still come. */
  get refusal(): Promise<WorkerFailure> {
    return new Promise((resolve) => {
      void this.#delivery.done.then((outcome) => {
        if (!outcome.ok && outcome.error.reason !== "broken" && !passes(outcome.error)) resolve(outcome.error);
      });
    });
  }

  write(chunk: Buffer): Promise<void> {
    return this.#inbound.write(chunk);
  }

  /** Ends it from outside, and resolves when it has ended. */
  async interrupt(): Promise<void> {
    this.#interrupted.abort();
    await Promise.race([this.released, new Promise((resolve) => setTimeout(resolve, INTERRUPT_PATIENCE_MS).unref())]);
  }

  async settle(): Promise<Result<Settled, WorkerFailure>> {
    this.#inbound.finish();
    const outcome = (await this.#delivered()) ?? (await this.#promise());
    if (outcome === undefined) return this.#settled({ path: this.#record.path, safe: "spooled" });
    if (outcome.ok) return this.#settled({ path: outcome.value.path, safe: "stored" });
    await this.discard();
    return fail(outcome.error.reason === "broken" ? { reason: "away", detail: outcome.error.detail } : outcome.error);
  }

  /** What came stays and can be resumed; it is no file. */
  async giveUp(): Promise<void> {
    this.#inbound.break();
    this.#delivery.cancel();
    await this.#delivery.done;
    if (this.#inbound.size === 0) return this.discard();
    await this.#inbound.sync();
    await this.#inbound.close();
    this.#tools.spool.release(this.#record);
    this.#released.resolve();
  }

  async discard(): Promise<void> {
    this.#inbound.break();
    this.#delivery.cancel();
    await this.#delivery.done;
    await this.#inbound.close();
    const { account, upload } = this.#record;
    if (upload?.finishing === false) void this.#tools.uploads.abort(account, upload.id);
    await this.#tools.spool.remove(this.#record);
    this.#released.resolve();
  }

  async #settled(settled: Settled): Promise<Result<Settled, WorkerFailure>> {
    await this.#inbound.close();
    this.#released.resolve();
    return ok(settled);
  }

  /** @returns undefined if the Worker does not have it in time */
  async #delivered() {
    const { pulse, commitMs } = this.#tools;
    for (const end = Date.now() + commitMs; ; ) {
      const outcome = await Promise.race([this.#delivery.done, pause(LOOK_MS)]);
      if (outcome?.ok === false && passes(outcome.error)) return undefined;
      if (outcome !== undefined) return outcome;
      if (Date.now() >= end || pulse.away) return undefined;
    }
  }

  /** Bytes first, then the record that promises them: a crash in between leaves a partial file, and no 226 was sent. */
  async #promise() {
    await this.#inbound.sync();
    const promised = { size: this.#inbound.size, sha256: this.#inbound.checksum() };
    Object.assign(this.#record, promised, { state: "pending" });
    await this.#tools.spool.save(this.#record, true);
    const meanwhile = await Promise.race([this.#delivery.done, pause(0)]);
    if (meanwhile !== undefined && (meanwhile.ok || !passes(meanwhile.error))) return meanwhile;
    this.#delivery.promise();
    this.#tools.spool.release(this.#record);
    return undefined;
  }
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
