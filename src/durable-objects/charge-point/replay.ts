// Recognises what a charger sends again because our answer got lost. A cache over the log's newest entries: it holds
// sequence numbers only, and the log has the last word.
import { type Frame, type MessageId, parseFrame } from "../../ocpp/frame.ts";
import type { Log, LogRow } from "./log.ts";

/** How many of the newest calls are recognised. */
const DEPTH = 50;

type Call = Extract<Frame, { kind: "call" }>;

export class ReplayCache {
  readonly #log: Log;
  #byId: Map<string, number> | undefined;
  #byPayload = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * The stored entry that this call repeats: the same id and payload, or, for messages that carry their own time,
   * the same payload under another id. A used id with another payload is a new message: ids restart with the charger.
   */
  find(call: Call, frame: string, repeatable: boolean): LogRow | undefined {
    const byId = this.#load();
    const seq = byId.get(idKey(call.id)) ?? (repeatable ? this.#byPayload.get(payloadKey(frame, call.id)) : undefined);
    if (seq === undefined) return undefined;
    const row = this.#log.get(seq);
    return row?.answer !== undefined && samePayload(row.frame, call) ? row : undefined;
  }

  add(call: Call, frame: string, seq: number, repeatable: boolean): void {
    this.#put(this.#load(), idKey(call.id), seq);
    if (repeatable) this.#put(this.#byPayload, payloadKey(frame, call.id), seq);
  }

  /** A charger that boots starts its message ids again; what carries its own time stays recognisable. */
  forgetIds(): void {
    this.#load().clear();
  }

  /** After a rolled back transaction: memory is a cache. */
  forget(): void {
    this.#byId = undefined;
  }

  #put(map: Map<string, number>, key: string, seq: number): void {
    map.delete(key);
    map.set(key, seq);
    const [oldest] = map.keys();
    if (map.size > DEPTH && oldest !== undefined) map.delete(oldest);
  }

  #load(): Map<string, number> {
    if (this.#byId !== undefined) return this.#byId;
    this.#byId = new Map();
    this.#byPayload = new Map();
    for (const row of this.#log.before(this.#log.nextSeq, DEPTH).toReversed()) {
      if (row.direction !== "in" || row.answer === undefined) continue;
      const frame = parseFrame(row.frame);
      if (frame.kind !== "call") continue;
      if (frame.action === "BootNotification") this.#byId.clear();
      this.#byId.set(idKey(frame.id), row.seq);
      this.#byPayload.set(payloadKey(row.frame, frame.id), row.seq);
    }
    return this.#byId;
  }
}

const idKey = (id: MessageId): string => JSON.stringify(id);

/** The frame without its id: compared as sent, since a repetition is made from the same bytes. */
const payloadKey = (frame: string, id: MessageId): string => frame.slice(frame.indexOf(String(id)) + String(id).length);

function samePayload(stored: string, call: Call): boolean {
  const other = parseFrame(stored);
  return (
    other.kind === "call" &&
    other.action === call.action &&
    JSON.stringify(other.payload) === JSON.stringify(call.payload)
  );
}
