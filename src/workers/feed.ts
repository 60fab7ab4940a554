// From a request to a live feed to the actor that has it: by WebSocket as it is, or turned into server-sent events.
import type { Context } from "hono";
import { type Watcher, watchRequest } from "../durable-objects/watchers.ts";
import { isOfType } from "../events/filter.ts";
import { EVENT_TYPES, NEAR_TYPES } from "../events/table.ts";
import { subjectOf } from "./audit.ts";
import type { AppEnv } from "./context.ts";
import { type FieldError, problem } from "./problems.ts";
import { eventStream } from "./sse.ts";

/** After that the watcher has to show again that it may: a deactivated user or revoked key hears no more. */
const SESSION_MS = 15 * 60_000;

/** It is kept in the socket's attachment, which has 2,048 bytes, and it may still grow by some transactions. */
const MAX_WATCHER_CHARS = 1_600;

type Watched = Pick<DurableObjectStub, "fetch">;

/** What the fleet's feed tells: not each meter reading. */
export const FLEET_TYPES: ReadonlySet<string> = new Set([...EVENT_TYPES].filter((type) => !NEAR_TYPES.has(type)));

/** Names of events, and families of them, that none of the known has. */
export function unknownTypes(types: readonly string[], known: Iterable<string>): FieldError[] {
  return types
    .filter((pattern) => ![...known].some((type) => isOfType(type, pattern)))
    .map((pattern) => ({ pointer: "/types", detail: `${pattern} is no type of event here` }));
}

export async function openFeed(
  c: Context<AppEnv>,
  watched: Watched,
  path: string,
  filter: Pick<Watcher, "types" | "chargePoints" | "driver">,
): Promise<Response> {
  const isSocket = c.req.header("upgrade")?.toLowerCase() === "websocket";
  const isStream = c.req.header("accept")?.includes("text/event-stream") === true;
  if (!isSocket && !isStream) {
    const detail = "Connect by WebSocket, or ask for text/event-stream.";
    return problem(c, { reason: "upgrade_required", detail });
  }
  const watcher = { ...filter, name: subjectOf(c.get("principal")), until: Date.now() + SESSION_MS };
  if (JSON.stringify(watcher).length > MAX_WATCHER_CHARS) {
    return problem(c, {
      reason: "bad_request",
      detail: "That is too much to watch: name fewer charge points or types.",
    });
  }
  const response = await watched.fetch(watchRequest(path, watcher));
  if (response.status === 429) {
    return problem(c, { reason: "too_many_requests", detail: "Too many are watching already.", retryAfter: 60 });
  }
  if (isSocket || response.webSocket === null) return response;
  return eventStream(response.webSocket, c.req.raw.signal);
}
