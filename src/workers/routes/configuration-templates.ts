// /api/configuration-templates: settings that many chargers shall have.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { configurationTemplates as table } from "../../db/schema.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import {
  columns,
  findTemplate,
  NewTemplate,
  present,
  Template,
  TemplatePatch,
  type TemplateRow,
} from "./configuration-template.ts";
import { Flag, json } from "./fields.ts";

const Query = z.strictObject({
  vendor: z.string().optional(),
  onBoot: Flag.optional(),
  ...pageQuery(z.tuple([z.string(), z.string()])),
});

export const configurationTemplates = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["configuration-templates"],
  summary: "List configuration templates",
  request: { query: Query },
  responses: {
    200: { description: "In order of their names", content: json(pageOf(Template)) },
    ...problemResponses(400, 401, 403),
  },
});

configurationTemplates.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectTemplates(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ name, id }) => [name, id], present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectTemplates(db: Database, { vendor, onBoot, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(
      and(
        vendor === undefined ? undefined : eq(table.vendor, vendor.toLowerCase()),
        onBoot === undefined ? undefined : eq(table.onBoot, onBoot),
        after([table.name, table.id], cursor),
      ),
    )
    .orderBy(asc(table.name), asc(table.id))
    .limit(limit + 1);
}

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["configuration-templates"],
  summary: "Make a configuration template",
  request: { body: { required: true, content: json(NewTemplate) } },
  responses: { 201: { description: "Made", content: json(Template) }, ...problemResponses(400, 401, 403, 422) },
});

configurationTemplates.openapi(create, async (c) => {
  const now = new Date();
  const row: TemplateRow = {
    id: crypto.randomUUID(),
    version: 1,
    ...columns(c.req.valid("json")),
    createdAt: now,
    updatedAt: now,
  };
  await database(c.env).insert(table).values(row);
  return c.json(present(row), 201, { location: `/api/configuration-templates/${row.id}` });
});

const TemplateId = z.object({ templateId: z.string() });

const read = createRoute({
  method: "get",
  path: "/{templateId}",
  tags: ["configuration-templates"],
  summary: "Read a configuration template",
  request: { params: TemplateId },
  responses: { 200: { description: "The template", content: json(Template) }, ...problemResponses(401, 403, 404) },
});

configurationTemplates.openapi(read, async (c) => {
  const { templateId } = c.req.valid("param");
  const row = await findTemplate(c.env, templateId);
  return row === undefined ? problem(c, unknown(templateId)) : c.json(present(row), 200);
});

const patch = createRoute({
  method: "patch",
  path: "/{templateId}",
  tags: ["configuration-templates"],
  summary: "Change a configuration template",
  request: { params: TemplateId, body: { required: true, content: json(TemplatePatch) } },
  responses: {
    200: { description: "The template", content: json(Template) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

configurationTemplates.openapi(patch, async (c) => {
  const { templateId } = c.req.valid("param");
  const change = c.req.valid("json");
  const old = await findTemplate(c.env, templateId);
  if (old === undefined) return problem(c, unknown(templateId));
  const { id: _id, version: _version, createdAt: _createdAt, updatedAt: _updatedAt, ...known } = present(old);
  const next = columns(NewTemplate.parse({ ...known, ...change }));
  const isOther = next.configuration !== old.configuration || next.variables !== old.variables;
  const version = old.version + (isOther ? 1 : 0);
  const [row] = await database(c.env)
    .update(table)
    .set({ ...next, version, updatedAt: new Date() })
    // Two changes at once: the later one must see the earlier one's version.
    .where(and(eq(table.id, templateId), eq(table.version, old.version)))
    .returning();
  return row === undefined
    ? problem(c, { reason: "conflict", detail: "The template was changed meanwhile." })
    : c.json(present(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{templateId}",
  tags: ["configuration-templates"],
  summary: "Delete a configuration template",
  request: { params: TemplateId },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404) },
});

configurationTemplates.openapi(remove, async (c) => {
  const { templateId } = c.req.valid("param");
  const gone = await database(c.env).delete(table).where(eq(table.id, templateId)).returning({ id: table.id });
  return gone.length > 0 ? c.body(null, 204) : problem(c, unknown(templateId));
});

const unknown = (templateId: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no configuration template ${templateId}.`,
});
