// The charger's frames, one after the other: each is handled and answered, and only then its consequences follow.
import { callErrorFrame, parseFrame } from "../../ocpp/frame.ts";
import { type VersionRow, versionRow } from "../../ocpp/versions.ts";
import type { Meters } from "./meters.ts";
import { type ReceiveParts, type Reply, receive } from "./receive.ts";
import { type Connection, send } from "./session.ts";

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
    const handle = () => this.#handle(socket, connection, text);
    const waiting = this.#tail === undefined ? handle() : this.#tail.then(handle);
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
    const bootedBefore = parts.state.boot?.at;
    const finish = (answer: string | undefined) => {
      if (answer !== undefined) send(socket, answer);
      this.#meters.handled(answer, Date.now() - now);
      try {
        this.#afterwards(connection, parts.state.boot?.at !== bootedBefore, now);
      } catch (error) {
        this.#report("consequence_failed", connection, text, error);
      }
    };
    const broken = (error: unknown) => finish(this.#broken(row, connection, text, error));
    let reply: Reply;
    try {
      reply = receive(parts, row, text, now);
    } catch (error) {
      return broken(error);
    }
    if (reply instanceof Promise) return reply.then(finish, broken);
    finish(reply);
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
    console.error(JSON.stringify({ level: "error", event, ...where, detail, frame: text.slice(0, 1000) }));
  }
}
