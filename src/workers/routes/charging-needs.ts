// /api/transactions/{id}/charging-needs: what a driver wants of a session, for whom the car does not tell it or tells it
// wrong. Where the session is at a site, its power is shared anew at once.
import { createRoute, z } from "@hono/zod-openapi";
import { and, eq } from "drizzle-orm";
import type { Context } from "hono";
import { type Database, database } from "../../db/client.ts";
import { locationEvses, chargingNeeds as table } from "../../db/schema.ts";
import { findTransaction, isTransactionOf, type TransactionRow } from "../../db/transactions.ts";
import { siteOf } from "../../durable-objects/stubs.ts";
import type { Needs } from "../../energy/needs.ts";
import { subjectOf } from "../audit.ts";
import { ownerId } from "../auth/roles.ts";
import type { AppEnv } from "../context.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, TimestampInput, timestamp } from "./fields.ts";

const WattHours = z.number().min(0).max(2_000_000);

const members = {
  energyWh: WattHours.optional().openapi({ description: "Wanted from now on" }),
  minimumEnergyWh: WattHours.optional().openapi({
    description: "Wh that must be taken from now on before the car gives anything back",
  }),
  maxDischargePowerW: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .openapi({ description: "W that the car may give back, OCPP 2.1; 0: nothing. Without it, as the car tells" }),
};

const NeedsInput = z.strictObject({ departureAt: TimestampInput.optional(), ...members }).openapi("ChargingNeedsInput");

const ChargingNeeds = z
  .object({ departureAt: Timestamp.optional(), ...members, at: Timestamp, toldBy: z.string() })
  .openapi("ChargingNeeds");

const Id = z.object({ id: z.string() });

export const chargingNeeds = createRouter();

const put = createRoute({
  method: "put",
  path: "/{id}/charging-needs",
  tags: ["transactions"],
  summary: "Tell what a session needs",
  description:
    "Replaces what was told before. It counts more than what the car tells. A driver may tell it of its own sessions.",
  request: { params: Id, body: { required: true, content: json(NeedsInput) } },
  responses: {
    200: { description: "As it is now", content: json(ChargingNeeds) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

chargingNeeds.openapi(put, async (c) => {
  const { id } = c.req.valid("param");
  const { departureAt, energyWh, minimumEnergyWh, maxDischargePowerW } = c.req.valid("json");
  const db = database(c.env);
  const row = await visible(c, db, id);
  if (row === undefined) return problem(c, unknown(id));
  if (row.transaction.status !== "active") {
    return problem(c, { reason: "conflict", detail: "The transaction has ended already." });
  }
  const needs: Needs = {
    departure: departureAt?.getTime(),
    energy: energyWh,
    minimumEnergy: minimumEnergyWh,
    maxDischargePower: maxDischargePowerW,
  };
  const told = { needs: JSON.stringify(needs), at: new Date(), toldBy: subjectOf(c.get("principal")) };
  await db
    .insert(table)
    .values({ transactionId: id, ...told })
    .onConflictDoUpdate({ target: table.transactionId, set: told });
  await pokeSite(c.env, db, row);
  return c.json(present({ transactionId: id, ...told }), 200);
});

const read = createRoute({
  method: "get",
  path: "/{id}/charging-needs",
  tags: ["transactions"],
  summary: "What somebody told that a session needs",
  description: "What the car tells is among the transaction's details.",
  request: { params: Id },
  responses: {
    200: { description: "The needs", content: json(ChargingNeeds) },
    ...problemResponses(401, 403, 404),
  },
});

chargingNeeds.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  if ((await visible(c, db, id)) === undefined) return problem(c, unknown(id));
  const row = await db.query.chargingNeeds.findFirst({ where: eq(table.transactionId, id) });
  const detail = `Nobody told what transaction ${id} needs.`;
  return row ? c.json(present(row), 200) : problem(c, { reason: "not_found", detail });
});

const remove = createRoute({
  method: "delete",
  path: "/{id}/charging-needs",
  tags: ["transactions"],
  summary: "Take back what a session needs",
  request: { params: Id },
  responses: { 204: { description: "What the car tells counts again" }, ...problemResponses(401, 403, 404) },
});

chargingNeeds.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const row = await visible(c, db, id);
  if (row === undefined) return problem(c, unknown(id));
  await db.delete(table).where(eq(table.transactionId, id));
  await pokeSite(c.env, db, row);
  return c.body(null, 204);
});

async function visible(c: Context<AppEnv>, db: Database, id: string): Promise<TransactionRow | undefined> {
  const row = await findTransaction(db, id);
  const owner = ownerId(c.get("principal"));
  return row && (owner === undefined || (await isTransactionOf(db, row, owner))) ? row : undefined;
}

async function pokeSite(env: Env, db: Database, { transaction }: TransactionRow): Promise<void> {
  const evse = await db.query.locationEvses.findFirst({
    where: and(eq(locationEvses.chargePoint, transaction.chargePoint), eq(locationEvses.evseId, transaction.evseId)),
    columns: { locationId: true },
  });
  // A location that shares no power has an actor that does nothing.
  if (evse !== undefined) await siteOf(env, evse.locationId).poke();
}

function present({ needs, at, toldBy }: typeof table.$inferSelect): z.infer<typeof ChargingNeeds> {
  const { departure, energy, minimumEnergy, maxDischargePower }: Needs = JSON.parse(needs);
  return {
    departureAt: departure === undefined ? undefined : timestamp(new Date(departure)),
    energyWh: energy,
    minimumEnergyWh: minimumEnergy,
    maxDischargePowerW: maxDischargePower,
    at: timestamp(at),
    toldBy,
  };
}

const unknown = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no transaction ${id}.`,
});
