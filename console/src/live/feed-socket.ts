// A socket of the API's live feeds (docs/events.md) that stays: it answers pings, and comes back with a new ticket
// whenever it is lost, after a pause that grows.
import { api } from "../api/client";

export type FeedState = "connecting" | "live" | "away";

interface FeedOptions<Message> {
  /** e.g. /api/events */
  path: string;
  /** What the address says besides the ticket, asked for with each attempt. */
  parameters?: () => Record<string, string | undefined>;
  hear: (message: Message) => void;
  become: (state: FeedState) => void;
}

const RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

/** @returns how to close it */
export function keepFeed<Message extends { type: string }>(options: FeedOptions<Message>): () => void {
  const { path, parameters, hear, become } = options;
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
    const url = new URL(path, window.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("ticket", ticket);
    for (const [name, value] of Object.entries(parameters?.() ?? {}))
      if (value !== undefined) url.searchParams.set(name, value);
    const opened = new WebSocket(url);
    socket = opened;
    opened.onmessage = ({ data }) => {
      // Its answer to our word is no JSON.
      if (data === "pong") return;
      const message: Message = JSON.parse(String(data));
      if (message.type === "ping") {
        opened.send("ping");
        return;
      }
      // Whoever says something has let us in.
      pause = RETRY_MS;
      become("live");
      hear(message);
    };
    opened.onclose = again;
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
  };
}
