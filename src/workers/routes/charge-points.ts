// /api/charge-points: registering, changing and watching chargers. The row in D1 is the operator's word; the charger's
// actor gets a copy of it with each change.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { chargePoints as table } from "../../db/schema.ts";
import { isDuplicate } from "../../db/unavailable.ts";
import type { SettingsChange } from "../../durable-objects/charge-point/security-desk.ts";
import { splitHashes } from "../../durable-objects/charge-point/settings.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { readTuning } from "../../ocpp/tuning.ts";
import { hashPassword, newPassword } from "../credentials.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import {
  ChargePoint,
  ChargePointNow,
  type ChargePointRow,
  FILE_TRANSFERS,
  POLICIES,
  present,
  presentNow,
  REGISTRATIONS,
  VERSION_NAMES,
} from "./charge-point.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { Flag, json } from "./fields.ts";
import { TuningPatch } from "./tuning-fields.ts";

const Identity = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}/?#]+$/u, "must not have control characters, /, ? or #")
  .refine((text) => text.trim() === text, "must not begin or end with a space")
  .openapi({ example: "CP1" });

const Password = z
  .string()
  .min(8)
  .max(64)
  .openapi({ description: "Basic password; a hex key also counts as its bytes" });

const fields = {
  registration: z.enum(REGISTRATIONS).optional(),
  securityProfile: z
    .int()
    .min(0)
    .max(3)
    .optional()
    .openapi({ description: "0 none, 1 Basic, 2 Basic over TLS only, 3 client certificate" }),
  password: Password.nullable().optional(),
  username: z.string().min(1).max(255).nullable().optional(),
  pinnedVersion: z.enum(VERSION_NAMES).nullable().optional(),
  policy: z.enum(POLICIES).optional(),
  heartbeatInterval: z.int().min(1).max(86_400).nullable().optional(),
  tuning: TuningPatch.optional(),
  fileTransfer: z.enum(FILE_TRANSFERS).nullable().optional(),
  note: z.string().max(1000).nullable().optional(),
};

/** As many as one statement of D1 takes beside the other filters. */
const MAX_IDS = 50;

const Query = z.strictObject({
  connected: Flag.optional(),
  status: z.string().optional(),
  registration: z.enum(REGISTRATIONS).optional(),
  vendor: z.string().optional(),
  ocppVersion: z.enum(VERSION_NAMES).optional(),
  id: z.string().optional(),
  ids: z
    .string()
    .transform((text) => text.split(",").map(caseKey))
    .pipe(z.array(z.string()).max(MAX_IDS))
    .optional()
    .openapi({ type: "string", example: "CP1,CP2", description: `At most ${MAX_IDS} OCPP identities` }),
  search: z.string().min(1).max(100).optional().openapi({
    description: "Somewhere in the identity, vendor, model, serial number or note, in any case",
  }),
  ...pageQuery(z.tuple([z.string()])),
});

export const chargePoints = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["charge-points"],
  summary: "List charge points",
  request: { query: Query },
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

/** One row more than the page, in the order of the index. */
export function selectChargePoints(db: Database, query: z.infer<typeof Query>) {
  const { connected, status, registration, vendor, ocppVersion, id, ids, search, cursor, limit } = query;
  return db
    .select()
    .from(table)
    .where(
      and(
        connected === undefined ? undefined : eq(table.connected, connected),
        status === undefined ? undefined : eq(table.status, status),
        registration === undefined ? undefined : eq(table.registration, registration),
        vendor === undefined ? undefined : eq(table.vendor, vendor),
        ocppVersion === undefined ? undefined : eq(table.ocppVersion, ocppVersion),
        id === undefined ? undefined : eq(table.key, caseKey(id)),
        ids === undefined ? undefined : inArray(table.key, ids),
        search === undefined ? undefined : or(...SEARCHED.map((column) => contains(column, search))),
        after([table.key], cursor),
      ),
    )
    .orderBy(asc(table.key))
    .limit(limit + 1);
}

const SEARCHED = [table.id, table.vendor, table.model, table.serialNumber, table.note];

/** By instr, not LIKE: what is searched for may hold any sign. */
const contains = (column: SQLiteColumn, text: string): SQL => sql`instr(lower(${column}), ${text.toLowerCase()}) > 0`;

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

const Credentials = z
  .object({ username: z.string(), password: z.string().openapi({ description: "Shown this once" }) })
  .openapi("Credentials");

const rotate = createRoute({
  method: "post",
  path: "/{id}/credentials",
  tags: ["charge-points"],
  summary: "Make a new Basic password",
  description: "The old one stops to work with the next connection. The live connection stays.",
  request: { params: Id },
  responses: {
    200: { description: "The new credentials", content: json(Credentials) },
    ...problemResponses(401, 403, 404),
  },
});

chargePoints.openapi(rotate, async (c) => {
  const { id } = c.req.valid("param");
  const key = caseKey(id);
  const password = newPassword();
  const change = { credentialHash: await storedHash(c.env, key, password), updatedAt: new Date() };
  const [row] = await database(c.env).update(table).set(change).where(eq(table.key, key)).returning();
  if (row === undefined) return problem(c, unknownChargePoint(id));
  await configure(c.env, row, { password: true, securityProfile: false });
  return c.json({ username: row.credentialUsername ?? row.id, password }, 200, { "cache-control": "no-store" });
});

/** A merge patch (RFC 7396): what is null falls back to its default. */
const patched = (before: typeof table.tuning | null, change: z.infer<typeof TuningPatch>) =>
  sql<string>`json_patch(coalesce(${before}, '{}'), ${JSON.stringify(change)})`;

const storedHash = async (env: Env, key: string, password: string): Promise<string> =>
  (await hashPassword(env.CREDENTIALS_KEY, key, password)).join(" ");

/** The actor's copy. If this fails the request fails, and repeating it puts both right. */
async function configure(
  env: Env,
  row: ChargePointRow,
  change: SettingsChange = { password: true, securityProfile: true },
): Promise<void> {
  const settings = {
    identity: row.id,
    registration: row.registration,
    securityProfile: row.securityProfile,
    credentialHashes: splitHashes(row.credentialHash),
    credentialUsername: row.credentialUsername,
    pinnedVersion: row.pinnedVersion,
    policy: row.policy,
    heartbeatInterval: row.heartbeatInterval,
    tuning: readTuning(row.tuning),
  };
  await chargePointOf(env, row.key).configure(settings, change);
}
