// /api/charge-points: registering, changing and watching chargers. The row in D1 is the operator's word; the charger's
// actor gets a copy of it with each change.
import { createRoute, z } from "@hono/zod-openapi";
import { eq, sql } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { chargePoints as table } from "../../db/schema.ts";
import { isDuplicate } from "../../db/unavailable.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { ChargePoint, ChargePointNow, present, presentNow } from "./charge-point.ts";
import { configure, storedHash } from "./charge-point-copy.ts";
import { fields, Identity } from "./charge-point-fields.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { ChargePointQuery, selectChargePoints } from "./charge-point-search.ts";
import { Flag, json } from "./fields.ts";
import type { TuningPatch } from "./tuning-fields.ts";

export const chargePoints = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["charge-points"],
  summary: "List charge points",
  request: { query: ChargePointQuery },
  responses: {
    200: { description: "In order of the id", content: json(pageOf(ChargePoint)) },
    ...problemResponses(400, 401, 403),
  },
});

chargePoints.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectChargePoints(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ key }) => [key], present }), 200);
});

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["charge-points"],
  summary: "Register a charge point",
  request: {
    body: { required: true, content: json(z.strictObject({ id: Identity, ...fields }).openapi("NewChargePoint")) },
  },
  responses: {
    201: { description: "Registered", content: json(ChargePoint) },
    ...problemResponses(400, 401, 403, 409, 422),
  },
});

chargePoints.openapi(create, async (c) => {
  const { id, password, username = null, tuning, ...rest } = c.req.valid("json");
  const key = caseKey(id);
  const now = new Date();
  const values = {
    ...rest,
    key,
    id,
    registration: rest.registration ?? ("accepted" as const),
    tuning: tuning === undefined ? null : patched(null, tuning),
    credentialHash: password == null ? null : await storedHash(c.env, key, password),
    credentialUsername: username,
    createdAt: now,
    updatedAt: now,
  };
  try {
    const [row] = await database(c.env).insert(table).values(values).returning();
    if (row === undefined) throw new Error("the insert returned no row");
    await configure(c.env, row);
    return c.json(present(row), 201, { location: `/api/charge-points/${encodeURIComponent(id)}` });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return problem(c, { reason: "conflict", detail: `${id} is registered already.` });
  }
});

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["charge-points"],
  summary: "Read a charge point as it is now",
  request: { params: Id },
  responses: {
    200: { description: "The charge point", content: json(ChargePointNow) },
    ...problemResponses(401, 403, 404),
  },
});

chargePoints.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  await flushHistory(c.env, caseKey(id));
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  return c.json(presentNow(row, await chargePointOf(c.env, row.key).live()), 200);
});

const patch = createRoute({
  method: "patch",
  path: "/{id}",
  tags: ["charge-points"],
  summary: "Change a charge point",
  description:
    "Takes effect at once for what is asked at each message, and at the next connection for the rest. A lower security profile has to be forced. To change the charger itself, too, see its security-profile and credentials/rotate.",
  request: {
    params: Id,
    query: z.strictObject({ force: Flag.optional() }),
    body: { required: true, content: json(z.strictObject(fields).openapi("ChargePointPatch")) },
  },
  responses: {
    200: { description: "The charge point", content: json(ChargePoint) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

chargePoints.openapi(patch, async (c) => {
  const { id } = c.req.valid("param");
  const { password, username, tuning, ...rest } = c.req.valid("json");
  const key = caseKey(id);
  const { securityProfile } = rest;
  const isForced = c.req.valid("query").force === true;
  if (securityProfile !== undefined && !isForced) {
    await flushHistory(c.env, key);
    const before = await findChargePoint(c.env, id);
    if (before !== undefined && securityProfile < before.securityProfile) {
      const detail = `Its security profile is ${before.securityProfile}; lowering it has to be forced.`;
      return problem(c, { reason: "conflict", detail });
    }
  }
  const change = {
    ...rest,
    ...(password === undefined
      ? {}
      : { credentialHash: password === null ? null : await storedHash(c.env, key, password) }),
    ...(username === undefined ? {} : { credentialUsername: username }),
    ...(tuning === undefined ? {} : { tuning: patched(table.tuning, tuning) }),
    updatedAt: new Date(),
  };
  const [row] = await database(c.env).update(table).set(change).where(eq(table.key, key)).returning();
  if (row === undefined) return problem(c, unknownChargePoint(id));
  await configure(c.env, row, { password: password !== undefined, securityProfile: securityProfile !== undefined });
  return c.json(present(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["charge-points"],
  summary: "Remove a charge point",
  description: "Closes its socket and forgets its registration and password. Its transactions stay.",
  request: { params: Id },
  responses: { 204: { description: "Removed" }, ...problemResponses(401, 403, 404) },
});

chargePoints.openapi(remove, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  // The row goes before the actor's copy: in the other order, a reconnect in between would bring the copy back.
  await database(c.env).delete(table).where(eq(table.key, row.key));
  await chargePointOf(c.env, row.key).erase();
  return c.body(null, 204);
});

/** A merge patch (RFC 7396): what is null falls back to its default. */
const patched = (before: typeof table.tuning | null, change: z.infer<typeof TuningPatch>) =>
  sql<string>`json_patch(coalesce(${before}, '{}'), ${JSON.stringify(change)})`;
