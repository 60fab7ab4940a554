// The charger's local authorization list as far as it is known: its version, and what is in it.
import type { LocalListChange, LocalListEntry } from "../../ocpp/facts/local-list.ts";
import type { Storage } from "./storage.ts";

/** Entries are kept in few rows, because rows written are the cost; a row holds 2 MB at most. */
const ENTRIES_PER_ROW = 1000;

export interface KnownLocalList {
  version: number;
  /** Whether `entries` is all that is in it. A list that somebody else has sent is known by its version alone. */
  isComplete: boolean;
  /** In order of the token. */
  entries: LocalListEntry[];
  /** Epoch milliseconds of the charger's last word about it. */
  at: number;
}

interface Head {
  version: number;
  isComplete: boolean;
  at: number;
}

export class LocalList {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  known(): KnownLocalList | undefined {
    const head = this.#storage.get("localList");
    if (!isHead(head)) return undefined;
    return { ...head, entries: this.#entries() };
  }

  /** Must run inside a storage transaction. */
  apply(change: LocalListChange, at: number): void {
    const before = this.known();
    if (change.update === "version") {
      if (before?.version === change.version) return;
      this.#keep({ version: change.version, isComplete: change.version === 0, at }, []);
      return;
    }
    const isBuiltUpon = change.update === "differential" && before !== undefined;
    const entries = new Map((isBuiltUpon ? before.entries : []).map((entry) => [entry.idToken.toLowerCase(), entry]));
    for (const idToken of change.removed) entries.delete(idToken.toLowerCase());
    for (const entry of change.put) entries.set(entry.idToken.toLowerCase(), entry);
    const isComplete = change.update === "full" || (before?.isComplete ?? false);
    const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
    this.#keep({ version: change.version, isComplete, at }, sorted);
  }

  #keep(head: Head, entries: LocalListEntry[]): void {
    this.#storage.set("localList", head);
    this.#storage.sql.exec("DELETE FROM local_list");
    for (let from = 0; from < entries.length; from += ENTRIES_PER_ROW) {
      const part = entries.slice(from, from + ENTRIES_PER_ROW);
      this.#storage.sql.exec("INSERT INTO local_list (part, entries) VALUES (?, ?)", from, JSON.stringify(part));
    }
  }

  #entries(): LocalListEntry[] {
    return this.#storage.sql
      .exec<{ entries: string }>("SELECT entries FROM local_list ORDER BY part")
      .toArray()
      .flatMap(({ entries }) => {
        const part: LocalListEntry[] = JSON.parse(entries);
        return part;
      });
  }
}

const isHead = (value: unknown): value is Head => typeof value === "object" && value !== null && "isComplete" in value;
