// /api/reservations: places held for a token. A reservation exists when its charger has accepted it.
import { createRoute, z } from "@hono/zod-openapi";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { RESERVATION_STATUSES } from "../../db/schema.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Command } from "./command.ts";
import { wait } from "./command-options.ts";
import { json } from "./fields.ts";
import { reservation as fields } from "./neutral-bodies.ts";
import { registered } from "./neutral-commands.ts";
import { presentReservation, Reservation, reservationKey, selectReservations } from "./reservation.ts";
import { cancelReservation, newestReservation, placeReservation, unknownReservation } from "./reservation-orders.ts";

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
  return placeReservation(c, chargePointId, known, wait);
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
  const row = await newestReservation(c.env, id);
  return row ? c.json(presentReservation(row), 200) : problem(c, unknownReservation(id));
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
  const row = await newestReservation(c.env, id);
  return row ? cancelReservation(c, row, c.req.valid("query").wait) : problem(c, unknownReservation(id));
});
