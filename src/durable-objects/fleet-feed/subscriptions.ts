// The webhooks that want to hear: each gets what it wants as soon as it is in the log, in order. One that cannot be
// reached is remembered with the place from which it lacks events, and gets them from the log later.

import type { FleetEvent } from "../../events/event.ts";
import { type EventFilter, namesNear, wants } from "../../events/filter.ts";
import { logFailure, logWarning } from "../../log.ts";
import type { FeedLog } from "./log.ts";

const OFFER_TIMEOUT_MS = 5_000;
const RETRY_MIN_MS = 5_000;
const RETRY_MAX_MS = 60_000;
const BATCHES_A_TURN = 100;

interface Subscription {
  id: string;
  filter: EventFilter;
  /** Everything up to this position was offered; null: everything. */
  behind: number | null;
}

type Row = { id: string; filter: string; behind: number | null };
type Offer = (id: string, events: FleetEvent[]) => Promise<void>;

export class Subscriptions {
  readonly #storage: DurableObjectStorage;
  readonly #log: FeedLog;
  readonly #offer: Offer;
  readonly #all = new Map<string, Subscription>();
  #failures = 0;

  constructor(storage: DurableObjectStorage, log: FeedLog, offer: Offer) {
    this.#storage = storage;
    this.#log = log;
    this.#offer = offer;
    storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS subscriptions (id TEXT PRIMARY KEY, filter TEXT NOT NULL, behind INTEGER) WITHOUT ROWID",
    );
    for (const { id, filter, behind } of storage.sql.exec<Row>("SELECT id, filter, behind FROM subscriptions")) {
      const parsed: EventFilter = JSON.parse(filter);
      this.#all.set(id, { id, filter: parsed, behind });
    }
  }

  get count(): number {
    return this.#all.size;
  }

  /** How many could not be reached. */
  get behind(): number {
    return [...this.#all.values()].filter(({ behind }) => behind !== null).length;
  }

  /** Whether somebody wants to hear of each meter reading. */
  get wantsNear(): boolean {
    return [...this.#all.values()].some(({ filter }) => namesNear(filter));
  }

  set(id: string, filter: EventFilter): void {
    this.#save({ id, filter, behind: this.#all.get(id)?.behind ?? null });
  }

  remove(id: string): void {
    this.#storage.sql.exec("DELETE FROM subscriptions WHERE id = ?", id);
    this.#all.delete(id);
  }

  /** Never throws. @param position of the batch that these events are in, or were when they were told first */
  async tell(events: readonly FleetEvent[], position: () => number): Promise<void> {
    await Promise.all(
      [...this.#all.values()].map(async (subscription) => {
        if (subscription.behind !== null) return;
        const wanted = events.filter((event) => wants(subscription.filter, event));
        if (wanted.length === 0 || (await this.#offered(subscription, wanted))) return;
        const from = position() - 1;
        const behind = Math.min(this.#all.get(subscription.id)?.behind ?? from, from);
        this.#move(subscription, behind);
      }),
    );
    if (this.behind > 0) await this.#arm();
  }

  /** Offers what was missed. Call when the alarm rings. */
  async catchUp(): Promise<void> {
    for (const subscription of [...this.#all.values()]) await this.#catchUp(subscription);
    this.#failures = this.behind > 0 ? this.#failures + 1 : 0;
    if (this.behind > 0) await this.#arm();
  }

  async #catchUp(subscription: Subscription): Promise<void> {
    for (;;) {
      const { behind } = this.#all.get(subscription.id) ?? { behind: null };
      if (behind === null) return;
      if (behind + 1 < this.#log.oldest)
        logFailure({ event: "webhook_events_lost", webhook: subscription.id, after: behind });
      const batches = this.#log.after(behind, BATCHES_A_TURN);
      const last = batches.at(-1);
      const wanted = batches.flatMap(({ events }) => events.filter((event) => wants(subscription.filter, event)));
      if (wanted.length > 0 && !(await this.#offered(subscription, wanted))) return;
      // Nothing can have come in since the log was read last, so from now on each batch is offered as it comes.
      const isComplete = last === undefined || last.position === this.#log.cursor;
      this.#move(subscription, isComplete ? null : last.position);
    }
  }

  async #offered({ id }: Subscription, events: FleetEvent[]): Promise<boolean> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("no answer in time")), OFFER_TIMEOUT_MS);
    try {
      await Promise.race([this.#offer(id, events), late]);
      return true;
    } catch (error) {
      logWarning({ event: "webhook_not_reached", webhook: id, detail: String(error) });
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** One that was removed meanwhile stays so. */
  #move({ id }: Subscription, behind: number | null): void {
    const subscription = this.#all.get(id);
    if (subscription !== undefined) this.#save({ ...subscription, behind });
  }

  #save(subscription: Subscription): void {
    const { id, filter, behind } = subscription;
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO subscriptions (id, filter, behind) VALUES (?, ?, ?)",
      ...[id, JSON.stringify(filter), behind],
    );
    this.#all.set(id, subscription);
  }

  async #arm(): Promise<void> {
    if ((await this.#storage.getAlarm()) !== null) return;
    await this.#storage.setAlarm(Date.now() + Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** Math.min(this.#failures, 10)));
  }
}
