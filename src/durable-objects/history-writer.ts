// Group commit: rows of many chargers become one D1 batch, and each charger is answered only after the commit.
// It keeps nothing: what it loses when it dies, the chargers' actors still have and send again.
import { DurableObject } from "cloudflare:workers";
import { statementsOf } from "../db/projections.ts";
import type { HistoryReply, Shipment } from "./history/batch.ts";
import { commit } from "./history/commit.ts";

/** How long the first shipment of a batch waits for company. While a batch is on its way, the next one gathers. */
const WINDOW_MS = 20;
/** D1 allows 1,000 statements an invocation; a batch is far below. */
const MAX_STATEMENTS = 400;

interface Waiting {
  shipment: Shipment;
  statements: D1PreparedStatement[];
  answer: (reply: HistoryReply) => void;
}

export interface HistoryCounters {
  batches: number;
  shipments: number;
  rowsWritten: number;
}

export class HistoryWriter extends DurableObject<Env> {
  readonly #waiting: Waiting[] = [];
  readonly #counters: HistoryCounters = { batches: 0, shipments: 0, rowsWritten: 0 };
  #working: Promise<void> | undefined;

  /** Resolves when the shipment is in D1 or was refused. */
  write(shipment: Shipment): Promise<HistoryReply> {
    return new Promise((answer) => {
      this.#waiting.push({ shipment, statements: statementsOf(this.env.DB, shipment), answer });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when everything that had arrived before is committed or refused. */
  async settle(): Promise<void> {
    await this.#working;
  }

  /** Since this actor woke. */
  counters(): HistoryCounters {
    return { ...this.#counters };
  }

  async #work(): Promise<void> {
    await scheduler.wait(WINDOW_MS);
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#working = undefined;
  }

  #take(): Waiting[] {
    let statements = 0;
    let count = 0;
    for (const { statements: own } of this.#waiting) {
      statements += own.length;
      if (count > 0 && statements > MAX_STATEMENTS) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: Waiting[]): Promise<void> {
    const reply = await this.#batch(group.flatMap(({ statements }) => statements));
    this.#counters.shipments += group.length;
    if (reply.ok || reply.reason === "unavailable") {
      for (const { answer } of group) answer(reply.ok ? { ok: true } : { ...reply });
      return;
    }
    // One charger's row is refused: it must not hold up the others.
    for (const { shipment, answer } of group) answer(await this.#commitAlone(shipment));
  }

  /** Entry by entry, so that the one which D1 refuses is found and all before it are in. */
  async #commitAlone(shipment: Shipment): Promise<HistoryReply> {
    for (const row of shipment.rows) {
      const reply = await this.#batch(statementsOf(this.env.DB, { ...shipment, rows: [row] }));
      if (!reply.ok) return reply.reason === "rejected" ? { ...reply, seq: row.seq } : reply;
    }
    return { ok: true };
  }

  async #batch(statements: D1PreparedStatement[]): Promise<Awaited<ReturnType<typeof commit>>> {
    const reply = await commit(this.env.DB, statements);
    this.#counters.batches += 1;
    if (reply.ok) this.#counters.rowsWritten += reply.rowsWritten;
    return reply;
  }
}
