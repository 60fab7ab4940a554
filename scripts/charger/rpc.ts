/**
 * OCPP-J on one open socket: one call of ours in flight, the rest wait in line; calls of the CSMS are answered at
 * once. Lives as long as its socket, never reconnects.
 */
import { randomUUID } from "node:crypto";
import type { Timers } from "./clock.ts";
import { CallRefused, CallTimeout, CommandFault, describe, type Fault, LinkLost } from "./errors.ts";
import { formatFrame, type Message, type Payload, parseFrame } from "./frame.ts";

/** `after` runs once the answer is on the wire: consequences never delay or overtake it. */
export interface Reply {
  response: Payload;
  after?: () => void;
}

export interface RpcHost {
  callTimeoutMs: number;
  errorCodes: Readonly<Record<Fault, string>>;
  timers: Timers;
  write(text: string): void;
  /** No reply means silence: the call is left unanswered on purpose. */
  receive(action: string, payload: unknown): Promise<Reply | undefined>;
  /** Every frame, both ways; `action` is what a result or an error belongs to. */
  frame(direction: "in" | "out", message: Message, action: string): void;
  log(line: string): void;
}

interface Call {
  id: string;
  action: string;
  payload: Payload;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class Rpc {
  readonly #host: RpcHost;
  readonly #waiting: Call[] = [];
  #inFlight: Call | undefined;
  #cancelTimeout = () => {};
  #lost = false;

  constructor(host: RpcHost) {
    this.#host = host;
  }

  get busy(): boolean {
    return this.#inFlight !== undefined;
  }

  call(action: string, payload: Payload, id: string = randomUUID()): Promise<unknown> {
    if (this.#lost) return Promise.reject(new LinkLost("not connected"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, action, payload, resolve, reject });
      this.#next();
    });
  }

  async receive(text: string): Promise<void> {
    const parsed = parseFrame(text);
    if (parsed.ok) {
      const { message } = parsed;
      if (message.kind === "call") await this.#answer(message);
      else if (message.kind === "result" || message.kind === "error") this.#settle(message);
      else this.#note(message);
      return;
    }
    this.#host.log(`bad frame (${parsed.reason}): ${text.slice(0, 200)}`);
    if (parsed.callId !== undefined) this.#refuse(parsed.callId, "", new CommandFault("unreadable", parsed.reason));
  }

  /** Without an answer, hence out of line: it overtakes calls that wait. */
  send(action: string, payload: Payload): void {
    this.#write({ kind: "send", id: randomUUID(), action, payload }, action);
  }

  /** Tells the CSMS that its answer to call `id` was of no use. */
  complain(id: string, action: string, fault: Fault, description: string): void {
    const code = this.#host.errorCodes[fault];
    this.#write({ kind: "resultError", id, code, description: description.slice(0, 255), details: {} }, action);
  }

  /** The socket is gone: nothing that waits for an answer can get one. */
  lose(reason: string): void {
    this.#lost = true;
    this.#cancelTimeout();
    const calls = this.#inFlight ? [this.#inFlight, ...this.#waiting] : this.#waiting;
    this.#inFlight = undefined;
    for (const call of calls.splice(0)) call.reject(new LinkLost(reason));
  }

  #next(): void {
    if (this.#inFlight || this.#lost) return;
    const call = this.#waiting.shift();
    if (!call) return;
    this.#inFlight = call;
    this.#cancelTimeout = this.#host.timers.after(this.#host.callTimeoutMs, () => {
      this.#finish(() => call.reject(new CallTimeout(`${call.action} got no answer in time`)));
    });
    this.#write({ kind: "call", id: call.id, action: call.action, payload: call.payload }, call.action);
  }

  #finish(settle: () => void): void {
    this.#cancelTimeout();
    this.#inFlight = undefined;
    settle();
    this.#next();
  }

  /** No CSMS sends unanswered messages, and what it says about an answer of ours comes too late to change it. */
  #note(message: Extract<Message, { kind: "send" | "resultError" }>): void {
    const text = message.kind === "send" ? message.action : `${message.code} ${message.description}`;
    this.#host.frame("in", message, message.kind === "send" ? message.action : "");
    this.#host.log(`the CSMS remarks, about ${message.id}: ${text}`);
  }

  #settle(message: Extract<Message, { kind: "result" | "error" }>): void {
    const call = this.#inFlight?.id === message.id ? this.#inFlight : undefined;
    this.#host.frame("in", message, call?.action ?? "");
    if (!call) this.#host.log(`an answer to no open call: ${message.id}`);
    else if (message.kind === "result") this.#finish(() => call.resolve(message.payload));
    else this.#finish(() => call.reject(new CallRefused(call.action, message.code, message.description)));
  }

  async #answer({ id, action, payload }: Extract<Message, { kind: "call" }>): Promise<void> {
    this.#host.frame("in", { kind: "call", id, action, payload }, action);
    try {
      const reply = await this.#host.receive(action, payload);
      if (!reply) return;
      this.#write({ kind: "result", id, payload: reply.response }, action);
      reply.after?.();
    } catch (error) {
      this.#refuse(id, action, error);
    }
  }

  #refuse(id: string, action: string, error: unknown): void {
    const fault = error instanceof CommandFault ? error.fault : "internal";
    const code = this.#host.errorCodes[fault];
    this.#write({ kind: "error", id, code, description: describe(error).slice(0, 255), details: {} }, action);
  }

  #write(message: Message, action: string): void {
    if (this.#lost) return;
    this.#host.frame("out", message, action);
    this.#host.write(formatFrame(message));
  }
}
