// Group commit: rows of many chargers become one D1 batch, and each charger is answered only after the commit.
// It keeps nothing: what it loses when it dies, the chargers' actors still have and send again.
import { DurableObject } from "cloudflare:workers";
import { Announcer } from "./history/announce.ts";
import type { HistoryReply, Shipment } from "./history/batch.ts";
import { billEnded } from "./history/bill.ts";
import { type CommitReply, commit } from "./history/commit.ts";
import { countCommitted, type HistoryCounters, newCounters } from "./history/counters.ts";
import { SiteDirectory } from "./history/poke-sites.ts";

/** How long the first shipment of a batch waits for company. While a batch is on its way, the next one gathers. */
const WINDOW_MS = 20;
/** A fact is up to three statements, and D1 takes 1,000 at once. */
const MAX_FACTS = 200;

interface Waiting {
  shipment: Shipment;
  answer: (reply: HistoryReply) => void;
}

export class HistoryWriter extends DurableObject<Env> {
  readonly #waiting: Waiting[] = [];
  readonly #sites = new SiteDirectory();
  readonly #counters = newCounters();
  readonly #announcer = new Announcer(this.env);
  #working: Promise<void> | undefined;

  /** Resolves when the shipment is in D1 or was refused. */
  write(shipment: Shipment): Promise<HistoryReply> {
    return new Promise((answer) => {
      this.#waiting.push({ shipment, answer });
      this.#working ??= this.#work();
    });
  }

  /** Which chargers belong to sites has changed. */
  forgetSites(): void {
    this.#sites.forget();
  }

  /** Since this actor woke. */
  counters(): HistoryCounters {
    return { ...this.#counters, waiting: this.#waiting.length };
  }

  async #work(): Promise<void> {
    await scheduler.wait(WINDOW_MS);
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#working = undefined;
  }

  #take(): Waiting[] {
    let facts = 0;
    let count = 0;
    for (const { shipment } of this.#waiting) {
      facts += shipment.rows.reduce((sum, row) => sum + row.facts.length, 0);
      if (count > 0 && facts > MAX_FACTS) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: Waiting[]): Promise<void> {
    const reply = await this.#batch(group.map(({ shipment }) => shipment));
    const isGuiltless = !reply.ok && reply.reason === "unavailable";
    if (!reply.ok && !isGuiltless && group.length > 1) {
      // One charger's row is at fault: it must not hold up the others.
      for (const alone of group) await this.#commit([alone]);
      return;
    }
    this.#counters.shipments += group.length;
    for (const { shipment, answer } of group) {
      if (reply.ok) answer({ ok: true });
      else if (reply.reason === "rejected") answer(await this.#rowByRow(shipment));
      else answer({ ok: false, reason: "unavailable", detail: reply.detail });
    }
  }

  /** So that the entry which D1 refuses is found and all before it are in. */
  async #rowByRow(shipment: Shipment): Promise<HistoryReply> {
    for (const row of shipment.rows) {
      const reply = await this.#batch([{ ...shipment, rows: [row], counted: undefined }]);
      if (reply.ok) continue;
      const { reason, detail } = reply;
      if (reason === "rejected") return { ok: false, reason, seq: row.seq, detail };
      return { ok: false, reason: "unavailable", detail };
    }
    return { ok: true };
  }

  async #batch(shipments: Shipment[]): Promise<CommitReply> {
    const reply = await commit(this.env.DB, shipments);
    this.#counters.batches += 1;
    if (!reply.ok) {
      this.#counters.failures += 1;
      return reply;
    }
    this.#counters.rowsWritten += reply.rowsWritten;
    this.ctx.waitUntil(billEnded(this.env, shipments));
    this.ctx.waitUntil(this.#sites.poke(this.env, shipments));
    // Until the events are told, too, the chargers keep what they sent and send it again.
    const told = await this.#announcer.announce(shipments);
    if (told.ok) {
      countCommitted(this.#counters, shipments, Date.now());
      return reply;
    }
    this.#counters.failures += 1;
    return { ok: false, reason: "unavailable", detail: told.detail };
  }
}
