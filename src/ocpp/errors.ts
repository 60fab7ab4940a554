// Why a CALL is refused, and how each version spells that on the wire.
// Source: OCPP-J 1.6 table 7 (with its spelling), OCPP 2.0.1 and 2.1 part 4 table 7.
import type { ValidationError } from "./message.ts";

export type CallErrorReason =
  | "unknown_action"
  | "unsupported_action"
  | "unreadable_frame"
  | "malformed_payload"
  | "property"
  | "occurrence"
  | "type"
  | "security"
  | "internal";

export type ErrorCodes = Readonly<Record<CallErrorReason, string>>;

const SHARED = {
  unknown_action: "NotImplemented",
  unsupported_action: "NotSupported",
  property: "PropertyConstraintViolation",
  type: "TypeConstraintViolation",
  security: "SecurityError",
  internal: "InternalError",
} as const;

export const ERROR_CODES_16: ErrorCodes = {
  ...SHARED,
  unreadable_frame: "FormationViolation",
  malformed_payload: "FormationViolation",
  occurrence: "OccurenceConstraintViolation",
};

export const ERROR_CODES_2X: ErrorCodes = {
  ...SHARED,
  unreadable_frame: "RpcFrameworkError",
  malformed_payload: "FormatViolation",
  occurrence: "OccurrenceConstraintViolation",
};

const REASON_OF_KEYWORD: Readonly<Record<string, CallErrorReason>> = {
  required: "occurrence",
  minItems: "occurrence",
  maxItems: "occurrence",
  additionalProperties: "malformed_payload",
  format: "malformed_payload",
  type: "type",
};

/** What a broken schema keyword means to the sender. */
export const reasonOfKeyword = (keyword: string): CallErrorReason => REASON_OF_KEYWORD[keyword] ?? "property";

/** One sentence with the JSON pointer of the offending member. */
export function describeViolation(error: ValidationError): string {
  const missing = error.keyword === "required" ? "" : ` ${error.instancePath || "/"}`;
  const extra = error.keyword === "additionalProperties" ? ` (${String(error.params.additionalProperty)})` : "";
  return `${error.keyword}:${missing} ${error.message ?? "is invalid"}${extra}`.slice(0, 255);
}

/** The pointer of the member that is wrong, missing or too much. */
export function pointerOf(error: ValidationError): string {
  const member = error.params.missingProperty ?? error.params.additionalProperty;
  return typeof member === "string" ? `${error.instancePath}/${escapePointer(member)}` : error.instancePath;
}

const escapePointer = (member: string): string => member.replaceAll("~", "~0").replaceAll("/", "~1");
