// Messages whose effect is to be known: answered as the specification says, kept for operators, announced.
// A block adds what else a message does by writing a handler of its own instead.
import type { Fact } from "./facts/fact.ts";
import type { Handler } from "./handler.ts";
import type { Payload } from "./read.ts";

export const noticed = (action: string): Fact => ({ kind: "notice", action });

/**
 * @param answer the response, or how it follows from the payload
 * @param why why nothing more is owed: one line for docs/ocpp.md
 */
export const notice = (
  action: string,
  answer: object | ((payload: Payload) => object) = {},
  why?: string,
): Handler => ({
  tolerance: "values",
  ...(why === undefined ? {} : { summary: `kept under /api/charge-points/{id}/notices: ${why}` }),
  handle: (_station, payload) => ({
    response: typeof answer === "function" ? answer(payload) : answer,
    facts: [noticed(action)],
  }),
});
