// /api/state: the whole of it, to be copied from one deployment to another by scripts/export.ts and import.ts. For
// admins: what is sealed stays sealed, but everything else is there.
import { createRoute, z } from "@hono/zod-openapi";
import { database } from "../../db/client.ts";
import { sites, webhooks } from "../../db/schema.ts";
import { chargePointOf, siteOf } from "../../durable-objects/stubs.ts";
import type { Fact } from "../../ocpp/facts/fact.ts";
import { requireRole } from "../auth/roles.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { readRows, tableNames, writeRows } from "../state/tables.ts";
import { spread } from "../webhooks.ts";
import { json, TimestampInput } from "./fields.ts";

const Value = z.union([z.string(), z.number(), z.null()]);
const Row = z.record(z.string(), Value);
const Key = z.array(z.union([z.string(), z.number()]));
const Table = z.object({ table: z.string() });
const Charger = z.object({ id: z.string() });
/** What kinds there are, and what is in them, is the log's affair: what reads them takes what it knows. */
const StoredFact = z
  .custom<Fact>((value) => z.looseObject({ kind: z.string() }).safeParse(value).success)
  .openapi({ type: "object" });
const ChargerState = z
  .object({
    tables: z.record(z.string(), z.array(Row)),
    logBase: z.number(),
    log: z.array(
      z.object({
        seq: z.int(),
        at: z.int(),
        direction: z.enum(["in", "out", "event"]),
        frame: z.string(),
        answer: z.string().exactOptional(),
        facts: z.array(StoredFact),
      }),
    ),
  })
  .openapi("ChargerState");

export const state = createRouter();
state.use("*", requireRole("admin"));

const done = { 204: { description: "Done" } };
const failures = problemResponses(400, 401, 403, 404, 409);
const about = { tags: ["state"] };

const listTables = createRoute({
  ...{ ...about, method: "get", path: "/tables", summary: "The tables of the database, in the order to restore them" },
  responses: {
    200: { description: "All that are copied", content: json(z.object({ tables: z.array(z.string()) })) },
    ...failures,
  },
});

state.openapi(listTables, async (c) => c.json({ tables: await tableNames(c.env.DB) }, 200));

const readTable = createRoute({
  ...{ ...about, method: "get", path: "/tables/{table}", summary: "Rows of a table, in the order of its key" },
  request: { params: Table, query: z.strictObject({ cursor: z.string().max(4000).optional() }) },
  responses: {
    200: {
      description: "A page",
      content: json(z.object({ rows: z.array(Row), nextCursor: z.string().nullable() })),
    },
    ...failures,
  },
});

state.openapi(readTable, async (c) => {
  const { table } = c.req.valid("param");
  const { cursor } = c.req.valid("query");
  if (!(await tableNames(c.env.DB)).includes(table)) return problem(c, unknown("table", table));
  const after =
    cursor === undefined ? [] : Key.parse(JSON.parse(atob(cursor.replaceAll("-", "+").replaceAll("_", "/"))));
  return c.json(await readRows(c.env.DB, table, after), 200);
});

const writeTable = createRoute({
  ...{ ...about, method: "post", path: "/tables/{table}", summary: "Write rows into a table" },
  request: { params: Table, body: { required: true, content: json(z.strictObject({ rows: z.array(Row).max(100) })) } },
  responses: { ...done, ...failures },
});

state.openapi(writeTable, async (c) => {
  const { table } = c.req.valid("param");
  if (!(await tableNames(c.env.DB)).includes(table)) return problem(c, unknown("table", table));
  await writeRows(c.env.DB, table, c.req.valid("json").rows);
  return c.body(null, 204);
});

const readCharger = createRoute({
  ...{ ...about, method: "get", path: "/charge-points/{id}", summary: "What the actor of a charge point holds" },
  request: {
    params: Charger,
    query: z.strictObject({
      since: TimestampInput.openapi({ description: "When the copy was begun: what was told since then goes along" }),
    }),
  },
  responses: { 200: { description: "null: nothing", content: json(ChargerState.nullable()) }, ...failures },
});

