// A frame from the charger: parse, recognise, validate, decide, commit, answer. In this order, and calls one by one.

import type { PricedPlace } from "../../billing/final-cost.ts";
import { followClock } from "../../ocpp/clock.ts";
import { hasDoubledMembers } from "../../ocpp/doubled.ts";
import { type CallErrorReason, describeViolation, reasonOfKeyword } from "../../ocpp/errors.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import type { StationData } from "../../ocpp/facts/station.ts";
import { answerAs, callErrorFrame, callResultFrame, type Frame, parseFrame, UNREADABLE_ID } from "../../ocpp/frame.ts";
import { finding, type Handler } from "../../ocpp/handler.ts";
import type { Iso15118Answer, Iso15118Need } from "../../ocpp/iso15118.ts";
import type { MessageRow, ValidationError } from "../../ocpp/message.ts";
import { mismatch } from "../../ocpp/mismatch.ts";
import { type Payload, record, withoutNulls } from "../../ocpp/read.ts";
import { respelt } from "../../ocpp/respell.ts";
import type { VersionRow } from "../../ocpp/versions.ts";
import type { Calls } from "./calls.ts";
import type { TokenAnswers } from "./id-tokens.ts";
import type { Journal } from "./journal.ts";
import type { Junk } from "./junk.ts";
import type { ReplayCache } from "./replay.ts";
import { type Outside, type StationParts, StationView } from "./station.ts";

type Call = Extract<Frame, { kind: "call" | "send" }>;

export interface ReceiveParts extends StationParts {
  journal: Journal;
  replay: ReplayCache;
  calls: Calls;
  junk: Junk;
  /** Never throws: nobody to be asked is an answer, too. */
  iso15118(need: Iso15118Need): Promise<Iso15118Answer>;
  /** Whether a charger that boots is to be configured first. Never throws. */
  needsSetup(station: StationData, row: VersionRow, now: number): Promise<boolean>;
  /** What was told is durable now. */
  noted(facts: readonly Fact[], now: number): void;
  /** What a transaction, by its OCPP id, is priced by. Never throws. */
  priced(ocppTransactionId: string): Promise<PricedPlace | undefined>;
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
  const { registration } = parts.settings;
  if (row.beforeAcceptance[registration]?.has(call.action) === false)
    return refuse(parts, row, call, text, now, "security", `the charge point is ${registration}`);

  const payload = record(call.payload);
  if (handler.unlogged !== true && call.kind === "call") {
    const stored = parts.replay.find(call, text, handler.repetition?.(payload, now) ?? "no");
    if (stored?.answer !== undefined) return answerAs(call.idText, stored.answer);
  }

  const check = validate(parts, row, message, handler, call.payload);
  if (!check.ok) return refuse(parts, row, call, text, now, check.reason, check.detail);

  const remarks = hasDoubledMembers(text, call.payload)
    ? [...check.findings, finding("duplicate_members", `${call.action} names a member twice: the last one counts`)]
    : check.findings;

  const tokens = handler.idTokens?.(payload) ?? [];
  const known = tokens.length === 0 ? NO_ANSWERS : handler.staleTokens ? parts.idTokens.remembered(tokens) : undefined;
  const need = handler.iso15118?.(payload);
  const ending = handler.ending?.(payload);
  const booting = handler.booting?.(payload);
  const go = (answers: TokenAnswers, iso15118?: Iso15118Answer, place?: PricedPlace, isSetup?: boolean) =>
    handle(parts, row, handler, { call, payload, text, now, remarks, answers, outside: { iso15118, place, isSetup } });
  if (known !== undefined && need === undefined && ending === undefined && booting === undefined) return go(known);
  return Promise.all([
    known ?? parts.idTokens.ask(tokens),
    need && parts.iso15118(need),
    ending === undefined ? undefined : parts.priced(ending),
    booting && parts.needsSetup(booting, row, now),
  ]).then((told) => go(...told));
}

interface Work {
  call: Call;
  payload: Payload;
  text: string;
  now: number;
  remarks: Fact[];
  answers: TokenAnswers;
  outside: Outside;
}

