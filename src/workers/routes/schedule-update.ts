// PUT and DELETE /api/charge-points/{id}/schedule-updates/{chargingProfileId}: what the charger gets when it pulls the
// update of a dynamic schedule. Nothing is sent: to push an update there is the command UpdateDynamicSchedule.
import { createRoute, z } from "@hono/zod-openapi";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json } from "./fields.ts";

const Params = Id.extend({ chargingProfileId: z.coerce.number().int() });

const amount = z.number().optional();
const perPhase = <Name extends string>(name: Name) => ({
  [name]: amount,
  [`${name}_L2`]: amount,
  [`${name}_L3`]: amount,
});

const ScheduleUpdate = z
  .strictObject({
    ...perPhase("limit"),
    ...perPhase("dischargeLimit"),
    ...perPhase("setpoint"),
    ...perPhase("setpointReactive"),
  })
  .refine((update) => Object.keys(update).length > 0, "at least one limit or set point is needed")
  .openapi("ScheduleUpdate", { description: "ChargingScheduleUpdateType of OCPP 2.1, in the profile's unit" });

export const scheduleUpdate = createRouter();

const put = createRoute({
  method: "put",
  path: "/{id}/schedule-updates/{chargingProfileId}",
  tags: ["charge-points"],
  summary: "Set what it gets when it pulls the update of a dynamic schedule",
  request: { params: Params, body: { content: json(ScheduleUpdate), required: true } },
  responses: { 204: { description: "Set" }, ...problemResponses(400, 401, 403, 404, 422) },
});

scheduleUpdate.openapi(put, async (c) => {
  const { id, chargingProfileId } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  await chargePointOf(c.env, row.key).setScheduleUpdate(chargingProfileId, c.req.valid("json"));
  return c.body(null, 204);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}/schedule-updates/{chargingProfileId}",
  tags: ["charge-points"],
  summary: "Let it get nothing when it pulls the update of a dynamic schedule",
  request: { params: Params },
  responses: { 204: { description: "Gone, or was not there" }, ...problemResponses(400, 401, 403, 404) },
});

scheduleUpdate.openapi(remove, async (c) => {
  const { id, chargingProfileId } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  await chargePointOf(c.env, row.key).setScheduleUpdate(chargingProfileId, null);
  return c.body(null, 204);
});
