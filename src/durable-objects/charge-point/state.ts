// The charger's state: a projection of facts kept beside the log, written in the same SQLite transaction.
// What a kind of fact changes is one row in the table below; most change nothing here, only history.
import { z } from "zod";
import type { Clock } from "../../ocpp/clock.ts";
import type { Fact, FactKind } from "../../ocpp/facts/fact.ts";
import type { ConfigurationKey, ConnectorStatus, StationData } from "../../ocpp/facts/station.ts";
import type { HoldingKind } from "../../ocpp/held.ts";
import type { SettingName } from "../../ocpp/job.ts";
import type { Payload } from "../../ocpp/read.ts";
import { isVersion, type Version } from "../../ocpp/versions.ts";
import { arrived, type Contact, left, readContact } from "./contact.ts";
import { KEPT_PROJECTIONS, keptHolding } from "./kept.ts";
import { LocalList } from "./local-list.ts";
import { Reservations } from "./reservations.ts";
import { SECURITY_PROJECTIONS, Security } from "./security.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import { TOLD_PROJECTIONS, Told } from "./told.ts";
import { Transactions } from "./transactions.ts";

export interface Boot {
  /** Epoch milliseconds. */
  at: number;
  station: StationData;
  /** 2.x says why; null: it did not, or the boot was recorded before this was kept. */
  reason?: string | null;
  /** The newest boots, this one included, oldest first. */
  recent?: RecentBoot[];
}

interface RecentBoot {
  at: number;
  reason: string | null;
  serialNumber?: string | undefined;
  /** Answered Pending, for it was to be configured first: it boots again right away. */
  isSetup?: true | undefined;
}

interface BootAsked {
  connectionId: string | null;
  times: number;
}

const Manners = z.record(z.string(), z.string());

const REMEMBERED_BOOTS = 10;

export interface KnownConfiguration {
  items: (ConfigurationKey & { at: number })[];
  unknownKeys: string[];
}

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
    const settings = this.#storage.get("settings");
    return isSettings(settings) ? settings : undefined;
  }

  set settings(settings: Settings) {
    this.#storage.set("settings", settings);
  }

  get boot(): Boot | undefined {
    const boot = this.#storage.get("boot");
    return isBoot(boot) ? boot : undefined;
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
    const asked = this.#storage.get("bootAsked");
    return isBootAsked(asked) ? asked : { connectionId: null, times: 0 };
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
    if (this.#storage.isEmpty) return { items: [], unknownKeys: [] };
    const rows = this.#storage.sql
      .exec<{ key: string; value: string | null; readonly: number; unknown: number; at: number }>(
        "SELECT key, value, readonly, unknown, at FROM configuration ORDER BY key",
      )
      .toArray();
    return {
      items: rows
        .filter((row) => row.unknown === 0)
        .map(({ key, value, readonly, at }) => ({
          key,
          ...(value === null ? {} : { value }),
          readonly: readonly === 1,
          at,
        })),
      unknownKeys: rows.filter((row) => row.unknown === 1).map((row) => row.key),
    };
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
  booted: ({ station, reason = null, isSetup }, { storage, at }) => {
    const before = storage.get("boot");
    const { serialNumber } = station;
    const earlier = isBoot(before) ? (before.recent ?? []) : [];
    const recent = [...earlier, { at, reason, serialNumber, isSetup }].slice(-REMEMBERED_BOOTS);
    storage.set("boot", { at, station, reason, recent } satisfies Boot);
  },
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
  configuration: ({ keys, unknownKeys, complete }, { storage, at }) => {
    if (complete) storage.sql.exec("DELETE FROM configuration");
    const put = "INSERT OR REPLACE INTO configuration (key, value, readonly, unknown, at) VALUES (?, ?, ?, ?, ?)";
    for (const { key, value, readonly } of keys) storage.sql.exec(put, key, value ?? null, readonly ? 1 : 0, 0, at);
    for (const key of unknownKeys) storage.sql.exec(put, key, null, 0, 1, at);
  },
  clock: ({ clock }, { storage }) => storage.set("clock", clock),
  ...TOLD_PROJECTIONS,
  ...SECURITY_PROJECTIONS,
  ...KEPT_PROJECTIONS,
};

const isSettings = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && "identity" in value && "registration" in value;

const isClock = (value: unknown): value is Clock => typeof value === "object" && value !== null && "offsetMs" in value;

const isBootAsked = (value: unknown): value is BootAsked =>
  typeof value === "object" && value !== null && "times" in value;

const isBoot = (value: unknown): value is Boot => typeof value === "object" && value !== null && "station" in value;
