// A transaction as clients see it.
import { z } from "@hono/zod-openapi";
import type { TransactionRow } from "../../db/transactions.ts";
import { energyOf } from "../../ocpp/register.ts";
import { Timestamp, timestamp, timestampOrNull } from "./fields.ts";

export const TRANSACTION_STATUSES = ["active", "completed", "orphan"] as const;

export const Transaction = z
  .object({
    id: z.string().openapi({ description: "Ours: unique over all chargers" }),
    chargePointId: z.string(),
    connectorId: z.int(),
    evseId: z.int(),
    ocppVersion: z.string(),
    ocppTransactionId: z
      .union([z.string(), z.int()])
      .openapi({ description: "What the charger calls it: a number in OCPP 1.6, a text in later versions" }),
    idToken: z.string().nullable(),
    authorization: z
      .string()
      .nullable()
      .openapi({ description: "What the charger was told about the token at the start" }),
    startedAt: Timestamp,
    stoppedAt: Timestamp.nullable(),
    meterStart: z.number().nullable().openapi({ description: "Wh" }),
    meterStop: z.number().nullable().openapi({ description: "Wh" }),
    meterOffset: z.number().nullable().openapi({
      description: "Wh that the register had counted when it started anew within the session; null: it did not",
    }),
    energy: z.number().nullable().openapi({
      description: "Wh: from meterStart to meterStop, across every new start of the register; null while it goes on",
    }),
    stopReason: z.string().nullable(),
    status: z.enum(TRANSACTION_STATUSES).openapi({ description: "orphan: a stop of a session that nobody knows" }),
    closedBy: z.string().nullable().openapi({ description: "Who ended it, where it was not the charger" }),
    reservationId: z.int().nullable(),
    commandId: z.string().nullable().openapi({ description: "The remote start that begot it" }),
    stopIdToken: z.string().nullable().openapi({ description: "The token that it was ended with" }),
    idTokenType: z.string().nullable().openapi({ description: "OCPP 2.x tells this and all that follows" }),
    chargingState: z.string().nullable().openapi({ example: "Charging" }),
    triggerReason: z.string().nullable().openapi({ description: "Of the newest event that said something new" }),
    lastEventAt: Timestamp.nullable(),
    numberOfPhasesUsed: z.int().nullable(),
    cableMaxCurrent: z.int().nullable().openapi({ description: "A" }),
    timeSpentCharging: z.int().nullable().openapi({ description: "Seconds" }),
    operationMode: z.string().nullable(),
    missingEvents: z
      .array(z.int())
      .openapi({ description: "After its end: the numbers of the events that never came" }),
  })
  .openapi("Transaction");

export function presentTransaction({ transaction, displayId }: TransactionRow): z.infer<typeof Transaction> {
  const { chargePoint, historySeq: _, startedAt, stoppedAt, ocppTransactionId, ...row } = transaction;
  return {
    ...row,
    // A charger that was removed leaves its history behind.
    chargePointId: displayId ?? chargePoint,
    // As the charger itself spells it, so that it can be put into a command as it is.
    ocppTransactionId: row.ocppVersion === "1.6" ? Number(ocppTransactionId) : ocppTransactionId,
    startedAt: timestamp(startedAt),
    stoppedAt: timestampOrNull(stoppedAt),
    energy: energyOf(row),
    lastEventAt: timestampOrNull(row.lastEventAt),
    missingEvents: row.missingEvents === null ? [] : JSON.parse(row.missingEvents),
  };
}
