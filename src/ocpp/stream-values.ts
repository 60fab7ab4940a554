// NotifyPeriodicEventStream of 2.1, read tolerantly: values with their time, in the order sent.
import { instant, list, number, type Payload, record, text } from "./read.ts";

export interface StreamValue {
  /** ISO 8601; the charger's claim, or the receipt where that is insane. */
  at: string;
  /** As the charger sent it. */
  value: string;
}

/** Each value has its own offset in seconds from the frame's base time. */
export function readStreamValues(payload: Payload, receivedAt: number): StreamValue[] {
  const base = instant(payload.basetime, receivedAt).at;
  return list(payload.data).flatMap((element) => {
    const { t, v } = record(element);
    const value = text(v);
    if (value === undefined) return [];
    const claimed = base + (number(t) ?? 0) * 1000;
    const { at } = instant(Math.abs(claimed) < MAX_DATE ? new Date(claimed).toISOString() : undefined, receivedAt);
    return [{ at: new Date(at).toISOString(), value }];
  });
}

const MAX_DATE = 8.64e15;
