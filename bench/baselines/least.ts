// Baseline (c), the least CSMS: the durable actor that keeps the promises which need D1, and does nothing else. A charger that it
// does not know is looked up, a token is looked up at each start; that a charger is connected and has booted, its sessions and its meter
// values are in D1, many chargers' in one batch. No checks, no prices, no events, nothing recognised that is sent
// twice, nothing sent again after a crash.
import { DurableObject } from "cloudflare:workers";
import { hash } from "../../src/durable-objects/hash.ts";
import { GroupRead } from "../../src/durable-objects/registry-reader/group-read.ts";
import { type BaselineEnv, DurableActor } from "./actor.ts";
import { worker } from "./worker.ts";

interface LeastEnv extends BaselineEnv {
  DB: D1Database;
  HISTORY_WRITER: DurableObjectNamespace<HistoryWriter>;
  REGISTRY_READER: DurableObjectNamespace<RegistryReader>;
  HISTORY_SHARDS: string;
}

type Entry =
  | { kind: "connected"; isNew: boolean; at: number }
  | { kind: "booted"; vendor: string; model: string; at: number }
  | { kind: "start"; id: string; ocppId: number; idTag: string; meter: number; at: number }
  | { kind: "stop"; id: string; meter: number; at: number }
  | { kind: "meter"; seq: number; frames: string };

/** As long as ours wait under load, and as many frames as ours put into one row. */
const WINDOW_MS = 1_000;
const FRAMES_A_CHUNK = 64;
const SPREAD = 32;
const MAX_STATEMENTS = 900;

export class ChargePoint extends DurableActor {
  readonly #least: LeastEnv;
  readonly #ids = new Map<number, string>();
  #entries: Entry[] = [];
  #frames: string[] = [];
  #chunks = 0;
  readonly #chunkFrames: number;

  constructor(ctx: DurableObjectState, env: LeastEnv) {
    super(ctx, env);
    this.#least = env;
    this.#chunkFrames = FRAMES_A_CHUNK + (hash(this.#key) % SPREAD);
  }

  override async fetch(request: Request): Promise<Response> {
    const isNew = this.ctx.storage.sql.exec("SELECT 1 FROM log LIMIT 1").toArray().length === 0;
    if (isNew) await this.#reader.charger(this.#key);
    this.#ship({ kind: "connected", isNew, at: Date.now() });
    return super.fetch(request);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const text = String(message);
    if (text.includes('"StartTransaction"')) await this.#reader.idToken(JSON.parse(text)[3].idTag);
    super.webSocketMessage(socket, text);
  }

  protected override keep(frame: string, reply: string): void {
    super.keep(frame, reply);
    const [, , action, payload] = JSON.parse(frame);
    const at = Date.now();
    if (action === "BootNotification") {
      this.#ship({ kind: "booted", vendor: payload.chargePointVendor, model: payload.chargePointModel, at });
    } else if (action === "StartTransaction") {
      const id = crypto.randomUUID();
      const ocppId: number = JSON.parse(reply)[2].transactionId;
      this.#ids.set(ocppId, id);
      this.#ship({ kind: "start", id, ocppId, idTag: payload.idTag, meter: payload.meterStart, at });
    } else if (action === "StopTransaction") {
      const id = this.#ids.get(payload.transactionId) ?? "";
      this.#ids.delete(payload.transactionId);
      this.#ship({ kind: "stop", id, meter: payload.meterStop, at });
    } else if (action === "MeterValues" && this.#frames.push(frame) === this.#chunkFrames) {
      this.#ship({ kind: "meter", seq: this.#chunks++, frames: `[${this.#frames.join(",")}]` });
      this.#frames = [];
    }
  }

  get #key(): string {
    return this.ctx.id.name ?? "";
  }

  get #reader(): DurableObjectStub<RegistryReader> {
    return this.#least.REGISTRY_READER.getByName("registry-0");
  }

  #ship(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#entries.length > 1) return;
    const sent = scheduler.wait(WINDOW_MS).then(() => {
      const entries = this.#entries;
      this.#entries = [];
      const { HISTORY_WRITER, HISTORY_SHARDS } = this.#least;
      const shard = Number.parseInt(this.ctx.id.toString().slice(-4), 16) % Number(HISTORY_SHARDS);
      return HISTORY_WRITER.getByName(`history-${shard}`).write(this.#key, entries);
    });
    this.ctx.waitUntil(sent);
  }
}

