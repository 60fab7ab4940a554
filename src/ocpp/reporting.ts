// Reports in parts, as handlers and effects speak of them. How they are put together is in reports.ts.
import type { Fact } from "./facts/fact.ts";
import { type Effect, effect } from "./handler.ts";
import { integer, type Payload, text } from "./read.ts";
import type { ReportKind } from "./reports.ts";

/** One part of a report; without a request id it belongs to request 0. */
export const partOf = (report: ReportKind, payload: Payload): Fact => ({
  kind: "reportPart",
  report,
  requestId: integer(payload.requestId) ?? 0,
  seqNo: integer(payload.seqNo),
  last: payload.tbc !== true,
});

/** Answers that announce parts, and those that say that there is nothing to tell. */
const ACCEPTED = "Accepted";
const EMPTY: ReadonlySet<string> = new Set(["EmptyResultSet", "Unknown"]);

interface Scope {
  /** Whether the report is to name all there is: then what it does not name does not exist. */
  full: boolean | ((request: Payload) => boolean);
}

const SUMMARY = "if accepted, a report is awaited under its id, and shown as incomplete until all its parts came";

/** An effect: the charger has answered a request for a report. */
export const reportRequested = (report: ReportKind, { full }: Scope): Effect =>
  effect(SUMMARY, (request, response, { commandId, sentAt }) => {
    const status = text(response.status) ?? "";
    const requestId = integer(request.requestId);
    const empty = EMPTY.has(status);
    if (requestId === undefined || (status !== ACCEPTED && !empty)) return [];
    const isFull = typeof full === "function" ? full(request) : full;
    return [{ kind: "reportExpected", report, requestId, full: isFull, empty, commandId, sentAt }];
  });
