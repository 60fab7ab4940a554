// A charger in a test: a raw WebSocket to the real Worker. It sends and shows frames, and knows no OCPP.
import { exports } from "cloudflare:workers";

export interface ConnectOptions {
  subprotocols?: string | null;
  headers?: Record<string, string>;
  path?: string;
  scheme?: "http" | "https";
}

export interface Charger {
  id: string;
  socket: WebSocket;
  response: Response;
  /** Every frame received so far. */
  received: string[];
  /** Sends a frame, as JSON unless it is text already. */
  send(frame: unknown): void;
  /** The next frame not yet taken, parsed. */
  next(): Promise<unknown[]>;
  /** Sends a CALL and resolves with the frame that answers it; calls of the server meanwhile are left for `next`. */
  call(action: string, payload: unknown, id?: string | number): Promise<unknown[]>;
  /** Resolves with the close code and reason. */
  closed: Promise<{ code: number; reason: string }>;
  close(code?: number, reason?: string): void;
}

let counter = 0;
/** An identity that no other test uses. */
export const newIdentity = (prefix = "CP"): string => `${prefix}-${Date.now().toString(36)}-${++counter}`;

export async function knock(id: string, options: ConnectOptions = {}): Promise<Response> {
  const {
    subprotocols = "ocpp1.6",
    headers = {},
    path = `/ws/ocpp/${encodeURIComponent(id)}`,
    scheme = "http",
  } = options;
  return exports.default.fetch(`${scheme}://csms.test${path}`, {
    headers: {
      upgrade: "websocket",
      ...(subprotocols === null ? {} : { "sec-websocket-protocol": subprotocols }),
      ...headers,
    },
  });
}

export async function connectCharger(id: string, options: ConnectOptions = {}): Promise<Charger> {
  const response = await knock(id, options);
  const socket = response.webSocket;
  if (socket === null) throw new Error(`the upgrade of ${id} was refused: ${response.status} ${await response.text()}`);
  const received: string[] = [];
  const untaken: unknown[][] = [];
  let takers: Taker[] = [];
  const { promise: closed, resolve: close } = Promise.withResolvers<{ code: number; reason: string }>();
  socket.addEventListener("message", ({ data }) => {
    const frame = typeof data === "string" ? data : new TextDecoder().decode(data);
    received.push(frame);
    const parsed = frameOf(frame);
    const taker = takers.find(({ wants }) => wants(parsed));
    takers = takers.filter((other) => other !== taker);
    if (taker === undefined) untaken.push(parsed);
    else taker.take(parsed);
  });
  socket.addEventListener("close", ({ code, reason }) => close({ code, reason }));
  socket.accept();

  const take = (wants: Taker["wants"]): Promise<unknown[]> => {
    const index = untaken.findIndex(wants);
    const [there] = index < 0 ? [] : untaken.splice(index, 1);
    if (there !== undefined) return Promise.resolve(there);
    return withTimeout(new Promise((resolve) => takers.push({ wants, take: resolve })), "a frame");
  };
  const charger: Charger = {
    id,
    socket,
    response,
    received,
    closed,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    next: () => take(() => true),
    async call(action, payload, callId = `m${++counter}`) {
      charger.send([2, callId, action, payload]);
      return take(([type]) => type !== CALL);
    },
    close: (code = 1000, reason = "") => socket.close(code, reason),
  };
  return charger;
}

interface Taker {
  wants: (frame: unknown[]) => boolean;
  take: (frame: unknown[]) => void;
}

/** OCPP-J message type: one of the server's own. */
const CALL = 2;

function frameOf(text: string): unknown[] {
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw new Error(`not a frame: ${text}`);
  return parsed;
}

/** A hanging test says what it waited for. */
export async function withTimeout<T>(promise: Promise<T>, what: string, ms = 8_000): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), ms);
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

/** Asks again until it holds. */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  what: string,
  ms = 8_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await scheduler.wait(20);
  }
}
