// A charger that was told of its new security profile: made to connect anew when nobody charges, missed when it does not
// come back, and put back where it was when it comes back under the old profile. All of it follows from stored state.
import type { Command } from "../../ocpp/facts/command.ts";
import type { ProfileMove } from "../../ocpp/facts/credentials.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import { finding } from "../../ocpp/handler.ts";
import { record } from "../../ocpp/read.ts";
import type { Draft } from "../../ocpp/security-commands.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { prepareCommand } from "./command-request.ts";
import { isFinal } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import type { Journal } from "./journal.ts";
import type { ProfileParts } from "./profile-switch.ts";

/** A charger that reboots, tries the new profile and falls back takes minutes, not longer. */
const RETURN_MS = 15 * 60_000;
const REQUESTED_BY = "security-profile";

export function target(journal: Journal, profile: number | null, now: number, move?: ProfileMove, more: Fact[] = []) {
  journal.event(now, { event: "profile_targeted", profile, ...move }, [
    { kind: "profileTargeted", profile, move },
    ...more,
  ]);
}

interface Current {
  profile: number;
  move: ProfileMove;
}

const current = ({ state: { security } }: ProfileParts): Current | undefined => {
  const [profile, move] = [security.targetProfile(), security.profileMove()];
  return profile === undefined || move === undefined ? undefined : { profile, move };
};

const save = ({ journal }: ProfileParts, { profile, move }: Current, now: number, more: Fact[] = []): void =>
  target(journal, profile, now, move, more);

/** @returns undefined: not wanted, not the time, or it has been sent */
export function sendReset(parts: ProfileParts, requestedBy = REQUESTED_BY): Command | undefined {
  const moving = current(parts);
  const reset = moving === undefined ? undefined : dueReset(parts, moving.move);
  if (moving === undefined || reset === undefined) return undefined;
  return say(parts, reset, requestedBy, (resetId, now) =>
    save(parts, { ...moving, move: { ...moving.move, resetId } }, now),
  );
}

/** It booted, and is connected under the old profile: the new one did not work. */
export function bootedUnderOldProfile(parts: ProfileParts, now: number): void {
  const moving = current(parts);
  if (moving === undefined || moving.move.trouble === "fellBack" || now <= moving.move.toldAt) return;
  const { profile, move } = moving;
  const version = parts.session.current()?.connection.version;
  const { networkPriority } = version === undefined ? {} : versionRow(version).security;
  const restore = move.priority === undefined ? undefined : networkPriority?.restore(move.priority);
  const detail = `told to come under security profile ${profile}, it booted under the old one`;
  const next = { profile, move: { ...move, trouble: "fellBack" as const } };
  save(parts, next, now, [finding("profile_not_reached", detail)]);
  // Or it would try the new profile again at every boot, and be away meanwhile.
  if (restore === undefined) return;
  say(parts, restore, REQUESTED_BY, (restoreId, at) => save(parts, { profile, move: { ...next.move, restoreId } }, at));
}

export const profileDeadline = (parts: ProfileParts): Deadline => ({
  name: "profile",
  due: () => {
    const moving = current(parts);
    return moving === undefined ? undefined : dueOf(parts, moving.move);
  },
  fire: (now) => {
    const moving = current(parts);
    if (moving === undefined) return;
    const { profile, move } = moving;
    if (restored(parts, move)) target(parts.journal, null, now);
    else if (dueReset(parts, move) !== undefined) sendReset(parts);
    else {
      const detail = `reset to come under security profile ${profile}, it has not come back`;
      const overdue = { profile, move: { ...move, trouble: "overdue" as const } };
      save(parts, overdue, now, [finding("profile_switch_overdue", detail)]);
    }
  },
});

function dueOf(parts: ProfileParts, move: ProfileMove): number | undefined {
  if (restored(parts, move) || dueReset(parts, move) !== undefined) return move.toldAt;
  const reset = move.resetId === undefined ? undefined : parts.commands.get(move.resetId);
  const isAwaited = move.trouble === undefined && reset?.status === "accepted" && statusIn(reset) === "Accepted";
  return isAwaited ? (reset.finishedAt ?? move.toldAt) + RETURN_MS : undefined;
}

/** The Reset, if it has to go out now. */
function dueReset({ state, session }: ProfileParts, move: ProfileMove): Draft | undefined {
  const version = session.current()?.connection.version;
  if (!move.wantsReset || move.resetId !== undefined || move.trouble !== undefined || version === undefined)
    return undefined;
  return versionRow(version).security.reconnect(state.transactions.open().length === 0);
}

function restored(parts: ProfileParts, { restoreId }: ProfileMove): boolean {
  const command = restoreId === undefined ? undefined : parts.commands.get(restoreId);
  if (command === undefined || !isFinal(command) || command.status !== "accepted") return false;
  return versionRow(command.ocppVersion).security.outcome(record(JSON.parse(command.response ?? "{}"))) === "taken";
}

const statusIn = ({ response }: Command): unknown => record(JSON.parse(response ?? "{}")).status;

/** @param note stores that it is being said, before it is: a crash in between leaves one unsaid, not said twice */
function say(
  { session, calls }: ProfileParts,
  draft: Draft,
  requestedBy: string,
  note: (commandId: string, now: number) => void,
): Command | undefined {
  const now = Date.now();
  const version = session.current()?.connection.version;
  const prepared = prepareCommand({ ...draft, offline: "fail", requestedBy }, version, version, now);
  if (!prepared.ok) return undefined;
  note(prepared.value.id, now);
  return calls.submit(prepared.value, now);
}