function handle(parts: ReceiveParts, row: VersionRow, handler: Handler, work: Work): string | undefined {
  const { call, payload, text, now } = work;
  const station = new StationView(parts, row, work.answers, now, work.outside);
  const { response, facts } = handler.handle(station, payload);
  const answer = call.kind === "send" ? undefined : callResultFrame(call.idText, response);
  const blind = [...work.answers].filter(([, { blind }]) => blind);
  const all = [
    ...work.remarks,
    ...blind.map(([token]) => finding("authorized_blind", `nobody could be asked about token ${token}`)),
    ...facts,
    ...followClock(parts.state.clock, payload, now),
  ];
  if (handler.unlogged === true && all.length === 0) return answer;
  const seq = parts.journal.record({ at: now, direction: "in", frame: text, answer, facts: all });
  parts.noted(facts, now);
  if (facts.some((fact) => fact.kind === "booted")) parts.replay.booted(seq);
  else if (call.kind === "call") parts.replay.add(call, text, seq);
  return answer;
}

type Check = { ok: true; findings: Fact[] } | { ok: false; reason: CallErrorReason; detail: string };

/** Strict policy refuses what breaks the schema; tolerant policy lets through what the handler can make sense of. */
function validate(parts: ReceiveParts, row: VersionRow, message: MessageRow, handler: Handler, sent: unknown): Check {
  const payload = sent ?? {};
  const found = violationOf(message, payload);
  if (found === undefined) return { ok: true, findings: [] };
  const detail = describeViolation(found);
  const isTolerant = parts.settings.policy === "tolerant";
  // A null member means an absent one: the readers take it so, too.
  const error = isTolerant ? violationOf(message, withoutNulls(payload)) : found;
  if (error === undefined) return { ok: true, findings: [odd(row, message, found.keyword, detail)] };
  // Nor does it matter to them whether a number is text.
  const isRespelt = isTolerant && respelt(withoutNulls(payload), (one) => violationOf(message, one)) !== undefined;
  const isObject = typeof payload === "object" && !Array.isArray(payload);
  const bearable =
    isRespelt || handler.tolerance === "any" || (isObject && BEARABLE.has(reasonOfKeyword(error.keyword)));
  if (!isTolerant || !bearable) {
    return { ok: false, reason: isObject ? reasonOfKeyword(found.keyword) : "malformed_payload", detail };
  }
  return { ok: true, findings: [odd(row, message, error.keyword, detail), ...mismatch(row, message.action, payload)] };
}

const odd = ({ subprotocol }: VersionRow, { action }: MessageRow, keyword: string, detail: string): Fact =>
  finding(`schema:${action}:${keyword}`, `${subprotocol} ${action}: ${detail}`);

const violationOf = ({ request }: MessageRow, payload: unknown): ValidationError | undefined =>
  request(payload) ? undefined : request.errors?.[0];

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
  const answer = call.kind === "send" ? undefined : callErrorFrame(call.idText, code, detail);
  // Whoever is not accepted yet may have a session to tell of: that is no junk.
  if (reason !== "security" && !parts.junk.noted(now)) return answer;
  const facts = [finding(`refused:${code}`, `${call.action}: ${detail}`), ...mismatch(row, call.action, call.payload)];
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
  const code = row.errorCodes[frame.idText === null ? "unreadable_frame" : "malformed_payload"];
  const answer = callErrorFrame(frame.idText ?? UNREADABLE_ID, code, frame.detail);
  if (!parts.junk.noted(now)) return answer;
  const facts = [finding(`refused:${code}`, frame.detail)];
  parts.journal.record({ at: now, direction: "in", frame: text, answer, facts });
  return answer;
}

/** Kept for whoever looks, but not answered: an answer to what is no call would confuse the charger. */
function ignore(parts: ReceiveParts, text: string, now: number, detail: string): undefined {
  if (!parts.junk.noted(now)) return;
  parts.journal.record({ at: now, direction: "in", frame: text, facts: [finding("frame_ignored", detail)] });
}
