// From what an operator asks to a command that may be sent: direction, schema, version and time are checked here.
// What it means for the charger is not second-guessed: an unknown connector goes out as asked.
import { describeViolation, pointerOf } from "../../ocpp/errors.ts";
import type { Ladder } from "../../ocpp/ladder.ts";
import { record } from "../../ocpp/read.ts";
import { type Version, versionRow } from "../../ocpp/versions.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { HeldCommand } from "./commands.ts";

export interface CommandRequest {
  action: string;
  payload: object;
  /** The version whose schema the caller had in mind; undefined: whatever the charger speaks. */
  version?: Version | undefined;
  /** What to do while the charger is away: refuse, or keep until `expiresAt`. */
  offline: "fail" | "queue";
  /** Epoch milliseconds. */
  expiresAt?: number | undefined;
  requestedBy?: string | undefined;
  /** How else it may be said if the charger refuses. */
  ladder?: Ladder | undefined;
}

export type CommandFailure =
  | { reason: "not_connected"; detail: string }
  | { reason: "other_version"; detail: string }
  | { reason: "refused"; detail: string }
  | { reason: "unknown_action"; detail: string }
  | { reason: "expired"; detail: string }
  | { reason: "busy"; detail: string }
  | { reason: "charging"; detail: string }
  | { reason: "invalid_payload"; detail: string; pointer: string };

/** No answer within this: the outcome is unknown. Chargers that empty their queue first need their time. */
const CALL_TIMEOUT_MS = 30_000;
/** A queued command without an expiry of its own: state-setting ones may wait a day, motion (a start, a reset) not. */
const STATE_EXPIRY_MS = 24 * 3_600_000;
const MOTION_EXPIRY_MS = 5 * 60_000;

/**
 * @param current the version of the live connection, if there is one
 * @param last the version spoken last
 */
export function prepareCommand(
  request: CommandRequest,
  current: Version | undefined,
  last: Version | undefined,
  now: number,
): Result<HeldCommand, CommandFailure> {
  const version = request.version ?? current ?? last;
  if (version === undefined) return fail({ reason: "not_connected", detail: "the charge point has never connected" });
  const row = versionRow(version);
  const message = Object.hasOwn(row.messages, request.action) ? row.messages[request.action] : undefined;
  if (message === undefined || message.direction === "charger") {
    const detail =
      message === undefined
        ? `OCPP ${version} has no action ${request.action}`
        : `${request.action} is sent by chargers only`;
    return fail({ reason: "unknown_action", detail });
  }
  if (!message.request(request.payload)) {
    const error = message.request.errors?.[0];
    const detail = error === undefined ? "the payload breaks the schema" : describeViolation(error);
    return fail({ reason: "invalid_payload", detail, pointer: error === undefined ? "" : pointerOf(error) });
  }
  if (current === undefined && request.offline === "fail") {
    return fail({ reason: "not_connected", detail: "the charge point is not connected" });
  }
  if (current !== undefined && current !== version) {
    return fail({ reason: "other_version", detail: `the charge point speaks OCPP ${current}, not ${version}` });
  }
  if (request.expiresAt !== undefined && request.expiresAt <= now)
    return fail({ reason: "expired", detail: "expiresAt is in the past" });
  const coalesceKey = row.coalesceKey(request.action, record(request.payload));
  const expiry = coalesceKey === undefined ? MOTION_EXPIRY_MS : STATE_EXPIRY_MS;
  return ok({
    id: crypto.randomUUID(),
    ocppVersion: version,
    action: request.action,
    payload: JSON.stringify(request.payload),
    status: "queued",
    requestedBy: request.requestedBy,
    createdAt: now,
    expiresAt: request.expiresAt ?? (request.offline === "queue" ? now + expiry : undefined),
    offline: request.offline,
    coalesceKey,
    timeoutMs: CALL_TIMEOUT_MS,
    ...(request.ladder === undefined ? {} : { ladder: request.ladder }),
    ...(row.readRemoteStart(request.action, record(request.payload)) === undefined ? {} : { awaitsSession: true }),
  });
}
