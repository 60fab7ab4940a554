// The door to a charger's security: certificates, passwords, profiles.
import type { Command } from "../../ocpp/facts/command.ts";
import type { PasswordOutcome } from "../../ocpp/facts/credentials.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import { record } from "../../ocpp/read.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { ok, type Result } from "../../result.ts";
import type { Admission } from "./admit.ts";
import type { HeldCommand } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import { type PasswordFailure, type PasswordParts, Passwords } from "./passwords.ts";
import { bootedUnderOldProfile, profileDeadline } from "./profile-move.ts";
import { type ProfileFailure, type ProfileRequest, type ProfileSwitch, switchProfile } from "./profile-switch.ts";
import type { Settings } from "./settings.ts";
import { Signing, type SigningParts } from "./signing.ts";

/** What a change of settings is about; the rest is what the caller knew of, which may be behind. */
export interface SettingsChange {
  password: boolean;
  securityProfile: boolean;
}

export interface Rotation {
  password: string;
  command: Command;
  outcome: PasswordOutcome;
}

export interface SecurityStatus {
  securityProfile: number;
  targetSecurityProfile: number | null;
  /** What is amiss with the move there. */
  moveTrouble: "overdue" | "fellBack" | null;
  /** `since`: epoch milliseconds. */
  pendingPasswords: { commandId: string; outcome: PasswordOutcome; since: number }[];
}

export class SecurityDesk {
  readonly #parts: PasswordParts & SigningParts;
  readonly #passwords: Passwords;
  readonly deadlines: readonly Deadline[];

  constructor(parts: PasswordParts & SigningParts) {
    this.#parts = parts;
    this.#passwords = new Passwords(parts);
    this.deadlines = [new Signing(parts).deadline, this.#passwords.deadline, profileDeadline(parts)];
  }

  async rotate(requestedBy: string, waitMs: number): Promise<Result<Rotation, PasswordFailure>> {
    const rotated = await this.#passwords.rotate(requestedBy);
    if (!rotated.ok) return rotated;
    const { password, command: sent } = rotated.value;
    const command = (await this.#parts.calls.wait(sent.id, waitMs)) ?? sent;
    return ok({ password, command, outcome: this.#passwords.outcome(command.id) });
  }

  /** Call before a command is submitted: it may set a password. */
  beforeCommand({ id, ocppVersion, action, payload }: HeldCommand): Promise<void> | undefined {
    const password = versionRow(ocppVersion).security.passwordIn(action, record(JSON.parse(payload)));
    return password === undefined ? undefined : this.#passwords.expect(id, password);
  }

  switchProfile(request: ProfileRequest, waitMs: number): Promise<Result<ProfileSwitch, ProfileFailure>> {
    return switchProfile(this.#parts, request, waitMs);
  }

  /** Call after a boot. */
  booted(now: number): void {
    bootedUnderOldProfile(this.#parts, now);
  }

  status(): SecurityStatus {
    const { settings, security } = this.#parts.state;
    return {
      moveTrouble: security.profileMove()?.trouble ?? null,
      securityProfile: settings?.securityProfile ?? 0,
      targetSecurityProfile: security.targetProfile() ?? null,
      pendingPasswords: security.passwords().map(({ id, outcome, since }) => ({ commandId: id, outcome, since })),
    };
  }

  /** What a charger that was let in has proved by it. */
  proved({ settings, passwordId, profile }: Extract<Admission, { ok: true }>): Fact[] {
    const taken = this.#parts.state.security.passwords().find(({ id }) => id === passwordId);
    const previous = settings.securityProfile;
    return [
      ...(taken === undefined
        ? []
        : [
            {
              kind: "passwordTaken",
              id: taken.id,
              hashes: taken.hashes,
              previous: settings.credentialHashes,
            } satisfies Fact,
          ]),
      ...(profile === previous ? [] : [{ kind: "profileReached", profile, previous } satisfies Fact]),
    ];
  }

  /**
   * The settings to keep: what the caller did not change is the actor's own, because a password that the charger has
   * come with is here before it is in D1. A password by hand ends all that are on their way.
   */
  merge(settings: Settings, change: SettingsChange): Settings {
    const { state } = this.#parts;
    const own = state.settings;
    if (change.password && state.security.passwords().length > 0) state.security.forgetPasswords();
    if (change.securityProfile && state.security.targetProfile() !== undefined) state.security.forgetTarget();
    if (own === undefined) return settings;
    return {
      ...settings,
      credentialHashes: change.password ? settings.credentialHashes : own.credentialHashes,
      securityProfile: change.securityProfile ? settings.securityProfile : own.securityProfile,
    };
  }
}
