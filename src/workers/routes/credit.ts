// /api/users/{id}/credit: a driver's account: what was paid in, what was charged, and what is left.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, sql } from "drizzle-orm";
import type { Context } from "hono";
import { insertPayment } from "../../billing/ledger.ts";
import { FRACTIONS } from "../../billing/settle.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { creditEntries as table, users } from "../../db/schema.ts";
import { ownerId, requireRole } from "../auth/roles.ts";
import type { AppEnv } from "../context.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const Entry = z
  .object({
    id: z.string(),
    at: Timestamp,
    currency: z.string(),
    amount: z.number().openapi({ description: "Negative: a debit" }),
    cdrId: z.string().nullable(),
    note: z.string().nullable(),
    enteredBy: z.string().nullable(),
  })
  .openapi("CreditEntry");

const Account = pageOf(Entry)
  .extend({ balances: z.array(z.object({ currency: z.string(), balance: z.number() })) })
  .openapi("CreditAccount");

const Payment = z
  .strictObject({
    amount: z
      .number()
      .min(-1_000_000)
      .max(1_000_000)
      .refine(
        (amount) => amount !== 0 && Number.isInteger(Math.round(amount * 1e8) / 1e6),
        "is not an amount in cents",
      ),
    currency: z.string().regex(/^[A-Z]{3}$/, "is not a currency code of ISO 4217"),
    note: z.string().max(500).optional(),
    reference: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .openapi({ description: "Names the payment: entered twice, it counts once" }),
  })
  .openapi("Payment");

export const credit = createRouter();

const Params = z.object({ id: z.string().openapi({ description: "The user's id, or `me`" }) });

const read = createRoute({
  method: "get",
  path: "/{id}/credit",
  tags: ["users"],
  summary: "Read an account",
  description: "A driver reads its own.",
  request: { params: Params, query: z.strictObject(pageQuery(z.tuple([z.int(), z.string()]))) },
  responses: { 200: { description: "Newest first", content: json(Account) }, ...problemResponses(400, 401, 403, 404) },
});

credit.openapi(read, async (c) => {
  const { cursor, limit } = c.req.valid("query");
  const userId = accountOf(c);
  const db = database(c.env);
  if (userId === undefined || !(await isUser(db, userId))) return problem(c, unknown);
  const rows = await db
    .select()
    .from(table)
    .where(and(eq(table.userId, userId), before([table.at, table.id], cursor)))
    .orderBy(desc(table.at), desc(table.id))
    .limit(limit + 1);
  const balances = await db
    .select({ currency: table.currency, balance: sql<number>`sum(${table.amount})` })
    .from(table)
    .where(eq(table.userId, userId))
    .groupBy(table.currency);
  const present = ({ userId: _, amount, at, ...entry }: typeof table.$inferSelect) => ({
    ...{ ...entry, at: timestamp(at), amount: amount / FRACTIONS },
  });
  const entries = page(rows, limit, { key: ({ at, id }) => [at.getTime(), id], present });
  return c.json(
    { ...entries, balances: balances.map(({ currency, balance }) => ({ currency, balance: balance / FRACTIONS })) },
    200,
  );
});

const pay = createRoute({
  method: "post",
  path: "/{id}/credit",
  tags: ["users"],
  summary: "Enter a payment, a refund or a correction",
  middleware: requireRole("operator"),
  request: { params: Params, body: { required: true, content: json(Payment) } },
  responses: { 204: { description: "Entered" }, ...problemResponses(400, 401, 403, 404, 422) },
});

credit.openapi(pay, async (c) => {
  const { amount, currency, note = null, reference } = c.req.valid("json");
  const userId = accountOf(c);
  if (userId === undefined || !(await isUser(database(c.env), userId))) return problem(c, unknown);
  const id = reference === undefined ? crypto.randomUUID() : `payment:${userId}:${reference}`;
  const { name } = c.get("principal");
  const entry = { id, userId, at: new Date(), currency, amount: Math.round(amount * FRACTIONS), note, enteredBy: name };
  await insertPayment(c.env.DB, entry).run();
  return c.body(null, 204);
});

/** Undefined: it is not for this principal to see. */
function accountOf(c: Context<AppEnv>): string | undefined {
  const principal = c.get("principal");
  const asked = c.req.param("id");
  const userId = asked === "me" ? principal.id : asked;
  const owner = ownerId(principal);
  return owner === undefined || owner === userId ? userId : undefined;
}

const isUser = async (db: Database, id: string) =>
  (await db.query.users.findFirst({ where: eq(users.id, id) })) !== undefined;

const unknown: Failure<"not_found"> = { reason: "not_found", detail: "There is no such user." };
