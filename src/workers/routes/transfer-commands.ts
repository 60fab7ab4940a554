// Logs and firmware: neutral commands whose file goes to or comes from an address of ours, unless one is named.
import { createRoute, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { CommandFailure } from "../../durable-objects/charge-point/command-request.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import type { Command } from "../../ocpp/facts/command.ts";
import type { NeutralRequest } from "../../ocpp/neutral.ts";
import { fail, type Result } from "../../result.ts";
import { subjectOf } from "../audit.ts";
import type { AppEnv } from "../context.ts";
import { baseOf, uploadAddress } from "../firmware/address.ts";
import { findImage, misfit } from "../firmware/image.ts";
import { sendFirmware } from "../firmware/send.ts";
import { flushHistory } from "../history.ts";
import { problem } from "../problems.ts";
import { createRouter } from "../router.ts";
import type { ChargePointRow } from "./charge-point.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerCommand, presentFact, refuseCommand } from "./command.ts";
import { commandResponses } from "./command-options.ts";
import { json } from "./fields.ts";
import { bodies } from "./neutral-bodies.ts";

export const transferCommands = createRouter();

const DAY_MS = 24 * 3_600_000;

const getLog = createRoute({
  method: "post",
  path: "/{id}/get-log",
  tags: ["neutral commands"],
  summary: "Have the charger upload a log",
  description:
    "GetDiagnostics or GetLog. Without a location, to an address of ours that is good for this one file: the job " +
    "(see /api/charge-points/{id}/jobs, by commandId) ends when the charger has reported the upload and the file is here.",
  request: { params: Id, body: { required: true, content: json(bodies.getLog) } },
  responses: commandResponses,
});

transferCommands.openapi(getLog, async (c) => {
  const { wait, offline, expiresAt, location, protocol, ...params } = c.req.valid("json");
  const { id } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const options = { offline, expiresAt: expiresAt?.getTime(), requestedBy: subjectOf(c.get("principal")) };
  const actor = chargePointOf(c.env, row.key);
  if (location !== undefined) {
    const request: NeutralRequest = { kind: "getLog", params: { ...params, location } };
    return answer(c, row, await actor.neutralCommand(request, options, wait * 1000));
  }
  const wanted = protocol ?? row.fileTransfer;
  const supported = wanted === null ? await actor.fileTransferProtocols() : null;
  const base = baseOf(c.env, { supported, wanted, origin: new URL(c.req.url).origin });
  if (!base.ok) return answer(c, row, fail({ reason: "refused", detail: base.error }));
  const jobId = crypto.randomUUID();
  const retries = (params.retries ?? 0) * (params.retryInterval ?? 0) * 1000;
  const grant = {
    ...{ chargePointId: row.id, jobId },
    kind: params.type === "diagnostics" ? ("diagnostics" as const) : ("log" as const),
    expiresAt: new Date(Math.max(Date.now(), options.expiresAt ?? 0) + DAY_MS + Math.min(retries, 30 * DAY_MS)),
  };
  const address = uploadAddress(c.env, base.value, grant);
  const request: NeutralRequest = { kind: "getLog", params: { ...params, location: address } };
  return answer(c, row, await actor.neutralCommand(request, options, wait * 1000, { jobId, awaitsFile: true }));
});

const updateFirmware = createRoute({
  method: "post",
  path: "/{id}/update-firmware",
  tags: ["neutral commands"],
  summary: "Have the charger fetch and install firmware",
  description:
    "UpdateFirmware; in OCPP 1.6 SignedUpdateFirmware where there is a signature. Of an image of ours the job tells " +
    "whether the charger boots with its version.",
  request: { params: Id, body: { required: true, content: json(bodies.updateFirmware) } },
  responses: commandResponses,
});

transferCommands.openapi(updateFirmware, async (c) => {
  const { id } = c.req.valid("param");
  const body = c.req.valid("json");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const { firmwareId, location } = body;
  if ((firmwareId === undefined) === (location === undefined)) {
    const detail = "either firmwareId or location says what is to be installed";
    return problem(c, { reason: "invalid", detail, errors: [{ pointer: "/firmwareId", detail }] });
  }
  if (location !== undefined) return updateFrom(c, row, { ...body, location });
  return updateWith(c, row, body, firmwareId ?? "");
});

type UpdateBody = z.output<typeof bodies.updateFirmware>;

/** From wherever the operator says. */
async function updateFrom(c: Context<AppEnv>, row: ChargePointRow, body: UpdateBody & { location: string }) {
  const { location, retrieveAt, installAt, signature, signingCertificate, retries, retryInterval } = body;
  const params = { location, retrieveAt, installAt, signature, signingCertificate, retries, retryInterval };
  const options = {
    ...{ offline: body.offline, expiresAt: body.expiresAt?.getTime() },
    requestedBy: subjectOf(c.get("principal")),
  };
  const actor = chargePointOf(c.env, row.key);
  return answer(c, row, await actor.neutralCommand({ kind: "updateFirmware", params }, options, body.wait * 1000));
}

/** With an image of ours. */
async function updateWith(c: Context<AppEnv>, row: ChargePointRow, body: UpdateBody, firmwareId: string) {
  if (body.signature !== undefined || body.signingCertificate !== undefined) {
    const detail = "an image of ours brings its own signature";
    return problem(c, { reason: "invalid", detail, errors: [{ pointer: "/signature", detail }] });
  }
  const image = await findImage(c.env, firmwareId);
  if (image === undefined) return problem(c, { reason: "not_found", detail: `There is no firmware ${firmwareId}.` });
  const obstacle = body.force ? undefined : misfit(image, row);
  if (obstacle !== undefined) return problem(c, { reason: "conflict", detail: obstacle });
  const { protocol = null, signed, retrieveAt, installAt, retries, retryInterval } = body;
  const order = { image, chargePoint: row, jobId: crypto.randomUUID(), origin: new URL(c.req.url).origin };
  const sent = await sendFirmware(
    c.env,
    { ...order, ...{ protocol, signed, retrieveAt, installAt, retries, retryInterval } },
    {
      ...{ offline: body.offline, expiresAt: body.expiresAt?.getTime(), waitMs: body.wait * 1000 },
      requestedBy: subjectOf(c.get("principal")),
    },
  );
  return answer(c, row, sent);
}

async function answer(c: Context<AppEnv>, row: ChargePointRow, result: Result<Command, CommandFailure>) {
  if (!result.ok) return refuseCommand(c, result.error, "");
  const command = presentFact(result.value, row.id);
  // Whoever gets 202 will look under Location next: it must be there.
  if (command.status === "queued" || command.status === "sent") await flushHistory(c.env, row.key);
  return answerCommand(c, command);
}
