/** TransactionEvents through the outbox: numbered, in order, each with the facts of its own moment. */
import type { Transaction } from "../connector.ts";
import { type Context, checkAnswer } from "./context.ts";
import type { v21, v201 } from "./messages.ts";
import { iso } from "./types.ts";

type Event = v21.TransactionEventRequest;
export type EventFields = Partial<Omit<Event, "transactionInfo">> & { info?: Partial<v21.TransactionType> };

/** One transaction's events. */
export interface Series {
  readonly transaction: Transaction;
  readonly id: string;
  seqNo: number;
  /** As last told. */
  state: v201.ChargingStateEnumType;
}

export interface EventSeries {
  emit(
    series: Series,
    eventType: Event["eventType"],
    triggerReason: Event["triggerReason"],
    fields?: EventFields,
  ): Promise<v21.TransactionEventResponse | undefined>;
  /** Whether a message of the transaction, or of any, waits for its answer. */
  isUnsent(id?: string): boolean;
}

export function createEventSeries(context: Context): EventSeries {
  const { station, outbox, timers, dialect, log } = context;
  const unsent = new Map<string, number>();

  function count(id: string, change: 1 | -1): void {
    const left = (unsent.get(id) ?? 0) + change;
    if (left > 0) unsent.set(id, left);
    else unsent.delete(id);
  }

  return {
    isUnsent: (id) => (id === undefined ? unsent.size > 0 : unsent.has(id)),
    async emit(series, eventType, triggerReason, { info, ...more } = {}) {
      const { id, state, transaction } = series;
      const now = timers.now();
      // Built now, not when it is sent.
      const event: Event = {
        eventType,
        timestamp: iso(now),
        triggerReason,
        seqNo: series.seqNo,
        ...(!context.accepted && { offline: true }),
        ...more,
        transactionInfo: {
          transactionId: id,
          chargingState: state,
          ...info,
          ...dialect.transactionInfo(transaction, station, now),
        },
      };
      series.seqNo += 1;
      count(id, 1);
      const delivery = await outbox.deliver("TransactionEvent", () => event);
      count(id, -1);
      if (!delivery.ok) {
        log(`event ${event.seqNo} of transaction ${id} was dropped: ${delivery.reason}`);
        return undefined;
      }
      const answer = checkAnswer(context, "TransactionEvent", delivery.id, delivery.answer);
      if (answer?.totalCost !== undefined) log(`display: transaction ${id} costs ${answer.totalCost}`);
      if (answer?.updatedPersonalMessage) log(`display: ${answer.updatedPersonalMessage.content}`);
      return answer;
    },
  };
}
