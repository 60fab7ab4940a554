// The files on disk: `{id}.data` with the bytes and `{id}.json` with the record. The directory is the journal; nothing else
// is needed to go on after kill -9.
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { describe, type Log } from "../log.ts";
import { replaceFile, syncFolder } from "./durable.ts";
import { recordSchema, type SpoolRecord } from "./record.ts";

export class Spool {
  readonly directory: string;
  readonly #log: Log;
  readonly #records = new Map<string, SpoolRecord>();
  /** Records that a transfer is writing now. */
  readonly #live = new Set<string>();
  /** Writes to one record happen one after the other: a late save must not bring back what was removed. */
  readonly #writes = new Map<string, Promise<void>>();

  constructor(directory: string, log: Log) {
    this.directory = directory;
    this.#log = log;
  }

  /** What an earlier process left. */
  async load(): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const names = await readdir(this.directory);
    for (const name of names.filter((name) => /^[0-9a-f-]{36}\.json$/.test(name))) {
      try {
        const record = recordSchema.parse(JSON.parse(await readFile(join(this.directory, name), "utf8")));
        await stat(this.dataPath(record));
        this.#records.set(record.id, record);
      } catch (error) {
        // Left as it is: an operator may still save the bytes.
        this.#log.error("spool_record_unreadable", { name, detail: describe(error) });
      }
    }
    for (const name of names.filter((name) => /^[0-9a-f-]{36}\.data$/.test(name))) {
      // Bytes without a record were never promised: the record is there before the first byte.
      if (!names.includes(name.replace(".data", ".json"))) await rm(join(this.directory, name), { force: true });
    }
  }

  dataPath({ id }: Pick<SpoolRecord, "id">): string {
    return join(this.directory, `${id}.data`);
  }

  /** A new record with an empty file, claimed by the caller. */
  async begin(account: string, path: string, replaces: string | undefined): Promise<SpoolRecord> {
    const record: SpoolRecord = {
      id: randomUUID(),
      account,
      path,
      state: "partial",
      createdAt: new Date().toISOString(),
      ...(replaces === undefined ? {} : { replaces }),
    };
    this.#records.set(record.id, record);
    this.#live.add(record.id);
    await this.save(record, false);
    await (await open(this.dataPath(record), "w", 0o600)).close();
    return record;
  }

  /** @param synced before something is promised on it */
  save(record: SpoolRecord, synced: boolean): Promise<void> {
    const text = JSON.stringify(record);
    return this.#inOrder(record.id, async () => {
      if (!this.has(record)) return;
      await replaceFile(join(this.directory, `${record.id}.json`), text, synced);
      if (synced) await syncFolder(this.directory);
    });
  }

  remove(record: SpoolRecord): Promise<void> {
    this.#records.delete(record.id);
    this.#live.delete(record.id);
    return this.#inOrder(record.id, async () => {
      // The bytes last: without a record they are swept at the next start, while a record without bytes is an alarm.
      await rm(join(this.directory, `${record.id}.json`), { force: true });
      await rm(this.dataPath(record), { force: true });
    });
  }

  has({ id }: SpoolRecord): boolean {
    return this.#records.has(id);
  }

  claim(record: SpoolRecord): void {
    this.#live.add(record.id);
  }

  release(record: SpoolRecord): void {
    this.#live.delete(record.id);
  }

  /** The newest of that name which no transfer is writing. */
  find(state: SpoolRecord["state"], account: string, path: string): SpoolRecord | undefined {
    return this.all(state)
      .filter((record) => record.account === account && record.path === path)
      .at(-1);
  }

  /** Oldest first. */
  all(state: SpoolRecord["state"]): SpoolRecord[] {
    return [...this.#records.values()]
      .filter((record) => record.state === state && (state === "pending" || !this.#live.has(record.id)))
      .sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  }

  async sizeOf(record: SpoolRecord): Promise<number> {
    return record.size ?? (await stat(this.dataPath(record))).size;
  }

  async #inOrder(id: string, write: () => Promise<void>): Promise<void> {
    const turn = (this.#writes.get(id) ?? Promise.resolve()).catch(() => {}).then(write);
    this.#writes.set(id, turn);
    try {
      await turn;
    } finally {
      if (this.#writes.get(id) === turn) this.#writes.delete(id);
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.directory);
    return bavail * bsize;
  }
}
