// A charger that keeps a book. As real ones do, it has one call in flight, dials for ever, and sends what was not
// answered again with the same bytes. What is done to its line comes from outside: see faults/.
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../../test/support/node/random.ts";
import { Book } from "../judge/book.ts";
import type { Dialect, Message, Payload } from "./dialects.ts";
import { Line } from "./line.ts";

export interface ChargerOptions {
  /** Asked at each dial: e.g. ws://127.0.0.1:8787/ws/ocpp */
  url: () => string;
  id: string;
  dialect: Dialect;
  random: Random;
  /** Some boot with every connection, not only with every start. */
  bootsOnReconnect: boolean;
  /** Told of each answer how long it took, in milliseconds. */
  onAnswer?: (milliseconds: number) => void;
}

/** No answer within this on a living line is an objection. */
const ANSWER_MS = 30_000;

export interface Counts {
  connections: number;
  sent: number;
  answered: number;
  sentAgain: number;
  duplicates: number;
  /** CALLs of the CSMS that it obeyed. */
  obeyed: number;
}

class Disconnected extends Error {}

export class Charger {
  readonly id: string;
  readonly dialect: Dialect;
  readonly book: Book;
  readonly random: Random;
  readonly counts: Counts = { connections: 0, sent: 0, answered: 0, sentAgain: 0, duplicates: 0, obeyed: 0 };
  /** What the CSMS told it to do, by the mark in the command, and how often. */
  readonly obeyed = new Map<string, number>();
  /** Milliseconds that its clock is off. */
  skewMs = 0;
  readonly #options: ChargerOptions;
  readonly #mistreatments = new Map<"cut" | "duplicate", number>();
  /** Answers that still come to bytes sent twice, by message id. */
  readonly #echoes = new Map<string, { left: number; answer: string | undefined }>();
  #offline: Promise<unknown> | undefined;
  #line: Line | undefined;
  #waiting: { id: string; settle: (frame: unknown[], text: string) => void; fail: (error: Error) => void } | undefined;

  constructor(options: ChargerOptions) {
    this.id = options.id;
    this.dialect = options.dialect;
    this.random = options.random;
    this.book = new Book(options.id);
    this.#options = options;
  }

  /** @returns the answer; undefined for a call that was refused */
  async say(message: Message): Promise<Payload | undefined> {
    const id = randomUUID();
    const text = JSON.stringify([2, id, message.action, message.payload]);
    for (let times = 0; ; times += 1) {
      try {
        const line = await this.#online();
        if (times > 0) this.counts.sentAgain += 1;
        return await this.#exchange(line, id, text, message);
      } catch (error) {
        if (!(error instanceof Disconnected)) throw error;
      }
    }
  }

  get line(): Line | undefined {
    return this.#line;
  }

  now(): number {
    return Date.now() + this.skewMs;
  }

  /** The next calls go out like this. */
  mistreat(how: "cut" | "duplicate", times: number): void {
    this.#mistreatments.set(how, (this.#mistreatments.get(how) ?? 0) + times);
  }

  /** Stays away from the network until the promise is settled. */
  leaveUntil(back: Promise<unknown>): void {
    this.#offline = back;
    this.drop();
  }

  drop(): void {
    this.#line?.drop();
  }

  /** Leaves its socket as it is, neither closed nor read, and dials a new one. */
  abandon(): Line | undefined {
    const line = this.#line;
    line?.freeze();
    this.#line = undefined;
    this.#waiting?.fail(new Disconnected());
    return line;
  }

  async close(): Promise<void> {
    await this.#line?.close();
  }

  /** Somebody else with the same identity: boots, and takes what is meant for it. */
  async twin(): Promise<Line | undefined> {
    const { dialect } = this;
    const twin = await Line.dial(`${this.#options.url()}/${this.id}`, dialect.subprotocol, {
      onText: (text, line) => {
        const frame: unknown[] = JSON.parse(text);
        if (frame[0] === 2) this.#obey(frame, line);
      },
      onClose: () => {},
    });
    for (const { action, payload } of [dialect.boot, dialect.heartbeat])
      twin?.send(JSON.stringify([2, randomUUID(), action, payload]));
    return twin;
  }