state.openapi(readCharger, async (c) => {
  const { id } = c.req.valid("param");
  const dumped = await chargePointOf(c.env, id).dump(c.req.valid("query").since.getTime());
  if (!dumped.ok) return problem(c, { reason: "conflict", detail: `Too much of ${id} is not in the database yet.` });
  return c.json(dumped.value === null ? null : ChargerState.parse(dumped.value), 200);
});

const writeCharger = createRoute({
  ...{ ...about, method: "post", path: "/charge-points/{id}", summary: "Give the actor of a charge point its state" },
  request: { params: Charger, body: { required: true, content: json(ChargerState) } },
  responses: { ...done, ...failures },
});

state.openapi(writeCharger, async (c) => {
  const { id } = c.req.valid("param");
  const restored = await chargePointOf(c.env, id).restore(c.req.valid("json"));
  if (!restored.ok && restored.error === "not_ours") {
    return problem(c, { reason: "bad_request", detail: "This is not what the actor of a charge point holds." });
  }
  if (!restored.ok) return problem(c, { reason: "conflict", detail: `${id} is known here already.` });
  return c.body(null, 204);
});

const listObjects = createRoute({
  ...{ ...about, method: "get", path: "/objects", summary: "The objects of the file store" },
  request: { query: z.strictObject({ cursor: z.string().optional() }) },
  responses: {
    200: {
      description: "A page",
      content: json(
        z.object({
          objects: z.array(z.object({ key: z.string(), size: z.number() })),
          nextCursor: z.string().nullable(),
        }),
      ),
    },
    ...failures,
  },
});

state.openapi(listObjects, async (c) => {
  const { cursor } = c.req.valid("query");
  const page = await c.env.FILES.list(cursor === undefined ? {} : { cursor });
  const objects = page.objects.map(({ key, size }) => ({ key, size }));
  return c.json({ objects, nextCursor: page.truncated ? page.cursor : null }, 200);
});

const ObjectKey = z.object({ folder: z.enum(["files", "archive"]), name: z.string() });
const bytes = { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } };

const readObject = createRoute({
  ...{ ...about, method: "get", path: "/objects/{folder}/{name}", summary: "An object of the file store" },
  request: { params: ObjectKey },
  responses: { 200: { description: "Its bytes", content: bytes }, ...failures },
});

state.openapi(readObject, async (c) => {
  const { folder, name } = c.req.valid("param");
  const object = await c.env.FILES.get(`${folder}/${name}`);
  if (object === null) return problem(c, unknown("object", name));
  return c.body(object.body, 200, {
    "content-type": object.httpMetadata?.contentType ?? "application/octet-stream",
    "content-length": String(object.size),
  });
});

const writeObject = createRoute({
  ...{ ...about, method: "put", path: "/objects/{folder}/{name}", summary: "Store an object" },
  request: { params: ObjectKey },
  responses: { ...done, ...failures },
});

state.openapi(writeObject, async (c) => {
  const { folder, name } = c.req.valid("param");
  const contentType = c.req.header("content-type") ?? "application/octet-stream";
  await c.env.FILES.put(`${folder}/${name}`, c.req.raw.body ?? "", { httpMetadata: { contentType } });
  return c.body(null, 204);
});

const finish = createRoute({
  ...{ ...about, method: "post", path: "/finish", summary: "Tell the actors of webhooks and sites what was restored" },
  responses: { ...done, ...failures },
});

state.openapi(finish, async (c) => {
  const db = database(c.env);
  for (const row of await db.select().from(webhooks)) await spread(c.env, row);
  for (const { id } of await db.select({ id: sites.id }).from(sites)) await siteOf(c.env, id).poke();
  return c.body(null, 204);
});

const unknown = (what: string, name: string) =>
  ({ reason: "not_found", detail: `There is no ${what} ${name}.` }) as const;
