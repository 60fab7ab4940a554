// The actor of one thing that is asked of many sites, a grid signal or a fleet set point: it tells when that begins,
// changes and ends, and has the sites act. D1 says what is asked; this keeps nothing but which one it is.
import { DurableObject } from "cloudflare:workers";
import { LIVES, type OrderKind } from "./grid-order/life.ts";
import { fleetFeedOf, siteOf } from "./stubs.ts";

interface Named {
  kind: OrderKind;
  id: string;
}

export class GridOrder extends DurableObject<Env> {
  /** It was made or taken back. Resolves when the sites have acted; again, it changes nothing. */
  async turn(kind: OrderKind, id: string): Promise<void> {
    this.ctx.storage.kv.put<Named>("order", { kind, id });
    await this.#go({ kind, id });
  }

  override async alarm(): Promise<void> {
    const order = this.ctx.storage.kv.get<Named>("order");
    // What throws here is tried again by the platform.
    if (order !== undefined) await this.#go(order);
  }

  async #go({ kind, id }: Named): Promise<void> {
    const now = Date.now();
    const turn = await LIVES[kind](this.env, id, now);
    if (turn?.next === undefined) await this.ctx.storage.deleteAll();
    else await this.ctx.storage.setAlarm(turn.next);
    if (turn === undefined) return;
    await Promise.all([
      turn.events.length > 0 ? fleetFeedOf(this.env).announce(turn.events) : undefined,
      ...turn.siteIds.map((site) => siteOf(this.env, site).poke()),
    ]);
  }
}
