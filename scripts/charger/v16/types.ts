/** Field types that many OCPP 1.6 messages share. */
import { z } from "zod";

export const idTag = z.string().min(1).max(20);
export const connectorId = z.int().nonnegative();

/** Becomes milliseconds. Wide on purpose: time stamps come in many spellings. */
export const timestamp = z.string().transform((text, context) => {
  const at = Date.parse(text);
  if (Number.isNaN(at)) context.addIssue({ code: "custom", message: "not a date-time" });
  return at;
});

export const idTagInfo = z.object({
  status: z.string(),
  expiryDate: timestamp.optional(),
  parentIdTag: z.string().optional(),
});
export type IdTagInfo = z.output<typeof idTagInfo>;

export const retryFields = {
  retries: z.int().nonnegative().optional(),
  retryInterval: z.int().nonnegative().optional(),
};

export const nothing = z.object({});

export function iso(at: number): string {
  return new Date(at).toISOString();
}

export const dataTransfer = z.object({
  vendorId: z.string().max(255),
  messageId: z.string().max(50).optional(),
  data: z.string().optional(),
});
