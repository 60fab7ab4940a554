// What happens in the whole fleet, for those who watch it: kept for a while, so that a watcher who was away can resume,
// and sent in few messages however much happens. Chargers never speak to it: their history does, after it is committed.
import { DurableObject } from "cloudflare:workers";
import type { FleetEvent } from "../events/event.ts";
import type { EventFilter } from "../events/filter.ts";
import { NEAR_TYPES } from "../events/table.ts";
import { logError } from "../workers/log.ts";
import { coalesced } from "./fleet-feed/coalesce.ts";
import { FeedLog } from "./fleet-feed/log.ts";
import { recap } from "./fleet-feed/recap.ts";
import { shown } from "./fleet-feed/shown.ts";
import { Subscriptions } from "./fleet-feed/subscriptions.ts";
import { webhookOf } from "./stubs.ts";
import { type Limits, type Watcher, Watchers } from "./watchers.ts";

const LIMITS: Limits = { watchers: 2_000, askAfterChars: 16 * 1024, dropAfterChars: 128 * 1024 };
/** Watchers get what happened within this time in one message: the more of them there are, the fewer messages. */
const beatMs = (watchers: number): number => Math.min(1_000, Math.max(200, watchers));
const REMEMBERED_IDS = 5_000;

export interface FeedCounters {
  /** Epoch milliseconds: when it woke. */
  since: number;
  watchers: number;
  webhooks: number;
  /** Those that could not be offered what they want. */
  webhooksBehind: number;
  /** Since this actor woke, by type. */
  events: Record<string, number>;
  /** What is kept for those who resume: batches of events, and the bytes of it all. */
  batches: number;
  bytes: number;
}

export class FleetFeed extends DurableObject<Env> {
  readonly #log: FeedLog;
  readonly #watchers: Watchers;
  readonly #subscriptions: Subscriptions;
  readonly #counted = new Map<string, number>();
  readonly #since = Date.now();
  #known: Set<string> | undefined;
  #fresh: FleetEvent[] = [];
  #sending: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#log = new FeedLog(ctx.storage);
    this.#watchers = new Watchers(ctx, LIMITS);
    this.#subscriptions = new Subscriptions(ctx.storage, this.#log, (id, events) => webhookOf(env, id).offer(events));
    // Whoever says "ping" hears "pong", and nobody has to wake up for it.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** The upgrade of a watcher, handed over by the Worker. `after`: a cursor, or the id of an event. */
  override fetch(request: Request): Response {
    const after = new URL(request.url).searchParams.get("after");
    // Whoever comes now gets what is fresh from the log: it must not come twice.
    this.#beat();
    return this.#watchers.accept(request, (watcher) => recap(this.#log, watcher, after));
  }

  override webSocketMessage(socket: WebSocket): void {
    this.#watchers.heard(socket);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#watchers.left(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#watchers.left(socket);
  }

  /** Durable when it resolves. Events that were told before change nothing. */
  async announce(events: readonly FleetEvent[]): Promise<void> {
    const position = this.#keep(events);
    // Also those that are known: a feed that died after it kept them has not offered them.
    const [first] = events;
    if (first !== undefined && this.#subscriptions.count > 0)
      await this.#subscriptions.tell(events, () => this.#log.positionOf(first.id) ?? position);
  }

  /** Tells a webhook what happens from now on. */
  subscribe(id: string, filter: EventFilter): void {
    this.#subscriptions.set(id, filter);
  }

  unsubscribe(id: string): void {
    this.#subscriptions.remove(id);
  }

  /** Whether anybody wants to hear of each meter reading. */
  wantsNear(): boolean {
    return this.#subscriptions.wantsNear;
  }

  override async alarm(): Promise<void> {
    await this.#subscriptions.catchUp();
  }

  /** Into the log, and to the watchers. @returns the newest position */
  #keep(events: readonly FleetEvent[]): number {
    this.#known ??= new Set(this.#log.newest(REMEMBERED_IDS).map(({ id }) => id));
    const known = this.#known;
    const news = events.filter(({ id }) => !known.has(id));
    if (news.length === 0) return this.#log.cursor;
    const position = this.#log.append(news, Date.now());
    for (const { id, type } of news) {
      known.add(id);
      this.#counted.set(type, (this.#counted.get(type) ?? 0) + 1);
    }
    for (const id of known) {
      if (known.size <= REMEMBERED_IDS) break;
      known.delete(id);
    }
    if (this.#watchers.count === 0) return position;
    const visible = news.filter(({ type }) => !NEAR_TYPES.has(type));
    if (this.#fresh.length === 0 && visible.length > 0) setTimeout(() => this.#beat(), beatMs(this.#watchers.count));
    this.#fresh.push(...visible);
    return position;
  }

  counters(): FeedCounters {
    const { count: webhooks, behind: webhooksBehind } = this.#subscriptions;
    return {
      ...{ since: this.#since, watchers: this.#watchers.count, webhooks, webhooksBehind },
      events: Object.fromEntries(this.#counted),
      batches: this.#log.cursor === 0 ? 0 : this.#log.cursor - this.#log.oldest + 1,
      bytes: this.ctx.storage.sql.databaseSize,
    };
  }

  #beat(): void {
    const events = coalesced(this.#fresh);
    this.#fresh = [];
    if (events.length === 0) return;
    const cursor = this.#log.cursor;
    // Most watchers want the same: each selection is made and spelt once.
    const texts = new Map<string, string | undefined>();
    const textFor = (watcher: Watcher) => {
      const wanted = events.flatMap((event) => shown(watcher, event) ?? []);
      return wanted.length === 0 ? undefined : JSON.stringify({ type: "events", cursor, events: wanted });
    };
    const shared = (watcher: Watcher) => {
      // No two drivers hear the same.
      if (watcher.driver !== undefined) return textFor(watcher);
      const key = JSON.stringify([watcher.types, watcher.chargePoints]);
      if (!texts.has(key)) texts.set(key, textFor(watcher));
      return texts.get(key);
    };
    // To those of this moment: who comes later has it from the log. One beat after the other, so that all stays in order.
    const sockets = this.#watchers.sockets();
    this.#sending = this.#sending
      .then(() => this.#watchers.sendInSlices(sockets, shared))
      .catch((error) => logError("watchers_not_told", error));
  }
}
