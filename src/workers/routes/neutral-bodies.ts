// What the neutral commands take, as clients write it.
import { z } from "@hono/zod-openapi";
import { ID_TOKEN_TYPES } from "../../db/schema.ts";
import { commandOptions, offline, wait } from "./command-options.ts";
import { TimestampInput } from "./fields.ts";
import { TokenText } from "./id-token.ts";

const PLACE = "In OCPP 1.6 either is the connector. Later versions count a lone connectorId as the EVSE.";
const Number31 = z.int().min(0).max(2_147_483_647);

const place = {
  evseId: Number31.optional().openapi({ description: PLACE }),
  connectorId: Number31.optional().openapi({ description: PLACE }),
};

const holder = {
  idToken: TokenText,
  idTokenType: z.enum(ID_TOKEN_TYPES).optional().openapi({ description: "OCPP 2.x; the registered type by default" }),
  groupId: TokenText.optional(),
};

export const reservation = {
  ...place,
  ...holder,
  expiresAt: TimestampInput.openapi({ description: "When the reservation ends" }),
  connectorType: z.string().max(20).optional().openapi({ description: "OCPP 2.x", example: "cCCS2" }),
};

const limit = {
  limit: z.number().openapi({ description: "In `unit`; below 0 the EV discharges, from OCPP 2.1 on" }),
  unit: z.enum(["W", "A"]),
  phases: z.int().min(1).max(3).optional(),
};

const retrying = { retries: z.int().min(0).optional(), retryInterval: z.int().min(0).optional() };
const Location = z.string().min(1).max(512).openapi({ example: "https://example.org/upload/" });
const Protocol = z.enum(["http", "ftp"]).openapi({
  description: "Of an address of ours; by default the charge point's `fileTransfer`, else what it supports, else http",
});

const ReservationNumber = Number31.openapi({ description: "OCPP's number of the reservation" });

export const bodies = {
  start: z.strictObject({
    ...place,
    ...holder,
    limit: z.strictObject(limit).optional().openapi({ description: "A TxProfile that goes with the start" }),
    ...commandOptions,
  }),
  stop: z.strictObject({
    ...place,
    transactionId: z.string().optional().openapi({ description: "Our id of the transaction, or the charger's" }),
    ...commandOptions,
  }),
  unlock: z.strictObject({ ...place, ...commandOptions }),
  reset: z.strictObject({
    type: z.enum(["soft", "hard"]).default("soft"),
    evseId: Number31.optional().openapi({ description: "OCPP 2.x: this EVSE alone" }),
    ...commandOptions,
  }),
  availability: z.strictObject({ ...place, operative: z.boolean(), ...commandOptions }),
  reserve: z.strictObject({ ...reservation, reservationId: ReservationNumber.optional(), wait, offline }),
  cancelReservation: z.strictObject({ reservationId: ReservationNumber, ...commandOptions }),
  setLimit: z.strictObject({
    ...place,
    ...limit,
    duration: z.int().min(1).optional().openapi({ description: "Seconds; until it is cleared by default" }),
    ...commandOptions,
  }),
  clearLimit: z.strictObject({ ...place, ...commandOptions }),
  getLog: z.strictObject({
    type: z.enum(["diagnostics", "security"]).default("diagnostics"),
    location: Location.optional().openapi({
      description: "By default an address of ours, for this file alone: the file then belongs to the job",
    }),
    protocol: Protocol.optional(),
    from: TimestampInput.optional(),
    to: TimestampInput.optional(),
    ...retrying,
    ...commandOptions,
  }),
  updateFirmware: z.strictObject({
    firmwareId: z.string().optional().openapi({ description: "An image of ours; or else `location`" }),
    location: Location.optional(),
    protocol: Protocol.optional(),
    signed: z.boolean().default(true).openapi({ description: "With the image's signature, if it has one" }),
    force: z.boolean().default(false).openapi({ description: "Also an image for another vendor or model" }),
    retrieveAt: TimestampInput.optional().openapi({ description: "At once by default" }),
    installAt: TimestampInput.optional(),
    signingCertificate: z
      .string()
      .max(5500)
      .optional()
      .openapi({ description: "PEM; with `signature` and `location`" }),
    signature: z.string().max(800).optional(),
    ...retrying,
    ...commandOptions,
  }),
};
