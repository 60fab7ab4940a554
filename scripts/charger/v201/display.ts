/** Display messages: kept, reported, and shown in the log when their time comes to an end or a beginning. */
import type { Transaction } from "../connector.ts";
import { type Context, tell21 } from "./context.ts";
import type { Handlers, v21, v201 } from "./messages.ts";
import { at, parts } from "./types.ts";

export interface Display {
  handlers: Handlers;
  /** A message that belongs to a transaction goes with it. */
  ended(transaction: Transaction): void;
}

const REPORT_MESSAGES = 5;
const MAX_MESSAGES = 10;

export function createDisplay(context: Context): Display {
  const { model, station, timers, log } = context;
  const kept = new Map<number, v21.MessageInfoType>();

  function drop(ids: readonly number[]): void {
    for (const id of ids) kept.delete(id);
    model.set("DisplayMessageCtrlr.DisplayMessages", String(kept.size));
  }

  function live(): v21.MessageInfoType[] {
    drop(
      [...kept.values()].filter(({ endDateTime }) => (at(endDateTime) ?? Infinity) <= timers.now()).map(({ id }) => id),
    );
    return [...kept.values()];
  }

  function refusal(message: v21.MessageInfoType): v201.DisplayMessageStatusEnumType | undefined {
    const { id, priority, transactionId, message: content } = message;
    const isKnown = (path: string, word: string) => model.list(path).includes(word);
    if (!isKnown("DisplayMessageCtrlr.SupportedFormats", content.format)) return "NotSupportedMessageFormat";
    if (!isKnown("DisplayMessageCtrlr.SupportedPriorities", priority)) return "NotSupportedPriority";
    const running = station.connectors.some(({ transaction }) => transaction?.id === transactionId);
    if (transactionId !== undefined && !running) return "UnknownTransaction";
    return live().length >= MAX_MESSAGES && !kept.has(id) ? "Rejected" : undefined;
  }

  async function report(requestId: number, found: readonly v21.MessageInfoType[]): Promise<void> {
    for (const { items, tbc } of parts(found, REPORT_MESSAGES))
      await tell21(context, "NotifyDisplayMessages", { requestId, tbc, messageInfo: items });
  }

  return {
    ended: ({ id }) => drop([...kept.values()].filter(({ transactionId }) => transactionId === id).map((m) => m.id)),
    handlers: {
      SetDisplayMessage({ message }) {
        const status = refusal(message);
        if (status) return { response: { status } };
        // Only one message can be in front for good.
        if (message.priority === "AlwaysFront")
          drop(live().flatMap(({ id, priority }) => (priority === "AlwaysFront" ? [id] : [])));
        kept.set(message.id, message);
        drop([]);
        log(`display: ${message.message.content}`);
        return { response: { status: "Accepted" } };
      },
      GetDisplayMessages({ requestId, id, priority, state }) {
        const found = live().filter(
          (message) =>
            (id?.includes(message.id) ?? true) &&
            (priority === undefined || message.priority === priority) &&
            (state === undefined || message.state === state),
        );
        if (found.length === 0) return { response: { status: "Unknown" } };
        return { response: { status: "Accepted" }, after: () => void report(requestId, found) };
      },
      ClearDisplayMessage({ id }) {
        if (!live().some((message) => message.id === id)) return { response: { status: "Unknown" } };
        drop([id]);
        return { response: { status: "Accepted" } };
      },
    },
  };
}
