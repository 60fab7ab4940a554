// Moving a charger to another security profile. The charger is told first, and the registry follows when the charger
// comes under the new profile; until then both let it in, so that no order of reboots and losses locks it out. What
// follows once it was told all of it is profile-move.ts.
import type { Command } from "../../ocpp/facts/command.ts";
import type { PasswordOutcome, ProfileMove } from "../../ocpp/facts/credentials.ts";
import { record } from "../../ocpp/read.ts";
import type { Draft, NetworkProfile, SecurityCommands } from "../../ocpp/security-commands.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { fail, ok, type Result } from "../../result.ts";
import { type CommandFailure, prepareCommand } from "./command-request.ts";
import type { PasswordParts } from "./passwords.ts";
import { sendReset, target } from "./profile-move.ts";

export interface ProfileRequest {
  profile: number;
  /** Lower it, which the specification forbids. */
  force: boolean;
  network?: NetworkProfile | undefined;
  /** Whether to make it connect anew once it was told: as soon as nobody charges. */
  reset: boolean;
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

export type ProfileParts = Omit<PasswordParts, "key" | "credentialsKey">;

export async function switchProfile(
  parts: ProfileParts,
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
  const say = async (draft: Draft): Promise<Command | CommandFailure> => {
    const now = Date.now();
    const prepared = prepareCommand({ ...draft, offline: "fail", requestedBy }, version, undefined, now);
    if (!prepared.ok) return prepared.error;
    const sent = calls.submit(prepared.value, now);
    const command = (await calls.wait(sent.id, waitMs)) ?? sent;
    commands.push(command);
    return command;
  };
  const priority = network === undefined ? undefined : await askPriority(security, say);
  // Before the first word that changes something, for it may reconnect at once.
  target(journal, profile, Date.now());
  const drafts = security.profile(profile, network, priority);
  for (const [step, draft] of drafts.entries()) {
    const said = await say(draft);
    const outcome = "reason" in said ? "refused" : outcomeOf(said, security);
    // Nothing changed in the charger. After a later step something may have.
    if (outcome === "refused" && step === 0) target(journal, null, Date.now());
    if ("reason" in said && step === 0) return fail(said);
    if (outcome !== "taken") return ok(seen(parts, commands));
  }
  // It may have come under the new profile meanwhile.
  if (state.security.targetProfile() === profile) {
    const move: ProfileMove = { toldAt: Date.now(), priority, wantsReset: request.reset };
    target(journal, profile, move.toldAt, move);
    const reset = sendReset(parts, requestedBy);
    if (reset !== undefined) commands.push((await calls.wait(reset.id, waitMs)) ?? reset);
  }
  return ok(seen(parts, commands));
}

type Say = (draft: Draft) => Promise<Command | CommandFailure>;

/** A charger that does not tell keeps what it has behind the new one only if the operator says so. */
async function askPriority({ networkPriority }: SecurityCommands, say: Say): Promise<string | undefined> {
  if (networkPriority === undefined) return undefined;
  const said = await say(networkPriority.ask);
  return "reason" in said || said.status !== "accepted" ? undefined : networkPriority.read(answerOf(said));
}

const answerOf = ({ response }: Command) => record(JSON.parse(response ?? "{}"));

const outcomeOf = (command: Command, { outcome }: SecurityCommands): PasswordOutcome =>
  command.status === "accepted" ? outcome(answerOf(command)) : "unclear";

function obstacleOf({ state }: ProfileParts, { profile, force }: ProfileRequest): ProfileFailure | undefined {
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

const seen = ({ state }: ProfileParts, commands: Command[]): ProfileSwitch => ({
  securityProfile: state.settings?.securityProfile ?? 0,
  targetSecurityProfile: state.security.targetProfile() ?? null,
  commands,
});
