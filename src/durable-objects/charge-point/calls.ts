// Our calls to the charger: one on the wire at a time, independent of what the charger is asking us meanwhile.
// A command leaves the queue only when it is answered; one without an answer has an unknown outcome, never "failed".
import type { Command, CommandError } from "../../ocpp/facts/command.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import { callFrame, type Frame } from "../../ocpp/frame.ts";
import { type EffectContext, finding } from "../../ocpp/handler.ts";
import { type Payload, record } from "../../ocpp/read.ts";
import { type VersionRow, versionRow } from "../../ocpp/versions.ts";
import { type Commands, type HeldCommand, isFinal, published } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import { type Connection, type Session, send } from "./session.ts";
import type { State } from "./state.ts";

/** A charger that never booted gets this long to do so: some drop the link when they are called before. */
const BOOT_GRACE_MS = 10_000;
const MAX_RESENDS = 3;
const SENT_AGAIN = "sent again";

type Answer = Extract<Frame, { kind: "result" | "error" }>;

/** What an effect may look at when this command is answered. */
type EffectView = (row: VersionRow, command: Command, now: number) => EffectContext;

/** Told when a command is final: what goes on by commands takes its next step. */
type Ended = (command: Command, now: number) => void;

export class Calls {
  readonly #commands: Commands;
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #state: State;
  readonly #view: EffectView;
  readonly #ended: Ended;
  readonly #waiting = new Map<string, Set<(command: Command) => void>>();

  constructor(commands: Commands, journal: Journal, session: Session, state: State, view: EffectView, ended: Ended) {
    this.#commands = commands;
    this.#journal = journal;
    this.#session = session;
    this.#state = state;
    this.#view = view;
    this.#ended = ended;
  }

