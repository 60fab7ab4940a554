// Somebody who watches a live feed in a test, by WebSocket or server-sent events.
import { exports } from "cloudflare:workers";
import { call } from "./api.ts";
import { eventually } from "./charger.ts";

export interface Watcher {
  socket: WebSocket;
  /** Every message so far, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  messages: any[];
  /** The events of all messages so far. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  events(): any[];
  /** Resolves with the first event of this type, and with these members of its data. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  event(type: string, chargePointId?: string): Promise<any>;
  closed: Promise<{ code: number; reason: string }>;
}

export async function ticketOf(token: string): Promise<string> {
  return (await call("POST", "/api/tickets", { token })).body.ticket;
}

export const upgrade = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  exports.default.fetch(`https://csms.test${path}`, { headers: { upgrade: "websocket", ...headers } });

/** @param path of the feed; a ticket is added */
export async function watch(path: string, token: string): Promise<Watcher> {
  const response = await upgrade(`${path}${path.includes("?") ? "&" : "?"}ticket=${await ticketOf(token)}`);
  const { webSocket: socket } = response;
  if (socket === null) throw new Error(`${path} was refused: ${response.status} ${await response.text()}`);
  const { promise: closed, resolve: close } = Promise.withResolvers<{ code: number; reason: string }>();
  const messages: Watcher["messages"] = [];
  socket.addEventListener("message", ({ data }) => void messages.push(JSON.parse(String(data))));
  socket.addEventListener("close", ({ code, reason }) => close({ code, reason }));
  socket.accept();
  const events = () => messages.flatMap((message) => (message.type === "events" ? message.events : []));
  return {
    socket,
    messages,
    events,
    closed,
    event: (type, chargePointId) =>
      eventually(
        () =>
          events().find(
            (event) => event.type === type && (chargePointId === undefined || event.chargePointId === chargePointId),
          ),
        `${type} of ${chargePointId ?? "anybody"}`,
      ),
  };
}
