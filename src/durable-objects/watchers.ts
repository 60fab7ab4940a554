// The sockets of those who watch an actor: hibernating, apart from any charger's socket by their tag, limited in number,
// and dropped when they do not keep up. Whoever is watched never waits for them.
import { z } from "@hono/zod-openapi";
import { close, send } from "./charge-point/session.ts";

/** What the Worker tells of a watcher when it hands over the upgrade; kept in the socket's attachment. */
const Watcher = z.object({
  /** The principal, for the log. */
  name: z.string(),
  /** Epoch milliseconds: after this nothing is sent any more, and the watcher has to sign in anew. */
  until: z.number(),
  types: z.array(z.string()).optional(),
  chargePoints: z.array(z.string()).optional(),
  /** A driver hears its own share alone, see src/events/driver-share.ts. */
  driver: z
    .object({ tokens: z.array(z.string()), transactions: z.array(z.string()), chargers: z.array(z.string()) })
    .optional(),
});
export type Watcher = z.infer<typeof Watcher>;

export interface Limits {
  watchers: number;
  /** After so much without a word from a watcher it is asked for one ... */
  askAfterChars: number;
  /** ... and after so much it is dropped. */
  dropAfterChars: number;
}

const TAG = "watcher";
const HEADER = "x-watcher";
/** Application codes: sign in again; too slow. */
export const CLOSE_EXPIRED = 4401;
export const CLOSE_SLOW = 4408;
export const PING = JSON.stringify({ type: "ping" });

/** A request to watch, for an actor alone: chargers' requests have another path and never come here. */
export function watchRequest(path: string, watcher: Watcher): Request {
  const headers = { upgrade: "websocket", [HEADER]: encodeURIComponent(JSON.stringify(watcher)) };
  return new Request(`https://actor${path}`, { headers });
}

/** What a watcher gets; undefined: nothing. What it changes of the watcher's `driver` is kept. */
type TextFor = (watcher: Watcher) => string | undefined;

const SLICE = 25;

export class Watchers {
  readonly #ctx: DurableObjectState;
  readonly #limits: Limits;
  /** Known after the first look: the charger's frames must not pay for a look each. */
  #count: number | undefined;
  /** Sent since the watcher was last heard. Lost with the memory, and so is what the platform held for it. */
  readonly #unheard = new WeakMap<WebSocket, number>();
  /** What their attachments say, read once. */
  readonly #known = new WeakMap<WebSocket, Watcher>();

  constructor(ctx: DurableObjectState, limits: Limits) {
    this.#ctx = ctx;
    this.#limits = limits;
  }

  get count(): number {
    this.#count ??= this.#ctx.getWebSockets(TAG).length;
    return this.#count;
  }

  is(socket: WebSocket): boolean {
    return this.count > 0 && this.#ctx.getTags(socket).includes(TAG);
  }

  /** @param greet what it gets first */
  accept(request: Request, greet: (watcher: Watcher) => readonly string[]): Response {
    if (this.count >= this.#limits.watchers) return new Response("too many watchers\n", { status: 429 });
    const watcher = Watcher.parse(JSON.parse(decodeURIComponent(request.headers.get(HEADER) ?? "")));
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [TAG]);
    // The greeting may add to what is known of the watcher.
    const texts = greet(watcher);
    server.serializeAttachment(watcher);
    this.#count = this.count + 1;
    for (const text of texts) server.send(text);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Those that watch now. */
  sockets(): WebSocket[] {
    return this.count === 0 ? [] : this.#ctx.getWebSockets(TAG);
  }

  send(textFor: TextFor, now: number): void {
    for (const socket of this.sockets()) this.#tell(socket, textFor, now);
  }

  /** The same to many: whoever shares the thread has its turn in between. */
  async sendInSlices(sockets: readonly WebSocket[], textFor: TextFor): Promise<void> {
    for (let from = 0; from < sockets.length; from += SLICE) {
      if (from > 0) await scheduler.wait(0);
      const now = Date.now();
      for (const socket of sockets.slice(from, from + SLICE)) this.#tell(socket, textFor, now);
    }
  }

  #tell(socket: WebSocket, textFor: TextFor, now: number): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    const watcher = this.#read(socket);
    if (watcher === undefined || watcher.until <= now) {
      this.#drop(socket, CLOSE_EXPIRED, "sign in again and resume");
      return;
    }
    const known = watcher.driver && JSON.stringify(watcher.driver);
    const text = textFor(watcher);
    if (known !== undefined && JSON.stringify(watcher.driver) !== known) socket.serializeAttachment(watcher);
    if (text !== undefined) this.#push(socket, text);
  }

  #read(socket: WebSocket): Watcher | undefined {
    const known = this.#known.get(socket);
    if (known !== undefined) return known;
    const { data } = Watcher.safeParse(socket.deserializeAttachment());
    if (data !== undefined) this.#known.set(socket, data);
    return data;
  }

  /** Any word of a watcher means that it has read what came before. */
  heard(socket: WebSocket): void {
    this.#unheard.delete(socket);
  }

  left(socket: WebSocket): void {
    this.#count = undefined;
    close(socket, 1000, "");
  }

  #push(socket: WebSocket, text: string): void {
    const before = this.#unheard.get(socket) ?? 0;
    const after = before + text.length;
    if (after > this.#limits.dropAfterChars && before > this.#limits.askAfterChars) {
      this.#drop(socket, CLOSE_SLOW, "too slow: resume after the last cursor");
      return;
    }
    this.#unheard.set(socket, after);
    const isSent = send(socket, text);
    if (isSent && before <= this.#limits.askAfterChars && after > this.#limits.askAfterChars) send(socket, PING);
  }

  #drop(socket: WebSocket, code: number, reason: string): void {
    close(socket, code, reason);
    this.#count = undefined;
  }
}
