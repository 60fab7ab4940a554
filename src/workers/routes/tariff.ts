// A tariff as clients write and see it.
import { z } from "@hono/zod-openapi";
import { OcpiId, StoredTariff, tariffFields } from "../../billing/documents/tariff.ts";
import type { tariffs as table } from "../../db/schema.ts";
import { Timestamp, timestamp } from "./fields.ts";

export const TariffInput = z
  .strictObject({ ...tariffFields, id: OcpiId.optional(), lastUpdated: z.iso.datetime({ offset: true }).optional() })
  .openapi("NewTariff");

export const Tariff = z.object({ id: z.string(), ...tariffFields, lastUpdated: Timestamp }).openapi("Tariff");

export function presentTariff({ id, tariff, updatedAt }: typeof table.$inferSelect): z.infer<typeof Tariff> {
  return { id, ...StoredTariff.parse(JSON.parse(tariff)), lastUpdated: timestamp(updatedAt) };
}
