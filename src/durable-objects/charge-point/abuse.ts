// What a charger is told about itself when it sends more than any charger should, and the end of its connection where
// nothing milder helps: for what was meant as harm, or might as well be.
import type { Fact } from "../../ocpp/facts/fact.ts";
import { finding } from "../../ocpp/handler.ts";
import type { Parts } from "./assemble.ts";
import type { Journal } from "./journal.ts";
import { connectionEnded } from "./presence.ts";
import { type Connection, close } from "./session.ts";

const SAID_EVERY_MS = 3_600_000;

export const FLOOD: Fact = finding(
  "flood",
  "it sends more messages a second than it may without waiting for the answers: it gets them at that rate",
);
export const JUNK_NOT_KEPT: Fact = finding(
  "junk_not_kept",
  "so many of its frames are refused that most of them are answered and not kept in its message log",
);

/** Says a finding that every frame would give reason for, once an hour. */
export class Remark {
  readonly #journal: Journal;
  readonly #event: string;
  readonly #fact: Fact;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(journal: Journal, event: string, fact: Fact) {
    this.#journal = journal;
    this.#event = event;
    this.#fact = fact;
  }

  say(now: number): void {
    if (now - this.#saidAt < SAID_EVERY_MS) return;
    this.#saidAt = now;
    this.#journal.event(now, { event: this.#event }, [this.#fact]);
  }
}

export interface Abuse {
  code: number;
  /** Said to the charger, and recorded. */
  reason: string;
}

export const ABUSES = {
  waiting: { code: 1008, reason: "more messages are waiting than can be held" },
  junk: { code: 1008, reason: "thousands of its frames were no OCPP" },
} satisfies Record<string, Abuse>;

/** Ends its connection. What is on the way of it is neither taken nor answered: the charger will send it again. */
export function throwOut(parts: Parts, socket: WebSocket, connection: Connection, { code, reason }: Abuse): void {
  const now = Date.now();
  parts.journal.event(now, { event: "thrown_out", reason }, [finding("thrown_out", `it was thrown out: ${reason}`)]);
  parts.session.forget(socket);
  close(socket, code, reason);
  connectionEnded(parts, connection, reason);
}
