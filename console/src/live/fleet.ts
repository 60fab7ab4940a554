// The fleet's events (docs/events.md), heard once for the whole console over one socket that comes back by itself and
// resumes where it was. Whoever shows something listens here or lets `stale.ts` read it again.
import { useEffect, useSyncExternalStore } from "react";
import { api } from "../api/client";

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
  | { type: "gap"; reason: string }
  | { type: "ping" };

export type FeedState = "connecting" | "live" | "away";
type Listener = (events: readonly FleetEvent[]) => void;

const RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

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
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  let pause = RETRY_MS;

  const connect = async (): Promise<void> => {
    const ticket = await api.POST("/api/tickets").then(
      ({ data }) => data?.ticket,
      () => undefined,
    );
    if (isOver) return;
    if (ticket === undefined) return again();
    const url = new URL("/api/events", window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("ticket", ticket);
    if (cursor !== undefined) url.searchParams.set("after", cursor);
    socket = new WebSocket(url);
    socket.onmessage = ({ data }) => {
      // Its answer to our word is no JSON.
      if (data !== "pong") hear(JSON.parse(String(data)));
    };
    socket.onclose = again;
  };

  const hear = (message: FeedMessage): void => {
    if (message.type === "hello") {
      cursor ??= message.cursor;
      pause = RETRY_MS;
      become("live");
    } else if (message.type === "events") {
      cursor = message.cursor;
      for (const listener of listeners) listener(message.events);
    } else if (message.type === "gap") {
      for (const listener of gapListeners) listener();
    } else if (message.type === "ping") {
      socket?.send("ping");
    }
  };

  const again = (): void => {
    if (isOver) return;
    become("away");
    timer = setTimeout(() => void connect(), pause);
    pause = Math.min(pause * 2, LONGEST_RETRY_MS);
  };

  void connect();
  return () => {
    isOver = true;
    clearTimeout(timer);
    socket?.close();
    cursor = undefined;
    become("connecting");
  };
}

function become(next: FeedState): void {
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}
