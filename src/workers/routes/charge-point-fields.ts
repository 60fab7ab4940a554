// What an operator may say of a charge point.
import { z } from "@hono/zod-openapi";
import { FILE_TRANSFERS, POLICIES, REGISTRATIONS, VERSION_NAMES } from "./charge-point.ts";
import { TuningPatch } from "./tuning-fields.ts";

export const Identity = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}/?#]+$/u, "must not have control characters, /, ? or #")
  .refine((text) => text.trim() === text, "must not begin or end with a space")
  .openapi({ example: "CP1" });

const Password = z
  .string()
  .min(8)
  .max(64)
  .openapi({ description: "Basic password; a hex key also counts as its bytes" });

export const fields = {
  registration: z.enum(REGISTRATIONS).optional(),
  securityProfile: z
    .int()
    .min(0)
    .max(3)
    .optional()
    .openapi({ description: "0 none, 1 Basic, 2 Basic over TLS only, 3 client certificate" }),
  password: Password.nullable().optional(),
  username: z.string().min(1).max(255).nullable().optional(),
  pinnedVersion: z.enum(VERSION_NAMES).nullable().optional(),
  policy: z.enum(POLICIES).optional(),
  heartbeatInterval: z.int().min(1).max(86_400).nullable().optional(),
  tuning: TuningPatch.optional(),
  fileTransfer: z.enum(FILE_TRANSFERS).nullable().optional(),
  note: z.string().max(1000).nullable().optional(),
};
