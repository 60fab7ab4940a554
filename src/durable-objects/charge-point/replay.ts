// Recognises what a charger sends again because our answer got lost. A cache over the log's newest entries: it holds
// sequence numbers only, and the log has the last word.
import { type Frame, parseFrame } from "../../ocpp/frame.ts";
import type { Repetition } from "../../ocpp/handler.ts";
import { hash } from "../hash.ts";
import type { Log, LogRow } from "./log.ts";
import type { Storage } from "./storage.ts";

/** How many of the newest calls are recognised. */
const DEPTH = 50;

type Call = Extract<Frame, { kind: "call" | "send" }>;

/** What the newest entries of the log say. */
interface Payloads {
  bySum: Map<number, number>;
  /** The newest boot's entry, as far as it is remembered. */
  bootSeq: number;
}

export class ReplayCache {
  readonly #log: Log;
  /** By message id, since the charger came or booted; undefined: not read yet. */
  #ids: Map<string, number> | undefined;
  #payloads: Payloads | undefined;

  constructor(storage: Storage, log: Log) {
    this.#log = log;
    storage.onRollback(() => {
      this.#ids = undefined;
      this.#payloads = undefined;
    });
  }

  /**
   * The stored entry that this call repeats: the same id and payload, or, for messages that carry their own time,
   * the same payload under another id. A used id with another payload is a new message: ids restart with the charger.
   */
  find(call: Call, text: string, repetition: Repetition): LogRow | undefined {
    const known = this.#ids ?? this.#load().ids;
    for (const seq of [known.get(call.idText), this.#seqOfPayload(call, text, repetition)]) {
      const row = seq === undefined ? undefined : this.#log.get(seq);
      if (row?.answer !== undefined && samePayload(row.frame, call)) return row;
    }
    return undefined;
  }

  add(call: Call, text: string, seq: number): void {
    // What was not read yet is read when it is needed, this entry included.
    if (this.#ids !== undefined) put(this.#ids, call.idText, seq);
    if (this.#payloads !== undefined) put(this.#payloads.bySum, payloadSum(call, text), seq);
  }

  /** A charger that dials anew may start its ids again; what carries its own time stays recognisable. */
  reconnected(): void {
    this.#ids = new Map();
  }

  /** So may one that boots, and a clock without a battery then tells the same times once more. */
  booted(seq: number): void {
    this.#ids = new Map();
    if (this.#payloads !== undefined) this.#payloads.bootSeq = seq;
  }

  #seqOfPayload(call: Call, text: string, repetition: Repetition): number | undefined {
    if (repetition === "no") return undefined;
    const { bySum, bootSeq } = this.#payloads ?? this.#load().payloads;
    const seq = bySum.get(payloadSum(call, text));
    return repetition === "sinceBoot" && seq !== undefined && seq < bootSeq ? undefined : seq;
  }

  /** Reads the end of the log. Most of those who come back only boot, and need it not. */
  #load(): { ids: Map<string, number>; payloads: Payloads } {
    const ids = new Map<string, number>();
    const payloads: Payloads = { bySum: new Map(), bootSeq: 0 };
    for (const row of this.#log.before(this.#log.nextSeq, DEPTH).toReversed()) {
      const hasBooted = row.facts.some(({ kind }) => kind === "booted");
      if (hasBooted) payloads.bootSeq = row.seq;
      if (hasBooted || row.facts.some(({ kind }) => kind === "connected")) ids.clear();
      else if (row.direction === "in" && row.answer?.startsWith("[3,") === true) {
        const frame = parseFrame(row.frame);
        if (frame.kind !== "call") continue;
        put(ids, frame.idText, row.seq);
        put(payloads.bySum, payloadSum(frame, row.frame), row.seq);
      }
    }
    this.#ids ??= ids;
    this.#payloads ??= payloads;
    return { ids: this.#ids, payloads: this.#payloads };
  }
}

function put<K>(map: Map<K, number>, key: K, seq: number): void {
  map.delete(key);
  map.set(key, seq);
  const [oldest] = map.keys();
  if (map.size > DEPTH && oldest !== undefined) map.delete(oldest);
}

/** The text behind the id: a repetition is made of the same bytes. What is found by its hash is compared in full. */
const payloadSum = ({ idText }: Call, text: string): number =>
  hash(text.slice(text.indexOf(idText, text.indexOf(",")) + idText.length));

function samePayload(stored: string, call: Call): boolean {
  const other = parseFrame(stored);
  return (
    other.kind === "call" &&
    other.action === call.action &&
    JSON.stringify(other.payload) === JSON.stringify(call.payload)
  );
}
