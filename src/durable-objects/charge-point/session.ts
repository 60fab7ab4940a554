// The charger's socket: accepted with hibernation, the newest one wins, and every later event is checked against the
// connection it belongs to. This file alone reads and writes the socket attachment (2,048 bytes at most).
import { logDetail } from "../../log.ts";
import { isVersion, type Version } from "../../ocpp/versions.ts";

export interface Connection {
  id: string;
  version: Version;
  /** Epoch milliseconds. */
  connectedAt: number;
  /** As of the last time it was worth writing down, see touch(). */
  lastSeenAt: number;
  /** When earlier sockets were replaced by newer ones, newest last. */
  swaps: number[];
  /** Where it dials from. */
  ip?: string | undefined;
  /** Where those dialled from that it replaced in a row, newest last. */
  peers?: string[] | undefined;
}

const TAG = "charger";
/** Going away: the standard code for a server that closes a socket it no longer wants. */
const REPLACED_CODE = 1001;
const SWAPS_KEPT = 5;
/** Rewriting the attachment per frame would cost time; the exact last sign of life is only kept in memory. */
const TOUCH_MS = 30_000;

export class Session {
  readonly #ctx: DurableObjectState;
  #lastSeenAt = 0;
  /** What the attachments say, as long as the actor is awake. */
  readonly #connections = new WeakMap<WebSocket, Connection>();

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /** The live socket, if there is one. */
  current(): { socket: WebSocket; connection: Connection } | undefined {
    let newest: { socket: WebSocket; connection: Connection } | undefined;
    for (const socket of this.#ctx.getWebSockets(TAG)) {
      const connection = this.of(socket);
      if (connection === undefined || socket.readyState !== WebSocket.OPEN) continue;
      if (newest === undefined || connection.connectedAt >= newest.connection.connectedAt)
        newest = { socket, connection };
    }
    return newest;
  }

  /** Accepts a new socket and closes older ones. */
  accept(
    version: Version,
    now: number,
    ip?: string,
  ): { client: WebSocket; connection: Connection; replaced: Connection | undefined } {
    const old = this.current();
    const swaps = old === undefined ? [] : [...old.connection.swaps, now].slice(-SWAPS_KEPT);
    const connectedAt = Math.max(now, (old?.connection.connectedAt ?? 0) + 1);
    const peers = [...(old?.connection.peers ?? []), ...(old?.connection.ip === undefined ? [] : [old.connection.ip])];
    const connection: Connection = {
      ...{ id: crypto.randomUUID(), version, connectedAt, lastSeenAt: now, swaps },
      ...{ ip, peers: peers.slice(-SWAPS_KEPT) },
    };
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, [TAG]);
    this.#attach(server, connection);
    this.#lastSeenAt = now;
    if (old !== undefined) close(old.socket, REPLACED_CODE, "replaced by a newer connection");
    return { client, connection, replaced: old?.connection };
  }

  of(socket: WebSocket): Connection | undefined {
    const known = this.#connections.get(socket);
    if (known !== undefined) return known;
    const attachment: unknown = socket.deserializeAttachment();
    if (!isConnection(attachment)) return undefined;
    this.#connections.set(socket, attachment);
    return attachment;
  }

  /** What still comes over it is nobody's. */
  forget(socket: WebSocket): void {
    socket.serializeAttachment(null);
    this.#connections.delete(socket);
  }

  /** Notes a sign of life. */
  touch(socket: WebSocket, connection: Connection, now: number): void {
    this.#lastSeenAt = now;
    if (now - connection.lastSeenAt >= TOUCH_MS) this.#attach(socket, { ...connection, lastSeenAt: now });
  }

  #attach(socket: WebSocket, connection: Connection): void {
    socket.serializeAttachment(connection);
    this.#connections.set(socket, connection);
  }

  /** How long the newest connection has been silent. */
  silentFor({ lastSeenAt }: Connection, now: number): number {
    return now - Math.max(lastSeenAt, this.#lastSeenAt);
  }

  lastSeenAt(): number | undefined {
    const noted = this.current()?.connection.lastSeenAt;
    return noted === undefined ? undefined : Math.max(noted, this.#lastSeenAt);
  }
}

/** Closing a socket that is already gone throws; there is nothing left to do about it. */
export function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch (error) {
    logDetail({ event: "close_failed", detail: String(error) });
  }
}

/** Sending on a socket that is going away throws; whoever needs to know gets false. */
export function send(socket: WebSocket, frame: string): boolean {
  try {
    socket.send(frame);
    return true;
  } catch (error) {
    logDetail({ event: "send_failed", detail: String(error) });
    return false;
  }
}

function isConnection(value: unknown): value is Connection {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    "version" in value &&
    isVersion(value.version) &&
    "connectedAt" in value &&
    "lastSeenAt" in value &&
    "swaps" in value
  );
}
