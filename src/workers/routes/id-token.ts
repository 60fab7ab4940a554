// An id token as clients write and see it.
import { z } from "@hono/zod-openapi";
import { ID_TOKEN_TYPES, type idTokens as table } from "../../db/schema.ts";
import { Timestamp, TimestampInput, timestamp, timestampOrNull } from "./fields.ts";

export const STATUSES = ["accepted", "blocked"] as const;

/** OCPP 2.0.1 allows eight characters. */
export const Language = z
  .string()
  .max(8)
  .regex(/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/, "is not a language code of RFC 5646");

/** OCPP 2.1 allows 255 characters, the longest of all versions. */
export const TokenText = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x20-\x7e]*$/, "may have printable ASCII characters only")
  .refine((text) => text.trim() === text, "must not begin or end with a space");

export const IdToken = z
  .object({
    idToken: z.string(),
    status: z.enum(STATUSES),
    expiresAt: Timestamp.nullable(),
    groupId: z.string().nullable().openapi({ description: "OCPP 1.6 parentIdTag, 2.x groupIdToken" }),
    type: z.enum(ID_TOKEN_TYPES).nullable().openapi({
      description: "OCPP 2.x: a token that comes as another type is Invalid; null: whatever the charger says it is",
    }),
    personalMessage: z.string().nullable().openapi({ description: "Shown to the driver by chargers of OCPP 2.x" }),
    language: z.string().nullable().openapi({ description: "RFC 5646: the driver's language", example: "sv" }),
    language2: z.string().nullable(),
    userId: z.string().nullable().openapi({ description: "The driver it belongs to" }),
    driverWish: z.enum(["add", "remove"]).nullable().openapi({
      description: "add: its driver waits for an operator to accept it; remove: its driver gave it up",
    }),
    note: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi("IdToken");

/** What may be said of a token when it is registered, and later. */
export const fields = {
  status: z.enum(STATUSES).optional(),
  expiresAt: TimestampInput.nullable()
    .optional()
    .openapi({ type: ["string", "null"], format: "date-time" }),
  groupId: TokenText.nullable().optional(),
  type: z.enum(ID_TOKEN_TYPES).nullable().optional(),
  personalMessage: z.string().min(1).max(512).nullable().optional(),
  language: Language.nullable().optional(),
  language2: Language.nullable().optional(),
  userId: z.string().max(100).nullable().optional(),
  note: z.string().max(1000).nullable().optional(),
};

export function presentIdToken({ key: _, ...row }: typeof table.$inferSelect): z.infer<typeof IdToken> {
  const { createdAt, updatedAt, expiresAt } = row;
  return {
    ...row,
    expiresAt: timestampOrNull(expiresAt),
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
  };
}
