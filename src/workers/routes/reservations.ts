// /api/reservations: places held for a token. A reservation exists when its charger has accepted it.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { RESERVATION_STATUSES } from "../../db/schema.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import type { NeutralRequest } from "../../ocpp/neutral.ts";
import { subjectOf } from "../audit.ts";
import type { AppEnv } from "../context.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerUnanswered, Command, presentFact, refuseCommand } from "./command.ts";
import { wait } from "./command-options.ts";
import { json } from "./fields.ts";
import { reservation as fields } from "./neutral-bodies.ts";
import { registered } from "./neutral-commands.ts";
import {
  findReservation,
  presentReservation,
  Reservation,
  reservationKey,
  reservationOf,
  selectReservations,
} from "./reservation.ts";

export const reservations = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["reservations"],
  summary: "List reservations",
  request: {
    query: z.strictObject({
      chargePointId: z.string().optional(),
      status: z.enum(RESERVATION_STATUSES).optional(),
      idToken: z.string().optional(),
      reservationId: z.coerce.number().int().optional(),
      ...pageQuery(z.tuple([z.int(), z.string()])),
    }),
  },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Reservation)) },
    ...problemResponses(400, 401, 403),
  },
});

reservations.openapi(list, async (c) => {
  const query = c.req.valid("query");
  if (query.chargePointId !== undefined) await flushHistory(c.env, caseKey(query.chargePointId));
  const rows = await selectReservations(database(c.env), query);
  return c.json(page(rows, query.limit, { key: reservationKey, present: presentReservation }), 200);
});

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["reservations"],
  summary: "Reserve a place at a charge point",
  description: "Sends ReserveNow with a number of ours. 409 where the charger refuses; the refusal is listed, too.",
  request: {
    body: {
      required: true,
      content: json(z.strictObject({ chargePointId: z.string(), ...fields, wait }).openapi("NewReservation")),
    },
  },
  responses: {
    201: { description: "The charger has accepted it", content: json(Reservation) },
    202: { description: "On its way: the command; see Location", content: json(Command) },
    ...problemResponses(400, 401, 403, 404, 409, 422, 502, 504),
  },
});

reservations.openapi(create, async (c) => {
  const { chargePointId, wait, ...params } = c.req.valid("json");
  const known = { ...params, ...(await registered(c.env, params)) };
  const sent = await send(c, chargePointId, { kind: "reserve", params: known }, wait);
  if (!sent.ok) return sent.answer;
  const row = await reservationOf(database(c.env), chargePointId, sent.command.id);
  if (row === undefined || row.reservation.status === "rejected") {
    const detail = `The charger answered ${row?.reservation.reason ?? JSON.stringify(sent.command.response)}.`;
    return problem(c, { reason: "conflict", detail, commandId: sent.command.id });
  }
  return c.json(presentReservation(row), 201, { location: `/api/reservations/${row.reservation.id}` });
});

const Id = z.object({ id: z.string() });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["reservations"],
  summary: "Read a reservation",
  request: { params: Id },
  responses: {
    200: { description: "The reservation", content: json(Reservation) },
    ...problemResponses(401, 403, 404),
  },
});

reservations.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await newest(c.env, id);
  return row ? c.json(presentReservation(row), 200) : problem(c, unknown(id));
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["reservations"],
  summary: "Cancel a reservation",
  description: "Sends CancelReservation. A charger that does not hold it any more makes it `removed`.",
  request: { params: Id, query: z.strictObject({ wait }) },
  responses: {
    200: { description: "The reservation, which is over", content: json(Reservation) },
    202: { description: "On its way: the command; see Location", content: json(Command) },
    ...problemResponses(400, 401, 403, 404, 409, 422, 502, 504),
  },
});

reservations.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const row = await newest(c.env, id);
  if (row === undefined) return problem(c, unknown(id));
  const { status, reservationId, chargePoint } = row.reservation;
  if (status !== "active") return problem(c, { reason: "conflict", detail: `The reservation is ${status} already.` });
  const request = { kind: "cancelReservation" as const, params: { reservationId } };
  const sent = await send(c, chargePoint, request, c.req.valid("query").wait);
  if (!sent.ok) return sent.answer;
  const after = await newest(c.env, id);
  return after ? c.json(presentReservation(after), 200) : problem(c, unknown(id));
});

/** Sends a neutral command and waits for its answer to be in history. What is not an answer is told as for any command. */
async function send(c: Context<AppEnv>, chargePointId: string, request: NeutralRequest, waitSeconds: number) {
  const row = await findChargePoint(c.env, chargePointId);
  if (row === undefined) return { ok: false as const, answer: problem(c, unknownChargePoint(chargePointId)) };
  const options = { offline: "fail" as const, requestedBy: subjectOf(c.get("principal")) };
  const result = await chargePointOf(c.env, row.key).neutralCommand(request, options, waitSeconds * 1000);
  if (!result.ok) return { ok: false as const, answer: refuseCommand(c, result.error, "") };
  await flushHistory(c.env, row.key);
  const command = presentFact(result.value, row.id);
  const { status } = command;
  if (status === "accepted") return { ok: true as const, command };
  return { ok: false as const, answer: answerUnanswered(c, command, status) };
}

async function newest(env: Env, id: string) {
  const db = database(env);
  const row = await findReservation(db, id);
  if (row?.reservation.status !== "active") return row;
  // It may have ended, and its charger's actor may not have told yet.
  await flushHistory(env, row.reservation.chargePoint);
  return findReservation(db, id);
}

const unknown = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no reservation ${id}.`,
});
