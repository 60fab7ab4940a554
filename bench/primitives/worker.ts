// One Durable Object that does one thing many times: what each of the platform's primitives costs by itself.
import { DurableObject } from "cloudflare:workers";

interface PrimitivesEnv {
  CHARGE_POINT: DurableObjectNamespace<ChargePoint>;
  DB: D1Database;
}

const FRAME = `[2,"1234","MeterValues",${JSON.stringify({
  connectorId: 1,
  transactionId: 217_000_001,
  meterValue: [
    {
      timestamp: "2026-11-23T14:00:00.000Z",
      sampledValue: [
        { value: "1184", measurand: "Energy.Active.Import.Register", unit: "Wh" },
        { value: "11040", measurand: "Power.Active.Import", unit: "W" },
        { value: "16.0", measurand: "Current.Import", unit: "A", phase: "L1" },
        { value: "230.1", measurand: "Voltage", unit: "V", phase: "L1" },
      ],
    },
  ],
})}]`;

export class ChargePoint extends DurableObject<PrimitivesEnv> {
  #seq = 0;

  constructor(ctx: DurableObjectState, env: PrimitivesEnv) {
    super(ctx, env);
    ctx.storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS narrow (seq INTEGER PRIMARY KEY, at INTEGER, frame TEXT, answer TEXT);
      CREATE TABLE IF NOT EXISTS wide (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, direction TEXT NOT NULL,
        frame TEXT NOT NULL, answer TEXT, facts TEXT, urgent INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS tx (id TEXT PRIMARY KEY, ocpp_id TEXT NOT NULL, connector_id INTEGER NOT NULL,
        open INTEGER NOT NULL, first_seq INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID`);
    for (const { seq } of ctx.storage.sql.exec<{ seq: number | null }>("SELECT max(seq) AS seq FROM wide")) {
      this.#seq = (seq ?? 0) + 1;
    }
  }

  override alarm(): void {}

  echo(): number {
    return 1;
  }

  async run(name: string, times: number): Promise<number> {
    const { sql } = this.ctx.storage;
    const { 0: socket } = new WebSocketPair();
    socket.serializeAttachment({ id: crypto.randomUUID(), version: "1.6", connectedAt: 1, lastSeenAt: 1, swaps: [] });
    const insertWide = () => {
      this.#seq += 1;
      sql.exec(
        "INSERT INTO wide (seq, at, direction, frame, answer, facts, urgent) VALUES (?, ?, ?, ?, ?, ?, ?)",
        ...[this.#seq, Date.now(), "in", FRAME, '[3,"1234",{}]', '[{"kind":"meterValues"}]', 0],
      );
    };
    const primitives: Record<string, () => unknown> = {
      nothing: () => undefined,
      "Date.now": () => Date.now(),
      deserializeAttachment: () => socket.deserializeAttachment(),
      serializeAttachment: () => socket.serializeAttachment({ id: "x", connectedAt: Date.now() }),
      getWebSockets: () => this.ctx.getWebSockets("charger"),
      randomUUID: () => crypto.randomUUID(),
      "JSON.parse MeterValues": () => JSON.parse(FRAME),
      "insert, 3 columns": () =>
        sql.exec("INSERT INTO narrow (at, frame, answer) VALUES (?, ?, ?)", Date.now(), FRAME, '[3,"1234",{}]'),
      "insert, 7 columns": insertWide,
      "transactionSync, empty": () => this.ctx.storage.transactionSync(() => {}),
      "transactionSync, insert": () => this.ctx.storage.transactionSync(insertWide),
      "replace in meta": () =>
        sql.exec("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", "k", String(Date.now())),
      "replace in tx": () =>
        sql.exec(
          "INSERT OR REPLACE INTO tx (id, ocpp_id, connector_id, open, first_seq, data) VALUES (?, ?, ?, ?, ?, ?)",
          ...["x", "y", 1, 1, Date.now(), FRAME],
        ),
      "select by key": () => sql.exec("SELECT value FROM meta WHERE key = ?", "k").toArray(),
      "count(*) of the log's end": () =>
        sql
          .exec("SELECT count(*) AS n, min(at) AS at, max(urgent) AS u FROM wide WHERE seq > ?", this.#seq - 3)
          .toArray(),
      setAlarm: () => this.ctx.storage.setAlarm(Date.now() + 3_600_000),
      waitUntil: () => this.ctx.waitUntil(Promise.resolve()),
      "setTimeout + clear": () => clearTimeout(setTimeout(() => {}, 60_000)),
      "RPC to another actor": () => this.env.CHARGE_POINT.getByName("other").echo(),
      "D1 first": () => this.env.DB.prepare("SELECT key FROM id_tokens WHERE key = ?").bind("bench").first(),
      "D1 batch of 1": () => this.env.DB.batch([this.#write(0)]),
      "D1 batch of 20": () => this.env.DB.batch(Array.from({ length: 20 }, (_, index) => this.#write(index))),
    };
    const primitive = primitives[name];
    if (primitive === undefined) throw new Error(`no primitive ${name}`);
    for (let index = 0; index < times; index += 1) {
      const value = primitive();
      if (value instanceof Promise || ASYNC.test(name)) await value;
    }
    return times;
  }

  #write(index: number): D1PreparedStatement {
    return this.env.DB.prepare(
      "INSERT INTO charge_points (key, id, registration, created_at, updated_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET updated_at = excluded.updated_at",
    ).bind(`p${index}`, `p${index}`, "accepted", 1, Date.now());
  }
}

const ASYNC = /^(RPC|D1)/;

export class HistoryWriter extends DurableObject {}

export default {
  async fetch(request: Request, env: PrimitivesEnv): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const actor = env.CHARGE_POINT.getByName("one");
    return Response.json(await actor.run(searchParams.get("name") ?? "", Number(searchParams.get("times"))));
  },
  scheduled() {},
};
