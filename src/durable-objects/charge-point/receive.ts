// A frame from the charger: parse, recognise, validate, decide, commit, answer. In this order, and calls one by one.
import { type CallErrorReason, describeViolation, reasonOfKeyword } from "../../ocpp/errors.ts";
import type { Fact } from "../../ocpp/facts.ts";
import {
  callErrorFrame,
  callResultFrame,
  type Frame,
  type MessageId,
  parseFrame,
  UNREADABLE_ID,
} from "../../ocpp/frame.ts";
import { finding, type Handler } from "../../ocpp/handler.ts";
import type { MessageRow } from "../../ocpp/message.ts";
import { type Payload, record } from "../../ocpp/read.ts";
import type { VersionRow } from "../../ocpp/versions.ts";
import type { Calls } from "./calls.ts";
import type { TokenAnswers } from "./id-tokens.ts";
import type { Journal } from "./journal.ts";
import type { ReplayCache } from "./replay.ts";
import { type StationParts, StationView } from "./station.ts";

type Call = Extract<Frame, { kind: "call" | "send" }>;

export interface ReceiveParts extends StationParts {
  journal: Journal;
  replay: ReplayCache;
  calls: Calls;
}

/** What to send back; undefined: nothing. A promise only where the outside had to be asked. */
export type Reply = string | undefined | Promise<string | undefined>;

const NO_ANSWERS: TokenAnswers = new Map();
/** Odd values and extra members: a handler that reads tolerantly can live with them. */
const BEARABLE: ReadonlySet<CallErrorReason> = new Set(["malformed_payload", "property"]);

export function receive(parts: ReceiveParts, row: VersionRow, text: string, now: number): Reply {
  const frame = parseFrame(text);
  switch (frame.kind) {
    case "empty":
      return undefined;
    case "call":
      return receiveCall(parts, row, frame, text, now);
    case "send":
      if (row.hasSend) return receiveCall(parts, row, frame, text, now);
      return ignore(parts, text, now, "SEND exists from OCPP 2.1 on");
    case "result":
    case "error":
      parts.calls.answered(frame, text, now);
      return undefined;
    case "resultError":
      return ignore(
        parts,
        text,
        now,
        `the charger could not use our answer ${frame.id}: ${frame.code} ${frame.description}`,
      );
    case "malformed":
      return refuseMalformed(parts, row, frame, text, now);
  }
}

function receiveCall(parts: ReceiveParts, row: VersionRow, call: Call, text: string, now: number): Reply {
  const message = Object.hasOwn(row.messages, call.action) ? row.messages[call.action] : undefined;
  if (message === undefined || message.direction === "csms")
    return refuse(parts, row, call, text, now, "unknown_action", call.action);
  const handler = row.handlers[call.action];
  if (handler === undefined) return refuse(parts, row, call, text, now, "unsupported_action", call.action);

  const payload = record(call.payload);
  const repeatable = handler.repeatable?.(payload, now) ?? false;
  if (handler.unlogged !== true && call.kind === "call") {
    const stored = parts.replay.find(call, text, repeatable);
    if (stored?.answer !== undefined) return replayed(stored.answer, call.id);
  }

  const check = validate(parts, row, message, handler, call.payload);
  if (!check.ok) return refuse(parts, row, call, text, now, check.reason, check.detail);

  const tokens = handler.idTokens?.(payload) ?? [];
  const known = tokens.length === 0 ? NO_ANSWERS : handler.staleTokens ? parts.idTokens.remembered(tokens) : undefined;
  const go = (answers: TokenAnswers) =>
    handle(parts, row, handler, { call, payload, text, now, repeatable, remarks: check.findings, answers });
  return known === undefined ? parts.idTokens.ask(tokens).then(go) : go(known);
}

interface Work {
  call: Call;
  payload: Payload;
  text: string;
  now: number;
  repeatable: boolean;
  remarks: Fact[];
  answers: TokenAnswers;
}

function handle(parts: ReceiveParts, row: VersionRow, handler: Handler, work: Work): string | undefined {
  const { call, payload, text, now } = work;
  const station = new StationView(parts, row, work.answers, now);
  const { response, facts } = handler.handle(station, payload);
  const answer = call.kind === "send" ? undefined : callResultFrame(call.id, response);
  const blind = [...work.answers].filter(([, { blind }]) => blind);
  const all = [
    ...work.remarks,
    ...blind.map(([token]) => finding("authorized_blind", `nobody could be asked about token ${token}`)),
    ...facts,
  ];
  if (handler.unlogged === true && all.length === 0) return answer;
  const seq = parts.journal.record({ at: now, direction: "in", frame: text, answer, facts: all });
  if (facts.some((fact) => fact.kind === "booted")) parts.replay.forgetIds();
  else if (call.kind === "call") parts.replay.add({ ...call, kind: "call" }, text, seq, work.repeatable);
  return answer;
}

type Check = { ok: true; findings: Fact[] } | { ok: false; reason: CallErrorReason; detail: string };

/** Strict policy refuses what breaks the schema; tolerant policy lets through what the handler can make sense of. */
function validate(parts: ReceiveParts, row: VersionRow, message: MessageRow, handler: Handler, sent: unknown): Check {
  const payload = sent ?? {};
  if (message.request(payload)) return { ok: true, findings: [] };
  const error = message.request.errors?.[0];
  if (error === undefined) return { ok: true, findings: [] };
  const detail = describeViolation(error);
  const reason = reasonOfKeyword(error.keyword);
  const structure = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  const bearable = handler.tolerance === "any" || (structure && BEARABLE.has(reason));
  if (parts.settings.policy === "strict" || !bearable) return { ok: false, reason, detail };
  return {
    ok: true,
    findings: [finding(`schema:${message.action}:${error.keyword}`, `${row.subprotocol} ${message.action}: ${detail}`)],
  };
}

/** The stored answer under the id of the repetition. */
function replayed(answer: string, id: MessageId): string {
  const [type, , ...rest]: unknown[] = JSON.parse(answer);
  return JSON.stringify([type, id, ...rest]);
}

function refuse(
  parts: ReceiveParts,
  row: VersionRow,
  call: Call,
  text: string,
  now: number,
  reason: CallErrorReason,
  detail: string,
): string | undefined {
  const code = row.errorCodes[reason];
  const answer = call.kind === "send" ? undefined : callErrorFrame(call.id, code, detail);
  const facts = [finding(`refused:${code}`, `${call.action}: ${detail}`)];
  parts.journal.record({ at: now, direction: "in", frame: text, answer, facts });
  return answer;
}

function refuseMalformed(
  parts: ReceiveParts,
  row: VersionRow,
  frame: Extract<Frame, { kind: "malformed" }>,
  text: string,
  now: number,
): string | undefined {
  if (!frame.answerable) return ignore(parts, text, now, frame.detail);
  const code = row.errorCodes[frame.id === null ? "unreadable_frame" : "malformed_payload"];
  const answer = callErrorFrame(frame.id ?? UNREADABLE_ID, code, frame.detail);
  const facts = [finding(`refused:${code}`, frame.detail)];
  parts.journal.record({ at: now, direction: "in", frame: text, answer, facts });
  return answer;
}

/** Kept for whoever looks, but not answered: an answer to what is no call would confuse the charger. */
function ignore(parts: ReceiveParts, text: string, now: number, detail: string): undefined {
  parts.journal.record({ at: now, direction: "in", frame: text, facts: [finding("frame_ignored", detail)] });
}
