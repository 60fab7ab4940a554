// The transactions that the actor remembers: all open ones and the last closed ones, so that repeated, late and
// doubled messages find what they belong to.
import type { Doubt, Transaction, TransactionChanges, TransactionStop } from "../../ocpp/facts/transaction.ts";
import type { KnownTransaction, StartKey } from "../../ocpp/handler.ts";
import type { Storage } from "./storage.ts";

const REMEMBERED_CLOSED = 100;
/** No charger has so many connectors; one that makes up sessions must not fill its actor. */
const REMEMBERED_OPEN = 500;
/** A start without a time of its own repeats one with the same token and meter that is open for less than this. */
const UNDATED_REPEAT_MS = 15 * 60_000;
/** 1.6 transaction ids count seconds since then at the charger's birth: positive, 31 bit, new even after a deletion. */
const ID_EPOCH_MS = Date.UTC(2020, 0, 1);

interface Remembered extends KnownTransaction {
  firstSeq: number;
}

export class Transactions {
  readonly #storage: Storage;
  #cache: Remembered[] | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.onRollback(() => {
      this.#cache = undefined;
    });
  }

  open(): KnownTransaction[] {
    return this.#all().filter((tx) => tx.stop === undefined);
  }

  byId(id: string): (KnownTransaction & { firstSeq: number }) | undefined {
    return this.#all().find((tx) => tx.id === id);
  }

  byOcppId(ocppTransactionId: string): KnownTransaction | undefined {
    return this.#all().findLast((tx) => tx.ocppTransactionId === ocppTransactionId);
  }

  findStart(start: StartKey): KnownTransaction | undefined {
    const isSameTime = (tx: Remembered) =>
      start.isDated
        ? tx.startedAt === start.startedAt
        : tx.stop === undefined && start.startedAt - tx.startedAt < UNDATED_REPEAT_MS;
    return this.#all().find(
      (tx) =>
        tx.connectorId === start.connectorId &&
        isSameTime(tx) &&
        tx.meterStart === start.meterStart &&
        (tx.idToken ?? "").toLowerCase() === start.idToken.toLowerCase(),
    );
  }

  /** Whether a command already has its transaction. */
  isBegotten(commandId: string): boolean {
    return this.#all().some((tx) => tx.commandId === commandId);
  }

  nextId(now: number): number {
    const last = this.#storage.get("transactionId");
    return (typeof last === "number" ? last : Math.floor((now - ID_EPOCH_MS) / 1000)) + 1;
  }

  started(transaction: Transaction, seq: number, at: number, stop?: TransactionStop): void {
    // Ids that the charger made up, in OCPP 2.x or for a session we never saw, must not push the counter.
    const next = this.nextId(at);
    if (transaction.ocppTransactionId === String(next)) this.#storage.set("transactionId", next);
    const all = this.#all();
    const remembered: Remembered = { ...transaction, firstSeq: seq, ...(stop === undefined ? {} : { stop }) };
    all.push(remembered);
    this.#save(remembered);
    this.#forgetOldest(all);
  }

  updated(id: string, changes: TransactionChanges): void {
    const transaction = this.#all().find((tx) => tx.id === id);
    if (transaction === undefined) return;
    Object.assign(transaction, changes);
    this.#save(transaction);
  }

  doubted(id: string, doubt: Doubt): void {
    const transaction = this.#all().find((tx) => tx.id === id);
    if (transaction === undefined) return;
    transaction.doubt = { ...transaction.doubt, ...doubt };
    this.#save(transaction);
  }

  stopped(stop: TransactionStop): void {
    const transaction = this.#all().find((tx) => tx.id === stop.id);
    if (transaction === undefined) return;
    transaction.stop = stop;
    this.#save(transaction);
  }

  #all(): Remembered[] {
    this.#cache ??= this.#load();
    return this.#cache;
  }

  #load(): Remembered[] {
    if (this.#storage.isEmpty) return [];
    return this.#storage.sql
      .exec<{ data: string }>("SELECT data FROM transactions ORDER BY first_seq")
      .toArray()
      .map(({ data }) => {
        const transaction: Remembered = JSON.parse(data);
        return transaction;
      });
  }

  #save(tx: Remembered): void {
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO transactions (id, ocpp_id, connector_id, open, first_seq, data) VALUES (?, ?, ?, ?, ?, ?)",
      ...[tx.id, tx.ocppTransactionId, tx.connectorId, tx.stop === undefined ? 1 : 0, tx.firstSeq, JSON.stringify(tx)],
    );
  }

  #forgetOldest(all: Remembered[]): void {
    const closed = all.filter((tx) => tx.stop !== undefined);
    const open = all.filter((tx) => tx.stop === undefined);
    const [oldest] = closed.length > REMEMBERED_CLOSED ? closed : open.length > REMEMBERED_OPEN ? open : [];
    if (oldest === undefined) return;
    this.#storage.sql.exec("DELETE FROM transactions WHERE id = ?", oldest.id);
    this.#cache = all.filter((tx) => tx !== oldest);
  }
}
