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

interface Known {
  byId: Map<string, number>;
  byPayload: Map<number, number>;
  /** The newest boot's entry, as far as it is remembered. */
  bootSeq: number;
}

export class ReplayCache {
  readonly #log: Log;
  #cache: Known | undefined;

  constructor(storage: Storage, log: Log) {
    this.#log = log;
    storage.onRollback(() => {
      this.#cache = undefined;
    });
  }

  /**
   * The stored entry that this call repeats: the same id and payload, or, for messages that carry their own time,
   * the same payload under another id. A used id with another payload is a new message: ids restart with the charger.
   */
  find(call: Call, text: string, repetition: Repetition): LogRow | undefined {
    const { byId, byPayload, bootSeq } = this.#known();
    const same = repetition === "no" ? undefined : byPayload.get(payloadKey(call, text));
    const isStale = repetition === "sinceBoot" && same !== undefined && same < bootSeq;
    for (const seq of [byId.get(call.idText), isStale ? undefined : same]) {
      const row = seq === undefined ? undefined : this.#log.get(seq);
      if (row?.answer !== undefined && samePayload(row.frame, call)) return row;
    }
    return undefined;
  }

  add(call: Call, text: string, seq: number): void {
    const { byId, byPayload } = this.#known();
    put(byId, call.idText, seq);
    put(byPayload, payloadKey(call, text), seq);
  }

  /** A charger that dials anew may start its ids again; what carries its own time stays recognisable. */
  reconnected(): void {
    this.#known().byId.clear();
  }

  /** So may one that boots, and a clock without a battery then tells the same times once more. */
  booted(seq: number): void {
    const known = this.#known();
    known.byId.clear();
    known.bootSeq = seq;
  }

  #known(): Known {
    if (this.#cache !== undefined) return this.#cache;
    this.#cache = { byId: new Map(), byPayload: new Map(), bootSeq: 0 };
    for (const row of this.#log.before(this.#log.nextSeq, DEPTH).toReversed()) {
      if (row.facts.some(({ kind }) => kind === "booted")) this.booted(row.seq);
      else if (row.facts.some(({ kind }) => kind === "connected")) this.reconnected();
      else if (row.direction === "in" && row.answer?.startsWith("[3,") === true) {
        const frame = parseFrame(row.frame);
        if (frame.kind === "call") this.add(frame, row.frame, row.seq);
      }
    }
    return this.#cache;
  }
}

function put<K>(map: Map<K, number>, key: K, seq: number): void {
  map.delete(key);
  map.set(key, seq);
  const [oldest] = map.keys();
  if (map.size > DEPTH && oldest !== undefined) map.delete(oldest);
}

/** The text behind the id: a repetition is made of the same bytes. What is found by its hash is compared in full. */
const payloadKey = ({ idText }: Call, text: string): number =>
  hash(text.slice(text.indexOf(idText, text.indexOf(",")) + idText.length));

function samePayload(stored: string, call: Call): boolean {
  const other = parseFrame(stored);
  return (
    other.kind === "call" &&
    other.action === call.action &&
    JSON.stringify(other.payload) === JSON.stringify(call.payload)
  );
}
