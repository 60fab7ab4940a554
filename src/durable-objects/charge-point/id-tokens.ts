// What is known about an id token: asked of D1 each time it matters, together with what other chargers ask at that
// moment; remembered for when D1 is away.
import { logWarning } from "../../log.ts";
import type { Verdict } from "../../ocpp/handler.ts";
import type { TokenRow } from "../registry-reader/id-tokens.ts";
import type { Storage } from "./storage.ts";

/** A D1 that does not answer in this time counts as away: a driver stands at the charger. */
const LOOKUP_TIMEOUT_MS = 5_000;
const REMEMBERED = 500;
const REMEMBERED_UNKNOWN = 20;
const REMEMBERED_IN_MEMORY = 20;

interface TokenRecord {
  status: "accepted" | "blocked";
  expiresAt: number | null;
  groupId: string | null;
  type?: string | null;
  personalMessage?: string | null;
  language?: string | null;
  language2?: string | null;
  /** Whether it charges at another charger right now; asked only where policy forbids that. */
  busyElsewhere: boolean;
  /** Absent: there is some, or none is required. */
  noCredit?: true;
}

export interface TokenPolicy {
  /** What a token gets that nobody can be asked about. */
  outage: "accept" | "reject";
  concurrent: "allow" | "deny";
  /** Tokens of this group may stop every transaction and start none; empty: there is no such group. */
  masterPassGroup: string;
}

/** `record: null`: the store does not know the token. `blind`: nobody could be asked. */
export interface TokenAnswer {
  record: TokenRecord | null;
  blind: boolean;
}

/** The answers for one frame, by lower-case token. */
export type TokenAnswers = ReadonlyMap<string, TokenAnswer>;

export class IdTokens {
  readonly #db: D1Database;
  readonly #read: (key: string) => Promise<TokenRow | null>;
  readonly #storage: Storage;
  readonly #chargePoint: string;
  readonly policy: TokenPolicy;

  /** Unknown a moment ago: not worth a row, but a stop needs not ask again. */
  readonly #unknown = new Set<string>();
  /** What the disk has of the tokens that were asked about last; undefined: nothing. */
  readonly #stored = new Map<string, string | undefined>();

