// Commands that mean the same to every charger: what goes out depends on the version that it speaks.
import { createRoute, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import type { Holder, NeutralRequest } from "../../ocpp/neutral.ts";
import type { AppEnv } from "../context.ts";
import { problem } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerCommand, refuseCommand } from "./command.ts";
import { commandResponses } from "./command-options.ts";
import { json } from "./fields.ts";
import { bodies } from "./neutral-bodies.ts";
import { type Options, sendNeutral } from "./send-neutral.ts";

const route = <Path extends string, Body extends z.ZodType>(
  path: Path,
  body: Body,
  summary: string,
  description: string,
) =>
  createRoute({
    method: "post",
    path,
    tags: ["neutral commands"],
    summary,
    description,
    request: { params: Id, body: { required: true, content: json(body) } },
    responses: commandResponses,
  });

export const neutralCommands = createRouter();

neutralCommands.openapi(
  route(
    "/{id}/start",
    bodies.start,
    "Start charging",
    "RemoteStartTransaction or RequestStartTransaction. Without a place, the likeliest one: where a cable is in, or the first that is free.",
  ),
  async (c) => {
    const { wait, offline, expiresAt, ...params } = c.req.valid("json");
    const known = { ...params, ...(await registered(c.env, params)) };
    return send(c, { kind: "start", params: known }, { wait, offline, expiresAt });
  },
);

neutralCommands.openapi(
  route(
    "/{id}/stop",
    bodies.stop,
    "Stop charging",
    "RemoteStopTransaction or RequestStopTransaction. Without id and place, the only open transaction.",
  ),
  async (c) => {
    const { wait, offline, expiresAt, ...params } = c.req.valid("json");
    return send(c, { kind: "stop", params }, { wait, offline, expiresAt });
  },
);

neutralCommands.openapi(route("/{id}/unlock", bodies.unlock, "Unlock a connector", "UnlockConnector."), async (c) => {
  const { wait, offline, expiresAt, ...params } = c.req.valid("json");
  return send(c, { kind: "unlock", params }, { wait, offline, expiresAt });
});

neutralCommands.openapi(
  route(
    "/{id}/reset",
    bodies.reset,
    "Reset the charger",
    "hard: Hard in OCPP 1.6, Immediate in later versions. soft: Soft, or OnIdle.",
  ),
  async (c) => {
    const { wait, offline, expiresAt, ...params } = c.req.valid("json");
    return send(c, { kind: "reset", params }, { wait, offline, expiresAt });
  },
);

neutralCommands.openapi(
  route(
    "/{id}/availability",
    bodies.availability,
    "Set a connector, an EVSE or the whole charger operative or not",
    "ChangeAvailability. Without a place, the whole charger.",
  ),
  async (c) => {
    const { wait, offline, expiresAt, ...params } = c.req.valid("json");
    return send(c, { kind: "availability", params }, { wait, offline, expiresAt });
  },
);

neutralCommands.openapi(
  route(
    "/{id}/reserve",
    bodies.reserve,
    "Reserve a connector, an EVSE or any of the charger",
    "ReserveNow, with a number of ours unless one is given. POST /api/reservations answers with the reservation instead.",
  ),
  async (c) => {
    const { wait, offline, ...params } = c.req.valid("json");
    const known = { ...params, ...(await registered(c.env, params)) };
    return send(c, { kind: "reserve", params: known }, { wait, offline });
  },
);

neutralCommands.openapi(
  route("/{id}/cancel-reservation", bodies.cancelReservation, "Cancel a reservation", "CancelReservation."),
  async (c) => {
    const { wait, offline, expiresAt, ...params } = c.req.valid("json");
    return send(c, { kind: "cancelReservation", params }, { wait, offline, expiresAt });
  },
);

neutralCommands.openapi(
  route(
    "/{id}/set-limit",
    bodies.setLimit,
    "Limit the power or current of an EVSE or the whole charger",
    "SetChargingProfile: a TxDefaultProfile for a place, the charger's maximum (ChargePointMaxProfile, " +
      "ChargingStationMaxProfile) without one. A later limit replaces it.",
  ),
  async (c) => {
    const { wait, offline, expiresAt, ...params } = c.req.valid("json");
    return send(c, { kind: "setLimit", params }, { wait, offline, expiresAt });
  },
);

neutralCommands.openapi(
  route("/{id}/clear-limit", bodies.clearLimit, "Clear what set-limit has set", "ClearChargingProfile by its id."),
  async (c) => {
    const { wait, offline, expiresAt, ...params } = c.req.valid("json");
    return send(c, { kind: "clearLimit", params }, { wait, offline, expiresAt });
  },
);

async function send(c: Context<AppEnv>, request: NeutralRequest, options: Options) {
  const id = c.req.param("id") ?? "";
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const sent = await sendNeutral(c, row, request, options);
  return sent.ok ? answerCommand(c, sent.value) : refuseCommand(c, sent.error, "");
}

/** What is registered about a token, where the caller did not say it. */
export async function registered(env: Env, { idToken, idTokenType, groupId }: Holder): Promise<Holder> {
  const token = await database(env).query.idTokens.findFirst({ where: (t, { eq }) => eq(t.key, caseKey(idToken)) });
  return {
    idToken,
    idTokenType: idTokenType ?? token?.type ?? undefined,
    groupId: groupId ?? token?.groupId ?? undefined,
  };
}
