// The actor of one site: it shares the site's power among what charges there, anew with each change, and never lets a
// wire carry more than it may, not even while its orders are on their way.
import { DurableObject } from "cloudflare:workers";
import { allocate, askedOf } from "../energy/allocate.ts";
import { type Constraint, constraintsOf, slackOf } from "../energy/electrical.ts";
import { loadId, type SiteConfig } from "../energy/site.ts";
import { type Held, nextOrders, type Order, worstOf } from "../energy/transition.ts";
import { record } from "../ocpp/read.ts";
import { flushHistory } from "../workers/history.ts";
import { logError } from "../workers/log.ts";
import { type Observation, observe } from "./site/observe.ts";
import { Orders, RETRY_MS } from "./site/orders.ts";
import { chargePointOf, historyWritersOf } from "./stubs.ts";

/** Even if nobody poked: what was missed is found. */
const LOOK_AGAIN_MS = 5 * 60_000;
const ANSWER_WITHIN_MS = 30_000;

export interface SiteStatus {
  at: number;
  /** W that the grid grants to the site now; null: as much as its wires carry. */
  gridLimit: number | null;
  nodes: { id: string /** A or W left, at worst. */; slack: number[] }[];
  loads: {
    chargePoint: string;
    evseId: number;
    charging: boolean;
    reachable: boolean;
    /** A: what it shall have, what it said that it took, and what it may draw at worst. */
    wanted: number;
    confirmed: number | null;
    worst: number;
  }[];
}

interface Named {
  id: string;
  config: SiteConfig;
}

export class Site extends DurableObject<Env> {
  readonly #orders: Orders;
  #site: Named | undefined;
  #steering: Promise<void> | undefined;
  #again = false;
  #status: SiteStatus | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#orders = new Orders(ctx.storage);
    this.#site = ctx.storage.kv.get<Named>("site");
  }

  /** null: nobody steers it any more; its chargers are set free. */
  async configure(id: string, config: SiteConfig | null): Promise<void> {
    if (config === null) return this.#release();
    this.#site = { id, config };
    this.ctx.storage.kv.put("site", this.#site);
    this.#orders.forgetAllBut(new Set(config.connections.map(loadId)));
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
    const seen = await observe(this.env, id, config, now);
    for (const [load, at] of seen.bootedAt) this.#orders.booted(load, at);
    const { nodes, policy, prices } = config;
    const { ask } = seen;
    const wanted = allocate({ nodes, policy }, seen.sessions, { now, prices, ask });
    const held = new Map(
      config.connections.map((one) => {
        const load = loadId(one);
        return [load, this.#orders.held(load, one.maxCurrent, seen.reachable.has(load), now)];
      }),
    );
    const constraints = constraintsOf(
      askedOf(nodes, { ask }),
      config.connections.map((one) => ({ ...one, id: loadId(one) })),
    );
    const orders = nextOrders(held, wanted, constraints);
    for (const order of orders) this.#send(id, order, now);
    this.#status = statusOf(config, seen, { wanted, held, constraints, now });
    await this.#lookAgain(seen, now);
  }

  #send(site: string, { id, current }: Order, now: number): void {
    this.#orders.sent(id, current, now);
    const [chargePoint, evse] = [id.slice(0, id.lastIndexOf("/")), id.slice(id.lastIndexOf("/") + 1)];
    this.ctx.waitUntil(
      this.#order(site, chargePoint, Number(evse), current).then((outcome) => {
        if (outcome === "unknown") return;
        this.#orders.answered(id, current, now, outcome, Date.now());
        // What was lowered makes room for what shall rise.
        if (outcome === "taken") return this.poke();
      }),
    );
  }

  async #order(site: string, chargePoint: string, evseId: number, limit: number) {
    try {
      const result = await chargePointOf(this.env, chargePoint).neutralCommand(
        { kind: "setLimit", params: { evseId, limit, unit: "A" } },
        { offline: "fail", requestedBy: `site:${site}` },
        ANSWER_WITHIN_MS,
      );
      if (!result.ok || result.value.status === "cancelled" || result.value.status === "error") return "refused";
      if (result.value.status !== "accepted") return "unknown";
      return record(JSON.parse(result.value.response ?? "{}")).status === "Accepted" ? "taken" : "refused";
    } catch (error) {
      logError("order_failed", error, { site, chargePoint });
      return "unknown";
    }
  }

  async #lookAgain({ gridChange }: Observation, now: number): Promise<void> {
    const prices = this.#site?.config.prices ?? [];
    const nextPrice = prices.find(({ from }) => from > now)?.from;
    const soon = now + (this.#orders.hasUnanswered() ? RETRY_MS : LOOK_AGAIN_MS);
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
    this.#orders.forgetAllBut(new Set());
  }
}

interface Steered {
  wanted: ReadonlyMap<string, number>;
  held: ReadonlyMap<string, Held>;
  constraints: readonly Constraint[];
  now: number;
}

function statusOf(config: SiteConfig, seen: Observation, { wanted, held, constraints, now }: Steered): SiteStatus {
  const worst = new Map([...held].map(([id, one]) => [id, worstOf(one)]));
  return {
    at: now,
    gridLimit: seen.ask?.maxW ?? null,
    nodes: config.nodes.map(({ id }) => ({
      id,
      slack: constraints
        .filter(({ node, bound }) => node === id && Number.isFinite(bound))
        .map((one) => slackOf(one, worst)),
    })),
    loads: config.connections.map((one) => {
      const id = loadId(one);
      return {
        ...{ chargePoint: one.chargePoint, evseId: one.evseId },
        charging: seen.sessions.some((session) => session.id === id),
        reachable: seen.reachable.has(id),
        wanted: wanted.get(id) ?? 0,
        confirmed: held.get(id)?.confirmed ?? null,
        worst: worst.get(id) ?? 0,
      };
    }),
  };
}
