// Group commit: rows of many chargers become one D1 batch, and each charger is answered only after the commit.
// It keeps nothing: what it loses when it dies, the chargers' actors still have and send again.
import { DurableObject } from "cloudflare:workers";
import { Announcer } from "./history/announce.ts";
import type { HistoryReply, Shipment } from "./history/batch.ts";
import { billEnded } from "./history/bill.ts";
import { type CommitReply, commit, prepare } from "./history/commit.ts";
import { countCommitted, type HistoryCounters, newCounters } from "./history/counters.ts";
import { SiteDirectory } from "./history/poke-sites.ts";

/** How long a batch waits for company, unless it is hurried: longer where the one before it found some. */
const QUIET_WINDOW_MS = 20;
const BUSY_WINDOW_MS = 1_000;
/** At most, where a site waits to share its power anew: a car stands there without any. */
const SITE_WINDOW_MS = 100;
/** D1 takes 1,000 at once. */
const MAX_STATEMENTS = 900;
/** Of frames in one batch: a longer one would hold up everybody else's query for too long. */
const MAX_CHARS = 256 * 1024;

interface Prepared {
  shipment: Shipment;
  statements: D1PreparedStatement[];
}

interface Waiting extends Prepared {
  answer: (reply: HistoryReply) => void;
}

export class HistoryWriter extends DurableObject<Env> {
  readonly #waiting: Waiting[] = [];
  readonly #sites = new SiteDirectory();
  readonly #counters = newCounters();
  readonly #announcer = new Announcer(this.env);
  #working: Promise<void> | undefined;
  #window = QUIET_WINDOW_MS;
  #isHurried = false;
  #goOn: (() => void) | undefined;

  /**
   * Resolves when the shipment is in D1 or was refused.
   * @param isHurried somebody waits for it: then it does not wait for company
   */
  write(shipment: Shipment, isHurried = false): Promise<HistoryReply> {
    const prepared = prepare(this.env.DB, shipment);
    if (!prepared.ok) return Promise.resolve({ ok: false, reason: "unavailable", detail: prepared.error });
    return new Promise((answer) => {
      this.#waiting.push({ shipment, statements: prepared.value, answer });
      if (isHurried) this.hurry();
      else if (this.#sites.isAwaited(shipment)) this.#wait(SITE_WINDOW_MS);
      this.#working ??= this.#work();
    });
  }

  /** Somebody waits for what was sent: it goes on without more company. */
  hurry(): void {
    this.#isHurried = true;
    this.#goOn?.();
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
    while (this.#waiting.length > 0) {
      if (!this.#isHurried) await this.#gather();
      this.#isHurried = false;
      const gathered = this.#waiting.splice(0);
      this.#window = gathered.length > 1 ? BUSY_WINDOW_MS : QUIET_WINDOW_MS;
      while (gathered.length > 0) await this.#commit(take(gathered));
    }
    this.#working = undefined;
  }

  /** No longer than this, from now on. */
  #wait(ms: number): void {
    if (this.#window <= ms) return;
    this.#window = ms;
    if (this.#goOn !== undefined) setTimeout(this.#goOn, ms);
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#window);
      this.#goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #commit(group: Waiting[]): Promise<void> {
    const reply = await this.#batch(group);
    if (!reply.ok && reply.reason === "rejected" && group.length > 1) {
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
      const alone = { ...shipment, rows: [row], counted: undefined };
      const prepared = prepare(this.env.DB, alone);
      if (!prepared.ok) return { ok: false, reason: "unavailable", detail: prepared.error };
      const reply = await this.#batch([{ shipment: alone, statements: prepared.value }]);
      if (reply.ok) continue;
      const { reason, detail } = reply;
      if (reason === "rejected") return { ok: false, reason, seq: row.seq, detail };
      return { ok: false, reason, detail };
    }
    return { ok: true };
  }

  async #batch(group: readonly Prepared[]): Promise<CommitReply> {
    const statements = group.flatMap((one) => one.statements);
    const shipments = group.map(({ shipment }) => shipment);
    const reply = await commit(this.env.DB, statements);
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

/** Takes from the front what fits into one batch, but at least one. */
function take(gathered: Waiting[]): Waiting[] {
  let statements = 0;
  let chars = 0;
  const tooMany = gathered.findIndex((one, index) => {
    statements += one.statements.length;
    for (const { frame } of one.shipment.rows) chars += frame.length;
    return index > 0 && (statements > MAX_STATEMENTS || chars > MAX_CHARS);
  });
  return gathered.splice(0, tooMany < 0 ? gathered.length : tooMany);
}
