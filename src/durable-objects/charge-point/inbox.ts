// The charger's frames, one after the other: each is handled and answered, and only then its consequences follow. Those
// that have to wait, for the outside or because their sender does not wait for answers, wait here.
import { logFailure } from "../../log.ts";
import { callErrorFrame, parseFrame } from "../../ocpp/frame.ts";
import { type VersionRow, versionRow } from "../../ocpp/versions.ts";
import { ABUSES, type Abuse } from "./abuse.ts";
import type { Junk } from "./junk.ts";
import type { Meters } from "./meters.ts";
import type { Pace } from "./pace.ts";
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

export interface InboxParts {
  key: string;
  /** What one frame is handled with. */
  frame(): ReceiveParts;
  afterwards(connection: Connection, hasBooted: boolean, now: number): void;
  meters: Meters;
  pace: Pace;
  junk: Junk;
  /** A frame was held back because its sender does not wait for answers. */
  floods(now: number): void;
  throwOut(socket: WebSocket, connection: Connection, abuse: Abuse): void;
  /** Whether its connection was not thrown out meanwhile. */
  isWelcome(socket: WebSocket): boolean;
}

/** Of memory that all actors of a machine share. */
const MAX_WAITING_FRAMES = 5_000;
const MAX_WAITING_CHARACTERS = 4 * 1024 * 1024;

export class Inbox {
  readonly #parts: InboxParts;
  /** The last frame that has to wait for the outside, or for one before it that does. */
  #tail: Promise<void> | undefined;
  readonly #waiting = { frames: 0, characters: 0 };

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /** Handles one frame in its turn. A promise only if it has to wait. */
  take(socket: WebSocket, connection: Connection, text: string, now: number): void | Promise<void> {
    const holdMs = this.#parts.pace.holdMs(now);
    const waiting =
      this.#tail === undefined && holdMs === 0
        ? this.#handle(socket, connection, text)
        : this.#wait(socket, connection, text, now, holdMs);
    if (waiting === undefined) return undefined;
    const tail = waiting.finally(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    this.#tail = tail;
    return tail;
  }

  /** Behind those that wait already, and for its own time. */
  #wait(socket: WebSocket, connection: Connection, text: string, now: number, holdMs: number): void | Promise<void> {
    const { length } = text;
    if (this.#waiting.frames >= MAX_WAITING_FRAMES || this.#waiting.characters + length > MAX_WAITING_CHARACTERS) {
      this.#parts.pace.forgive(now);
      this.#parts.throwOut(socket, connection, ABUSES.waiting);
      return undefined;
    }
    this.#waiting.frames += 1;
    this.#waiting.characters += length;
    const inTurn = async () => {
      if (holdMs > 0 && this.#parts.isWelcome(socket)) await until(now + holdMs);
      this.#waiting.frames -= 1;
      this.#waiting.characters -= length;
      const isAlone = this.#waiting.frames === 0;
      if (!this.#parts.isWelcome(socket)) return;
      await this.#handle(socket, connection, text);
      if (holdMs > 0) this.#held(isAlone, connection, text);
    };
    return this.#tail === undefined ? inTurn() : this.#tail.then(inTurn);
  }

  /** @param isAlone whether nothing else came while a frame was held back for its sender's pace */
  #held(isAlone: boolean, connection: Connection, text: string): void {
    const now = Date.now();
    if (isAlone) {
      this.#parts.pace.hasWaited(now);
      return;
    }
    this.#parts.meters.slowed();
    try {
      this.#parts.floods(now);
    } catch (error) {
      this.#report("flood_not_noted", connection, text, error);
    }
  }

  /** Never throws: the frames behind it have to be handled whatever becomes of this one. */
  #handle(socket: WebSocket, connection: Connection, text: string): void | Promise<void> {
    const now = Date.now();
    const parts = this.#parts.frame();
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
    this.#parts.meters.handled(answer, Date.now() - now);
    try {
      this.#parts.afterwards(connection, parts.state.boot?.at !== bootedBefore, now);
      if (this.#parts.junk.isTooMuch) {
        this.#parts.junk.forgive(now);
        this.#parts.throwOut(socket, connection, ABUSES.junk);
      }
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
    const where = { chargePoint: this.#parts.key, connectionId, messageId };
    logFailure({ level: "error", event, ...where, detail, frame: text.slice(0, 1000) });
  }
}

const until = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