/** What many ask at once is one query, as in ours. */
export class RegistryReader extends DurableObject<LeastEnv> {
  readonly #chargers = new GroupRead((keys: string[]) => this.#read("charge_points", keys));
  readonly #tokens = new GroupRead((keys: string[]) => this.#read("id_tokens", keys));

  charger(key: string): Promise<boolean> {
    return this.#chargers.read(key.toLowerCase()).then((row) => row !== undefined);
  }

  idToken(token: string): Promise<boolean> {
    return this.#tokens.read(token.toLowerCase()).then((row) => row !== undefined);
  }

  async #read(table: "charge_points" | "id_tokens", keys: string[]): Promise<ReadonlyMap<string, unknown>> {
    const { results } = await this.env.DB.prepare(
      `SELECT * FROM ${table} WHERE key IN (SELECT value FROM json_each(?))`,
    )
      .bind(JSON.stringify(keys))
      .all<Record<string, unknown>>();
    return new Map(results.map((row) => [String(row.key), row]));
  }
}

const NEW = `INSERT INTO charge_points (key, id, registration, created_at, updated_at) VALUES (?, ?, 'accepted', ?, ?)
  ON CONFLICT DO NOTHING`;
const CONNECTED = "UPDATE charge_points SET connected = 1, ocpp_version = '1.6', last_seen_at = ? WHERE key = ?";
const BOOTED = "UPDATE charge_points SET vendor = ?, model = ?, last_boot_at = ?, last_seen_at = ? WHERE key = ?";
const START = `INSERT INTO transactions (id, charge_point, ocpp_version, ocpp_transaction_id, status, history_seq, evse_id,
  connector_id, id_token, "authorization", started_at, meter_start)
  VALUES (?, ?, '1.6', ?, 'active', 0, 1, 1, ?, 'Accepted', ?, ?) ON CONFLICT (id) DO NOTHING`;
const STOP =
  "UPDATE transactions SET status = 'completed', stopped_at = ?, meter_stop = ?, stop_reason = 'Local' WHERE id = ?";
const METER = `INSERT OR REPLACE INTO meter_chunks (charge_point, transaction_id, evse_id, connector_id, first_seq, last_seq,
  meter_values) VALUES (?, 'one', 1, 1, ?, ?, ?)`;

function statementsOf(db: D1Database, chargePoint: string, entry: Entry): D1PreparedStatement[] {
  const key = chargePoint.toLowerCase();
  switch (entry.kind) {
    case "connected": {
      const update = db.prepare(CONNECTED).bind(entry.at, key);
      return entry.isNew ? [db.prepare(NEW).bind(key, chargePoint, entry.at, entry.at), update] : [update];
    }
    case "booted":
      return [db.prepare(BOOTED).bind(entry.vendor, entry.model, entry.at, entry.at, key)];
    case "start": {
      const { id, ocppId, idTag, at, meter } = entry;
      return [db.prepare(START).bind(id, chargePoint, String(ocppId), idTag, at, meter)];
    }
    case "stop":
      return [db.prepare(STOP).bind(entry.at, entry.meter, entry.id)];
    case "meter":
      return [db.prepare(METER).bind(chargePoint, entry.seq, entry.seq, entry.frames)];
  }
}

/** One batch for all who ship within the same moment. */
export class HistoryWriter extends DurableObject<LeastEnv> {
  #waiting: D1PreparedStatement[] = [];
  #commit: Promise<unknown> | undefined;
  #batches = 0;
  #rowsWritten = 0;

  async write(chargePoint: string, entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) this.#waiting.push(...statementsOf(this.env.DB, chargePoint, entry));
    this.#commit ??= scheduler.wait(WINDOW_MS).then(() => this.#flush());
    await this.#commit;
  }

  async #flush(): Promise<void> {
    this.#commit = undefined;
    const statements = this.#waiting;
    this.#waiting = [];
    while (statements.length > 0) {
      const results = await this.env.DB.batch(statements.splice(0, MAX_STATEMENTS));
      this.#batches += 1;
      this.#rowsWritten += results.reduce((sum, { meta }) => sum + meta.rows_written, 0);
    }
  }

  counters() {
    return { batches: this.#batches, shipments: 0, rowsWritten: this.#rowsWritten };
  }
}

export default worker;
