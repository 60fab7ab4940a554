// OCPP-J frames: text to a tagged value and back. Never throws, never validates a payload.
// Source: OCPP-J 1.6 section 4.2; OCPP 2.1 part 4 section 4.2.

/** Echoed verbatim, so a number stays a number: some chargers count instead of making UUIDs. */
export type MessageId = string | number;

export type Frame =
  | { kind: "call"; id: MessageId; action: string; payload: unknown }
  | { kind: "send"; id: MessageId; action: string; payload: unknown }
  | { kind: "result"; id: MessageId; payload: unknown }
  | { kind: "error"; id: MessageId; code: string; description: string; details: unknown }
  | { kind: "resultError"; id: MessageId; code: string; description: string; details: unknown }
  /** Text that is no frame. It is answered only where it may have been a call. */
  | { kind: "malformed"; id: MessageId | null; answerable: boolean; detail: string }
  | { kind: "empty" };

/** Where an unreadable message id has to be named anyway. Source: OCPP 2.0.1 errata, part 4 section 4.2.3. */
export const UNREADABLE_ID = "-1";

const KINDS = { 2: "call", 3: "result", 4: "error", 5: "resultError", 6: "send" } as const;

/** @param text one WebSocket text message */
export function parseFrame(text: string): Frame {
  if (text.trim() === "") return { kind: "empty" };
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch (error) {
    return malformed(recoverCallId(text), looksLikeCall(text), `broken JSON: ${String(error)}`);
  }
  if (!Array.isArray(parts)) return malformed(null, true, "a frame is a JSON array");
  const [type, id, third, fourth, fifth]: unknown[] = parts;
  const kind = typeof type === "number" && isKind(type) ? KINDS[type] : undefined;
  if (kind === undefined) return malformed(null, false, `unknown message type ${JSON.stringify(type)}`);
  if (!isMessageId(id)) return malformed(null, kind === "call", "the message id is neither a string nor a number");
  switch (kind) {
    case "call":
    case "send":
      if (typeof third !== "string") return malformed(id, kind === "call", "the action is not a string");
      return { kind, id, action: third, payload: fourth ?? {} };
    case "result":
      return { kind, id, payload: third ?? {} };
    case "error":
    case "resultError":
      return { kind, id, code: asText(third), description: asText(fourth), details: fifth ?? {} };
  }
}

export const callFrame = (id: MessageId, action: string, payloadJson: string): string =>
  `[2,${JSON.stringify(id)},${JSON.stringify(action)},${payloadJson}]`;

export const callResultFrame = (id: MessageId, payload: object): string =>
  `[3,${JSON.stringify(id)},${JSON.stringify(payload)}]`;

export const callErrorFrame = (id: MessageId, code: string, description: string): string =>
  // The specification allows 255 characters of description.
  `[4,${JSON.stringify(id)},${JSON.stringify(code)},${JSON.stringify(description.slice(0, 255))},{}]`;

export const callResultErrorFrame = (id: MessageId, code: string, description: string): string =>
  `[5,${JSON.stringify(id)},${JSON.stringify(code)},${JSON.stringify(description.slice(0, 255))},{}]`;

const isKind = (type: number): type is keyof typeof KINDS => type in KINDS;
const isMessageId = (id: unknown): id is MessageId => typeof id === "string" || typeof id === "number";
const asText = (value: unknown): string =>
  typeof value === "string" ? value : value == null ? "" : JSON.stringify(value);

function malformed(id: MessageId | null, answerable: boolean, detail: string): Frame {
  return { kind: "malformed", id, answerable, detail };
}

const CALL_HEAD = /^\s*\[\s*2\s*,\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?))\s*,/;
const looksLikeCall = (text: string): boolean => !/^\s*\[\s*[013456789]/.test(text);

/** The message id of a CALL whose JSON is broken further on: its sender can be told which call failed. */
function recoverCallId(text: string): MessageId | null {
  const [, quoted, digits] = CALL_HEAD.exec(text) ?? [];
  if (digits !== undefined) return Number(digits);
  if (quoted === undefined) return null;
  try {
    const id: unknown = JSON.parse(quoted);
    return typeof id === "string" ? id : null;
  } catch {
    return null;
  }
}
