// A user as clients see it. The password hash has no place here, so no route can let it out.
import { z } from "@hono/zod-openapi";
import { ROLES, type users } from "../../db/schema.ts";
import { isTimeZone } from "../../pricing/local-time.ts";
import { Timestamp, timestamp } from "./fields.ts";
import { Language } from "./id-token.ts";

export const User = z
  .object({
    id: z.string(),
    username: z.string(),
    role: z.enum(ROLES),
    name: z.string().nullable(),
    email: z.string().nullable(),
    emailVerified: z.boolean().openapi({ description: "Whether what is secret may be sent there" }),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    phone: z.string().nullable(),
    language: z.string().nullable(),
    timeZone: z.string().nullable(),
    active: z.boolean(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi("User");

export const Username = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\p{L}\p{N}._@+-]+$/u, "may have letters, digits and . _ @ + -")
  .openapi({ type: "string", description: "Names that differ only in case are one name", example: "ada" });

export const Password = z
  .string()
  .min(8)
  .max(200)
  .openapi({ format: "password", description: "Not a common one, and not made of the name or the address alone" });

export const Email = z.email().max(320);

/** What users may say about themselves. */
export const profileFields = {
  name: z.string().max(200).nullable().optional(),
  firstName: z.string().max(100).nullable().optional(),
  lastName: z.string().max(100).nullable().optional(),
  phone: z
    .string()
    .max(40)
    .regex(/^\+?[0-9 ()./-]{3,}$/, "is not a phone number")
    .nullable()
    .optional(),
  language: Language.nullable().optional().openapi({ description: "RFC 5646; mails are written in it", example: "el" }),
  timeZone: z
    .string()
    .max(255)
    .refine(isTimeZone, "is not a time zone of the IANA like Europe/Athens")
    .nullable()
    .optional(),
};

export const emailField = { email: Email.nullable().optional() };

export function presentUser(row: typeof users.$inferSelect): z.infer<typeof User> {
  const { passwordHash: _, emailVerifiedAt, createdAt, updatedAt, ...user } = row;
  const emailVerified = emailVerifiedAt !== null;
  return { ...user, emailVerified, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
}
