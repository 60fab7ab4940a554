// Our own Worker with meters on it: what would be billed is counted at the runtime's prototypes, so the product has no
// hook for it. Its clock can run fast (SPEED), so that an hour of a charger's life, with its ten-minute beats and its
// alarms, passes in seconds. Never used to measure speed.
import worker, {
  ChargePoint as OurChargePoint,
  FleetFeed as OurFleetFeed,
  HistoryWriter as OurHistoryWriter,
} from "../../src/workers/index.ts";
import type { BillCounters } from "./protocol.ts";

export * from "../../src/workers/index.ts";

const counters: BillCounters = {
  workerRequests: 0,
  upgrades: 0,
  messages: 0,
  rpcCalls: 0,
  alarmsRung: 0,
  wakes: 0,
  actorRowsWritten: 0,
  actorRowsRead: 0,
  actorBytes: 0,
  d1Queries: 0,
  d1RowsWritten: 0,
  d1RowsRead: 0,
  d1Bytes: 0,
  shipments: 0,
};

const realNow = Date.now.bind(Date);
/** Set on the first event: workerd's clock stands at zero while modules load. */
let begin = 0;
let speed = 1;
/** Virtual milliseconds. */
const toReal = (at: number) => begin + (at - begin) / speed;
const toVirtual = (at: number) => begin + (at - begin) * speed;

let isFitted = false;
const bytesOf = new Map<string, number>();

function fit(ctx: DurableObjectState, env: Env): void {
  if (isFitted) return;
  isFitted = true;
  begin = realNow();
  speed = Number(Reflect.get(env, "SPEED") ?? 1);
  Date.now = () => toVirtual(realNow());
  wrap(Object.getPrototypeOf(ctx.storage.sql), "exec", (exec: SqlStorage["exec"]) => {
    return function (this: SqlStorage, query: string, ...values: unknown[]) {
      const cursor = exec.call(this, query, ...values);
      const writes = /^\s*(INSERT|UPDATE|DELETE|CREATE|DROP)/i.test(query);
      if (writes) counters.actorRowsWritten += cursor.rowsWritten;
      // A read's rows are only known when it was read; all of ours are read to their end at once.
      else queueMicrotask(() => (counters.actorRowsRead += cursor.rowsRead));
      return cursor;
    };
  });
  const storage = Object.getPrototypeOf(ctx.storage);
  wrap(storage, "setAlarm", (setAlarm: DurableObjectStorage["setAlarm"]) => {
    return function (this: DurableObjectStorage, at: number | Date) {
      counters.actorRowsWritten += 1;
      return setAlarm.call(this, toReal(Number(at)));
    };
  });
  wrap(storage, "getAlarm", (getAlarm: DurableObjectStorage["getAlarm"]) => {
    return async function (this: DurableObjectStorage) {
      const at = await getAlarm.call(this);
      return at === null ? null : toVirtual(at);
    };
  });
  fitDatabase(env.DB);
}

function fitDatabase(db: D1Database): void {
  const note = ({ meta }: D1Result<unknown>) => {
    counters.d1Queries += 1;
    counters.d1RowsRead += meta.rows_read;
    counters.d1RowsWritten += meta.rows_written;
    counters.d1Bytes = Math.max(counters.d1Bytes, meta.size_after);
  };
  wrap(Object.getPrototypeOf(db), "batch", (batch: D1Database["batch"]) => {
    return async function (this: D1Database, statements: D1PreparedStatement[]) {
      const results = await batch.call(this, statements);
      results.forEach(note);
      return results;
    };
  });
  const statement = Object.getPrototypeOf(db.prepare("SELECT 1"));
  const { all } = statement;
  wrap(statement, "first", () => {
    return async function (this: D1PreparedStatement, column?: string) {
      const result: D1Result<Record<string, unknown>> = await all.call(this);
      note(result);
      const [row] = result.results;
      return row === undefined ? null : column === undefined ? row : row[column];
    };
  });
}

function wrap<F>(target: Record<string, unknown>, name: string, make: (original: F) => unknown): void {
  target[name] = make(target[name] as F);
}

export class ChargePoint extends OurChargePoint {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState, env: Env) {
    fit(ctx, env);
    super(ctx, env);
    this.#ctx = ctx;
    counters.wakes += 1;
  }

  override fetch(request: Request): Promise<Response> {
    counters.upgrades += 1;
    return super.fetch(request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    counters.messages += 1;
    bytesOf.set(this.#ctx.id.toString(), this.#ctx.storage.sql.databaseSize);
    return super.webSocketMessage(socket, message);
  }

  override alarm(): Promise<void> {
    counters.alarmsRung += 1;
    return super.alarm();
  }
}

export class HistoryWriter extends OurHistoryWriter {
  override write(...shipment: Parameters<OurHistoryWriter["write"]>): ReturnType<OurHistoryWriter["write"]> {
    counters.rpcCalls += 1;
    counters.shipments += 1;
    return super.write(...shipment);
  }
}

export class FleetFeed extends OurFleetFeed {
  override announce(...told: Parameters<OurFleetFeed["announce"]>): ReturnType<OurFleetFeed["announce"]> {
    counters.rpcCalls += 1;
    return super.announce(...told);
  }

  override alarm(): Promise<void> {
    counters.alarmsRung += 1;
    return super.alarm();
  }
}

export default {
  ...worker,
  fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/bench/bill") {
      counters.workerRequests += 1;
      return worker.fetch(request, env, ctx);
    }
    counters.actorBytes = [...bytesOf.values()].reduce((sum, size) => sum + size, 0);
    return Response.json(counters);
  },
} satisfies ExportedHandler<Env>;
