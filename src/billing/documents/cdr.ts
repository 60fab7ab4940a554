// A charge detail record as it is kept and shown: OCPI 2.2.1, mod_cdrs, in camelCase.
import { z } from "@hono/zod-openapi";
import { Timestamp } from "../../shapes.ts";
import { tariffFields } from "./tariff.ts";

const Cost = z.object({ exclVat: z.number(), inclVat: z.number().optional() }).openapi("Cost");

const Dimension = z.object({
  type: z.enum(["ENERGY", "ENERGY_EXPORT", "TIME", "PARKING_TIME", "RESERVATION_TIME"]),
  volume: z.number().openapi({ description: "kWh or hours" }),
});

/** Sealed: location and tariff stand in it as they were. */
export const Cdr = z
  .object({
    id: z.string(),
    transactionId: z.string().nullable().openapi({ description: "null: it is of a reservation that nobody used" }),
    reservationId: z.string().optional().openapi({ description: "That reservation" }),
    chargePointId: z.string(),
    startDateTime: Timestamp,
    endDateTime: Timestamp,
    cdrToken: z
      .object({ uid: z.string(), type: z.string(), contractId: z.string() })
      .nullable()
      .openapi({ description: "null: the charger named no token" }),
    authMethod: z.enum(["AUTH_REQUEST", "COMMAND", "WHITELIST"]),
    cdrLocation: z.object({
      id: z.string(),
      name: z.string().optional(),
      address: z.string(),
      city: z.string(),
      postalCode: z.string().optional(),
      country: z.string(),
      coordinates: z.object({ latitude: z.string(), longitude: z.string() }),
      evseUid: z.string(),
      evseId: z.string(),
      connectorId: z.string(),
      connectorStandard: z.string(),
      connectorFormat: z.string(),
      connectorPowerType: z.string(),
    }),
    currency: z.string(),
    tariffs: z.array(z.object({ id: z.string(), ...tariffFields })),
    chargingPeriods: z.array(
      z.object({
        startDateTime: Timestamp,
        dimensions: z.array(Dimension),
        tariffId: z.string().optional(),
        gridPrice: z.number().optional().openapi({ description: "What the grid added per kWh, without VAT" }),
      }),
    ),
    totalCost: Cost.openapi({ description: "Negative: more was earned by giving energy back than was used" }),
    totalFixedCost: Cost,
    totalEnergy: z.number().openapi({ description: "kWh, as measured" }),
    totalEnergyCost: Cost,
    totalGridCost: Cost.optional().openapi({ description: "What a tariff of the grid added to the energy" }),
    totalExportedEnergy: z.number().openapi({ description: "kWh given back" }),
    totalExportCost: Cost.openapi({ description: "Zero or negative: it is credited" }),
    totalTime: z.number().openapi({ description: "Hours" }),
    totalTimeCost: Cost,
    totalParkingTime: z.number(),
    totalParkingCost: Cost,
    totalReservationCost: Cost,
    remark: z.string().optional(),
    credit: z.boolean(),
    creditReferenceId: z.string().optional(),
    lastUpdated: Timestamp,
  })
  .openapi("Cdr");

export type Cdr = z.infer<typeof Cdr>;
