// A location as it is kept: OCPI 2.2.1, mod_locations, in camelCase, with what ties it to OCPP and the grid.
import { z } from "@hono/zod-openapi";
import { caseKey } from "../../db/case-key.ts";
import { isTimeZone } from "../../pricing/local-time.ts";
import { OcpiId } from "./tariff.ts";

const Coordinates = z
  .strictObject({
    latitude: z.string().regex(/^-?\d{1,2}\.\d{1,7}$/, "is not a latitude in decimal degrees like 50.77"),
    longitude: z.string().regex(/^-?\d{1,3}\.\d{1,7}$/, "is not a longitude in decimal degrees like 126.10"),
  })
  .openapi("GeoLocation");

const Connector = z
  .strictObject({
    id: z.string().min(1).max(36).openapi({ description: "OCPP's connector id as text", example: "1" }),
    standard: z.string().max(40).openapi({ example: "IEC_62196_T2" }),
    format: z.enum(["SOCKET", "CABLE"]),
    powerType: z.enum(["AC_1_PHASE", "AC_2_PHASE", "AC_2_PHASE_SPLIT", "AC_3_PHASE", "DC"]),
    maxVoltage: z.int().min(0).openapi({ description: "V" }),
    maxAmperage: z.int().min(0).openapi({ description: "A" }),
    maxElectricPower: z.int().min(0).optional().openapi({ description: "W" }),
    tariffIds: z.array(OcpiId).max(20).default([]).openapi({ description: "The first that is valid counts" }),
  })
  .openapi("LocationConnector");

const Evse = z
  .strictObject({
    uid: OcpiId.optional(),
    evseId: z.string().max(48).optional().openapi({ example: "GR*OVX*E1" }),
    chargePointId: z.string().min(1).max(255),
    ocppEvseId: z.int().min(1).openapi({ description: "OCPP 2.x: the EVSE; 1.6: the connector" }),
    physicalReference: z.string().max(16).optional(),
    floorLevel: z.string().max(4).optional(),
    capabilities: z.array(z.string().max(50)).max(20).optional(),
    connectors: z.array(Connector).min(1).max(20),
  })
  .openapi("LocationEvse");

const Hours = z.strictObject({
  weekday: z.int().min(1).max(7).openapi({ description: "1 is Monday" }),
  periodBegin: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
  periodEnd: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
});
const Exceptional = z.strictObject({
  periodBegin: z.iso.datetime({ offset: true }),
  periodEnd: z.iso.datetime({ offset: true }),
});

export const locationFields = {
  countryCode: z.string().length(2).optional(),
  partyId: z.string().length(3).optional(),
  publish: z.boolean().default(true),
  name: z.string().max(255).optional(),
  address: z.string().min(1).max(45),
  city: z.string().min(1).max(45),
  postalCode: z.string().max(10).optional(),
  state: z.string().max(20).optional(),
  country: z.string().length(3).openapi({ description: "ISO 3166-1 alpha-3", example: "GRC" }),
  coordinates: Coordinates,
  timeZone: z.string().max(255).refine(isTimeZone, "is not a time zone of the IANA like Europe/Athens"),
  openingTimes: z
    .strictObject({
      twentyfourseven: z.boolean(),
      regularHours: z.array(Hours).optional(),
      exceptionalOpenings: z.array(Exceptional).optional(),
      exceptionalClosings: z.array(Exceptional).optional(),
    })
    .optional(),
  chargingWhenClosed: z.boolean().optional(),
  substationId: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .openapi({ description: "The transformer that feeds it: grid signals name it" }),
  evses: z.array(Evse).max(500).default([]).refine(isEachOnce, "has an EVSE of a charge point twice"),
};

function isEachOnce(evses: { chargePointId: string; ocppEvseId: number }[]): boolean {
  return new Set(evses.map((evse) => `${caseKey(evse.chargePointId)}/${evse.ocppEvseId}`)).size === evses.length;
}

export const StoredLocation = z.object(locationFields);
export type StoredLocation = z.infer<typeof StoredLocation>;
