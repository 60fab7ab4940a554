// A user as clients see it. The password hash has no place here, so no route can let it out.
import { z } from "@hono/zod-openapi";
import { ROLES, type users } from "../../db/schema.ts";
import { Timestamp, timestamp } from "./fields.ts";

export const User = z
  .object({
    id: z.string(),
    username: z.string(),
    role: z.enum(ROLES),
    name: z.string().nullable(),
    email: z.string().nullable(),
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

export const Password = z.string().min(8).max(200).openapi({ format: "password" });

/** What users may say about themselves. */
export const profileFields = {
  name: z.string().max(200).nullable().optional(),
  email: z.email().max(320).nullable().optional(),
};

export function presentUser(row: typeof users.$inferSelect): z.infer<typeof User> {
  const { passwordHash: _, createdAt, updatedAt, ...user } = row;
  return { ...user, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
}
