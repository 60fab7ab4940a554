// The rack: a server, a fleet that keeps books, chargers gone mad, an operator, and faults in a seeded order until the
// time is up. Then everybody finishes in peace, and the judge compares.
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { type Random, seeded } from "../../test/support/node/random.ts";
import { type Rest, restClient } from "../../test/support/node/rest.ts";
import type { Latency } from "../load/latency.ts";
import { adminOf } from "../server/launch.ts";
import { Charger } from "./chargers/charger.ts";
import { DIALECTS } from "./chargers/dialects.ts";
import { Life } from "./chargers/life.ts";
import { FAULTS, type Fault, type Lane } from "./faults/table.ts";
import type { Flood, Report } from "./figures.ts";
import { Fuzzer } from "./fuzz/fuzzer.ts";
import type { Book } from "./judge/book.ts";
import { fileHistory, restHistory } from "./judge/history.ts";
import { judge } from "./judge/judge.ts";
import { Operator } from "./operator.ts";
import { reportOf } from "./report.ts";
import { stuckOnes } from "./revive.ts";
import { Control } from "./server/control.ts";

export interface RackOptions {
  seed: number;
  /** 0: every fault once. */
  minutes: number;
  chargers: number;
  fuzzers: number;
  /** Of the usual length of a fault. */
  pace: number;
  /** Where the state goes. */
  root?: string;
  /** Only these faults. */
  only?: (fault: Fault) => boolean;
  note?: (text: string) => void;
}

const TOKENS = ["RACK-A", "RACK-B", "RACK-C"];
/** Between two volleys of each fuzzer: some hundred frames a second in all. */
const FUZZ_REST_MS = 250;
const PROGRESS_MS = 10_000;

export class Rack {
  readonly random: Random;
  readonly control: Control;
  readonly rest: Rest;
  readonly dialects = DIALECTS;
  readonly lives: Life[];
  readonly fuzzers: Fuzzer[];
  readonly operator: Operator;
  readonly struck: Record<string, number> = {};
  readonly floods: Flood[] = [];
  floodBook: Book | undefined;
  /** Gets the latency of each answer while it is set. */
  watch: Latency | undefined;
  readonly #options: RackOptions;
  readonly #faultsOver = new AbortController();
  readonly #over = new AbortController();

