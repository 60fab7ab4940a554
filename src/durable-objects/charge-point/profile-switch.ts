// Moving a charger to another security profile. The charger is told first, and the registry follows when the charger
// comes under the new profile; until then both let it in, so that no order of reboots and losses locks it out.
import type { Command } from "../../ocpp/facts.ts";
import { record } from "../../ocpp/read.ts";
import type { NetworkProfile } from "../../ocpp/security-commands.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { fail, ok, type Result } from "../../result.ts";
import { type CommandFailure, prepareCommand } from "./command-request.ts";
import type { PasswordParts } from "./passwords.ts";

export interface ProfileRequest {
  profile: number;
  /** Lower it, which the specification forbids. */
  force: boolean;
  network?: NetworkProfile | undefined;
  requestedBy: string;
}

export type ProfileFailure =
  | CommandFailure
  | { reason: "lowering"; detail: string }
  | { reason: "no_password"; detail: string };

export interface ProfileSwitch {
  securityProfile: number;
  /** Null: the charger refused it. */
  targetSecurityProfile: number | null;
  commands: Command[];
}

type Parts = Omit<PasswordParts, "key" | "credentialsKey">;

export async function switchProfile(
  parts: Parts,
  request: ProfileRequest,
  waitMs: number,
): Promise<Result<ProfileSwitch, ProfileFailure>> {
  const { state, session, journal, calls } = parts;
  const { profile, network, requestedBy } = request;
  const settings = state.settings;
  const version = session.current()?.connection.version;
  if (settings === undefined || version === undefined) {
    return fail({ reason: "not_connected", detail: "the charge point is not connected" });
  }
  const obstacle = obstacleOf(parts, request);
  if (obstacle !== undefined) return fail(obstacle);
  const { security } = versionRow(version);
  const commands: Command[] = [];
  for (const draft of security.profile(profile, network)) {
    const now = Date.now();
    const prepared = prepareCommand({ ...draft, offline: "fail", requestedBy }, version, undefined, now);
    if (!prepared.ok) return commands.length === 0 ? prepared : ok(seen(parts, commands));
    // Before the first word to the charger, for it may reconnect at once.
    if (commands.length === 0) target(journal, profile, now);
    const sent = calls.submit(prepared.value, now);
    const command = (await calls.wait(sent.id, waitMs)) ?? sent;
    commands.push(command);
    const answer = command.status === "accepted" ? record(JSON.parse(command.response ?? "{}")) : undefined;
    const outcome = answer === undefined ? "unclear" : security.outcome(answer);
    // Nothing changed in the charger. After a later step something may have.
    if (outcome === "refused" && commands.length === 1) target(journal, null, Date.now());
    if (outcome !== "taken") break;
  }
  return ok(seen(parts, commands));
}

function obstacleOf({ state }: Parts, { profile, force }: ProfileRequest): ProfileFailure | undefined {
  const current = state.settings?.securityProfile ?? 0;
  if (profile < current && !force) {
    return { reason: "lowering", detail: `its security profile is ${current}; lowering it must be forced` };
  }
  const hasPassword =
    (state.settings?.credentialHashes.length ?? 0) > 0 ||
    state.security.passwords().some(({ outcome }) => outcome === "taken");
  if ((profile === 1 || profile === 2) && !hasPassword) {
    return { reason: "no_password", detail: `profile ${profile} needs a password, and the charger has none from here` };
  }
  return undefined;
}

function target(journal: Parts["journal"], profile: number | null, now: number): void {
  journal.event(now, { event: "profile_targeted", profile }, [{ kind: "profileTargeted", profile }]);
}

const seen = ({ state }: Parts, commands: Command[]): ProfileSwitch => ({
  securityProfile: state.settings?.securityProfile ?? 0,
  targetSecurityProfile: state.security.targetProfile() ?? null,
  commands,
});
