// Who signed in lately, so that a charger can still leave its files while the Worker is away. Passwords only as scrypt
// hashes; it is never asked while the Worker answers.
import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { z } from "zod";
import { describe, type Log } from "../log.ts";
import { replaceFile } from "../spool/durable.ts";
import { type Account, accountSchema } from "../worker/shapes.ts";
import type { Credentials } from "../worker/store.ts";

const stretch = promisify<string, Buffer, number, Buffer>(scrypt);
const HASH_BYTES = 32;
const MOST_ACCOUNTS = 10_000;

const knownSchema = z.record(
  z.string(),
  z.object({
    salt: z.string(),
    hash: z.string(),
    seenAt: z.number(),
    /** It came over TLS then, so it has to now. */
    secure: z.boolean(),
    account: accountSchema,
  }),
);

export class KnownAccounts {
  readonly #file: string;
  readonly #validMs: number;
  readonly #log: Log;
  /** Tells an unchanged password apart without stretching it each time; dies with the process. */
  readonly #key = randomBytes(32);
  readonly #fresh = new Map<string, string>();
  #known: z.infer<typeof knownSchema> = {};
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string, validMs: number, log: Log) {
    this.#file = file;
    this.#validMs = validMs;
    this.#log = log;
  }

  async load(): Promise<void> {
    try {
      this.#known = knownSchema.parse(JSON.parse(await readFile(this.#file, "utf8")));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) {
        this.#log.warn("known_accounts_unreadable", { detail: describe(error) });
      }
    }
  }

  /** After the Worker let it in. */
  async remember({ username, password, secure }: Credentials, account: Account): Promise<void> {
    if (this.#validMs === 0) return;
    const mark = createHmac("sha256", this.#key).update(`${secure} ${password}`).digest("hex");
    const known = this.#known[username];
    const halfOver = known === undefined || Date.now() - known.seenAt > this.#validMs / 2;
    if (!halfOver && this.#fresh.get(username) === mark) return;
    const salt = randomBytes(16);
    const hash = await stretch(password, salt, HASH_BYTES);
    this.#fresh.set(username, mark);
    this.#known[username] = {
      salt: salt.toString("hex"),
      hash: hash.toString("hex"),
      seenAt: Date.now(),
      secure,
      account,
    };
    await this.#store();
  }

  /** @returns the account as it was when the Worker last let it in, if that is not too long ago */
  async recall({ username, password, secure }: Credentials): Promise<Account | undefined> {
    const known = Object.hasOwn(this.#known, username) ? this.#known[username] : undefined;
    // As much work for a name that nobody has.
    const hash = await stretch(password, Buffer.from(known?.salt ?? "00".repeat(16), "hex"), HASH_BYTES);
    if (known === undefined || Date.now() - known.seenAt > this.#validMs || (known.secure && !secure)) return undefined;
    return timingSafeEqual(hash, Buffer.from(known.hash, "hex")) ? known.account : undefined;
  }

  /** The Worker refused what it once accepted. */
  async forgetIfKnown(credentials: Credentials): Promise<void> {
    const { username } = credentials;
    if (!Object.hasOwn(this.#known, username) || (await this.recall(credentials)) === undefined) return;
    delete this.#known[username];
    this.#fresh.delete(username);
    await this.#store();
  }

  /** One after the other: many chargers sign in at once after a power cut. */
  #store(): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const newest = Object.entries(this.#known).sort(([, one], [, other]) => other.seenAt - one.seenAt);
    this.#known = Object.fromEntries(newest.slice(0, MOST_ACCOUNTS));
    await replaceFile(this.#file, JSON.stringify(this.#known), true);
  }
}