  private constructor(control: Control, options: RackOptions) {
    this.control = control;
    this.#options = options;
    this.random = seeded(options.seed);
    const { password } = adminOf();
    this.rest = restClient(control.origin, password);
    this.operator = new Operator(this.rest, this.random.fork());
    const url = () => control.chargerUrl;
    const dialectOf = (index: number) => DIALECTS[index % DIALECTS.length] ?? DIALECTS[0];
    const many = <T>(count: number, make: (index: number, dialect: (typeof DIALECTS)[number]) => T): T[] =>
      Array.from({ length: count }, (_, index) => dialectOf(index)).flatMap((dialect, index) =>
        dialect === undefined ? [] : [make(index, dialect)],
      );
    this.lives = many(options.chargers, (index, dialect) => {
      const id = `RACK-${index + 1}`;
      const onAnswer = (milliseconds: number) => this.watch?.record(milliseconds);
      const bootsOnReconnect = this.random.chance(0.5);
      const charger = new Charger({ url, id, dialect, bootsOnReconnect, onAnswer, random: this.random.fork() });
      return new Life(charger, TOKENS, this.#over.signal);
    });
    this.fuzzers = many(
      options.fuzzers,
      (index, dialect) =>
        new Fuzzer({
          ...{ url, id: `FUZZ-${index + 1}`, dialect, random: this.random.fork() },
          ...{ restMs: FUZZ_REST_MS, over: this.#over.signal },
        }),
    );
  }

  static async run(options: RackOptions): Promise<Report> {
    const control = await Control.start(options.root ?? tmpdir());
    try {
      return await new Rack(control, options).#run();
    } finally {
      await control.stop();
      await control.forget();
    }
  }

  /** Some of the fleet, at least one. */
  some(share: number): Life[] {
    const chosen = this.lives.filter(() => this.random.chance(share));
    return chosen.length > 0 ? chosen : this.lives.slice(0, 1);
  }

  /** Lets so many seconds go by, at the run's own pace. */
  pass(low: number, high: number): Promise<void> {
    return wait(this.random.between(low * 1000, high * 1000) * this.#options.pace);
  }

  /** Holds the fuzzers. @returns what lets them go on */
  quiet(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const fuzzer of this.fuzzers) fuzzer.pausedUntil = promise;
    return resolve;
  }

  async #run(): Promise<Report> {
    const begin = Date.now();
    const { minutes, seed } = this.#options;
    for (const idToken of TOKENS) await this.rest.post("/api/id-tokens", { idToken, status: "accepted" });
    const { signal } = this.#over;
    const chargers = this.lives.map(({ charger }) => charger);
    const work = Promise.all([
      ...this.lives.map((life) => life.live()),
      ...this.fuzzers.map((fuzzer) => fuzzer.rage()),
      this.operator.work(chargers, signal),
    ]);
    // Whoever fails first fails the run; until then it is not unhandled.
    work.catch(() => this.#faultsOver.abort());
    const progress = setInterval(() => this.#tellProgress(begin), PROGRESS_MS);
    const timer = setTimeout(() => this.#faultsOver.abort(), minutes * 60_000);
    try {
      await this.#torment();
      this.#over.abort();
      await work;
    } finally {
      this.#over.abort();
      clearInterval(progress);
      clearTimeout(timer);
    }
    this.#note("the faults are over: is anybody stuck?");
    const stuck = await stuckOnes(this);
    for (const { charger } of this.lives) await charger.close();
    this.#note("the judge reads history");
    const books = [...chargers.map(({ book }) => book), ...(this.floodBook === undefined ? [] : [this.floodBook])];
    const connectorOf = (id: string, evseId: number) =>
      chargers.find((charger) => charger.id === id)?.dialect.version === "1.6" || id === this.floodBook?.id
        ? evseId
        : 1;
    const overRest = await judge([restHistory(this.rest, connectorOf)], books);
    await this.control.stop();
    const file = fileHistory(this.control.stateDir);
    const inFile = await judge([file], books);
    file.close();
    return reportOf(this, {
      seed,
      minutes,
      seconds: (Date.now() - begin) / 1000,
      stuck,
      judgements: [overRest, inFile],
    });
  }

  /** Both lanes side by side, then what has to be alone: every fault once at least, then again until the time is up. */
  async #torment(): Promise<void> {
    const { only = () => true } = this.#options;
    const { signal } = this.#faultsOver;
    const faultsOf = (lane: Lane) => FAULTS.filter((fault) => fault.lane === lane && only(fault));
    const [server, line, alone] = [faultsOf("server"), faultsOf("line"), faultsOf("alone")];
    for (let isOver = () => false; !isOver(); isOver = () => signal.aborted) {
      let isDone = server.length === 0;
      const struck = this.#strike(server, isOver).finally(() => {
        isDone = true;
      });
      const lines = async () => {
        await this.#strike(line, isOver);
        // What happens to the server takes longer: the lines are tormented until it is through.
        while (line.length > 0 && !isDone) await this.#strike(line, () => isDone);
      };
      await Promise.all([struck, lines()]);
      await this.#strike(alone, isOver);
      await this.pass(0, 1);
    }
  }

  async #strike(faults: readonly Fault[], isOver: () => boolean): Promise<void> {
    const due = [...faults];
    while (due.length > 0 && !isOver()) {
      const [fault] = due.splice(this.random.between(0, due.length - 1), 1);
      if (fault === undefined) return;
      this.struck[fault.name] = (this.struck[fault.name] ?? 0) + 1;
      const begin = performance.now();
      await fault.strike(this);
      if (fault.lane !== "line") this.#note(`${fault.name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
      await this.pass(0, 2);
    }
  }

  #tellProgress(begin: number): void {
    const sum = (of: (life: Life) => number) => this.lives.reduce((total, life) => total + of(life), 0);
    const faults = Object.values(this.struck).reduce((total, count) => total + count, 0);
    this.#note(
      `${((Date.now() - begin) / 1000).toFixed(0)} s: ${sum(({ charger }) => charger.counts.answered)} answers, ${sum(({ visits }) => visits)} visits, ` +
        `${faults} faults, ${this.control.counts.kills} kills, ${this.fuzzers.reduce((total, { counts }) => total + counts.tried, 0)} frames fuzzed, ` +
        `${this.control.complaints.length} complaints`,
    );
  }

  #note(text: string): void {
    this.#options.note?.(text);
  }
}
