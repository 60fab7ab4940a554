// The fleet's events (docs/events.md), heard once for the whole console over one socket that comes back by itself and
// resumes where it was. Whoever shows something listens here or lets `stale.ts` read it again.
import { useEffect, useSyncExternalStore } from "react";
import { type FeedState, keepFeed } from "./feed-socket";

export interface FleetEvent {
  id: string;
  type: string;
  at: string;
  chargePointId: string;
  data?: unknown;
}

type FeedMessage =
  | { type: "hello"; cursor: string }
  | { type: "events"; cursor: string; events: FleetEvent[] }
  | { type: "gap"; reason: string };

type Listener = (events: readonly FleetEvent[]) => void;

const listeners = new Set<Listener>();
const gapListeners = new Set<() => void>();
const stateListeners = new Set<() => void>();
let state: FeedState = "connecting";
let cursor: string | undefined;
let users = 0;
let end: (() => void) | undefined;

/** Keeps the feed open while the component is there. */
export function useFleetFeed(): FeedState {
  useEffect(() => {
    users++;
    if (users === 1) end = open();
    return () => {
      users--;
      if (users === 0) end?.();
    };
  }, []);
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
}

/** @returns how to stop listening */
export function onFleetEvents(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Events were missed for good: whatever is shown must be read anew. */
export function onFleetGap(listener: () => void): () => void {
  gapListeners.add(listener);
  return () => gapListeners.delete(listener);
}

function open(): () => void {
  const close = keepFeed<FeedMessage>({
    path: "/api/events",
    parameters: () => ({ after: cursor }),
    hear,
    become,
  });
  return () => {
    close();
    cursor = undefined;
    become("connecting");
  };
}

function hear(message: FeedMessage): void {
  if (message.type === "hello") {
    cursor ??= message.cursor;
  } else if (message.type === "events") {
    cursor = message.cursor;
    for (const listener of listeners) listener(message.events);
  } else if (message.type === "gap") {
    for (const listener of gapListeners) listener();
  }
}

function become(next: FeedState): void {
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}
