// Guessing passwords is slow: failures are counted per user name with address, and per address.
// Only failures count. A burst of guesses at once gains nothing: who is over the limit learns no verdict at all.
import { eq, inArray } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { signInFailures } from "../../db/schema.ts";
import { countOne, secondsLeft, type WindowRow } from "./windows.ts";

const WINDOW_MS = 10 * 60 * 1000;
const MAX_FAILURES_PER_NAME_AND_ADDRESS = 10;
const MAX_FAILURES_PER_ADDRESS = 50;

interface Limited {
  subject: string;
  limit: number;
}

export class SignInLimit {
  readonly #db: Database;
  readonly #pair: Limited;
  readonly #address: Limited;
  readonly #counted: readonly [Limited, ...Limited[]];

  /**
   * `name` in its key form; `address` as from `clientAddress`. Counted by name only: a fleet behind one address must
   * not suffer for one of it.
   */
  constructor(db: Database, name: string, address: string, counted: "name only" | "address too" = "address too") {
    this.#db = db;
    this.#pair = { subject: `name:${name}@${network(address)}`, limit: MAX_FAILURES_PER_NAME_AND_ADDRESS };
    this.#address = { subject: `address:${network(address)}`, limit: MAX_FAILURES_PER_ADDRESS };
    this.#counted = counted === "name only" ? [this.#pair] : [this.#pair, this.#address];
  }

  /** Seconds until the next attempt is heard; 0: at once. */
  async secondsToWait(): Promise<number> {
    const subjects = this.#counted.map(({ subject }) => subject);
    const rows = await this.#db.select().from(signInFailures).where(inArray(signInFailures.subject, subjects));
    return Math.max(0, ...rows.filter((row) => row.count >= this.#limitOf(row)).map(secondsLeft));
  }

  /** Counts a failure. Answers the seconds to wait if it was one too many, else 0. */
  async failed(): Promise<number> {
    const [first, ...others] = this.#counted;
    const rows = (await this.#db.batch([this.#count(first), ...others.map((one) => this.#count(one))])).flat();
    return Math.max(0, ...rows.filter((row) => row.count > this.#limitOf(row)).map(secondsLeft));
  }

  /** Forgets the failures of this name from this address. */
  async succeeded(): Promise<void> {
    await this.#db.delete(signInFailures).where(eq(signInFailures.subject, this.#pair.subject));
  }

  #limitOf({ subject }: WindowRow): number {
    return subject === this.#pair.subject ? this.#pair.limit : this.#address.limit;
  }

  #count({ subject }: Limited) {
    return countOne(this.#db, subject, WINDOW_MS);
  }
}

/** Where a request comes from; locally there is no edge in front that would tell. */
export const clientAddress = (headers: Headers): string => headers.get("cf-connecting-ip") ?? "local";

/** An IPv6 customer has 2^64 addresses to guess from, so a /64 counts as one. */
export function network(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return `${[...left, ...Array<string>(zeros).fill("0"), ...right].slice(0, 4).join(":")}::/64`;
}
