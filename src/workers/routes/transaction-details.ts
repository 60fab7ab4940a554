// What is kept beside a transaction, as a member of it: the EV's needs and schedule, priority, tariff, costs, settlement.
import { z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { transactionDetails as table } from "../../db/schema.ts";
import { TRANSACTION_DETAILS } from "../../ocpp/held.ts";
import { Timestamp, timestamp } from "./fields.ts";

const Detail = z.object({ updatedAt: Timestamp, data: z.record(z.string(), z.unknown()) });

/** The latest word of each; absent: nothing was told. */
export const TransactionDetails = z
  .partialRecord(z.enum(TRANSACTION_DETAILS), Detail)
  .openapi("TransactionDetails", { description: "The latest word of each, as OCPP spells it" });

export async function readDetails(env: Env, transactionId: string): Promise<z.infer<typeof TransactionDetails>> {
  const rows = await selectTransactionDetails(database(env), transactionId);
  return TransactionDetails.parse(
    Object.fromEntries(
      rows.map(({ detail, at, data }) => [detail, { updatedAt: timestamp(at), data: JSON.parse(data) }]),
    ),
  );
}

export const selectTransactionDetails = (db: Database, transactionId: string) =>
  db.select().from(table).where(eq(table.transactionId, transactionId));
