// What the rack's chargers do all day: drivers come, charge and go. Faults that belong to the day rather than to the line
// (hours without network, messages out of order, silence) are asked for through its `mood`.
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Charger } from "./charger.ts";
import type { Message, Reading, Visit } from "./dialects.ts";

export interface Mood {
  /** Visits that happened while there was no network, told at once as soon as there is one. */
  offlineVisits: number;
  /** Visits whose messages go out in another order than they were made. */
  shuffledVisits: number;
  /** Says nothing until then, in epoch milliseconds. */
  silentUntil: number;
}

const EVSES = [1, 2] as const;
const THINK_MS = [30, 200] as const;
const SAMPLES = [2, 6] as const;
const MINUTE_MS = 60_000;
/** How long ago an offline visit began. Far below a day: then a clock counts as broken. */
const OFFLINE_MINUTES = [30, 240] as const;

export class Life {
  readonly charger: Charger;
  readonly mood: Mood = { offlineVisits: 0, shuffledVisits: 0, silentUntil: 0 };
  readonly #tokens: readonly string[];
  readonly #over: AbortSignal;
  #meter: number;
  readonly #told = new Set<number>();
  visits = 0;
  replayed = 0;

  constructor(charger: Charger, tokens: readonly string[], over: AbortSignal) {
    this.charger = charger;
    this.#tokens = tokens;
    this.#over = over;
    this.#meter = charger.random.between(1, 1000) * 1_000_000;
  }

  /** Resolves when it is over and the last visit has ended. */
  async live(): Promise<void> {
    const { charger } = this;
    for (const evseId of EVSES) await this.#status(evseId, false, this.#at());
    while (!this.#over.aborted) {
      await this.#keepSilent();
      while (this.mood.offlineVisits > 0) {
        this.mood.offlineVisits -= 1;
        this.replayed += 1;
        const ago = charger.random.between(...OFFLINE_MINUTES) * MINUTE_MS;
        await this.#visit({ begin: charger.now() - ago, isHasty: true, isShuffled: false });
      }
      const isShuffled = this.mood.shuffledVisits > 0;
      if (isShuffled) this.mood.shuffledVisits -= 1;
      await this.#visit({ begin: undefined, isHasty: false, isShuffled });
    }
  }

  async #visit(how: { begin: number | undefined; isHasty: boolean; isShuffled: boolean }): Promise<void> {
    const { charger } = this;
    const { dialect, random } = charger;
    const token = this.#tokens[random.between(0, this.#tokens.length - 1)] ?? "";
    const visit: Visit = { evseId: random.between(1, 2), token, transactionId: randomUUID(), seqNo: -1 };
    let elapsed = 0;
    const reading = (): Reading => {
      this.#meter += random.between(1, 500);
      elapsed += MINUTE_MS + random.between(0, 999);
      return { at: this.#once(how.begin === undefined ? charger.now() : how.begin + elapsed), meter: this.#meter };
    };
    const pause = () => (how.isHasty ? Promise.resolve() : wait(random.between(...THINK_MS)));
    const tell = async (message: Message) => {
      await charger.say(message);
      await pause();
    };
    await this.#status(visit.evseId, true, reading().at);
    if (!how.isHasty) await tell(dialect.authorize(token));
    const start = dialect.start(visit, reading());
    const answer = await charger.say(start);
    visit.transactionId = dialect.transactionOf(visit, answer ?? {});
    await pause();
    const messages: Message[] = [];
    for (let left = random.between(...SAMPLES); left > 0; left -= 1) messages.push(dialect.sample(visit, reading()));
    messages.push(dialect.stop(visit, reading()));
    if (how.isShuffled) {
      charger.book.shuffled.add(`samples of ${visit.transactionId}`);
      shuffle(messages, random.between);
    }
    for (const message of messages) await tell(message);
    if (!how.isHasty) await tell(dialect.heartbeat);
    if (random.chance(0.2)) await tell(dialect.security(this.#at(), randomUUID()));
    await this.#status(visit.evseId, false, reading().at);
    this.visits += 1;
  }

  async #status(evseId: number, isBusy: boolean, at: number): Promise<void> {
    await this.charger.say(this.charger.dialect.status(evseId, isBusy, at, randomUUID()));
  }

  #at(): number {
    return this.#once(this.charger.now());
  }

  /** Never the same millisecond twice: that is how two messages that are equal otherwise are told apart. */
  #once(at: number): number {
    let free = at;
    while (this.#told.has(free)) free += 1;
    this.#told.add(free);
    return free;
  }

  async #keepSilent(): Promise<void> {
    while (Date.now() < this.mood.silentUntil && !this.#over.aborted) await wait(50);
  }
}

function shuffle<T>(list: T[], between: (low: number, high: number) => number): void {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = between(0, last);
    const [a, b] = [list[last], list[other]];
    if (a === undefined || b === undefined) continue;
    list[last] = b;
    list[other] = a;
  }
}
