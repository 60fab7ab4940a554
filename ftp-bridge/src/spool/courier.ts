// Brings files from the spool to the Worker, again and again until they are there. A transfer in progress waits for its own;
// what was promised and could not be delivered in time is delivered in the background.
import { describe, type Log } from "../log.ts";
import { fail, type Result } from "../result.ts";
import { passes } from "../worker/failures.ts";
import type { Stored } from "../worker/shapes.ts";
import type { Uploads } from "../worker/uploads.ts";
import { type DeliveryFailure, deliver } from "./deliver.ts";
import type { Pulse } from "./pulse.ts";
import type { SpoolRecord } from "./record.ts";
import { type Source, wholeSource } from "./source.ts";
import type { Spool } from "./spool.ts";

export interface Delivery {
  /** The Worker agreed to take it, or the first attempt failed. */
  opened: Promise<void>;
  /** In R2, or refused for good, or `broken`. Never rejects. */
  done: Promise<Result<Stored, DeliveryFailure>>;
  /** The charger has its 226: from now on a refusal is kept and tried again. */
  promise(): void;
  /** Stops it where it is; `done` follows soon. */
  cancel(): void;
}

export interface Courier {
  begin(record: SpoolRecord, source: Source): Delivery;
  /** Everything that an earlier process promised. */
  resume(): void;
  /** Promised files that the Worker refused at last. */
  readonly refused: number;
  stop(): Promise<void>;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
/** A promised file that is refused (quota, a charger that is no longer there) is kept and tried again, for things change. */
const REFUSED_RETRY_MS = 15 * 60_000;
/** So many at once in the background; live transfers do not wait for them. */
const BACKGROUND_DELIVERIES = 4;
/** How often a refusal at the end may be answered with a new session. */
const NEW_SESSIONS = 2;

export interface CourierTools {
  spool: Spool;
  uploads: Uploads;
  pulse: Pulse;
  log: Log;
  /** The name that the file has now. */
  delivered(record: SpoolRecord, stored: Stored): void;
}

export function createCourier({ spool, uploads, pulse, log, delivered }: CourierTools): Courier {
  const stopping = new AbortController();
  const running = new Set<Promise<unknown>>();
  const refused = new Set<string>();

  /** Until it is there or the Worker's word is final. */
  async function persist(record: SpoolRecord, source: Source, opened: () => void, signal: AbortSignal) {
    let renewed = 0;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await attemptOnce(record, source, opened, signal);
      opened();
      if (outcome.ok || outcome.error.reason === "broken") return outcome;
      const begunAnew = record.upload === undefined && outcome.error.reason === "conflict" && renewed < NEW_SESSIONS;
      if (begunAnew) renewed += 1;
      else if (!passes(outcome.error)) return outcome;
      if (signal.aborted) return outcome;
      log.debug("delivery_retried", { id: record.id, attempt, detail: outcome.error.detail });
      await pulse.wait(Math.min(FIRST_RETRY_MS * 2 ** attempt, LAST_RETRY_MS), signal);
      if (signal.aborted) return outcome;
    }
  }

  async function attemptOnce(record: SpoolRecord, source: Source, opened: () => void, signal: AbortSignal) {
    try {
      const save = (changed: SpoolRecord) => spool.save(changed, false);
      const outcome = await deliver(record, source, { uploads, save, opened, signal });
      if (outcome.ok) await settle(record, outcome.value);
      return outcome;
    } catch (error) {
      // The disk: it may have room again later, and what was promised must not be forgotten.
      log.error("delivery_failed", { id: record.id, detail: describe(error) });
      return fail<DeliveryFailure>({ reason: "away", detail: describe(error) });
    }
  }

  async function settle(record: SpoolRecord, stored: Stored): Promise<void> {
    delivered(record, stored);
    log.info("delivered", { id: record.id, account: record.account, path: stored.path, bytes: stored.size });
    refused.delete(record.id);
    await spool.remove(record);
  }

  function track<T>(work: Promise<T>): Promise<T> {
    running.add(work);
    void work.finally(() => running.delete(work));
    return work;
  }

  function begin(record: SpoolRecord, source: Source): Delivery {
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    const cancelling = new AbortController();
    const signal = AbortSignal.any([stopping.signal, cancelling.signal]);
    const done = track(persist(record, source, resolve, signal));
    let promised = false;
    let refusal: DeliveryFailure | undefined;
    const keep = () => {
      if (promised && refusal !== undefined && !signal.aborted) park(record, refusal.detail);
    };
    void done.then((outcome) => {
      if (outcome.ok) return;
      refusal = outcome.error;
      keep();
    });
    const promise = () => {
      promised = true;
      keep();
    };
    return { opened, done, promise, cancel: () => cancelling.abort() };
  }

  function park(record: SpoolRecord, detail: string): void {
    refused.add(record.id);
    log.error("promised_file_refused", { id: record.id, account: record.account, path: record.path, detail });
    setTimeout(() => inBackground(record), REFUSED_RETRY_MS).unref();
  }

  const queue: SpoolRecord[] = [];
  let active = 0;
  function inBackground(record: SpoolRecord): void {
    queue.push(record);
    while (active < BACKGROUND_DELIVERIES && queue.length > 0 && !stopping.signal.aborted) {
      const next = queue.shift();
      if (next?.size === undefined || next.sha256 === undefined || !spool.has(next)) continue;
      active += 1;
      const delivery = begin(next, wholeSource(spool.dataPath(next), next.size, next.sha256));
      delivery.promise();
      void delivery.done.then(() => {
        active -= 1;
        const following = queue.shift();
        if (following !== undefined) inBackground(following);
      });
    }
  }

  return {
    begin,
    resume() {
      for (const record of spool.all("pending")) inBackground(record);
    },
    get refused() {
      return refused.size;
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(running);
    },
  };
}
