// The charger's frames, one after the other: each is handled and answered, and only then its consequences follow.
import { logFailure } from "../../log.ts";
import { callErrorFrame, parseFrame } from "../../ocpp/frame.ts";
import { type VersionRow, versionRow } from "../../ocpp/versions.ts";
import type { Meters } from "./meters.ts";
import { type ReceiveParts, type Reply, receive } from "./receive.ts";
import { type Connection, send } from "./session.ts";

/** One frame's. */
interface Turn {
  socket: WebSocket;
  connection: Connection;
  text: string;
  now: number;
  parts: ReceiveParts;
  bootedBefore: number | undefined;
}

type Afterwards = (connection: Connection, hasBooted: boolean, now: number) => void;

export class Inbox {
  readonly #key: string;
  readonly #parts: () => ReceiveParts;
  readonly #afterwards: Afterwards;
  readonly #meters: Meters;
  /** The last frame that has to wait for the outside, or for one before it that does. */
  #tail: Promise<void> | undefined;

  constructor(key: string, parts: () => ReceiveParts, afterwards: Afterwards, meters: Meters) {
    this.#meters = meters;
    this.#key = key;
    this.#parts = parts;
    this.#afterwards = afterwards;
  }

  /** Handles one frame in its turn. A promise only if it has to wait. */
  take(socket: WebSocket, connection: Connection, text: string): void | Promise<void> {
    const waiting =
      this.#tail === undefined
        ? this.#handle(socket, connection, text)
        : this.#tail.then(() => this.#handle(socket, connection, text));
    if (waiting === undefined) return undefined;
    const tail = waiting.finally(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
    return tail;
  }

  /** Never throws: the frames behind it have to be handled whatever becomes of this one. */
  #handle(socket: WebSocket, connection: Connection, text: string): void | Promise<void> {
    const now = Date.now();
    const parts = this.#parts();
    const row = versionRow(connection.version);
    const turn: Turn = { socket, connection, text, now, parts, bootedBefore: parts.state.boot?.at };
    let reply: Reply;
    try {
      reply = receive(parts, row, text, now);
    } catch (error) {
      return this.#finish(turn, this.#broken(row, connection, text, error));
    }
    if (!(reply instanceof Promise)) return this.#finish(turn, reply);
    return reply.then(
      (answer) => this.#finish(turn, answer),
      (error: unknown) => this.#finish(turn, this.#broken(row, connection, text, error)),
    );
  }

  #finish({ socket, connection, text, now, parts, bootedBefore }: Turn, answer: string | undefined): void {
    if (answer !== undefined) send(socket, answer);
    this.#meters.handled(answer, Date.now() - now);
    try {
      this.#afterwards(connection, parts.state.boot?.at !== bootedBefore, now);
    } catch (error) {
      this.#report("consequence_failed", connection, text, error);
    }
  }

  /** A bug of ours: nothing of the frame was stored, and the charger may try again. */
  #broken(row: VersionRow, connection: Connection, text: string, error: unknown): string | undefined {
    this.#report("frame_failed", connection, text, error);
    const frame = parseFrame(text);
    return frame.kind === "call"
      ? callErrorFrame(frame.idText, row.errorCodes.internal, "the CSMS failed to handle this")
      : undefined;
  }

  #report(event: string, { id: connectionId }: Connection, text: string, error: unknown): void {
    const frame = parseFrame(text);
    const messageId = "id" in frame ? frame.id : undefined;
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const where = { chargePoint: this.#key, connectionId, messageId };
    logFailure({ level: "error", event, ...where, detail, frame: text.slice(0, 1000) });
  }
}
