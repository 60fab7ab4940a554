// Display messages, OCPP 2.0.1 part 2, block O.
import type { Fact } from "../facts/fact.ts";
import type { DisplayMessage } from "../facts/station.ts";
import { type Effects, effect, type Handlers } from "../handler.ts";
import { integer, list, record } from "../read.ts";
import { partOf, reportRequested } from "../reporting.ts";

const readMessage = (sent: unknown): DisplayMessage[] => {
  const message = record(sent);
  const id = integer(message.id);
  return id === undefined ? [] : [{ id, message }];
};

const changed = (messages: DisplayMessage[], removed: number[] = []): Fact[] =>
  messages.length + removed.length === 0 ? [] : [{ kind: "displayMessages", messages, removed }];

export const displayMessages: Handlers = {
  NotifyDisplayMessages: {
    summary: "the messages become those that are listed; a complete full report removes the others",
    tolerance: "any",
    handle: (_station, payload) => ({
      response: {},
      facts: [...changed(list(payload.messageInfo).flatMap(readMessage)), partOf("displayMessages", payload)],
    }),
  },
};

export const displayMessagesEffects: Effects = {
  GetDisplayMessages: reportRequested("displayMessages", {
    full: ({ id, priority, state }) => id === undefined && priority === undefined && state === undefined,
  }),
  SetDisplayMessage: effect("if accepted, the message is listed", (request, response) =>
    response.status === "Accepted" ? changed(readMessage(request.message)) : [],
  ),
  // Unknown: it is not there either.
  ClearDisplayMessage: effect("the message is no longer listed", (request, response) => {
    const id = integer(request.id);
    const isGone = response.status === "Accepted" || response.status === "Unknown";
    return isGone && id !== undefined ? changed([], [id]) : [];
  }),
};
