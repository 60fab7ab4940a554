// /api/cdrs: what was charged for, newest first.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, gte, lt } from "drizzle-orm";
import { Cdr } from "../../billing/documents/cdr.ts";
import { settle } from "../../billing/settle.ts";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { cdrs as table } from "../../db/schema.ts";
import { findTransaction } from "../../db/transactions.ts";
import { ownerId } from "../auth/roles.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Flag, json, TimestampInput } from "./fields.ts";

export const cdrs = createRouter();

const present = ({ cdr }: typeof table.$inferSelect): Cdr => Cdr.parse(JSON.parse(cdr));

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["cdrs"],
  summary: "List charge detail records",
  description: "One a transaction. A corrected one is followed by its credit and another. A driver sees its own.",
  request: {
    query: z.strictObject({
      transactionId: z.string().optional(),
      chargePointId: z.string().optional(),
      locationId: z.string().optional(),
      userId: z.string().optional(),
      credit: Flag.optional(),
      from: TimestampInput.optional().openapi({ description: "When it was made, inclusive" }),
      to: TimestampInput.optional().openapi({ description: "Exclusive" }),
      ...pageQuery(z.tuple([z.int(), z.string()])),
    }),
  },
  responses: { 200: { description: "Newest first", content: json(pageOf(Cdr)) }, ...problemResponses(400, 401, 403) },
});

cdrs.openapi(list, async (c) => {
  const { transactionId, chargePointId, locationId, userId, credit, from, to, cursor, limit } = c.req.valid("query");
  if (transactionId !== undefined) await bringUpToDate(c.env, transactionId);
  const owner = ownerId(c.get("principal"));
  const rows = await database(c.env)
    .select()
    .from(table)
    .where(
      and(
        owner === undefined ? undefined : eq(table.userId, owner),
        transactionId === undefined ? undefined : eq(table.transactionId, transactionId),
        chargePointId === undefined ? undefined : eq(table.chargePoint, caseKey(chargePointId)),
        locationId === undefined ? undefined : eq(table.locationId, locationId),
        userId === undefined ? undefined : eq(table.userId, userId),
        credit === undefined ? undefined : eq(table.credit, credit),
        from === undefined ? undefined : gte(table.createdAt, from),
        to === undefined ? undefined : lt(table.createdAt, to),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
  return c.json(page(rows, limit, { key: ({ createdAt, id }) => [createdAt.getTime(), id], present }), 200);
});

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["cdrs"],
  summary: "Read a charge detail record",
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: { description: "The record", content: json(Cdr) }, ...problemResponses(401, 403, 404) },
});

cdrs.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await database(c.env).query.cdrs.findFirst({ where: eq(table.id, id) });
  const owner = ownerId(c.get("principal"));
  if (!row || (owner !== undefined && row.userId !== owner)) {
    return problem(c, { reason: "not_found", detail: `There is no charge detail record ${id}.` });
  }
  return c.json(present(row), 200);
});

/** Who asks for the bill of one session gets it, though nobody had come to write it yet. */
async function bringUpToDate(env: Env, transactionId: string): Promise<void> {
  const row = await findTransaction(database(env), transactionId);
  if (row === undefined) return;
  await flushHistory(env, row.transaction.chargePoint);
  await settle(env, transactionId);
}
