/** What a charger remembers about tokens: the local list, which the CSMS keeps, and the cache, which it fills itself. */
import type { Verdict } from "./driver.ts";

export interface TokenInfo {
  status: string;
  expiresAt?: number | undefined;
  groupId?: string | undefined;
}

export interface ListUpdate {
  version: number;
  full: boolean;
  /** An entry without info is removed. */
  entries: readonly { token: string; info?: TokenInfo | undefined }[];
}

export class TokenMemory {
  readonly #now: () => number;
  readonly #cache = new Map<string, TokenInfo>();
  readonly #list = new Map<string, TokenInfo>();
  #listVersion = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get listVersion(): number {
    return this.#listVersion;
  }

  get listSize(): number {
    return this.#list.size;
  }

  verdict(info: TokenInfo): Verdict {
    const expired = info.expiresAt !== undefined && info.expiresAt <= this.#now();
    const status = info.status === "Accepted" && expired ? "Expired" : info.status;
    return { status, accepted: status === "Accepted", groupId: info.groupId };
  }

  learn(token: string, info: TokenInfo): void {
    this.#cache.set(token, info);
  }

  /** The list outranks the cache: it is the CSMS's own word. */
  recall(token: string, { useList, useCache }: { useList: boolean; useCache: boolean }): Verdict | undefined {
    const info = (useList ? this.#list.get(token) : undefined) ?? (useCache ? this.#cache.get(token) : undefined);
    return info && this.verdict(info);
  }

  forget(token: string): boolean {
    return this.#cache.delete(token);
  }

  clearCache(): void {
    this.#cache.clear();
  }

  update({ version, full, entries }: ListUpdate): "Accepted" | "VersionMismatch" {
    if (!full && version <= this.#listVersion) return "VersionMismatch";
    if (full) this.#list.clear();
    for (const { token, info } of entries) {
      if (info) this.#list.set(token, info);
      else this.#list.delete(token);
    }
    this.#listVersion = version;
    return "Accepted";
  }
}