  /** @param read the store's row of a token, by its lower-case form */
  constructor(
    db: D1Database,
    read: (key: string) => Promise<TokenRow | null>,
    storage: Storage,
    chargePoint: string,
    policy: TokenPolicy,
  ) {
    this.#db = db;
    this.#read = read;
    this.#storage = storage;
    this.#chargePoint = chargePoint;
    this.policy = policy;
    storage.onRollback(() => this.#stored.clear());
  }

  /** Answers from memory alone, or undefined if one of the tokens is not remembered. */
  remembered(tokens: readonly string[]): TokenAnswers | undefined {
    const answers = new Map<string, TokenAnswer>();
    for (const token of tokens) {
      const key = token.toLowerCase();
      const record = this.#unknown.has(key) ? null : this.#recall(key);
      if (record === undefined) return undefined;
      answers.set(key, { record, blind: false });
    }
    return answers;
  }

  /** Never throws: with D1 away the answer is what was known last, or else what policy says. */
  async ask(tokens: readonly string[]): Promise<TokenAnswers> {
    const answers = new Map<string, TokenAnswer>();
    for (const token of tokens) {
      const key = token.toLowerCase();
      try {
        const record = await withTimeout(this.#lookUp(key, token));
        this.#remember(key, record);
        answers.set(key, { record, blind: false });
      } catch (error) {
        logWarning({ event: "id_token_lookup_failed", chargePoint: this.#chargePoint, detail: String(error) });
        const record = this.#recall(key);
        answers.set(key, { record: record ?? null, blind: record === undefined });
      }
    }
    return answers;
  }

  async #lookUp(key: string, spelling: string): Promise<TokenRecord | null> {
    const row = await this.#read(key);
    if (row === null) return null;
    const { status, expires_at: expiresAt, group_id: groupId, type, language, language_2: language2 } = row;
    const busyElsewhere = this.policy.concurrent === "deny" && (await this.#isBusy(row.id_token, spelling));
    const personalMessage = row.personal_message;
    const noCredit = row.no_credit === 1 ? { noCredit: true as const } : {};
    return { status, expiresAt, groupId, type, personalMessage, language, language2, busyElsewhere, ...noCredit };
  }

  async #isBusy(...spellings: [string, string]): Promise<boolean> {
    const row = await this.#db
      .prepare(
        "SELECT 1 FROM transactions WHERE id_token IN (?, ?) AND status = 'active' AND charge_point <> ? LIMIT 1",
      )
      .bind(...spellings, this.#chargePoint)
      .first();
    return row !== null;
  }

  #recall(key: string): TokenRecord | null | undefined {
    const data = this.#dataOf(key);
    if (data === undefined) return undefined;
    const record: TokenRecord | null = JSON.parse(data);
    return record;
  }

  #dataOf(key: string): string | undefined {
    if (this.#storage.isEmpty) return undefined;
    if (!this.#stored.has(key)) {
      const { sql } = this.#storage;
      const [row] = sql.exec<{ data: string }>("SELECT data FROM id_tokens WHERE key = ?", key).toArray();
      this.#store(key, row?.data);
    }
    return this.#stored.get(key);
  }

  #store(key: string, data: string | undefined): void {
    this.#stored.set(key, data);
    const [oldest] = this.#stored.keys();
    if (this.#stored.size > REMEMBERED_IN_MEMORY && oldest !== undefined) this.#stored.delete(oldest);
  }

  /** Writes only what changed: a token that is used daily costs nothing. */
  #remember(key: string, record: TokenRecord | null): void {
    this.#unknown.delete(key);
    if (record === null) this.#unknown.add(key);
    for (const oldest of this.#unknown) {
      if (this.#unknown.size <= REMEMBERED_UNKNOWN) break;
      this.#unknown.delete(oldest);
    }
    if (this.#storage.isEmpty) return;
    const data = JSON.stringify(record);
    const known = this.#dataOf(key);
    if (known === data) return;
    // Unknown tokens may be noise from a broken reader: they are not worth a row.
    if (record === null && known === undefined) return;
    const { sql } = this.#storage;
    sql.exec("INSERT OR REPLACE INTO id_tokens (key, data, fetched_at) VALUES (?, ?, ?)", key, data, Date.now());
    sql.exec(
      "DELETE FROM id_tokens WHERE key IN (SELECT key FROM id_tokens ORDER BY fetched_at DESC LIMIT -1 OFFSET ?)",
      REMEMBERED,
    );
    this.#store(key, data);
  }
}

/**
 * OCPP's verdict on what the store answered.
 * @param now epoch milliseconds
 * @param type what the charger says that the token is; a token that is registered without a type may be any
 */
export function verdictOf(answer: TokenAnswer | undefined, policy: TokenPolicy, now: number, type?: string): Verdict {
  if (answer === undefined || answer.blind) return { status: policy.outage === "accept" ? "Accepted" : "Invalid" };
  const { record } = answer;
  if (record === null) return { status: "Unknown" };
  if (record.type != null && type !== undefined && record.type !== type) return { status: "Invalid" };
  const known = {
    expiresAt: record.expiresAt ?? undefined,
    groupId: record.groupId ?? undefined,
    personalMessage: record.personalMessage ?? undefined,
    language: record.language ?? undefined,
    language2: record.language2 ?? undefined,
  };
  if (record.status === "blocked") return { status: "Blocked", ...known };
  if (record.expiresAt !== null && record.expiresAt <= now) return { status: "Expired", ...known };
  if (record.noCredit === true) return { status: "NoCredit", ...known };
  return { status: "Accepted", ...known };
}

function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("D1 did not answer in time")), LOOKUP_TIMEOUT_MS);
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
