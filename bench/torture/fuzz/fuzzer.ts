// A charger gone mad: spoilt frames without end, many in flight. What it is owed: an answer to everything that is a
// CALL with an id, and its connection, unless it broke the WebSocket protocol itself.
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../../test/support/node/random.ts";
import type { Dialect } from "../chargers/dialects.ts";
import { Line } from "../chargers/line.ts";
import { corpus, type Specimen } from "./corpus.ts";
import { frameOf, GARBAGE, ROUGH_WAYS, type Spoilt, WAYS } from "./spoil.ts";

export interface FuzzCounts {
  tried: number;
  answered: number;
  refused: number;
  rough: number;
  connections: number;
  byWay: Record<string, number>;
}

export interface FuzzerOptions {
  url: () => string;
  id: string;
  dialect: Dialect;
  random: Random;
  /** Milliseconds of rest between two volleys: what sets the rate. */
  restMs: number;
  over: AbortSignal;
}

const VOLLEY = 50;
/** The chance that a volley ends with something that costs the connection. */
const ROUGH = 0.05;
const BARRIER_MS = 60_000;

export class Fuzzer {
  readonly id: string;
  readonly dialect: Dialect;
  readonly counts: FuzzCounts = { tried: 0, answered: 0, refused: 0, rough: 0, connections: 0, byWay: {} };
  readonly objections: string[] = [];
  /** While it is set, nothing is sent: others are being measured. */
  pausedUntil: Promise<unknown> | undefined;
  readonly #options: FuzzerOptions;
  readonly #specimens: Specimen[];
  /** Answers that are owed, by the id as JSON. */
  readonly #owed = new Map<string, number>();
  #line: Line | undefined;
  #barrier: { id: string; pass: () => void } | undefined;
  #lastId = 0;

  constructor(options: FuzzerOptions) {
    this.id = options.id;
    this.dialect = options.dialect;
    this.#options = options;
    this.#specimens = corpus(options.dialect.version, options.random.between(1, 1_000_000));
  }

  async rage(): Promise<void> {
    const { over, random, restMs } = this.#options;
    while (!over.aborted) {
      await this.pausedUntil;
      const line = await this.#online();
      if (line === undefined) {
        await wait(200);
        continue;
      }
      for (let left = VOLLEY; left > 0 && line.isOpen; left -= 1) this.#send(line, this.#spoil(WAYS));
      await this.#settle(line);
      if (random.chance(ROUGH)) this.#beRough(line);
      await wait(restMs * (0.5 + random.next()));
    }
    await this.#line?.close();
  }

  #spoil(ways: typeof WAYS): Spoilt {
    const { random } = this.#options;
    const names = Object.keys(ways);
    const name = names[random.between(0, names.length - 1)] ?? "";
    const specimen = this.#specimens[random.between(0, this.#specimens.length - 1)];
    this.counts.byWay[name] = (this.counts.byWay[name] ?? 0) + 1;
    this.#lastId += 1;
    const frame = frameOf(specimen ?? { action: "Heartbeat", payload: {} }, `${this.id}-${this.#lastId}`);
    const spoilt = ways[name]?.(frame, random) ?? "";
    return typeof spoilt === "string" ? { data: spoilt } : spoilt;
  }

  #send(line: Line, { data, binary = false }: Spoilt): void {
    const owed = idOfCall(String(data));
    if (owed !== undefined) this.#owed.set(owed, (this.#owed.get(owed) ?? 0) + 1);
    this.counts.tried += 1;
    line.send(data, { binary });
  }

  #beRough(line: Line): void {
    const { random } = this.#options;
    this.counts.rough += 1;
    this.counts.tried += 1;
    if (random.chance(0.3)) {
      line.sendRaw(GARBAGE[random.between(0, GARBAGE.length - 1)] ?? Buffer.alloc(1));
      return;
    }
    const { data, binary = false } = this.#spoil(ROUGH_WAYS);
    line.send(data, { binary });
  }

  /** A sound call behind the volley: its answer comes when all others have come. */
  async #settle(line: Line): Promise<void> {
    if (!line.isOpen) return;
    this.#lastId += 1;
    const id = `${this.id}-barrier-${this.#lastId}`;
    const { promise, resolve: pass } = Promise.withResolvers<void>();
    this.#barrier = { id, pass };
    line.send(JSON.stringify([2, id, this.dialect.heartbeat.action, {}]));
    const late = setTimeout(() => {
      this.objections.push(`${this.id} was not answered for ${BARRIER_MS / 1000} s`);
      line.drop();
    }, BARRIER_MS);
    await promise;
    clearTimeout(late);
    this.#barrier = undefined;
    if (line.isOpen)
      for (const [owed, count] of this.#owed)
        this.objections.push(`${this.id} got ${count} answers too few to ${owed}`);
    this.#owed.clear();
  }

  async #online(): Promise<Line | undefined> {
    if (this.#line?.isOpen) return this.#line;
    const { url } = this.#options;
    this.#line = await Line.dial(`${url()}/${this.id}`, this.dialect.subprotocol, {
      onText: (text, line) => this.#take(text, line),
      // The end of an earlier connection says nothing of this one.
      onClose: (line) => {
        if (this.#line === line) this.#barrier?.pass();
      },
    });
    if (this.#line === undefined) return undefined;
    this.counts.connections += 1;
    const { action, payload } = this.dialect.boot;
    this.#line.send(JSON.stringify([2, `${this.id}-boot`, action, payload]));
    return this.#line;
  }

  #take(text: string, line: Line): void {
    const [type, id]: unknown[] = JSON.parse(text);
    if (type === 2) {
      line.send(JSON.stringify([4, id, "NotImplemented", "", {}]));
      return;
    }
    if (line !== this.#line) return;
    if (this.#barrier?.id === id) {
      this.#barrier?.pass();
      return;
    }
    if (type === 3) this.counts.answered += 1;
    if (type === 4) this.counts.refused += 1;
    const key = JSON.stringify(id);
    const left = (this.#owed.get(key) ?? 0) - 1;
    if (left > 0) this.#owed.set(key, left);
    else this.#owed.delete(key);
  }
}

/** The id of what is beyond doubt a CALL, as JSON. */
function idOfCall(text: string): string | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(frame)) return undefined;
  const [type, id, action]: unknown[] = frame;
  return type === 2 && typeof id === "string" && typeof action === "string" ? JSON.stringify(id) : undefined;
}
