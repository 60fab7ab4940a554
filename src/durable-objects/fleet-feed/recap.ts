// What a watcher gets first: where the feed stands, and what it missed or that it missed too much.

import type { FleetEvent } from "../../events/event.ts";
import { NEAR_TYPES } from "../../events/table.ts";
import type { FeedLog } from "./log.ts";
import { type Selection, shown } from "./shown.ts";

/** More than that is read faster from the lists of the REST API. */
const MAX_BATCHES = 2_000;
const MAX_EVENTS = 5_000;
const EVENTS_A_MESSAGE = 200;

/** @param after the cursor of a message, or the id of an event; null: from now on */
export function recap(log: FeedLog, watcher: Selection, after: string | null): string[] {
  const hello = say({ type: "hello", cursor: log.cursor });
  if (after === null) return [hello];
  const position = positionOf(log, after);
  if (position === undefined || position + 1 < log.oldest || position > log.cursor) return [hello, gap(log, "unknown")];
  const batches = log.after(position, MAX_BATCHES + 1);
  const missed = batches.flatMap((batch) =>
    batch.events.flatMap((event) => {
      const told = isShown(event) ? shown(watcher, event) : undefined;
      return told === undefined ? [] : [{ cursor: batch.position, event: told }];
    }),
  );
  const isTooMuch = batches.length > MAX_BATCHES || missed.length > MAX_EVENTS;
  return [hello, ...(isTooMuch ? [gap(log, "too_much")] : inMessages(missed))];
}

/** What is there for webhooks alone. */
const isShown = ({ type }: FleetEvent): boolean => !NEAR_TYPES.has(type);

interface Missed {
  cursor: number;
  event: unknown;
}

/** Events of one batch stay in one message: who resumes after its cursor loses none. */
function inMessages(missed: readonly Missed[]): string[] {
  const messages: { cursor: number; events: unknown[] }[] = [];
  for (const { cursor, event } of missed) {
    const last = messages.at(-1);
    if (last !== undefined && (last.cursor === cursor || last.events.length < EVENTS_A_MESSAGE)) {
      last.events.push(event);
      last.cursor = cursor;
    } else messages.push({ cursor, events: [event] });
  }
  return messages.map((message) => say({ type: "events", ...message }));
}

/** What the watcher shows may be wrong from here on: it has to read anew. */
const gap = (log: FeedLog, reason: "unknown" | "too_much"): string =>
  say({ type: "gap", reason, cursor: log.cursor, oldest: log.oldest });

function positionOf(log: FeedLog, after: string): number | undefined {
  return /^\d{1,16}$/.test(after) ? Number(after) : log.positionOf(after);
}

const say = (message: object): string => JSON.stringify(message);
