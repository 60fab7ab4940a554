// One simulated charger: a raw WebSocket with one CALL in flight. As little work per frame as a fair judge can do.
import { WebSocket } from "ws";
import type { Payload, Step } from "./dialects.ts";
import type { Score } from "./score.ts";

const HANDSHAKE_TIMEOUT_MS = 60_000;

export type Answered = (payload: Payload, step: Step) => void;

export class Charger {
  readonly identity: string;
  readonly #socket: WebSocket;
  readonly #score: Score;
  #calls = 0;
  #expected = "";
  #step: Step | undefined;
  #intendedAt = 0;
  #onAnswer: Answered = () => {};
  #onClose: (error: Error) => void = () => {};
  /** Set before the generator itself closes the socket. */
  #leaving = false;
  readonly closed: Promise<void>;

  private constructor(identity: string, socket: WebSocket, score: Score) {
    this.identity = identity;
    this.#socket = socket;
    this.#score = score;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("message", (data: Buffer) => this.#receive(data.toString("utf8")));
    socket.on("error", () => {});
    socket.once("close", () => {
      if (!this.#leaving) score.lost += 1;
      this.#onClose(new Error("the socket closed before the answer"));
    });
  }

  static connect(url: string, identity: string, subprotocol: string, score: Score): Promise<Charger> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url}/${identity}`, subprotocol, {
        perMessageDeflate: false,
        skipUTF8Validation: true,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
        // A mask of zeros is a valid mask, and the library then saves itself the masking.
        generateMask: () => {},
      });
      socket.once("error", reject);
      socket.once("open", () => {
        socket.off("error", reject);
        resolve(new Charger(identity, socket, score));
      });
    });
  }

  get isBusy(): boolean {
    return this.#step !== undefined;
  }

  set onAnswer(listener: Answered) {
    this.#onAnswer = listener;
  }

  /** @param intendedAt from when the latency counts: the moment it should have been sent, also if it was late */
  call(step: Step, intendedAt = performance.now()): void {
    this.#calls += 1;
    const id = `${this.#calls}`;
    this.#expected = `[3,"${id}",`;
    this.#step = step;
    this.#intendedAt = intendedAt;
    this.#socket.send(`[2,"${id}","${step.action}",${step.payload}]`);
  }

  /** Sends a call and resolves with its answer. */
  ask(step: Step): Promise<Payload> {
    return new Promise((resolve, reject) => {
      this.#onAnswer = resolve;
      this.#onClose = reject;
      this.call(step);
    });
  }

  /** Stops without waiting for anything. */
  leave(): void {
    this.#leaving = true;
    this.#onAnswer = () => {};
    this.#socket.terminate();
  }

  #receive(text: string): void {
    if (text.startsWith("[2,")) {
      this.#answerServer(text);
      return;
    }
    const step = this.#step;
    if (step === undefined || !text.startsWith(this.#expected)) {
      this.#score.unexpected(text);
      // A CALLERROR ends the call; anything else leaves it open, to be seen as an answer that never came.
      if (!text.startsWith("[4,") || step === undefined) return;
      this.#step = undefined;
      this.#onAnswer({}, step);
      return;
    }
    this.#step = undefined;
    const payload: Payload = JSON.parse(text.slice(this.#expected.length, -1));
    this.#score.answered(step, performance.now() - this.#intendedAt, step.plausible(payload), text);
    this.#onAnswer(payload, step);
  }

  /** Agrees to whatever the CSMS asks. */
  #answerServer(text: string): void {
    const [, id]: unknown[] = JSON.parse(text);
    this.#socket.send(`[3,${JSON.stringify(id)},{"status":"Accepted"}]`);
  }
}
