// POST /api/transactions/{id}/close: ends by hand what the charger will not end. The charger's own stop, should it
// ever come, has the last word.
import { createRoute, z } from "@hono/zod-openapi";
import { database } from "../../db/client.ts";
import { findTransaction } from "../../db/transactions.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { flushHistory } from "../history.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { presentTransaction, Transaction } from "./transaction.ts";

export const closeTransaction = createRouter();

const close = createRoute({
  method: "post",
  path: "/{id}/close",
  tags: ["transactions"],
  summary: "Close a transaction by hand",
  description: "In our books only: nothing is sent to the charger.",
  request: {
    params: z.object({ id: z.string() }),
    body: {
      required: true,
      content: json(z.strictObject({ reason: z.string().min(1).max(200) }).openapi("CloseTransaction")),
    },
  },
  responses: {
    200: { description: "The closed transaction", content: json(Transaction) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

closeTransaction.openapi(close, async (c) => {
  const { id } = c.req.valid("param");
  const { reason } = c.req.valid("json");
  const db = database(c.env);
  const row = await findTransaction(db, id);
  if (row === undefined) return problem(c, { reason: "not_found", detail: `There is no transaction ${id}.` });
  const { chargePoint } = row.transaction;
  const result = await chargePointOf(c.env, chargePoint).closeTransaction(id, c.get("principal").name, reason);
  if (!result.ok) {
    const detail =
      result.error === "closed" ? "The transaction has ended already." : "Its charger no longer knows the transaction.";
    return problem(c, { reason: "conflict", detail });
  }
  await flushHistory(c.env, chargePoint);
  const closed = await findTransaction(db, id);
  if (closed === undefined) return problem(c, { reason: "not_found", detail: `There is no transaction ${id}.` });
  return c.json(presentTransaction(closed), 200);
});
