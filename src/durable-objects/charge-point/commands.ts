// The actor's memory of commands: those that wait or are on the wire, and the recent ones, to which a late answer
// or a transaction may still belong.
import type { Command } from "../../ocpp/facts/command.ts";
import type { Ladder } from "../../ocpp/ladder.ts";
import { withoutSecrets } from "../../ocpp/secrets.ts";
import type { Version } from "../../ocpp/versions.ts";
import type { Storage } from "./storage.ts";

/** How long an answered or given up command is remembered. */
const REMEMBERED_MS = 24 * 3_600_000;

/** A command with what only the actor needs to know. */
export interface HeldCommand extends Command {
  ocppVersion: Version;
  offline: "fail" | "queue";
  /** Equal for commands of which only the latest matters. */
  coalesceKey?: string | undefined;
  /** The connection it was sent on. */
  connectionId?: string | undefined;
  timeoutMs: number;
  /** A session has to come of it. */
  awaitsSession?: boolean | undefined;
  /** How else it may be said if it is refused. */
  ladder?: Ladder | undefined;
  /** It is in the log alone, and no row of history: there are too many of its kind. */
  isUnlisted?: true | undefined;
  /** The command that was sent in its place. */
  next?: string | undefined;
}

export const isFinal = (command: Command): boolean => command.status !== "queued" && command.status !== "sent";

export class Commands {
  readonly #storage: Storage;
  /** Oldest first. */
  #cache: Map<string, HeldCommand> | undefined;
  /** Those of them that are not final: few, while a busy charger remembers thousands. They are looked through with each frame. */
  readonly #open = new Map<string, HeldCommand>();

  constructor(storage: Storage) {
    this.#storage = storage;
    storage.onRollback(() => {
      this.#cache = undefined;
    });
  }

  all(): HeldCommand[] {
    return [...this.#load().values()];
  }

  get(id: string): HeldCommand | undefined {
    return this.#load().get(id);
  }

  /** Those that wait or are on the wire, in the order given. */
  open(): HeldCommand[] {
    this.#load();
    return [...this.#open.values()];
  }

  /** Those that wait, in the order given. */
  queued(): HeldCommand[] {
    return this.open().filter((command) => command.status === "queued");
  }

  /** Asked after each frame. */
  get isWaiting(): boolean {
    this.#load();
    if (this.#open.size === 0) return false;
    return this.queued().length > 0;
  }

  /** Before the newest one there is none that was created later. */
  newestCreatedAt(): number {
    return this.all().at(-1)?.createdAt ?? 0;
  }

  onTheWire(): HeldCommand | undefined {
    return this.open().find((command) => command.status === "sent");
  }

  /** Must run inside a storage transaction. */
  save(given: HeldCommand): void {
    // What may still be sent keeps its secrets, nothing else does.
    const command = isFinal(given) ? { ...given, payload: withoutSecrets(given.action, given.payload) } : given;
    this.#storage.sql.exec(
      "INSERT OR REPLACE INTO commands (id, status, created_at, data) VALUES (?, ?, ?, ?)",
      ...[command.id, command.status, command.createdAt, JSON.stringify(command)],
    );
    const held = this.#load();
    held.set(command.id, command);
    this.#note(command);
    for (const old of held.values()) {
      if (old.createdAt > command.createdAt - REMEMBERED_MS) break;
      if (!isFinal(old)) continue;
      this.#storage.sql.exec("DELETE FROM commands WHERE id = ?", old.id);
      held.delete(old.id);
    }
  }

  #load(): Map<string, HeldCommand> {
    if (this.#cache !== undefined) return this.#cache;
    this.#cache = new Map();
    this.#open.clear();
    if (this.#storage.isEmpty) return this.#cache;
    for (const { data } of this.#storage.sql.exec<{ data: string }>("SELECT data FROM commands ORDER BY created_at")) {
      const command: HeldCommand = JSON.parse(data);
      this.#cache.set(command.id, command);
      this.#note(command);
    }
    return this.#cache;
  }

  #note(command: HeldCommand): void {
    if (isFinal(command)) this.#open.delete(command.id);
    else this.#open.set(command.id, command);
  }
}

/** What history and operators see of it. */
export function published(command: HeldCommand): Command {
  const {
    offline: _offline,
    coalesceKey: _coalesceKey,
    connectionId: _connectionId,
    timeoutMs: _timeoutMs,
    awaitsSession: _awaitsSession,
    ladder: _ladder,
    isUnlisted: _isUnlisted,
    next: _next,
    ...rest
  } = command;
  return { ...rest, payload: withoutSecrets(rest.action, rest.payload) };
}
