// /api/driver/reservations: places held for an id token of one's own.
import { createRoute, z } from "@hono/zod-openapi";
import { type Database, database } from "../../db/client.ts";
import { tokensOf } from "../driver/own-tokens.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Command } from "./command.ts";
import { wait } from "./command-options.ts";
import { mayCharge } from "./driver-charging.ts";
import { json, TimestampInput } from "./fields.ts";
import { TokenText } from "./id-token.ts";
import {
  presentReservation,
  Reservation,
  type ReservationRow,
  reservationKey,
  selectReservations,
} from "./reservation.ts";
import { cancelReservation, newestReservation, placeReservation, unknownReservation } from "./reservation-orders.ts";

const MAX_ACTIVE = 3;
const LONGEST_MS = 24 * 3600 * 1000;

export const driverReservations = createRouter();

const Query = z.strictObject(pageQuery(z.tuple([z.int(), z.string()])));

const list = createRoute({
  method: "get",
  path: "/reservations",
  tags: ["driver"],
  summary: "My reservations",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Reservation)) },
    ...problemResponses(400, 401, 403),
  },
});

driverReservations.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await ownReservations(database(c.env), c.get("principal").id, query);
  return c.json(page(rows, query.limit, { key: reservationKey, present: presentReservation }), 200);
});

const create = createRoute({
  method: "post",
  path: "/reservations",
  tags: ["driver"],
  summary: "Reserve a place",
  description: "For a day at most, and three at a time. 409 where the charger refuses.",
  request: {
    body: {
      required: true,
      content: json(
        z
          .strictObject({
            chargePointId: z.string(),
            evseId: z.int().min(1).optional(),
            idToken: TokenText.optional(),
            expiresAt: TimestampInput,
            wait,
          })
          .openapi("OwnReservation"),
      ),
    },
  },
  responses: {
    201: { description: "The charger has accepted it", content: json(Reservation) },
    202: { description: "On its way: the command", content: json(Command) },
    ...problemResponses(400, 401, 402, 403, 404, 409, 422, 502, 504),
  },
});

driverReservations.openapi(create, async (c) => {
  const { chargePointId, evseId, idToken, expiresAt, wait } = c.req.valid("json");
  const ahead = expiresAt.getTime() - Date.now();
  if (ahead <= 0 || ahead > LONGEST_MS) {
    const errors = [{ pointer: "/expiresAt", detail: "is not within the next 24 hours" }];
    return problem(c, { reason: "invalid", detail: "expiresAt is not within the next 24 hours.", errors });
  }
  const active = await ownReservations(database(c.env), c.get("principal").id, { limit: MAX_ACTIVE, status: "active" });
  const held = active.filter(({ reservation }) => reservation.expiresAt.getTime() > Date.now());
  if (held.length >= MAX_ACTIVE)
    return problem(c, { reason: "conflict", detail: `You hold ${MAX_ACTIVE} reservations already.` });
  const may = await mayCharge(c, chargePointId, { evseId, idToken });
  if (!may.ok) return problem(c, may.error);
  return placeReservation(c, may.value.charger.id, { ...may.value.params, expiresAt }, wait);
});

const remove = createRoute({
  method: "delete",
  path: "/reservations/{id}",
  tags: ["driver"],
  summary: "Cancel a reservation of mine",
  request: { params: z.object({ id: z.string() }), query: z.strictObject({ wait }) },
  responses: {
    200: { description: "The reservation, which is over", content: json(Reservation) },
    202: { description: "On its way: the command", content: json(Command) },
    ...problemResponses(400, 401, 403, 404, 409, 422, 502, 504),
  },
});

driverReservations.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const row = await newestReservation(c.env, id);
  const own = await tokensOf(database(c.env), c.get("principal").id);
  // To a driver, another's reservation does not exist.
  if (!row || !own.some(({ key }) => key === row.reservation.idToken.toLowerCase())) {
    return problem(c, unknownReservation(id));
  }
  return cancelReservation(c, row, c.req.valid("query").wait);
});

type Filter = Omit<Parameters<typeof selectReservations>[1], "idToken" | "chargePointId" | "reservationId">;

/** Each token is one ordered walk of the index, and the walks are merged. One row more than the limit. */
async function ownReservations(db: Database, userId: string, filter: Filter): Promise<ReservationRow[]> {
  const own = await tokensOf(db, userId);
  const walks = await Promise.all(own.map(({ idToken }) => selectReservations(db, { ...filter, idToken })));
  return walks
    .flat()
    .sort(newestFirst)
    .slice(0, filter.limit + 1);
}

function newestFirst(a: ReservationRow, b: ReservationRow): number {
  const [atA, idA] = reservationKey(a);
  const [atB, idB] = reservationKey(b);
  return atB - atA || (idA < idB ? 1 : -1);
}
