// One webhook: its queue, and the delivery of it. The fleet's feed offers it events; it answers when they are stored.
import { DurableObject } from "cloudflare:workers";
import { z } from "@hono/zod-openapi";
import type { FleetEvent } from "../events/event.ts";
import { type Attempt, attempt } from "../webhooks/attempt.ts";
import { unsealSecret } from "../webhooks/secrets.ts";
import { policyOf } from "../webhooks/target.ts";
import { Courier, type Health, WELL } from "./webhook/courier.ts";
import { type DeliveryRow, type DeliveryStatus, Queue } from "./webhook/queue.ts";

/** If the process dies with something to deliver, the alarm wakes the actor after this. */
const SAFETY_NET_MS = 30_000;

const Settings = z.object({
  url: z.string(),
  active: z.boolean(),
  /** Sealed; a secret that is being replaced has its end (epoch milliseconds). */
  secrets: z.array(z.object({ sealed: z.string(), expiresAt: z.number().nullable() })),
});
export type WebhookSettings = z.infer<typeof Settings>;

export interface WebhookState extends Health {
  queued: number;
  parked: number;
}

export class Webhook extends DurableObject<Env> {
  readonly #queue: Queue;
  readonly #courier: Courier;
  readonly #health: Health;
  readonly #opened = new Map<string, string>();
  #settings: WebhookSettings | undefined;
  #alarmAt: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { kv, sql } = ctx.storage;
    this.#queue = new Queue(sql);
    this.#settings = Settings.safeParse(kv.get("settings")).data;
    // Kept by #saveHealth alone, so its shape is ours; members may have been added since.
    this.#health = { ...WELL, ...kv.get<Partial<Health>>("health") };
    this.#courier = new Courier({
      queue: this.#queue,
      health: this.#health,
      isActive: () => this.#settings?.active === true,
      post: (event) => this.#post(event),
      save: () => this.#saveHealth(),
    });
    ctx.blockConcurrencyWhile(async () => {
      this.#alarmAt = await ctx.storage.getAlarm();
    });
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    await this.#courier.run();
    this.#arm();
  }

  /** Takes over what the operator decided. The caller has stored it in D1. */
  configure(settings: WebhookSettings): void {
    const isElsewhere = settings.url !== this.#settings?.url;
    this.#settings = settings;
    this.ctx.storage.kv.put("settings", settings);
    // What is wrong with one receiver says nothing about another.
    if (isElsewhere) Object.assign(this.#health, { failures: 0, retryAt: 0, lastError: null });
    this.#go();
  }

  /** Durable when it resolves. Events that were offered before change nothing. */
  offer(events: readonly FleetEvent[]): void {
    if (this.#settings === undefined) return;
    const now = Date.now();
    const dropped = this.#queue.add(events, now);
    if (dropped > 0) {
      Object.assign(this.#health, { dropped: this.#health.dropped + dropped, droppedAt: now });
      this.#saveHealth();
    }
    this.#go();
  }

  /** One event that is made for it, at once, whatever waits. */
  sendTest(event: FleetEvent): Promise<Attempt> {
    return this.#post({ ...event, chargePointId: null });
  }

  /** @param ids undefined: all that were given up. @returns how many are queued again */
  resend(ids: readonly string[] | undefined): number {
    const count = this.#queue.again(ids, Date.now());
    Object.assign(this.#health, { failures: 0, retryAt: 0 });
    this.#go();
    return count;
  }

  state(): WebhookState {
    return { ...this.#health, queued: this.#queue.queued, parked: this.#queue.parked };
  }

  deliveries(status: DeliveryStatus | undefined, before: number | undefined, limit: number): DeliveryRow[] {
    return this.#queue.list(status, before, limit);
  }

  /** Forgets everything. What is on its way cannot be taken back. */
  async erase(): Promise<void> {
    this.#settings = undefined;
    this.#queue.forget();
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #go(): void {
    this.#arm();
    this.ctx.waitUntil(this.#courier.run().finally(() => this.#arm()));
  }

  #arm(): void {
    const due = this.#courier.due();
    if (due === undefined) return;
    // What is due now is already on its way.
    const at = Math.max(due, Date.now() + (due <= Date.now() ? SAFETY_NET_MS : 0));
    if (this.#alarmAt !== null && this.#alarmAt <= at) return;
    this.#alarmAt = at;
    void this.ctx.storage.setAlarm(at);
  }

  async #post(event: Parameters<typeof attempt>[0]["event"]): Promise<Attempt> {
    const { url, secrets } = this.#settings ?? { url: "", secrets: [] };
    const now = Date.now();
    const valid = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    const opened = await Promise.all(valid.map(({ sealed }) => this.#open(sealed)));
    return attempt({ event, url, secrets: opened, policy: policyOf(this.env) });
  }

  async #open(sealed: string): Promise<string> {
    const known = this.#opened.get(sealed);
    if (known !== undefined) return known;
    const secret = await unsealSecret(this.env, sealed);
    this.#opened.set(sealed, secret);
    return secret;
  }

  #saveHealth(): void {
    this.ctx.storage.kv.put("health", { ...this.#health });
  }
}
