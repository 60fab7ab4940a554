// An upload from its first byte to the moment at which the charger may be told that its file is safe: it is in R2, or it is
// on this disk with its record, both synced.
import { createWriteStream } from "node:fs";
import { copyFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { fail, ok, type Result } from "../result.ts";
import { passes, type WorkerFailure } from "../worker/failures.ts";
import type { Store } from "../worker/store.ts";
import type { Uploads } from "../worker/uploads.ts";
import type { Courier } from "./courier.ts";
import { Inbound } from "./inbound.ts";
import type { Names } from "./names.ts";
import type { Pulse } from "./pulse.ts";
import { Reception } from "./reception.ts";
import type { SpoolRecord } from "./record.ts";
import type { Spool } from "./spool.ts";

export type IntakeFailure = WorkerFailure | { reason: "bad_offset" | "disk_full"; detail: string };

export interface IntakeTools {
  spool: Spool;
  courier: Courier;
  uploads: Uploads;
  store: Store;
  names: Names;
  pulse: Pulse;
  /** Stays free on the spool's disk. */
  reserveBytes: number;
  /** How long a charger waits for R2 before its file is promised from the spool. */
  commitMs: number;
}

/** The Worker should agree to the name before the charger sends; it need not, when it is slow. */
const AGREEMENT_MS = 2_000;

export class Intake {
  readonly #tools: IntakeTools;
  readonly #open = new Map<string, Reception>();

  constructor(tools: IntakeTools) {
    this.#tools = tools;
  }

  /** @param offset where the bytes begin; `end`: behind what is there (APPE) */
  async begin(account: string, path: string, offset: number | "end"): Promise<Result<Reception, IntakeFailure>> {
    const { spool, reserveBytes } = this.#tools;
    if ((await spool.freeBytes()) < reserveBytes) return fail({ reason: "disk_full", detail: "the spool is full" });
    const found = offset === 0 ? await this.#anew(account, path) : await this.#continued(account, path, offset);
    if (!found.ok) return found;
    return this.#receive(found.value.record, found.value.offset);
  }

  async #receive(record: SpoolRecord, offset: number): Promise<Result<Reception, IntakeFailure>> {
    const { spool, courier } = this.#tools;
    const inbound = await Inbound.open(spool.dataPath(record), offset);
    const delivery = courier.begin(record, inbound);
    const reception = new Reception(this.#tools, record, inbound, delivery);
    const key = `${record.account}\0${record.path}`;
    this.#open.set(key, reception);
    void reception.released.then(() => {
      if (this.#open.get(key) === reception) this.#open.delete(key);
    });
    const first = await Promise.race([delivery.opened.then(() => undefined), delivery.done, after(AGREEMENT_MS)]);
    // Both settle together when the Worker refuses; its word counts.
    const outcome = first ?? (await Promise.race([delivery.done, after(0)]));
    if (outcome === undefined || outcome.ok || passes(outcome.error)) return ok(reception);
    await reception.discard();
    return outcome.error.reason === "broken"
      ? fail({ reason: "away", detail: outcome.error.detail })
      : fail(outcome.error);
  }

  /** What was left of an earlier attempt at that name is given up: STOR begins at the beginning. */
  async #anew(account: string, path: string) {
    const { spool } = this.#tools;
    const left = spool.find("partial", account, path);
    if (left !== undefined) await this.#drop(left);
    return ok({ record: await spool.begin(account, path, undefined), offset: 0 });
  }

  async #continued(
    account: string,
    path: string,
    offset: number | "end",
  ): Promise<Result<{ record: SpoolRecord; offset: number }, IntakeFailure>> {
    const { spool } = this.#tools;
    // Whoever resumes is the newest: an older connection that still holds the file is dead and does not know it.
    await this.#open.get(`${account}\0${path}`)?.interrupt();
    const partial = spool.find("partial", account, path);
    if (partial === undefined) return this.#extended(account, path, offset);
    const size = await spool.sizeOf(partial);
    const start = offset === "end" ? size : offset;
    if (start > size) return fail({ reason: "bad_offset", detail: `only ${size} bytes are there` });
    spool.claim(partial);
    // A session that may be complete already takes no more bytes.
    if (start < size || partial.upload?.finishing) this.#forgetUpload(partial);
    return ok({ record: partial, offset: start });
  }

  /** A file that is whole already is continued as a copy, which takes its place when it is complete. */
  async #extended(
    account: string,
    path: string,
    offset: number | "end",
  ): Promise<Result<{ record: SpoolRecord; offset: number }, IntakeFailure>> {
    const { spool, store, names } = this.#tools;
    const promised = spool.find("pending", account, path);
    if (promised?.size !== undefined) {
      const start = offset === "end" ? promised.size : offset;
      if (start > promised.size) return fail({ reason: "bad_offset", detail: `only ${promised.size} bytes are there` });
      const record = await spool.begin(account, path, promised.sha256);
      await copyFile(spool.dataPath(promised), spool.dataPath(record));
      return ok({ record, offset: start });
    }
    const actual = names.meant(account, path);
    const entry = await store.entry(account, actual);
    if (!entry.ok) {
      if (entry.error.reason !== "not_found") return fail(entry.error);
      if (offset !== "end") return fail({ reason: "bad_offset", detail: "nothing is there to continue" });
      return this.#anew(account, path);
    }
    const size = entry.value.size ?? 0;
    const start = offset === "end" ? size : offset;
    if (entry.value.type === "folder") return fail({ reason: "conflict", detail: "a folder" });
    if (start > size) return fail({ reason: "bad_offset", detail: `only ${size} bytes are there` });
    return this.#copied(account, actual, start, entry.value.sha256 ?? undefined);
  }

  async #copied(
    account: string,
    path: string,
    offset: number,
    sha256: string | undefined,
  ): Promise<Result<{ record: SpoolRecord; offset: number }, IntakeFailure>> {
    const { spool, store } = this.#tools;
    const record = await spool.begin(account, path, sha256);
    const signal = new AbortController().signal;
    const content = offset === 0 ? undefined : await store.read(account, path, 0, signal);
    if (content?.ok === false) {
      await spool.remove(record);
      return fail(content.error);
    }
    try {
      if (content !== undefined) await pipeline(content.value, createWriteStream(spool.dataPath(record)));
      return ok({ record, offset });
    } catch (error) {
      await spool.remove(record);
      return fail({ reason: "away", detail: String(error) });
    }
  }

  #forgetUpload(record: SpoolRecord): void {
    if (record.upload?.finishing === false) void this.#tools.uploads.abort(record.account, record.upload.id);
    delete record.upload;
  }

  async #drop(record: SpoolRecord): Promise<void> {
    this.#forgetUpload(record);
    await this.#tools.spool.remove(record);
  }

  /** Gives up what nobody came back for. */
  async sweep(olderThan: Date): Promise<void> {
    const stale = this.#tools.spool.all("partial").filter(({ createdAt }) => new Date(createdAt) < olderThan);
    for (const record of stale) await this.#drop(record);
  }
}

function after(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}
