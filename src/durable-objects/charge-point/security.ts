// What the actor remembers for the charger's security: certificates being signed, passwords on their way, and the
// security profile that it is being moved to.
import type { PendingPassword, ProfileMove } from "../../ocpp/facts/credentials.ts";
import type { Fact, FactKind } from "../../ocpp/facts/fact.ts";
import { type CertificateRequest, isOpenRequest } from "../../ocpp/signing-request.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";

const REMEMBERED_REQUESTS = 20;

export class Security {
  static readonly TABLES = ["certificate_requests"];
  static readonly KEYS = ["passwords", "targetProfile", "profileMove"];
  readonly #storage: Storage;
  #requests: CertificateRequest[] | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.onRollback(() => {
      this.#requests = undefined;
    });
  }

  /** Oldest first: those in work, and the newest of the others. */
  requests(): readonly CertificateRequest[] {
    this.#requests ??= this.#load();
    return this.#requests;
  }

  /** Passwords that the charger may come with instead of the one in its settings, oldest first. */
  passwords(): readonly PendingPassword[] {
    const stored = this.#storage.get("passwords");
    return isPasswords(stored) ? stored : [];
  }

  /** The security profile that the charger may come under instead of the one in its settings. */
  targetProfile(): number | undefined {
    const stored = this.#storage.get("targetProfile");
    return typeof stored === "number" ? stored : undefined;
  }

  /** How far it has been moved there; undefined: it is not being moved, or was not told all of it. */
  profileMove(): ProfileMove | undefined {
    const stored = this.#storage.get("profileMove");
    return isMove(stored) ? stored : undefined;
  }

  /** Only by an operator's word: one of them may be the charger's. */
  forgetPasswords(): void {
    this.#storage.set("passwords", null);
  }

  forgetTarget(): void {
    this.#storage.set("targetProfile", null);
    this.#storage.set("profileMove", null);
  }

  /** Forgets what is in memory: the tables were emptied. */
  erased(): void {
    this.#requests = undefined;
  }

  /** Must run inside a storage transaction. */
  saveRequest(request: CertificateRequest): void {
    const others = this.requests().filter(({ id }) => id !== request.id);
    const { sql } = this.#storage;
    sql.exec(
      "INSERT OR REPLACE INTO certificate_requests (id, data) VALUES (?, ?)",
      request.id,
      JSON.stringify(request),
    );
    const closed = others.filter((other) => !isOpenRequest(other));
    const oldest = closed.length >= REMEMBERED_REQUESTS ? closed[0] : undefined;
    if (oldest !== undefined) sql.exec("DELETE FROM certificate_requests WHERE id = ?", oldest.id);
    this.#requests = [...others.filter((other) => other !== oldest), request].sort((a, b) => a.createdAt - b.createdAt);
  }

  #load(): CertificateRequest[] {
    if (this.#storage.isEmpty) return [];
    return this.#storage.sql
      .exec<{ data: string }>("SELECT data FROM certificate_requests")
      .toArray()
      .map(({ data }) => {
        const request: CertificateRequest = JSON.parse(data);
        return request;
      })
      .sort((a, b) => a.createdAt - b.createdAt);
  }
}

interface Target {
  storage: Storage;
  security: Security;
}

export const SECURITY_PROJECTIONS: { [K in FactKind]?: (fact: Fact<K>, target: Target) => void } = {
  certificateRequest: ({ request }, { security }) => security.saveRequest(request),
  passwordPending: ({ pending }, { storage, security }) => {
    storage.set("passwords", [...security.passwords(), pending]);
  },
  passwordAnswered: ({ id, outcome }, { storage, security }) => {
    const answered = security.passwords().map((one) => (one.id === id ? { ...one, outcome } : one));
    // It never was the charger's, and never will be.
    storage.set(
      "passwords",
      answered.filter((one) => one.outcome !== "refused"),
    );
  },
  passwordTaken: ({ id, hashes }, { storage, security }) => {
    const all = security.passwords();
    // Older ones were overwritten in the charger by this one; a newer one may still be applied there.
    storage.set("passwords", all.slice(all.findIndex((one) => one.id === id) + 1));
    changeSettings(storage, { credentialHashes: hashes });
  },
  profileTargeted: ({ profile, move }, { storage }) => {
    storage.set("targetProfile", profile);
    if ((storage.get("profileMove") ?? null) !== (move ?? null)) storage.set("profileMove", move ?? null);
  },
  profileReached: ({ profile }, { storage }) => {
    storage.set("targetProfile", null);
    if ((storage.get("profileMove") ?? null) !== null) storage.set("profileMove", null);
    changeSettings(storage, { securityProfile: profile });
  },
};

function changeSettings(storage: Storage, change: Partial<Settings>): void {
  const settings = storage.get("settings");
  if (typeof settings === "object" && settings !== null) storage.set("settings", { ...settings, ...change });
}

const isMove = (value: unknown): value is ProfileMove =>
  typeof value === "object" && value !== null && "toldAt" in value;

const isPasswords = (value: unknown): value is PendingPassword[] => Array.isArray(value);
