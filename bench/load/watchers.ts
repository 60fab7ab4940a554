// A process of its own that holds many sockets to /api/events and counts what comes: its parent tells it when to say.
import { setTimeout } from "node:timers/promises";
import { WebSocket } from "ws";
import { inParallel } from "./fleet.ts";

const [origin = "", token = "", count = "0"] = process.argv.slice(2);
const AT_ONCE = 50;
const HANDSHAKE_MS = 60_000;

const heard = { messages: 0, events: 0 };
const sockets: WebSocket[] = [];

await inParallel(Number(count), AT_ONCE, async () => {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/api/events`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
  });
  socket.on("message", (data: Buffer) => {
    const { type, events = [] }: { type: string; events?: unknown[] } = JSON.parse(data.toString("utf8"));
    // Whoever does not answer counts as one that cannot follow.
    if (type === "ping") socket.send("here");
    heard.messages += 1;
    heard.events += events.length;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  sockets.push(socket);
});
process.send?.({ event: "watching", open: sockets.length });

process.on("message", async () => {
  // What was told a moment ago is on its way.
  await setTimeout(2_000);
  const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  process.send?.({ event: "heard", open, ...heard });
  process.disconnect();
  for (const socket of sockets) socket.terminate();
});
