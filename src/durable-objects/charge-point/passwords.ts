// A new Basic password for a charger that has one. It is stored before it is sent, next to the old one, and both let
// the charger in until it comes with the new one, or says that it will not: nothing that is lost in between, and no
// charger that applies it late, can lock the charger out.
import type { Command } from "../../ocpp/facts/command.ts";
import type { PasswordOutcome, PendingPassword } from "../../ocpp/facts/credentials.ts";
import { record } from "../../ocpp/read.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { fail, ok, type Result } from "../../result.ts";
import { hashPassword, newPassword } from "../../workers/credentials.ts";
import type { Calls } from "./calls.ts";
import { type CommandFailure, prepareCommand } from "./command-request.ts";
import { type Commands, type HeldCommand, isFinal } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

/** None of these can be told to be dead, so no more are made: dropping one could lock the charger out. */
const MAX_PENDING = 8;

export type PasswordFailure = CommandFailure | { reason: "too_many_pending"; detail: string };

export interface PasswordParts {
  key: string;
  credentialsKey: string;
  state: State;
  commands: Commands;
  calls: Calls;
  session: Session;
  journal: Journal;
}

export class Passwords {
  readonly #parts: PasswordParts;

  constructor(parts: PasswordParts) {
    this.#parts = parts;
  }

  /** Sends a new password. @returns it, and the command that carries it */
  async rotate(requestedBy: string): Promise<Result<{ password: string; command: Command }, PasswordFailure>> {
    const { key, credentialsKey, state, session, calls } = this.#parts;
    if (state.security.passwords().length >= MAX_PENDING) {
      const detail = `${MAX_PENDING} passwords were sent whose fate is unknown; the charger has to connect with one first`;
      return fail({ reason: "too_many_pending", detail });
    }
    const password = newPassword();
    const hashes = await hashPassword(credentialsKey, key, password);
    const now = Date.now();
    const current = session.current()?.connection.version;
    if (current === undefined) return fail({ reason: "not_connected", detail: "the charge point is not connected" });
    const draft = versionRow(current).security.password(password);
    const prepared = prepareCommand({ ...draft, offline: "fail", requestedBy }, current, undefined, now);
    if (!prepared.ok) return prepared;
    this.#note({ id: prepared.value.id, hashes, outcome: "sent", since: now });
    return ok({ password, command: calls.submit(prepared.value, now) });
  }

  /** An operator's own command sets a password: it must let the charger in, too. */
  async expect(id: string, password: string): Promise<void> {
    const { key, credentialsKey, state } = this.#parts;
    const hashes = await hashPassword(credentialsKey, key, password);
    const last = state.security.passwords().at(-1) ?? { hashes: state.settings?.credentialHashes, outcome: "taken" };
    // Said again, as at each boot: it lets the charger in already, and the list must not grow.
    if (last.outcome === "taken" && String(last.hashes) === String(hashes)) return;
    this.#note({ id, hashes, outcome: "sent", since: Date.now() });
  }

  /** What became of the commands that carry passwords, also long after: a late answer counts. */
  readonly deadline: Deadline = {
    name: "passwords",
    due: () => this.#news()[0]?.since,
    fire: (now) => {
      for (const { id, outcome } of this.#news()) {
        const fact = { kind: "passwordAnswered", id, outcome } as const;
        this.#parts.journal.event(now, { event: "password_answered", commandId: id, outcome }, [fact]);
      }
    },
  };

  #note(pending: PendingPassword): void {
    const event = { event: "password_pending", commandId: pending.id };
    this.#parts.journal.event(pending.since, event, [{ kind: "passwordPending", pending }]);
  }

  /** What has become of it by now. */
  outcome(id: string): PasswordOutcome {
    const command = this.#parts.commands.get(id);
    return command === undefined ? "unclear" : outcomeOf(command);
  }

  #news(): PendingPassword[] {
    return this.#parts.state.security.passwords().flatMap((pending) => {
      const { id, outcome: known } = pending;
      const command = this.#parts.commands.get(id);
      // Forgotten commands were final, and so known; one that never was there was never sent.
      const outcome = command === undefined ? (known === "sent" ? "refused" : known) : outcomeOf(command);
      return outcome === known ? [] : [{ ...pending, outcome }];
    });
  }
}

function outcomeOf(command: HeldCommand): PasswordOutcome {
  if (!isFinal(command)) return "sent";
  if (command.status === "accepted") {
    const { security } = versionRow(command.ocppVersion);
    return security.outcome(record(JSON.parse(command.response ?? "{}")));
  }
  // Only a charger that has no such message or setting surely kept its password.
  if (command.status === "error") {
    return /^Not(Implemented|Supported)$/.test(command.error?.code ?? "") ? "refused" : "unclear";
  }
  return command.sentAt === undefined ? "refused" : "unclear";
}
