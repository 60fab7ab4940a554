// The charger's state: a projection of facts kept beside the log, written in the same SQLite transaction.
// What a kind of fact changes is one row in the table below; most change nothing here, only history.
import { z } from "zod";
import type { Clock } from "../../ocpp/clock.ts";
import type { Fact, FactKind } from "../../ocpp/facts/fact.ts";
import type { ConnectorStatus } from "../../ocpp/facts/station.ts";
import type { HoldingKind } from "../../ocpp/held.ts";
import type { SettingName } from "../../ocpp/job.ts";
import type { Payload } from "../../ocpp/read.ts";
import { isVersion, type Version } from "../../ocpp/versions.ts";
import { BOOT_PROJECTIONS, type Boot, type BootAsked, storedBoot, storedBootAsked } from "./boots.ts";
import { CONFIGURATION_PROJECTIONS, type KnownConfiguration, knownConfiguration } from "./configuration.ts";
import { arrived, type Contact, left, readContact } from "./contact.ts";
import { KEPT_PROJECTIONS, keptHolding } from "./kept.ts";
import { LocalList } from "./local-list.ts";
import { Reservations } from "./reservations.ts";
import { SECURITY_PROJECTIONS, Security } from "./security.ts";
import { type Settings, storedSettings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import { TOLD_PROJECTIONS, Told } from "./told.ts";
import { Transactions } from "./transactions.ts";

const Manners = z.record(z.string(), z.string());

export class State {
  readonly #storage: Storage;
  readonly transactions: Transactions;
  readonly reservations: Reservations;
  readonly localList: LocalList;
  readonly told: Told;
  readonly security: Security;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.transactions = new Transactions(storage);
    this.reservations = new Reservations(storage);
    this.localList = new LocalList(storage);
    this.told = new Told(storage);
    this.security = new Security(storage);
  }

  get settings(): Settings | undefined {
    return storedSettings(this.#storage.get("settings"));
  }

  set settings(settings: Settings) {
    this.#storage.set("settings", settings);
  }

  get boot(): Boot | undefined {
    return storedBoot(this.#storage.get("boot"));
  }

  /** The connection that history believes to be alive. */
  get connectionId(): string | undefined {
    return this.contact.id ?? undefined;
  }

  get contact(): Contact {
    return readContact(this.#storage.get("connection"));
  }

  /** Undefined: right, as far as is known. */
  get clock(): Clock | undefined {
    const clock = this.#storage.get("clock");
    return isClock(clock) ? clock : undefined;
  }

  /** When it was last said that its samples are thinned; epoch milliseconds. */
  get thinnedAt(): number {
    const at = this.#storage.get("thinnedAt");
    return typeof at === "number" ? at : 0;
  }

  set thinnedAt(at: number) {
    this.keep(() => this.#storage.set("thinnedAt", at));
  }

  /** How it accepted what may be said in several ways, by topic. */
  get manners(): Readonly<Record<string, string>> {
    return Manners.safeParse(this.#storage.get("manners")).data ?? {};
  }

  manner(topic: string): string | undefined {
    return this.manners[topic];
  }

  learn(topic: string, manner: string): void {
    this.keep(() => this.#storage.set("manners", { ...this.manners, [topic]: manner }));
  }

  /** How often it was asked to boot since it is known, and on which connection last. */
  get bootAsked(): BootAsked {
    return storedBootAsked(this.#storage.get("bootAsked"));
  }

  set bootAsked(asked: BootAsked) {
    this.keep(() => this.#storage.set("bootAsked", asked));
  }

  /** Until when it is left alone after its boot, epoch milliseconds: it tells of its connectors first. */
  get quietUntil(): number | undefined {
    const until = this.#storage.get("quietUntil");
    return typeof until === "number" ? until : undefined;
  }

  set quietUntil(until: number | undefined) {
    if (until !== this.quietUntil) this.keep(() => this.#storage.set("quietUntil", until ?? null));
  }

  /** The version that the charger spoke last. */
  get lastVersion(): Version | undefined {
    const version = this.#storage.get("version");
    return isVersion(version) ? version : undefined;
  }

  /** Writes what is no fact: the step that something has come to. */
  keep(write: () => void): void {
    this.#storage.prepare();
    this.#storage.transaction(write);
  }

  /** Must run inside a storage transaction. Log, transactions and commands stay: they are history. */
  erase(): void {
    for (const key of [
      "settings",
      "boot",
      "connection",
      "version",
      "localList",
      "bootAsked",
      "manners",
      "thinnedAt",
      "clock",
      "quietUntil",
      ...Security.KEYS,
    ])
      this.#storage.set(key, null);
    for (const table of [
      "connectors",
      "configuration",
      "id_tokens",
      "local_list",
      "kept",
      ...Told.TABLES,
      ...Security.TABLES,
    ])
      this.#storage.sql.exec(`DELETE FROM ${table}`);
    this.security.erased();
  }

  connectors(): ConnectorStatus[] {
    if (this.#storage.isEmpty) return [];
    return this.#storage.sql
      .exec<{ status: string }>("SELECT status FROM connectors ORDER BY evse_id, connector_id")
      .toArray()
      .map((row) => {
        const status: ConnectorStatus = JSON.parse(row.status);
        return status;
      });
  }

  configuration(): KnownConfiguration {
    return knownConfiguration(this.#storage);
  }

  /** What the charger has told of one of its settings. */
  setting({ key, component, variable, variableInstance }: SettingName): string | undefined {
    if (component !== undefined && variable !== undefined) {
      return this.told.deviceModel.actual(component, variable, variableInstance);
    }
    return this.configuration().items.find((item) => item.key.toLowerCase() === key?.toLowerCase())?.value;
  }

  /** What is kept here for the charger to ask for. */
  holding(kind: HoldingKind, key: string): Payload | undefined {
    return keptHolding(this.#storage, kind, key);
  }

  /** Whether a fact changes anything here. */
  concerns(fact: Fact): boolean {
    return PROJECTIONS[fact.kind] !== undefined;
  }

  /** Must run inside the storage transaction that appends the fact to the log. */
  apply<K extends FactKind>(fact: Fact<K>, seq: number, at: number): void {
    PROJECTIONS[fact.kind]?.(fact, {
      storage: this.#storage,
      reservations: this.reservations,
      localList: this.localList,
      transactions: this.transactions,
      told: this.told,
      security: this.security,
      seq,
      at,
    });
  }
}

interface Target {
  storage: Storage;
  reservations: Reservations;
  localList: LocalList;
  transactions: Transactions;
  told: Told;
  security: Security;
  seq: number;
  at: number;
}

const PROJECTIONS: { [K in FactKind]?: (fact: Fact<K>, target: Target) => void } = {
  connected: ({ connectionId, version }, { storage, at }) => {
    storage.set("connection", arrived(readContact(storage.get("connection")), connectionId, at));
    if (storage.get("version") !== version) storage.set("version", version);
  },
  disconnected: ({ idleMs }, { storage, at }) =>
    storage.set("connection", left(readContact(storage.get("connection")), at, idleMs)),
  connectorStatus: ({ status }, { storage, at }) => {
    storage.sql.exec(
      "INSERT OR REPLACE INTO connectors (evse_id, connector_id, status) VALUES (?, ?, ?)",
      ...[status.evseId, status.connectorId, JSON.stringify(status)],
    );
    const quietUntil = storage.get("quietUntil");
    if (typeof quietUntil === "number" && quietUntil > at) storage.set("quietUntil", at);
  },
  transactionStarted: ({ transaction }, { transactions, seq, at }) => transactions.started(transaction, seq, at),
  transactionOrphaned: ({ transaction, stop }, { transactions, seq, at }) =>
    transactions.started(transaction, seq, at, stop),
  transactionUpdated: ({ id, changes }, { transactions }) => transactions.updated(id, changes),
  transactionDoubted: ({ id, doubt }, { transactions }) => transactions.doubted(id, doubt),
  reservation: ({ reservation }, { reservations }) => reservations.save(reservation),
  localList: ({ change }, { localList, at }) => localList.apply(change, at),
  transactionStopped: ({ stop }, { transactions }) => transactions.stopped(stop),
  clock: ({ clock }, { storage }) => storage.set("clock", clock),
  ...BOOT_PROJECTIONS,
  ...CONFIGURATION_PROJECTIONS,
  ...TOLD_PROJECTIONS,
  ...SECURITY_PROJECTIONS,
  ...KEPT_PROJECTIONS,
};

const isClock = (value: unknown): value is Clock => typeof value === "object" && value !== null && "offsetMs" in value;
