/** The three OCPP-J frames: text in, tagged message out. Knows no action and no version. */
export type Payload = Record<string, unknown>;

export type Message =
  | { kind: "call"; id: string; action: string; payload: unknown }
  | { kind: "result"; id: string; payload: unknown }
  | { kind: "error"; id: string; code: string; description: string; details: unknown };

export type ParsedFrame =
  | { ok: true; message: Message }
  /** `callId` is set when the frame was meant as a call, so that its sender can be told. */
  | { ok: false; reason: string; callId?: string };

const CALL = 2;
const RESULT = 3;
const ERROR = 4;

export function parseFrame(text: string): ParsedFrame {
  const frame = parseJson(text);
  if (!Array.isArray(frame)) return { ok: false, reason: "not a JSON array" };
  const [type, id, ...rest]: unknown[] = frame;
  if (typeof id !== "string")
    return { ok: false, reason: "message id is not a string", ...(type === CALL && { callId: "-1" }) };
  if (type === CALL) return parseCall(id, rest);
  if (type === RESULT) return { ok: true, message: { kind: "result", id, payload: rest[0] } };
  if (type === ERROR) {
    const [code, description, details] = rest;
    return {
      ok: true,
      message: { kind: "error", id, code: String(code), description: String(description ?? ""), details },
    };
  }
  return { ok: false, reason: `message type ${String(type)} is unknown` };
}

function parseCall(id: string, [action, payload]: unknown[]): ParsedFrame {
  if (typeof action !== "string") return { ok: false, reason: "action is not a string", callId: id };
  return { ok: true, message: { kind: "call", id, action, payload } };
}

export function formatFrame(message: Message): string {
  if (message.kind === "call") return JSON.stringify([CALL, message.id, message.action, message.payload]);
  if (message.kind === "result") return JSON.stringify([RESULT, message.id, message.payload]);
  return JSON.stringify([ERROR, message.id, message.code, message.description, message.details]);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
