// The actor of one site: it shares the site's power among what charges there, anew with each change, and never lets a
// wire carry more than it may, not even while its orders are on their way.
import { DurableObject } from "cloudflare:workers";
import type { BaseReading } from "../energy/base-load.ts";
import { flexibilityOf } from "../energy/flexibility.ts";
import type { Flexibility } from "../energy/set-point.ts";
import { LOOK_SECONDS, loadId, type SiteConfig } from "../energy/site.ts";
import type { Order } from "../energy/transition.ts";
import { flushHistory } from "../workers/history.ts";
import { logError } from "../workers/log.ts";
import { Meters } from "./site/meters.ts";
import { type Observation, observe } from "./site/observe.ts";
import { giveOrder } from "./site/order.ts";
import { Orders, RETRY_MS } from "./site/orders.ts";
import { lookAt } from "./site/scene.ts";
import { share } from "./site/share.ts";
import { type SiteStatus, statusOf } from "./site/status.ts";
import { chargePointOf, historyWritersOf } from "./stubs.ts";

/** Even if nobody poked: what was missed is found. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** A car has followed its charger by then. */
const SETTLED_MS = 30_000;

interface Named {
  id: string;
  config: SiteConfig;
}

export class Site extends DurableObject<Env> {
  readonly #orders: Orders;
  readonly #meters: Meters;
  #site: Named | undefined;
  #steering: Promise<void> | undefined;
  #again = false;
  #status: SiteStatus | undefined;
  #flexibility: Flexibility | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#orders = new Orders(ctx.storage);
    this.#meters = new Meters(env, ctx.storage);
    this.#site = ctx.storage.kv.get<Named>("site");
  }

  /** null: nobody steers it any more; its chargers are set free. */
  async configure(id: string, config: SiteConfig | null): Promise<void> {
    if (config === null) return this.#release();
    this.#site = { id, config };
    this.ctx.storage.kv.put("site", this.#site);
    this.#forgetAllBut(config);
    // Nobody pokes a site for what its chargers told before they belonged to it.
    const chargePoints = new Set(config.connections.map(({ chargePoint }) => chargePoint));
    await Promise.all([...chargePoints].map((chargePoint) => flushHistory(this.env, chargePoint)));
    await Promise.all(historyWritersOf(this.env).map((writer) => writer.forgetSites()));
    await this.poke();
  }

  /** Something changed: a session, a charger, a signal. Resolves when the orders are out. */
  async poke(): Promise<void> {
    if (this.#site === undefined) return;
    this.#again = true;
    this.#steering ??= this.#steerUntilQuiet();
    await this.#steering;
  }

  /**
   * A meter tells.
   * @param node null: at the grid connection
   * @returns false: there is no such node
   */
  async measured(node: string | null, reading: BaseReading, includesChargers: boolean): Promise<boolean> {
    const config = this.#site?.config;
    const at = config?.nodes.find(({ id, parent }) => (node === null ? parent === undefined : id === node));
    if (config === undefined || at === undefined) return false;
    this.#meters.tell(config, at.id, reading, includesChargers);
    await this.poke();
    return true;
  }

  /** What its cars could do for a fleet set point; null: it is not configured. */
  async flexibility(): Promise<Flexibility | null> {
    await this.poke();
    return this.#flexibility ?? null;
  }

  status(): SiteStatus | null {
    return this.#status ?? null;
  }

  override async alarm(): Promise<void> {
    await this.poke();
  }

  async #steerUntilQuiet(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#steer();
      }
    } catch (error) {
      logError("steering_failed", error, { site: this.#site?.id });
      await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    } finally {
      this.#steering = undefined;
    }
  }

  async #steer(): Promise<void> {
    if (this.#site === undefined) return;
    const { id, config } = this.#site;
    const now = Date.now();
    const paceMs = paceOf(config);
    const seen = await observe(this.env, id, config, now);
    for (const [load, at] of seen.bootedAt) this.#orders.booted(load, at);
    if (seen.opened.length > 0 && this.#meters.isDue(paceMs, now)) {
      const settleMs = Math.min(SETTLED_MS, paceMs);
      await this.#meters.look(seen.opened, (load) => this.#orders.limit(load, settleMs), now);
    }
    const scene = lookAt({ config, seen, orders: this.#orders, meters: this.#meters, now, paceMs });
    const sharing = share(scene);
    for (const order of sharing.orders) {
      const isVain = this.#orders.hasJustRefused(order.id, order.current, now, Math.min(RETRY_MS, paceMs));
      if (!isVain) this.#send(id, order, now);
    }
    this.#flexibility = flexibilityOf(scene.nodes, scene.sessions, sharing.wanted, now);
    this.#status = statusOf({ ...scene, ...sharing, config, now });
    await this.#lookAgain(seen, paceMs, now);
  }

  #send(site: string, { id, current }: Order, now: number): void {
    this.#orders.sent(id, current, now);
    const connection = this.#site?.config.connections.find((one) => loadId(one) === id);
    if (connection === undefined) return;
    this.ctx.waitUntil(
      giveOrder(this.env, { site, connection, current }).then((outcome) => {
        if (outcome === "unknown") return;
        this.#orders.answered(id, current, now, outcome, Date.now());
        // What was lowered makes room for what shall rise; what was refused takes it.
        return this.poke();
      }),
    );
  }

  async #lookAgain({ gridChange, opened, prices = [] }: Observation, paceMs: number, now: number): Promise<void> {
    const nextPrice = prices.find(({ from }) => from > now)?.from;
    const open = this.#orders.hasOpen() ? RETRY_MS : LOOK_AGAIN_MS;
    const soon = now + (opened.length > 0 ? Math.min(open, paceMs) : open);
    await this.ctx.storage.setAlarm(Math.min(soon, gridChange ?? soon, nextPrice ?? soon));
  }

  async #release(): Promise<void> {
    const connections = this.#site?.config.connections ?? [];
    this.#site = undefined;
    await this.ctx.storage.deleteAlarm();
    await Promise.all(
      connections.map(({ chargePoint, evseId }) =>
        chargePointOf(this.env, chargePoint).neutralCommand(
          { kind: "clearLimit", params: { evseId } },
          { offline: "queue", requestedBy: "site" },
          0,
        ),
      ),
    );
    await this.ctx.storage.deleteAll();
    this.#forgetAllBut({ connections: [], nodes: [] });
  }

  #forgetAllBut({ connections, nodes }: Pick<SiteConfig, "connections" | "nodes">): void {
    const loads = new Set(connections.map(loadId));
    this.#orders.forgetAllBut(loads);
    this.#meters.forgetAllBut(loads, new Set(nodes.map(({ id }) => id)));
  }
}

const paceOf = ({ lookSeconds = LOOK_SECONDS }: SiteConfig): number => lookSeconds * 1000;
