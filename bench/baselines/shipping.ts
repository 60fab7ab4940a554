// Baseline (c): the durable actor, and its sessions in D1 within a second: the least that a CSMS can do whose operators
// are to see what was charged. No checks, no tokens, no prices, no events, nothing that could be sent again.
import { DurableObject } from "cloudflare:workers";
import { type BaselineEnv, DurableActor } from "./actor.ts";
import { worker } from "./worker.ts";

interface ShippingEnv extends BaselineEnv {
  DB: D1Database;
  HISTORY_WRITER: DurableObjectNamespace<HistoryWriter>;
  HISTORY_SHARDS: string;
}

type Entry =
  | { kind: "start"; id: string; ocppId: number; idTag: string; meter: number; at: string }
  | { kind: "stop"; id: string; meter: number; at: string };

/** As long as ours wait under load. */
const WINDOW_MS = 1_000;

export class ChargePoint extends DurableActor {
  readonly #shippingEnv: ShippingEnv;
  readonly #ids = new Map<number, string>();
  #entries: Entry[] = [];

  constructor(ctx: DurableObjectState, env: ShippingEnv) {
    super(ctx, env);
    this.#shippingEnv = env;
  }

  protected override keep(frame: string, reply: string): void {
    super.keep(frame, reply);
    const [, , action, payload] = JSON.parse(frame);
    if (action === "StartTransaction") {
      const id = crypto.randomUUID();
      const ocppId: number = JSON.parse(reply)[2].transactionId;
      this.#ids.set(ocppId, id);
      this.#ship({ kind: "start", id, ocppId, idTag: payload.idTag, meter: payload.meterStart, at: payload.timestamp });
    } else if (action === "StopTransaction") {
      const id = this.#ids.get(payload.transactionId) ?? "";
      this.#ids.delete(payload.transactionId);
      this.#ship({ kind: "stop", id, meter: payload.meterStop, at: payload.timestamp });
    }
  }

  #ship(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#entries.length > 1) return;
    const sent = scheduler.wait(WINDOW_MS).then(() => {
      const entries = this.#entries;
      this.#entries = [];
      const { HISTORY_WRITER, HISTORY_SHARDS } = this.#shippingEnv;
      const shard = Number.parseInt(this.ctx.id.toString().slice(-4), 16) % Number(HISTORY_SHARDS);
      return HISTORY_WRITER.getByName(`history-${shard}`).write(this.ctx.id.name ?? "", entries);
    });
    this.ctx.waitUntil(sent);
  }
}

const START = `INSERT INTO transactions (id, charge_point, ocpp_version, ocpp_transaction_id, status, history_seq, evse_id,
  connector_id, id_token, "authorization", started_at, meter_start)
  VALUES (?, ?, '1.6', ?, 'active', 0, 1, 1, ?, 'Accepted', ?, ?) ON CONFLICT (id) DO NOTHING`;
const STOP =
  "UPDATE transactions SET status = 'completed', stopped_at = ?, meter_stop = ?, stop_reason = 'Local' WHERE id = ?";

/** One batch for all who ship within the same moment. */
export class HistoryWriter extends DurableObject<ShippingEnv> {
  #waiting: D1PreparedStatement[] = [];
  #commit: Promise<unknown> | undefined;
  #batches = 0;
  #rowsWritten = 0;

  async write(chargePoint: string, entries: readonly Entry[]): Promise<void> {
    const { DB } = this.env;
    for (const one of entries) {
      const at = Date.parse(one.at);
      this.#waiting.push(
        one.kind === "start"
          ? DB.prepare(START).bind(one.id, chargePoint, String(one.ocppId), one.idTag, at, one.meter)
          : DB.prepare(STOP).bind(at, one.meter, one.id),
      );
    }
    this.#commit ??= scheduler.wait(WINDOW_MS).then(() => this.#flush());
    await this.#commit;
  }

  async #flush(): Promise<void> {
    this.#commit = undefined;
    const statements = this.#waiting;
    this.#waiting = [];
    const results = await this.env.DB.batch(statements);
    this.#batches += 1;
    this.#rowsWritten += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
  }

  counters() {
    return { batches: this.#batches, shipments: 0, rowsWritten: this.#rowsWritten };
  }
}

export default worker;
