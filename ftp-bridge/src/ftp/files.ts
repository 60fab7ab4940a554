// What a charger sees: its files in the Worker, and over them those that are promised but still in the spool.
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { fail, ok, type Result } from "../result.ts";
import type { Names } from "../spool/names.ts";
import type { SpoolRecord } from "../spool/record.ts";
import type { Spool } from "../spool/spool.ts";
import type { WorkerFailure } from "../worker/failures.ts";
import type { Entry } from "../worker/shapes.ts";
import type { Answer, Store } from "../worker/store.ts";
import type { Item } from "./listing.ts";
import { nameOf, parentOf } from "./paths.ts";

export class Files {
  readonly #store: Store;
  readonly #spool: Spool;
  readonly #names: Names;

  constructor(store: Store, spool: Spool, names: Names) {
    this.#store = store;
    this.#spool = spool;
    this.#names = names;
  }

  /** A whole file or a folder. */
  async look(account: string, path: string): Answer<Item> {
    if (path === "/") return ok({ name: "", type: "folder", size: 0, modifiedAt: new Date() });
    const promised = this.#spool.find("pending", account, path);
    if (promised !== undefined) return ok(promisedItem(promised));
    const entry = await this.#store.entry(account, this.#names.meant(account, path));
    return entry.ok ? ok({ ...storedItem(entry.value), name: nameOf(path) }) : entry;
  }

  /** Bytes of a whole file, or those that came of one that is not whole yet: where a resume begins. */
  async size(account: string, path: string): Answer<number> {
    const partial = this.#spool.find("partial", account, path);
    if (partial !== undefined) return ok(await this.#spool.sizeOf(partial));
    const item = await this.look(account, path);
    if (!item.ok) return item;
    return item.value.type === "file" ? ok(item.value.size) : fail({ reason: "not_found", detail: "a folder" });
  }

  async *list(account: string, path: string): AsyncGenerator<Result<Item[], WorkerFailure>> {
    const promised = this.#spool
      .all("pending")
      .filter((record) => record.account === account && parentOf(record.path) === path)
      .map(promisedItem);
    const hidden = new Set(promised.map(({ name }) => name));
    for await (const page of this.#store.entries(account, path)) {
      yield page.ok ? ok(page.value.map(storedItem).filter(({ name }) => !hidden.has(name))) : page;
    }
    yield ok([...new Map(promised.map((item) => [item.name, item])).values()]);
  }

  async read(account: string, path: string, offset: number, signal: AbortSignal): Answer<Readable> {
    const promised = this.#spool.find("pending", account, path);
    if (promised !== undefined) return ok(createReadStream(this.#spool.dataPath(promised), { start: offset, signal }));
    return this.#store.read(account, this.#names.meant(account, path), offset, signal);
  }

  async remove(account: string, path: string): Answer<void> {
    const partial = this.#spool.find("partial", account, path);
    if (partial !== undefined) await this.#spool.remove(partial);
    if (this.#spool.find("pending", account, path) !== undefined) return underWay();
    const removed = await this.#store.remove(account, this.#names.meant(account, path));
    if (removed.ok) this.#names.forget(account, path);
    return removed.ok || partial === undefined || removed.error.reason !== "not_found" ? removed : ok(undefined);
  }

  /** @returns the name that it got */
  async rename(account: string, from: string, to: string): Answer<string> {
    if (this.#spool.find("pending", account, from) !== undefined) return this.#renamePromised(account, from, to);
    const renamed = await this.#store.rename(account, this.#names.meant(account, from), to);
    if (!renamed.ok) return renamed;
    this.#names.forget(account, from);
    this.#names.learn(account, to, renamed.value);
    return renamed;
  }

  makeFolder(account: string, path: string): Answer<void> {
    return this.#store.makeFolder(account, path);
  }

  /** While the Worker has not heard of it, its name is ours to change. */
  async #renamePromised(account: string, from: string, to: string): Answer<string> {
    const record = this.#spool.find("pending", account, from);
    if (record === undefined || record.upload !== undefined) return underWay();
    record.path = to;
    await this.#spool.save(record, true);
    return ok(to);
  }
}

function underWay(): Result<never, WorkerFailure> {
  return fail({ reason: "away", detail: "still on its way to the store" });
}

function promisedItem(record: SpoolRecord): Item {
  return { name: nameOf(record.path), type: "file", size: record.size ?? 0, modifiedAt: new Date(record.createdAt) };
}

function storedItem({ name, type, size, modifiedAt }: Entry): Item {
  const time = new Date(modifiedAt ?? 0);
  return { name, type, size: size ?? 0, modifiedAt: Number.isNaN(time.getTime()) ? new Date(0) : time };
}