  async #online(): Promise<Line> {
    for (;;) {
      if (this.#offline !== undefined) await this.#offline;
      this.#offline = undefined;
      if (this.#line?.isOpen) return this.#line;
      const line = await this.#dial();
      if (line === undefined) {
        await wait(this.random.between(50, 250));
        continue;
      }
      this.#line = line;
      this.counts.connections += 1;
      if (this.counts.connections > 1 && !this.#options.bootsOnReconnect) return line;
      const { boot } = this.dialect;
      const id = randomUUID();
      await this.#exchange(line, id, JSON.stringify([2, id, boot.action, boot.payload]), boot);
    }
  }

  #dial(): Promise<Line | undefined> {
    return Line.dial(`${this.#options.url()}/${this.id}`, this.dialect.subprotocol, {
      onText: (text, line) => this.#take(text, line),
      onClose: (line) => {
        // An abandoned line must not end what goes on over the new one.
        if (this.#line === line) this.#waiting?.fail(new Disconnected());
      },
    });
  }

  async #exchange(line: Line, id: string, text: string, message: Message): Promise<Payload | undefined> {
    if (!line.isOpen || line !== this.#line) throw new Disconnected();
    const { promise, resolve, reject: fail } = Promise.withResolvers<[frame: unknown[], text: string]>();
    this.#waiting = { id, settle: (frame, answer) => resolve([frame, answer]), fail };
    const silence = () => {
      this.book.object(`got no answer to ${message.action} ${id} within ${ANSWER_MS / 1000} s`);
      line.drop();
    };
    const timer = setTimeout(silence, ANSWER_MS);
    this.book.sent(message.claims);
    this.counts.sent += 1;
    const sentAt = performance.now();
    this.#transmit(line, id, text);
    try {
      const [[type, , first, second], answer] = await promise;
      this.counts.answered += 1;
      this.#options.onAnswer?.(performance.now() - sentAt);
      const echo = this.#echoes.get(id);
      if (echo !== undefined) echo.answer = answer;
      if (type !== 3) {
        this.book.object(`was refused ${message.action}: ${first} ${second}`);
        return undefined;
      }
      const payload = isPayload(first) ? first : {};
      this.book.answered([...message.claims, ...(message.promised?.(payload) ?? [])]);
      return payload;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  #transmit(line: Line, id: string, text: string): void {
    if (this.#isMistreated("cut")) {
      line.cut(text);
      return;
    }
    line.send(text);
    if (!this.#isMistreated("duplicate")) return;
    this.counts.duplicates += 1;
    this.#echoes.set(id, { left: 1, answer: undefined });
    line.send(text);
  }

  #isMistreated(how: "cut" | "duplicate"): boolean {
    const left = this.#mistreatments.get(how) ?? 0;
    this.#mistreatments.set(how, Math.max(0, left - 1));
    return left > 0;
  }

  #take(text: string, line: Line): void {
    const frame: unknown[] = JSON.parse(text);
    const [type, id] = frame;
    if (type === 2) this.#obey(frame, line);
    // What an abandoned line still brings was sent again over the new one, and is answered there.
    else if (line !== this.#line) return;
    else if (this.#waiting?.id === id) this.#waiting?.settle(frame, text);
    else this.#takeEcho(String(id), text);
  }

  #takeEcho(id: string, text: string): void {
    const echo = this.#echoes.get(id);
    if (echo === undefined || echo.left === 0) {
      this.book.object(`got an answer to nothing: ${text}`);
      return;
    }
    echo.left -= 1;
    // An answer without a time of its own has to be the same both times.
    if (echo.answer !== undefined && echo.answer !== text && !text.includes("currentTime"))
      this.book.object(`got two answers to one message: ${echo.answer} and ${text}`);
  }

  /** DataTransfer carries a mark; whatever else it is told, it does not know. */
  #obey([, id, action, payload]: unknown[], line: Line): void {
    if (action !== "DataTransfer" || !isPayload(payload)) {
      line.send(JSON.stringify([4, id, "NotImplemented", "", {}]));
      return;
    }
    const mark = String(payload.data);
    this.obeyed.set(mark, (this.obeyed.get(mark) ?? 0) + 1);
    this.counts.obeyed += 1;
    line.send(JSON.stringify([3, id, { status: "Accepted" }]));
  }
}

const isPayload = (value: unknown): value is Payload =>
  typeof value === "object" && value !== null && !Array.isArray(value);
