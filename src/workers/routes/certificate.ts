// A managed root certificate as clients see it.
import { z } from "@hono/zod-openapi";
import { CERTIFICATE_TYPES, type certificates } from "../../db/schema.ts";
import { Timestamp, timestamp } from "./fields.ts";

export const Certificate = z
  .object({
    id: z.string(),
    type: z.enum(CERTIFICATE_TYPES),
    name: z.string(),
    certificate: z.string().openapi({ description: "PEM" }),
    fingerprint: z.string().openapi({ description: "SHA-256 of the DER form, hexadecimal" }),
    subject: z.string(),
    issuer: z.string(),
    serialNumber: z.string(),
    notBefore: Timestamp,
    notAfter: Timestamp,
    createdAt: Timestamp,
  })
  .openapi("Certificate");

export type CertificateRow = typeof certificates.$inferSelect;

export function presentCertificate({ key: _key, ...row }: CertificateRow): z.infer<typeof Certificate> {
  return {
    ...row,
    notBefore: timestamp(row.notBefore),
    notAfter: timestamp(row.notAfter),
    createdAt: timestamp(row.createdAt),
  };
}
