// The charger's state: a projection of facts kept beside the log, written in the same SQLite transaction.
// What a kind of fact changes is one row in the table below; most change nothing here, only history.
import type { ConfigurationKey, ConnectorStatus, Fact, FactKind, StationData } from "../../ocpp/facts.ts";
import { isVersion, type Version } from "../../ocpp/versions.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import { Transactions } from "./transactions.ts";

export interface Boot {
  /** Epoch milliseconds. */
  at: number;
  station: StationData;
}

export interface KnownConfiguration {
  items: (ConfigurationKey & { at: number })[];
  unknownKeys: string[];
}

export class State {
  readonly #storage: Storage;
  readonly transactions: Transactions;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.transactions = new Transactions(storage);
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
    const id = this.#storage.get("connection");
    return typeof id === "string" ? id : undefined;
  }

  /** The version that the charger spoke last. */
  get lastVersion(): Version | undefined {
    const version = this.#storage.get("version");
    return isVersion(version) ? version : undefined;
  }

  /** Must run inside a storage transaction. Log, transactions and commands stay: they are history. */
  erase(): void {
    for (const key of ["settings", "boot", "connection", "version"]) this.#storage.set(key, null);
    for (const table of ["connectors", "configuration", "id_tokens"]) this.#storage.sql.exec(`DELETE FROM ${table}`);
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

  /** Must run inside the storage transaction that appends the fact to the log. */
  apply<K extends FactKind>(fact: Fact<K>, seq: number, at: number): void {
    PROJECTIONS[fact.kind]?.(fact, { storage: this.#storage, transactions: this.transactions, seq, at });
  }
}

interface Target {
  storage: Storage;
  transactions: Transactions;
  seq: number;
  at: number;
}

const PROJECTIONS: { [K in FactKind]?: (fact: Fact<K>, target: Target) => void } = {
  connected: ({ connectionId, version }, { storage }) => {
    storage.set("connection", connectionId);
    if (storage.get("version") !== version) storage.set("version", version);
  },
  disconnected: (_fact, { storage }) => storage.set("connection", null),
  booted: ({ station }, { storage, at }) => storage.set("boot", { at, station } satisfies Boot),
  connectorStatus: ({ status }, { storage }) => {
    storage.sql.exec(
      "INSERT OR REPLACE INTO connectors (evse_id, connector_id, status) VALUES (?, ?, ?)",
      ...[status.evseId, status.connectorId, JSON.stringify(status)],
    );
  },
  transactionStarted: ({ transaction }, { transactions, seq }) => transactions.started(transaction, seq),
  transactionOrphaned: ({ transaction, stop }, { transactions, seq }) => transactions.started(transaction, seq, stop),
  transactionStopped: ({ stop }, { transactions }) => transactions.stopped(stop),
  configuration: ({ keys, unknownKeys, complete }, { storage, at }) => {
    if (complete) storage.sql.exec("DELETE FROM configuration");
    const put = "INSERT OR REPLACE INTO configuration (key, value, readonly, unknown, at) VALUES (?, ?, ?, ?, ?)";
    for (const { key, value, readonly } of keys) storage.sql.exec(put, key, value ?? null, readonly ? 1 : 0, 0, at);
    for (const key of unknownKeys) storage.sql.exec(put, key, null, 0, 1, at);
  },
};

const isSettings = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && "identity" in value && "registration" in value;

const isBoot = (value: unknown): value is Boot => typeof value === "object" && value !== null && "station" in value;
