/** The OCPP-J frames: text in, tagged message out. Knows no action and no version. */
export type Payload = object;

/** Of an error frame; `code` is spelled as the version wants it. */
interface Flaw {
  id: string;
  code: string;
  description: string;
  details: unknown;
}

export type Message =
  | { kind: "call"; id: string; action: string; payload: unknown }
  | { kind: "result"; id: string; payload: unknown }
  | ({ kind: "error" } & Flaw)
  /** 2.1: an answer was of no use to who had asked. */
  | ({ kind: "resultError" } & Flaw)
  /** 2.1: said without wanting an answer. */
  | { kind: "send"; id: string; action: string; payload: unknown };

export type ParsedFrame =
  | { ok: true; message: Message }
  /** `callId` is set when the frame was meant as a call, so that its sender can be told. */
  | { ok: false; reason: string; callId?: string };

const CALL = 2;
const RESULT = 3;
const ERROR = 4;
const RESULT_ERROR = 5;
const SEND = 6;

export function parseFrame(text: string): ParsedFrame {
  const frame = parseJson(text);
  if (!Array.isArray(frame)) return { ok: false, reason: "not a JSON array" };
  const [type, id, ...rest]: unknown[] = frame;
  if (typeof id !== "string")
    return { ok: false, reason: "message id is not a string", ...(type === CALL && { callId: "-1" }) };
  if (type === CALL) return parseCall(id, rest);
  if (type === SEND) {
    const [action, payload] = rest;
    return { ok: true, message: { kind: "send", id, action: String(action), payload } };
  }
  if (type === RESULT) return { ok: true, message: { kind: "result", id, payload: rest[0] } };
  if (type === ERROR || type === RESULT_ERROR) {
    const [code, description, details] = rest;
    return {
      ok: true,
      message: {
        kind: type === ERROR ? "error" : "resultError",
        id,
        code: String(code),
        description: String(description ?? ""),
        details,
      },
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
  if (message.kind === "send") return JSON.stringify([SEND, message.id, message.action, message.payload]);
  if (message.kind === "result") return JSON.stringify([RESULT, message.id, message.payload]);
  const type = message.kind === "error" ? ERROR : RESULT_ERROR;
  return JSON.stringify([type, message.id, message.code, message.description, message.details]);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
