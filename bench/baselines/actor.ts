// The least possible charger's actor: a hibernating socket that parses a frame and answers. The floor of the platform.
// `bare` keeps nothing. The durable one overrides one method.
import { DurableObject } from "cloudflare:workers";
import { answer } from "./answers.ts";

export interface BaselineEnv {
  CHARGE_POINT: DurableObjectNamespace<BareActor>;
}

export class BareActor extends DurableObject<BaselineEnv> {
  #transactions = 0;
  readonly #waiting = new Map<string, (payload: unknown) => void>();

  override fetch(request: Request): Response | Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    const [subprotocol] = (request.headers.get("sec-websocket-protocol") ?? "").split(",");
    const headers: HeadersInit = subprotocol ? { "sec-websocket-protocol": subprotocol.trim() } : {};
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const text = String(message);
    const [type, id, action]: unknown[] = JSON.parse(text);
    if (type === 2) {
      this.#transactions += 1;
      const reply = answer(id, action, this.#transactions);
      if (action !== "Heartbeat") this.keep(text, reply);
      socket.send(reply);
    } else {
      this.#waiting.get(String(id))?.(action);
    }
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  /** A bare RPC and socket round trip. */
  async command(action: string, payload: unknown): Promise<unknown> {
    const [socket] = this.ctx.getWebSockets();
    if (socket === undefined) return null;
    const id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, resolve);
    socket.send(JSON.stringify([2, id, action, payload]));
    return promise.finally(() => this.#waiting.delete(id));
  }

  protected keep(_frame: string, _answer: string): void {}
}

/** One SQLite insert per frame, Heartbeats excepted, which we do not store either. */
export class DurableActor extends BareActor {
  constructor(ctx: DurableObjectState, env: BaselineEnv) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, frame TEXT NOT NULL, answer TEXT NOT NULL)",
    );
  }

  protected override keep(frame: string, reply: string): void {
    this.ctx.storage.sql.exec("INSERT INTO log (at, frame, answer) VALUES (?, ?, ?)", Date.now(), frame, reply);
  }
}
