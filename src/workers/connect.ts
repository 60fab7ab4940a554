// GET /ws/ocpp/{identity}: from a charger's knock to its actor. A refusal is answered over HTTP and recorded, because
// "the charger does not connect" is the first thing that an operator has to explain.
import { REFUSAL_HEADER } from "../durable-objects/charge-point/admit.ts";
import { chargePointOf } from "../durable-objects/stubs.ts";
import { logWarning } from "../log.ts";
import { type ConnectionAttempt, recordAttempt } from "./connection-attempts.ts";
import { readHandshake } from "./handshake.ts";

const RETRY_AFTER_SECONDS = 5;

export async function connect(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    return new Response("chargers connect here by WebSocket\n", { status: 426, headers: { upgrade: "websocket" } });
  }
  const handshake = readHandshake(request);
  if (handshake === undefined) return new Response("the path ends with the charger's identity\n", { status: 400 });
  const response = await ask(request, env, handshake.key);
  if (response === undefined) {
    return new Response("not now\n", { status: 503, headers: { "retry-after": `${RETRY_AFTER_SECONDS}` } });
  }
  const refusal = response.headers.get(REFUSAL_HEADER);
  if (refusal === null) return response;
  const told: Omit<ConnectionAttempt, "handshake"> = JSON.parse(decodeURIComponent(refusal));
  ctx.waitUntil(recordAttempt(env.DB, { handshake, ...told }));
  const { status } = response;
  const headers = new Headers(response.headers);
  headers.delete(REFUSAL_HEADER);
  return new Response(response.body, { status, headers });
}

/** @returns undefined when the actor died over it, as in a deploy: the next one to ask finds it alive */
async function ask(request: Request, env: Env, key: string): Promise<Response | undefined> {
  try {
    return await chargePointOf(env, key).fetch(request);
  } catch (error) {
    logWarning({ event: "connect_failed", chargePoint: key, detail: String(error) });
    return undefined;
  }
}
