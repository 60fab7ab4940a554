// /api/audit-log: who changed what, newest first. Read only: rows are written by audit.ts alone.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { auditLog as table } from "../../db/schema.ts";
import { requireRole } from "../auth/roles.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const AuditEntry = z
  .object({
    id: z.int(),
    at: Timestamp,
    subject: z.string().openapi({ description: "A user name, or `api-key:<name>`" }),
    method: z.string(),
    path: z.string(),
    status: z.int().openapi({ description: "The HTTP status of the answer" }),
    ip: z.string().nullable(),
  })
  .openapi("AuditEntry");

const Query = z.strictObject({ subject: z.string().optional(), ...pageQuery(z.tuple([z.int()])) });

export const auditLog = createRouter();
auditLog.use(requireRole("admin"));

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["audit-log"],
  summary: "Who changed what",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(AuditEntry)) },
    ...problemResponses(400, 401, 403),
  },
});

auditLog.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectAuditLog(database(c.env), query);
  const present = (row: (typeof rows)[number]) => ({ ...row, at: timestamp(row.at) });
  return c.json(page(rows, query.limit, { key: ({ id }) => [id], present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectAuditLog(db: Database, { subject, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(and(subject === undefined ? undefined : eq(table.subject, subject), before([table.id], cursor)))
    .orderBy(desc(table.id))
    .limit(limit + 1);
}
