// Delivers what is queued: of each charger one event at a time and in order, of different chargers several at once.
// While the receiver is away one event knocks for all; what it refuses holds up its own charger alone.

import type { FleetEvent } from "../../events/event.ts";
import { logFailure } from "../../log.ts";
import type { Attempt } from "../../webhooks/attempt.ts";
import { PATIENCE_MS, pauseWhileAway, pauseWhileRefused } from "../../webhooks/backoff.ts";
import type { Item, Queue } from "./queue.ts";

const AT_ONCE = 8;
const BROKEN_PAUSE_MS = 60_000;

/** How the receiver is doing. */
export interface Health {
  /** In a row. */
  failures: number;
  /** Epoch milliseconds; 0: at once. */
  retryAt: number;
  lastDeliveredAt: number | null;
  lastError: string | null;
  /** Events that the queue had no room for, and when the last of them came. */
  dropped: number;
  droppedAt: number | null;
}

export const WELL: Health = {
  ...{ failures: 0, retryAt: 0, lastDeliveredAt: null, lastError: null },
  ...{ dropped: 0, droppedAt: null },
};

export interface CourierParts {
  queue: Queue;
  health: Health;
  /** Whether anything may be delivered at all. */
  isActive(): boolean;
  post(event: FleetEvent): Promise<Attempt>;
  /** Keeps `health`. */
  save(): void;
}

export class Courier {
  readonly #parts: CourierParts;
  readonly #busy = new Set<string>();
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** Delivers what is due. Resolves when nothing is left to do for now. */
  run(): Promise<void> {
    this.#park(Date.now());
    this.#pump();
    return this.#idle?.promise ?? Promise.resolve();
  }

  /** When there is something to do next. */
  due(): number | undefined {
    const { queue, health, isActive } = this.#parts;
    if (!isActive() || queue.queued === 0) return undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [head] of queue.lanes.values()) earliest = Math.min(earliest, head?.nextAt ?? earliest);
    return Math.max(earliest, health.retryAt);
  }

  #pump(): void {
    for (let item = this.#next(Date.now()); item !== undefined; item = this.#next(Date.now())) {
      const { chargePoint } = item;
      this.#busy.add(chargePoint);
      this.#idle ??= Promise.withResolvers();
      void this.#deliver(item)
        .catch((error: unknown) => this.#broken(item, error))
        .finally(() => {
          this.#busy.delete(chargePoint);
          this.#pump();
        });
    }
    if (this.#busy.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  #next(now: number): Item | undefined {
    const { queue, health, isActive } = this.#parts;
    const places = health.failures > 0 ? 1 : AT_ONCE;
    if (!isActive() || now < health.retryAt || this.#busy.size >= places) return undefined;
    for (const [chargePoint, [head]] of queue.lanes) {
      if (head !== undefined && head.nextAt <= now && !this.#busy.has(chargePoint)) return head;
    }
    return undefined;
  }

  /** A bug of ours, or storage that fails: later, and not at once for ever. */
  #broken(item: Item, error: unknown): void {
    item.nextAt = Date.now() + BROKEN_PAUSE_MS;
    logFailure({ event: "delivery_failed", id: item.id, detail: String(error) });
  }

  async #deliver(item: Item): Promise<void> {
    const { queue, health, post, save } = this.#parts;
    const event = queue.event(item.id);
    // The webhook was removed meanwhile.
    if (event === undefined) return;
    const attempt = await post(event);
    const now = Date.now();
    if (queue.lanes.get(item.chargePoint)?.[0] !== item) return;
    if (attempt.outcome === "delivered") {
      queue.delivered(item, attempt, now);
      Object.assign(health, { failures: 0, retryAt: 0, lastDeliveredAt: now });
      // A row for each delivery is enough: the hour of the last one is told by the log as well.
      if (health.lastError !== null) {
        health.lastError = null;
        save();
      }
      return;
    }
    const isAway = attempt.outcome === "away";
    if (isAway) {
      health.failures += 1;
      health.retryAt = now + pauseWhileAway(health.failures, Math.random(), attempt.retryAfterMs);
    }
    health.lastError = attempt.error;
    const nextAt = isAway ? now : now + pauseWhileRefused(item.attempts + 1, Math.random());
    queue.failed(item, attempt, now, nextAt);
    save();
  }

  /** Gives up what has been tried long enough. */
  #park(now: number): void {
    const { queue, health } = this.#parts;
    let forgotten = 0;
    for (const [chargePoint, lane] of [...queue.lanes]) {
      if (this.#busy.has(chargePoint)) continue;
      for (const item of [...lane]) {
        const wasTried = item.attempts > 0 || health.failures > 0;
        if (!wasTried || now - item.queuedAt < PATIENCE_MS) break;
        forgotten += queue.park(item, "the receiver was away for a day");
      }
    }
    if (forgotten > 0) {
      Object.assign(health, { dropped: health.dropped + forgotten, droppedAt: now });
      this.#parts.save();
    }
  }
}
