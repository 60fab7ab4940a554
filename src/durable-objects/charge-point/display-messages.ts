// The messages that the charger shows, as far as it told or agreed to.
import type { DisplayMessage } from "../../ocpp/facts/station.ts";
import { record, text } from "../../ocpp/read.ts";
import type { Storage } from "./storage.ts";

export interface KnownDisplayMessage {
  id: number;
  /** JSON: OCPP's MessageInfo. */
  message: string;
  transactionId: string | undefined;
  /** Epoch milliseconds of what was told last. */
  at: number;
}

export class DisplayMessages {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** In the order of their ids. */
  all(): KnownDisplayMessage[] {
    if (this.#storage.isEmpty) return [];
    return this.#storage.sql
      .exec<{ id: number; message: string; at: number }>("SELECT id, message, at FROM display_messages ORDER BY id")
      .toArray()
      .map((row) => ({ ...row, transactionId: text(record(JSON.parse(row.message)).transactionId) }));
  }

  /** Must run inside a storage transaction. */
  told(messages: readonly DisplayMessage[], removed: readonly number[], at: number): void {
    const { sql } = this.#storage;
    for (const id of removed) sql.exec("DELETE FROM display_messages WHERE id = ?", id);
    for (const { id, message } of messages) {
      const values = [id, JSON.stringify(message), at];
      sql.exec("INSERT OR REPLACE INTO display_messages (id, message, at) VALUES (?, ?, ?)", ...values);
    }
  }

  forget(toldBefore: number): void {
    this.#storage.sql.exec("DELETE FROM display_messages WHERE at < ?", toldBefore);
  }
}
