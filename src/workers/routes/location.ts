// A location as clients write and see it.
import { z } from "@hono/zod-openapi";
import { locationFields, StoredLocation } from "../../billing/documents/location.ts";
import { OcpiId } from "../../billing/documents/tariff.ts";
import type { locations as table } from "../../db/schema.ts";
import { Timestamp, timestamp } from "./fields.ts";

export const LocationInput = z
  .strictObject({ ...locationFields, id: OcpiId.optional(), lastUpdated: z.iso.datetime({ offset: true }).optional() })
  .openapi("NewLocation");

export const Location = z.object({ id: z.string(), ...locationFields, lastUpdated: Timestamp }).openapi("Location");

export function presentLocation({ id, location, updatedAt }: typeof table.$inferSelect): z.infer<typeof Location> {
  return { id, ...StoredLocation.parse(JSON.parse(location)), lastUpdated: timestamp(updatedAt) };
}
