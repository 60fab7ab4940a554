// A charge point as clients see it: what was registered, what it told, and, where its actor was asked, what it is now.
import { z } from "@hono/zod-openapi";
import type { chargePoints } from "../../db/schema.ts";
import type { Live } from "../../durable-objects/charge-point/view.ts";
import { readTuning } from "../../ocpp/tuning.ts";
import { Timestamp, timestamp, timestampOrNull } from "./fields.ts";
import { TuningNow } from "./tuning-fields.ts";

export const REGISTRATIONS = ["accepted", "pending", "rejected"] as const;
export const VERSION_NAMES = ["1.6", "2.0.1", "2.1"] as const;
export const POLICIES = ["tolerant", "strict"] as const;

export const FILE_TRANSFERS = ["http", "ftp"] as const;

export type ChargePointRow = typeof chargePoints.$inferSelect;

export const ChargePoint = z
  .object({
    id: z.string().openapi({ description: "The OCPP identity", example: "CP1" }),
    connected: z.boolean(),
    ocppVersion: z.string().nullable(),
    status: z.string().nullable().openapi({ description: "What it last told about itself as a whole" }),
    lastSeenAt: Timestamp.nullable(),
    lastBootAt: Timestamp.nullable(),
    registration: z.enum(REGISTRATIONS),
    securityProfile: z.int(),
    hasPassword: z.boolean(),
    username: z.string().nullable().openapi({ description: "Basic user name, where it is not the identity" }),
    pinnedVersion: z.enum(VERSION_NAMES).nullable(),
    policy: z.enum(POLICIES),
    heartbeatInterval: z.int().nullable().openapi({ description: "Seconds; null: the deployment's default" }),
    fileTransfer: z
      .enum(FILE_TRANSFERS)
      .nullable()
      .openapi({ description: "By which it moves files to and from here; null: what it says that it supports" }),
    vendor: z.string().nullable(),
    model: z.string().nullable(),
    serialNumber: z.string().nullable(),
    firmwareVersion: z.string().nullable(),
    firmwareStatus: z.string().nullable(),
    diagnosticsStatus: z.string().nullable(),
    iccid: z.string().nullable(),
    imsi: z.string().nullable(),
    meterType: z.string().nullable(),
    meterSerialNumber: z.string().nullable(),
    tuning: TuningNow,
    note: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi("ChargePoint");

export const ChargePointNow = ChargePoint.extend({
  connectedAt: Timestamp.nullable(),
  awaySince: Timestamp.nullable().openapi({ description: "null: it is connected, or never was" }),
  clockOffset: z.int().nullable().openapi({
    description: "Seconds that its clock is ahead, negative: behind; null: right, as far as its messages tell",
  }),
  accepts: z.record(z.string(), z.string()).openapi({
    description: "What was found out: how it accepted a command that may be said in several ways",
    example: { "set-limit": "A", availability: "each" },
  }),
  dialsWithinHour: z.int().openapi({ description: "How often it has connected within the last hour" }),
  heartbeatTold: z.int().nullable().openapi({
    description: "Seconds: the heartbeat interval that it is told at its next boot; see the tuning",
  }),
  openTransactions: z.array(z.string()),
  pendingCommands: z.int().openapi({ description: "Commands that wait or are on the wire" }),
  historyBacklog: z.int().openapi({ description: "Log entries that are not in history yet" }),
}).openapi("ChargePointNow");

export function present(row: ChargePointRow): z.infer<typeof ChargePoint> {
  const { key: _key, historySeq: _seq, credentialHash, credentialUsername, ...rest } = row;
  return {
    ...rest,
    hasPassword: credentialHash !== null,
    username: credentialUsername,
    tuning: readTuning(row.tuning),
    lastSeenAt: timestampOrNull(row.lastSeenAt),
    lastBootAt: timestampOrNull(row.lastBootAt),
    createdAt: timestamp(row.createdAt),
    updatedAt: timestamp(row.updatedAt),
  };
}

/** D1 knows what was; where the actor answered, it has the last word. */
export function presentNow(row: ChargePointRow, live: Live | null): z.infer<typeof ChargePointNow> {
  const stored = present(row);
  const at = (epoch: number | null | undefined): string | null =>
    epoch == null ? null : new Date(epoch).toISOString();
  return {
    ...stored,
    connected: live?.connected ?? false,
    ocppVersion: live?.ocppVersion ?? stored.ocppVersion,
    lastSeenAt: at(live?.lastSeenAt) ?? stored.lastSeenAt,
    lastBootAt: at(live?.bootedAt) ?? stored.lastBootAt,
    connectedAt: at(live?.connectedAt),
    awaySince: at(live?.awaySince),
    clockOffset: live?.clockOffset ?? null,
    accepts: live?.accepts ?? {},
    dialsWithinHour: live?.dialsWithinHour ?? 0,
    heartbeatTold: live?.heartbeatInterval ?? null,
    openTransactions: live?.openTransactions ?? [],
    pendingCommands: live?.pendingCommands ?? 0,
    historyBacklog: live?.historyBacklog ?? 0,
  };
}
