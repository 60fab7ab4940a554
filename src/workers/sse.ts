// A feed's socket as server-sent events (HTML standard, 9.2). A reader that is slow is slow to answer the feed's pings,
// so the feed drops it as it would a socket.
import { z } from "@hono/zod-openapi";

/** Proxies drop what is silent for a minute. */
const KEEP_ALIVE_MS = 25_000;
const RETRY_MS = 2_000;

const Message = z.looseObject({
  type: z.string(),
  cursor: z.number().optional(),
  events: z.array(z.looseObject({ type: z.string() })).optional(),
});

/** @param signal aborts when the client is gone */
export function eventStream(socket: WebSocket, signal: AbortSignal): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  // One after the other, and none before the reader took the one before.
  let tail: Promise<void> = Promise.resolve();
  const end = () => {
    clearInterval(timer);
    writer.close().catch(() => undefined);
    socket.close(1000, "");
  };
  const write = (text: string) => {
    tail = tail.then(() => writer.write(encoder.encode(text))).catch(end);
    return tail;
  };
  const timer = setInterval(() => void write(": still here\n\n"), KEEP_ALIVE_MS);
  socket.addEventListener("message", ({ data }) => {
    const message = Message.parse(JSON.parse(String(data)));
    if (message.type === "ping") void tail.then(() => socket.send("pong"));
    else void write(spell(message));
  });
  socket.addEventListener("close", end);
  signal.addEventListener("abort", end);
  socket.accept();
  void write(`retry: ${RETRY_MS}\n\n`);
  const headers = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" };
  return new Response(readable, { headers });
}

/** Only the last event of a message carries the cursor: whoever resumes after it lacks nothing. */
function spell({ type, cursor, events, ...rest }: z.infer<typeof Message>): string {
  if (events === undefined) return one(type, cursor, { ...rest, ...(cursor === undefined ? {} : { cursor }) });
  return events
    .map((event, index) => one(event.type, index === events.length - 1 ? cursor : undefined, event))
    .join("");
}

const one = (type: string, id: number | undefined, data: object): string =>
  `event: ${type}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
