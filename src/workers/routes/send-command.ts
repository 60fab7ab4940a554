// Sending a command: the action by name in the body, or as a path of its own with the payload as the body.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { caseKey } from "../../db/case-key.ts";
import type { CommandRequest } from "../../durable-objects/charge-point/command-request.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import type { AppEnv } from "../context.ts";
import { flushHistory } from "../history.ts";
import { problem } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerCommand, presentFact, refuseCommand } from "./command.ts";
import { commandOptions as options, commandResponses as responses } from "./command-options.ts";
import { json } from "./fields.ts";

const Payload = z.record(z.string(), z.unknown());

export const sendCommand = createRouter();

const byName = createRoute({
  method: "post",
  path: "/{id}/commands",
  tags: ["commands"],
  summary: "Send an OCPP action to a charge point",
  request: {
    params: Id,
    body: {
      required: true,
      content: json(
        z
          .strictObject({ action: z.string().openapi({ example: "Reset" }), payload: Payload.default({}), ...options })
          .openapi("NewCommand"),
      ),
    },
  },
  responses,
});

sendCommand.openapi(byName, async (c) => {
  const { id } = c.req.valid("param");
  const { wait, expiresAt, ...request } = c.req.valid("json");
  return send(c, id, { ...request, expiresAt: expiresAt?.getTime() }, wait, "/payload");
});

const VERSIONS = { "ocpp1.6": "1.6", "ocpp2.0.1": "2.0.1", "ocpp2.1": "2.1" } as const;

const byPath = createRoute({
  method: "post",
  path: "/{id}/{version}/{action}",
  // Documented action by action, with its own schema: see the OCPP operations of the OpenAPI document.
  hide: true,
  request: {
    params: Id.extend({ version: z.enum(["ocpp1.6", "ocpp2.0.1", "ocpp2.1"]), action: z.string() }),
    query: z.strictObject(options),
    body: { content: json(Payload) },
  },
  responses,
});

sendCommand.openapi(byPath, async (c) => {
  const { id, version, action } = c.req.valid("param");
  const { wait, offline, expiresAt } = c.req.valid("query");
  const request = {
    action,
    payload: c.req.valid("json"),
    version: VERSIONS[version],
    offline,
    expiresAt: expiresAt?.getTime(),
  };
  return send(c, id, request, wait, "");
});

/** @param pointerBase where the payload stands in what the caller sent */
export async function send(
  c: Context<AppEnv>,
  id: string,
  asked: CommandRequest,
  waitSeconds: number,
  pointerBase: string,
) {
  const { kind, name } = c.get("principal");
  const request = { ...asked, requestedBy: kind === "user" ? name : `api-key:${name}` };
  const key = caseKey(id);
  const sent = await sendTo(c.env, key, request, waitSeconds * 1000);
  if (sent === undefined) return problem(c, unknownChargePoint(id));
  if (!sent.result.ok) return refuseCommand(c, sent.result.error, pointerBase);
  const command = presentFact(sent.result.value, sent.identity);
  // Whoever gets 202 will look under Location next: it must be there.
  if (command.status === "queued" || command.status === "sent") await flushHistory(c.env, key);
  return answerCommand(c, command);
}

/** Most chargers are known to their actor, which saves a look into D1. Undefined: there is no such charger. */
async function sendTo(env: Env, key: string, request: CommandRequest, waitMs: number) {
  const actor = chargePointOf(env, key);
  const sent = await actor.commandKnown(request, waitMs);
  if (sent !== null) return sent;
  const row = await findChargePoint(env, key);
  return row && { identity: row.id, result: await actor.command(request, waitMs) };
}
