// OCPP-J frames: text to a tagged value and back. Never throws, never validates a payload.
// Source: OCPP-J 1.6 section 4.2; OCPP 2.1 part 4 section 4.2.

/** Some chargers count instead of making UUIDs, some in nanoseconds. */
export type MessageId = string | number;

/** `idText` is the id as it is echoed: a number stays a number, and keeps the digits that JSON.parse would round. */
interface Identified {
  id: MessageId;
  idText: string;
}
interface Request extends Identified {
  action: string;
  payload: unknown;
}
interface Failure extends Identified {
  code: string;
  description: string;
  details: unknown;
}

export type Frame =
  | ({ kind: "call" } & Request)
  | ({ kind: "send" } & Request)
  | ({ kind: "result"; payload: unknown } & Identified)
  | ({ kind: "error" } & Failure)
  | ({ kind: "resultError" } & Failure)
  /** Text that is no frame. It is answered only where it may have been a call. */
  | { kind: "malformed"; idText: string | null; answerable: boolean; detail: string }
  | { kind: "empty" };

/** Where an unreadable message id has to be named anyway. Source: OCPP 2.0.1 errata, part 4 section 4.2.3. */
export const UNREADABLE_ID = '"-1"';

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
  return readFrame(parts, text);
}

/**
 * @param parts what a frame's JSON said
 * @param text the frame itself, for an id of more digits than a number holds; where nobody answers it is not needed
 */
export function readFrame(parts: unknown, text = ""): Frame {
  if (!Array.isArray(parts)) return malformed(null, true, "a frame is a JSON array");
  const [type, parsedId, third, fourth, fifth]: unknown[] = parts;
  const kind = typeof type === "number" && isKind(type) ? KINDS[type] : undefined;
  if (kind === undefined) return malformed(null, false, `unknown message type ${asText(type)}`);
  const id = identified(parsedId, text);
  if (id === undefined) return malformed(null, kind === "call", "the message id is neither a string nor a number");
  switch (kind) {
    case "call":
    case "send":
      if (typeof third !== "string") return malformed(id.idText, kind === "call", "the action is not a string");
      return { kind, ...id, action: third, payload: fourth ?? {} };
    case "result":
      return { kind, ...id, payload: third ?? {} };
    case "error":
    case "resultError":
      return { kind, ...id, code: asText(third), description: asText(fourth), details: fifth ?? {} };
  }
}

export const callFrame = (id: string, action: string, payloadJson: string): string =>
  `[2,${JSON.stringify(id)},${JSON.stringify(action)},${payloadJson}]`;

export const callResultFrame = (idText: string, payload: object): string => `[3,${idText},${JSON.stringify(payload)}]`;

export const callErrorFrame = (idText: string, code: string, description: string): string =>
  `[4,${idText},${JSON.stringify(code)},${cut(description)},{}]`;

export const callResultErrorFrame = (idText: string, code: string, description: string): string =>
  `[5,${idText},${JSON.stringify(code)},${cut(description)},{}]`;

/** The answer of a frame that is repeated, under the id of the repetition. */
export function answerAs(idText: string, answer: string): string {
  const [type, , ...rest]: unknown[] = JSON.parse(answer);
  return `[${[JSON.stringify(type), idText, ...rest.map((part) => JSON.stringify(part))].join(",")}]`;
}

/** The specification allows 255 characters of description; the cut must not leave half a character. */
const cut = (description: string): string => JSON.stringify(description.slice(0, 255).toWellFormed());

const isKind = (type: number): type is keyof typeof KINDS => type in KINDS;
/** What is nested is not spelt out: it may be deeper than the stack. */
const asText = (value: unknown): string =>
  value == null ? "" : typeof value === "object" ? `an ${Array.isArray(value) ? "array" : "object"}` : String(value);

function identified(id: unknown, text: string): Identified | undefined {
  if (typeof id === "string") return { id, idText: JSON.stringify(id) };
  if (typeof id !== "number") return undefined;
  const [, digits] = Number.isSafeInteger(id) ? [] : (LONG_ID.exec(text) ?? []);
  if (digits !== undefined) return { id: digits, idText: digits };
  return Number.isFinite(id) ? { id, idText: String(id) } : undefined;
}

function malformed(idText: string | null, answerable: boolean, detail: string): Frame {
  return { kind: "malformed", idText, answerable, detail };
}

const LONG_ID = /^\s*\[\s*\d\s*,\s*(-?\d+)\s*[,\]]/;
const CALL_HEAD = /^\s*\[\s*2\s*,\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?))\s*,/;
const looksLikeCall = (text: string): boolean => !/^\s*\[\s*[013456789]/.test(text);

/** The message id of a CALL whose JSON is broken further on: its sender can be told which call failed. */
function recoverCallId(text: string): string | null {
  const [, quoted, digits] = CALL_HEAD.exec(text) ?? [];
  if (quoted === undefined) return digits ?? null;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    return null;
  }
}