  /** Takes a command that was checked against the schema; sends it at once if nothing stands in its way. */
  submit(given: HeldCommand, now: number): Command {
    // The order of the queue is that of `createdAt`: no two may have the same.
    const command = { ...given, createdAt: Math.max(given.createdAt, this.#commands.newestCreatedAt() + 1) };
    const superseded = this.#commands.queued().filter((other) => isSame(other.coalesceKey, command.coalesceKey));
    for (const other of superseded)
      this.#finish(other, { status: "cancelled", error: because("Superseded", `by ${command.id}`) }, now);
    const sent = this.#commands.queued().length === 0 && this.#send(command, now);
    if (!sent) {
      this.#journal.record(
        {
          at: now,
          direction: "event",
          frame: JSON.stringify({ event: "command_queued", commandId: command.id, action: command.action }),
          facts: told(command),
        },
        () => this.#commands.save(command),
      );
    }
    return published(this.#commands.get(command.id) ?? command);
  }

  /** Resolves when the command is final, or with what it has come to after `waitMs`. */
  async wait(id: string, waitMs: number): Promise<Command | undefined> {
    const command = this.#commands.get(id);
    if (command === undefined || isFinal(command) || waitMs <= 0) return command && published(command);
    const { promise, resolve } = Promise.withResolvers<Command | undefined>();
    const listeners = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, listeners.add(resolve));
    const timer = setTimeout(() => resolve(undefined), waitMs);
    const final = await promise;
    clearTimeout(timer);
    listeners.delete(resolve);
    if (listeners.size === 0) this.#waiting.delete(id);
    if (final !== undefined) return final;
    const latest = this.#commands.get(id);
    return latest && published(latest);
  }

  /** @returns whether it still could be cancelled: what is on the wire cannot be taken back. */
  cancel(id: string, now: number): boolean {
    const command = this.#commands.get(id);
    if (command?.status !== "queued") return false;
    this.#finish(command, { status: "cancelled" }, now);
    this.pump(now);
    return true;
  }

  /** A CALLRESULT or CALLERROR of the charger. */
  answered(answer: Answer, frame: string, now: number): void {
    const command = this.#commands.get(String(answer.id));
    if (command === undefined || command.status === "accepted" || command.status === "error") {
      this.#journal.record({
        at: now,
        direction: "in",
        frame,
        facts: [finding("unasked_answer", `an answer to ${answer.id}`)],
      });
      return;
    }
    const remarks = [...(command.remarks ?? []), ...(command.status === "sent" ? [] : ["late answer"])];
    if (answer.kind === "error") {
      const error = { code: answer.code, description: answer.description, details: JSON.stringify(answer.details) };
      this.#finish(command, { status: "error", error, remarks }, now, { frame });
    } else {
      const row = versionRow(command.ocppVersion);
      const conforms = row.messages[command.action]?.response?.(answer.payload) ?? true;
      const change = { status: "accepted" as const, response: JSON.stringify(answer.payload), error: undefined };
      const allRemarks = conforms ? remarks : [...remarks, "the answer breaks the schema"];
      this.#finish(command, { ...change, remarks: allRemarks }, now, {
        frame,
        facts: effectsOf(row, command, answer.payload, this.#view(row, command, now)),
      });
    }
    this.pump(now);
  }

  /** The socket is gone: what was on it has an unknown outcome, unless it may safely be said again. */
  connectionLost(connectionId: string, now: number): void {
    for (const command of this.#commands.open()) {
      if (command.status === "sent" && command.connectionId === connectionId) {
        if (this.#mayBeSentAgain(command)) {
          this.#save({ ...command, status: "queued", remarks: [...(command.remarks ?? []), SENT_AGAIN] }, now);
        } else {
          this.#finish(
            command,
            { status: "unknown", error: because("ConnectionLost", "the socket closed before the answer") },
            now,
          );
        }
      } else if (command.status === "queued" && command.offline === "fail" && this.#session.current() === undefined) {
        this.#finish(
          command,
          { status: "cancelled", error: because("NotConnected", "the socket closed before it was sent") },
          now,
        );
      }
    }
  }

  /** What sets state may be said twice, unless a newer one waits, or the charger drops the link whenever it is said. */
  #mayBeSentAgain({ offline, coalesceKey, remarks = [] }: HeldCommand): boolean {
    if (offline !== "queue" || coalesceKey === undefined) return false;
    if (this.#commands.queued().some((other) => other.coalesceKey === coalesceKey)) return false;
    return remarks.filter((remark) => remark === SENT_AGAIN).length < MAX_RESENDS;
  }

  /** Sends the next command if the wire is free. */
  pump(now: number): void {
    // Looked up anew each time: what ends one command may cancel another.
    for (let [next] = this.#commands.queued(); next !== undefined; [next] = this.#commands.queued()) {
      if (!this.#send(next, now)) return;
    }
  }

  readonly deadline: Deadline = {
    name: "calls",
    due: () => {
      const earliest = Math.min(...this.#commands.open().map((command) => this.#dueOf(command) ?? Infinity));
      return Number.isFinite(earliest) ? earliest : undefined;
    },
    fire: (now) => {
      for (const command of this.#commands.open()) {
        if (isFinal(command) || now < (this.#dueOf(command) ?? Infinity)) continue;
        if (command.status === "sent")
          this.#finish(command, { status: "unknown", error: because("Timeout", "no answer in time") }, now);
        else if (command.expiresAt !== undefined && now >= command.expiresAt)
          this.#finish(command, { status: "expired" }, now);
      }
      this.pump(now);
    },
  };

  #dueOf(command: HeldCommand): number | undefined {
    if (command.status === "sent") return (command.sentAt ?? command.createdAt) + command.timeoutMs;
    if (command.status !== "queued") return undefined;
    const connection = this.#session.current()?.connection;
    // What is free to go is sent by pump() without an alarm; only the end of the grace has to be waited for.
    const isHeld =
      connection !== undefined && this.#state.boot === undefined && this.#commands.onTheWire() === undefined;
    return Math.min(command.expiresAt ?? Infinity, isHeld ? this.#readyAt(connection) : Infinity);
  }

  /** Without a boot in this or an earlier connection: the end of the grace. */
  #readyAt(connection: Connection): number {
    return this.#state.boot === undefined ? connection.connectedAt + BOOT_GRACE_MS : connection.connectedAt;
  }

  #send(command: HeldCommand, now: number): boolean {
    if (command.expiresAt !== undefined && command.expiresAt <= now) {
      this.#finish(command, { status: "expired" }, now);
      return true;
    }
    const current = this.#session.current();
    if (current === undefined || this.#commands.onTheWire() !== undefined || now < this.#readyAt(current.connection))
      return false;
    if (current.connection.version !== command.ocppVersion) {
      const error = because("OtherVersion", `the charger now speaks OCPP ${current.connection.version}`);
      this.#finish(command, { status: "cancelled", error }, now);
      return true;
    }
    const frame = callFrame(command.id, command.action, command.payload);
    const sent: HeldCommand = { ...command, status: "sent", sentAt: now, connectionId: current.connection.id };
    // The log is for operators' eyes: passwords are masked in it.
    const shown = callFrame(command.id, command.action, published(command).payload);
    this.#journal.record({ at: now, direction: "out", frame: shown, facts: told(sent) }, () =>
      this.#commands.save(sent),
    );
    // If the socket is dying, its close event gives the command its unknown outcome.
    send(current.socket, frame);
    return true;
  }

  #finish(
    command: HeldCommand,
    change: Pick<Command, "status"> & Partial<Pick<Command, "response" | "error" | "remarks">>,
    now: number,
    brought?: { frame: string; facts?: Fact[] },
  ): void {
    const final: HeldCommand = { ...command, ...change, finishedAt: now };
    this.#save(final, now, brought);
    for (const tell of this.#waiting.get(command.id) ?? []) tell(published(final));
    this.#waiting.delete(command.id);
    this.#ended(published(final), now);
  }

  #save(command: HeldCommand, now: number, brought?: { frame: string; facts?: Fact[] }): void {
    const event = { event: `command_${command.status}`, commandId: command.id, action: command.action };
    this.#journal.record(
      {
        at: now,
        direction: brought === undefined ? "event" : "in",
        frame: brought?.frame ?? JSON.stringify(event),
        facts: [...told(command), ...(brought?.facts ?? [])],
      },
      () => this.#commands.save(command),
    );
  }
}

const told = (command: HeldCommand): Fact[] =>
  command.isUnlisted === true ? [] : [{ kind: "command", command: published(command) }];
const because = (code: string, description: string): CommandError => ({ code, description });
const isSame = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;

function effectsOf(row: VersionRow, command: HeldCommand, response: unknown, context: EffectContext): Fact[] {
  const request: Payload = record(JSON.parse(command.payload));
  return row.effects[command.action]?.(request, record(response), context) ?? [];
}
