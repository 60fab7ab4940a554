// What a run counts: answers, how long they took, and what was wrong with them.
import type { Step } from "./dialects.ts";
import { Latency, type Quantiles } from "./latency.ts";

const SAMPLES_KEPT = 5;

export interface Tally {
  answered: number;
  /** Answers per second. */
  perSecond: number;
  seconds: number;
  /** Right type and id, but a payload that makes no sense. */
  implausible: number;
  /** CALLERRORs. */
  callErrors: number;
  /** Frames that answer nothing that was asked. */
  stray: number;
  /** Sockets that the server, or the network, closed. */
  lost: number;
  refused: number;
  latency: Quantiles;
  byAction: Record<string, Quantiles>;
  /** The first few frames that were wrong. */
  examples: string[];
  /** Of one core, in this process: near 1, the generator is what was measured. */
  generatorCpu: number;
}

export class Score {
  lost = 0;
  refused = 0;
  #answered = 0;
  #implausible = 0;
  #callErrors = 0;
  #stray = 0;
  readonly #examples: string[] = [];
  readonly #all = new Latency();
  readonly #byAction = new Map<string, Latency>();
  #since = performance.now();
  #cpu = process.cpuUsage();

  get count(): number {
    return this.#answered;
  }

  /** Errors count from the very start; speed only from here. */
  begin(): void {
    this.#answered = 0;
    this.#all.reset();
    this.#byAction.clear();
    this.#since = performance.now();
    this.#cpu = process.cpuUsage();
  }

  answered(step: Pick<Step, "action">, milliseconds: number, isPlausible: boolean, text = ""): void {
    this.#answered += 1;
    this.#all.record(milliseconds);
    let own = this.#byAction.get(step.action);
    if (own === undefined) {
      own = new Latency();
      this.#byAction.set(step.action, own);
    }
    own.record(milliseconds);
    if (!isPlausible) {
      this.#implausible += 1;
      this.#example(`${step.action}: ${text}`);
    }
  }

  unexpected(text: string): void {
    if (text.startsWith("[4,")) this.#callErrors += 1;
    else this.#stray += 1;
    this.#example(text);
  }

  tally(): Tally {
    const seconds = (performance.now() - this.#since) / 1000;
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      answered: this.#answered,
      perSecond: this.#answered / seconds,
      seconds,
      implausible: this.#implausible,
      callErrors: this.#callErrors,
      stray: this.#stray,
      lost: this.lost,
      refused: this.refused,
      latency: this.#all.quantiles(),
      byAction: Object.fromEntries([...this.#byAction].map(([action, own]) => [action, own.quantiles()])),
      examples: this.#examples,
      generatorCpu: (user + system) / 1e6 / seconds,
    };
  }

  #example(text: string): void {
    if (this.#examples.length < SAMPLES_KEPT) this.#examples.push(text.slice(0, 300));
  }
}

export const failures = (tally: Tally): number =>
  tally.implausible + tally.callErrors + tally.stray + tally.lost + tally.refused;
