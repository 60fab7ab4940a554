// One charger's connection: who it is, where it is, what it is doing. Commands run one after the other; those that are
// urgent (ABOR, STAT) do not wait for a transfer.
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { plainAddress } from "../data/addresses.ts";
import type { DataPort } from "../data/port.ts";
import { describe } from "../log.ts";
import type { Account } from "../worker/shapes.ts";
import type { CommandRow, Commands } from "./command.ts";
import { Control } from "./control.ts";
import type { Command, Line } from "./lines.ts";
import { resolvePath, storePath } from "./paths.ts";
import { failureReply, type Reply, reply } from "./replies.ts";
import type { Services } from "./services.ts";
import type { Transfer } from "./transfer.ts";

/** Commands that wait for a transfer; more are a flood. */
const MOST_WAITING = 64;
/** Strangers may not hold a connection for long. */
const SIGN_IN_MS = 60_000;
const MOST_FAILED_SIGN_INS = 3;

export class Session {
  readonly id = randomUUID().slice(0, 8);
  readonly services: Services;
  readonly control: Control;
  readonly remoteAddress: string;
  readonly localAddress: string;

  account: Account | undefined;
  username = "";
  failedSignIns = 0;
  secured = false;
  /** PROT P: data connections speak TLS. */
  dataSecured = false;
  folder = "/";
  /** Where the next transfer begins (REST). */
  offset = 0;
  /** What ALLO said. */
  announcedBytes: number | undefined;
  renameFrom: string | undefined;
  data: DataPort | undefined;
  /** EPSV ALL: no other way to a data connection any more (RFC 2428). */
  extendedOnly = false;
  transfer: Transfer | undefined;

  readonly #commands: Commands;
  readonly #onClose: () => void;
  readonly #waiting: Command[] = [];
  #busy = false;
  #closed = false;
  #draining = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(socket: Socket, services: Services, commands: Commands, onClose: () => void) {
    this.services = services;
    this.#commands = commands;
    this.#onClose = onClose;
    this.remoteAddress = plainAddress(socket.remoteAddress);
    this.localAddress = plainAddress(socket.localAddress);
    this.control = new Control(
      socket,
      (line) => this.#receive(line),
      () => this.#ended(),
    );
    this.log("info", "connected");
    this.control.send(reply(220, "Ready"));
    this.#rest();
  }

  log(level: "debug" | "info" | "warn" | "error", event: string, fields: Record<string, string | number> = {}): void {
    const account = this.account === undefined ? {} : { account: this.account.account };
    this.services.log[level](event, { session: this.id, remoteAddress: this.remoteAddress, ...account, ...fields });
  }

  get draining(): boolean {
    return this.#draining;
  }

  get tooManyFailures(): boolean {
    return this.failedSignIns >= MOST_FAILED_SIGN_INS;
  }

  /** @returns the path in the account's folder, or the reply that says why not */
  path(name: string): { ok: true; shown: string; stored: string } | { ok: false; reply: Reply } {
    const shown = resolvePath(this.folder, name);
    if (!shown.ok) return { ok: false, reply: failureReply({ reason: shown.error }) };
    return { ok: true, shown: shown.value, stored: storePath(shown.value) };
  }

  /** The port that PASV or PORT prepared; it serves one transfer. */
  takeData(): DataPort | undefined {
    const { data } = this;
    this.data = undefined;
    return data;
  }

  setData(data: DataPort | undefined): void {
    this.data?.close();
    this.data = data;
  }

  /** Before everything that waits. */
  next(command: Command): void {
    this.#waiting.unshift(command);
  }

  /** TLS begins: what was sent in clear is not believed, not even the sign-in. */
  startAnew(): void {
    this.#waiting.length = 0;
    this.account = undefined;
    this.username = "";
    this.setData(undefined);
  }

  /** Ends now, unless a transfer runs: then after it. */
  drain(): void {
    this.#draining = true;
    if (!this.#busy) this.close(reply(421, "The service stops"));
  }

  close(last?: Reply): void {
    if (!this.#closed) this.control.close(last);
    this.#ended();
  }

  #receive(line: Line): void {
    if (this.#closed) return;
    if (line === "too_long") this.control.send(reply(500, "The line is too long"));
    else if (this.#busy && this.#row(line.verb)?.urgent) void this.#run(line);
    else if (this.#waiting.push(line) > MOST_WAITING) this.close(reply(421, "Too many commands at once"));
    else if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    clearTimeout(this.#idle);
    for (let next = this.#waiting.shift(); next !== undefined && !this.#closed; next = this.#waiting.shift()) {
      await this.#run(next);
      if (this.#draining) this.close(reply(421, "The service stops"));
    }
    this.#busy = false;
    if (this.#closed) this.#onClose();
    else this.#rest();
  }

  async #run(command: Command): Promise<void> {
    try {
      const answer = await this.#answer(command);
      if (answer !== undefined && !this.#closed) this.control.send(answer);
    } catch (error) {
      this.log("error", "command_failed", { verb: command.verb, detail: describe(error) });
      this.control.send(reply(451, "Local error"));
    }
  }

  #answer({ verb, argument }: Command): Promise<Reply | undefined> | Reply | undefined {
    this.log("debug", "command", { verb: verb.slice(0, 20) });
    const row = this.#row(verb);
    // Also for what does not exist: strangers learn nothing from the difference.
    if (this.account === undefined && row?.open === undefined) return reply(530, "Please sign in");
    if (row === undefined) return reply(502, "Not implemented");
    if (row.permission !== undefined && !this.account?.permissions.includes(row.permission)) {
      return reply(550, "Not permitted");
    }
    return row.run(this, argument);
  }

  #row(verb: string): CommandRow | undefined {
    return Object.hasOwn(this.#commands, verb) ? this.#commands[verb] : undefined;
  }

  #rest(): void {
    if (this.#closed) return;
    const { idleMs } = this.services.settings;
    const patience = this.account === undefined ? Math.min(SIGN_IN_MS, idleMs) : idleMs;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(reply(421, "Nothing happened for too long")), patience);
  }

  #ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#idle);
    this.setData(undefined);
    this.log("info", "disconnected");
    // A transfer that still runs counts as a connection until it ends.
    if (!this.#busy) this.#onClose();
  }
}
