// /api/transactions: charging sessions, newest first.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { exportedEnergy } from "../../billing/session.ts";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import {
  findTransaction,
  isTransactionOf,
  selectTransactions,
  selectTransactionsOf,
  type TransactionRow,
  transactionKey,
} from "../../db/transactions.ts";
import { ownerId } from "../auth/roles.ts";
import type { AppEnv } from "../context.ts";
import { flushHistory } from "../history.ts";
import { MeterPage, meterPage, meterQuery } from "../meter-values.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, TimestampInput } from "./fields.ts";
import { RunningCost, runningCost } from "./running-cost.ts";
import { presentTransaction, TRANSACTION_STATUSES, Transaction } from "./transaction.ts";
import { readDetails, TransactionDetails } from "./transaction-details.ts";

export const transactions = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["transactions"],
  summary: "List transactions",
  description: "A driver sees those that were charged with its id tokens.",
  request: {
    query: z.strictObject({
      chargePointId: z.string().optional(),
      status: z.enum(TRANSACTION_STATUSES).optional(),
      idToken: z.string().optional(),
      connectorId: z.coerce.number().int().min(0).optional(),
      ocppTransactionId: z.string().optional(),
      from: TimestampInput.optional(),
      to: TimestampInput.optional(),
      ...pageQuery(z.tuple([z.int(), z.string()])),
    }),
  },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Transaction)) },
    ...problemResponses(400, 401, 403),
  },
});

transactions.openapi(list, async (c) => {
  const query = c.req.valid("query");
  if (query.chargePointId !== undefined) await flushHistory(c.env, caseKey(query.chargePointId), false);
  const db = database(c.env);
  const owner = ownerId(c.get("principal"));
  const rows = owner === undefined ? await selectTransactions(db, query) : await selectTransactionsOf(db, owner, query);
  return c.json(page(rows, query.limit, { key: transactionKey, present: presentTransaction }), 200);
});

const Id = z.object({ id: z.string() });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["transactions"],
  summary: "Read a transaction",
  request: { params: Id },
  responses: {
    200: {
      description: "The transaction",
      content: json(
        Transaction.extend({
          energyExported: z.number().openapi({ description: "Wh that the car gave back so far" }),
          details: TransactionDetails,
          cost: RunningCost,
        }),
      ),
    },
    ...problemResponses(401, 403, 404),
  },
});

transactions.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const row = await newest(c, id, true);
  if (!row) return problem(c, unknown(id));
  const [energyExported, details, cost] = await Promise.all([
    exportedEnergy(c.env, row.transaction),
    readDetails(c.env, id),
    runningCost(c.env, id),
  ]);
  return c.json({ ...presentTransaction(row), energyExported, details, cost }, 200);
});

const readMeterValues = createRoute({
  method: "get",
  path: "/{id}/meter-values",
  tags: ["transactions"],
  summary: "The meter values of a transaction",
  description: "In order of receipt. A page ends where a stored chunk ends, so it may hold more than `limit` items.",
  request: { params: Id, query: meterQuery },
  responses: {
    200: { description: "One item per OCPP MeterValue", content: json(MeterPage) },
    ...problemResponses(400, 401, 403, 404),
  },
});

transactions.openapi(readMeterValues, async (c) => {
  const { id } = c.req.valid("param");
  const query = c.req.valid("query");
  // The last page ends with what the actor still holds: reading makes it ship no values early.
  const row = query.cursor ? await visible(c, id) : await newest(c, id, false);
  if (!row) return problem(c, unknown(id));
  return c.json(await meterPage(c.env, row.transaction, query), 200);
});

/** The transaction as it is now, if the principal may see it; with its details, too, if they are asked for. */
async function newest(c: Context<AppEnv>, id: string, withDetails: boolean): Promise<TransactionRow | undefined> {
  const row = await visible(c, id);
  if (row?.transaction.status !== "active") return row;
  // It may have ended, and its charger's actor may not have told yet.
  await flushHistory(c.env, row.transaction.chargePoint, withDetails);
  return findTransaction(database(c.env), id);
}

async function visible(c: Context<AppEnv>, id: string): Promise<TransactionRow | undefined> {
  const db = database(c.env);
  const row = await findTransaction(db, id);
  const owner = ownerId(c.get("principal"));
  return row && (owner === undefined || (await isTransactionOf(db, row, owner))) ? row : undefined;
}

const unknown = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no transaction ${id}.`,
});
