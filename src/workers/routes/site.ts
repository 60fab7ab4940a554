// A site as clients write and see it.
import { z } from "@hono/zod-openapi";
import { caseKey } from "../../db/case-key.ts";
import { DOUBTS } from "../../durable-objects/site/status.ts";
import { PHASES } from "../../energy/electrical.ts";
import { POLICIES } from "../../energy/policies.ts";
import { faultIn, LOOK_SECONDS, type SiteConfig } from "../../energy/site.ts";
import { Timestamp } from "./fields.ts";

const Amperes = z.number().min(0).max(10_000);
const Watts = z.number().min(0).max(100_000_000);

const Node = z
  .strictObject({
    id: z.string().min(1).max(100),
    parent: z.string().min(1).max(100).optional().openapi({ description: "What feeds it; without one: the grid" }),
    maxCurrent: Amperes.optional().openapi({ description: "A per phase" }),
    maxPower: Watts.optional().openapi({ description: "W" }),
    minPower: z
      .number()
      .min(-100_000_000)
      .max(0)
      .optional()
      .openapi({ description: "W, below zero: how much may flow back. 0: nothing; without it as much as flows there" }),
    baseLoad: Watts.optional().openapi({ description: "W that flow there besides the chargers" }),
  })
  .openapi("SiteNode");

const Connection = z
  .strictObject({
    chargePointId: z.string().min(1).max(255),
    ocppEvseId: z.int().min(1).openapi({ description: "OCPP 2.x: the EVSE; 1.6: the connector" }),
    node: z.string().min(1).max(100),
    phases: z
      .array(z.enum(PHASES))
      .min(1)
      .max(3)
      .default([...PHASES]),
    minCurrent: Amperes.default(6).openapi({ description: "A below which a car does not charge" }),
    maxCurrent: Amperes.openapi({ description: "A that it draws if nobody limits it" }),
    maxDischarge: Amperes.default(0).openapi({ description: "A per phase that it can give back, OCPP 2.1" }),
    unit: z.enum(["A", "W"]).default("A").openapi({ description: "What it is told limits in: W for direct current" }),
    priority: z.int().optional(),
  })
  .openapi("SiteConnection");

export const SiteInput = z
  .strictObject({
    policy: z.enum(POLICIES).openapi({
      description:
        "deadline, price and solar fall back to an equal share where departures, prices or a meter at the grid connection are missing",
    }),
    lookSeconds: z
      .int()
      .min(1)
      .max(300)
      .default(LOOK_SECONDS)
      .openapi({ description: "How often the chargers' meters are looked at while somebody charges" }),
    nodes: z
      .array(Node)
      .min(1)
      .max(200)
      .superRefine((nodes, context) => {
        const fault = faultIn(nodes);
        if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
      }),
    connections: z.array(Connection).max(500).default([]),
  })
  .openapi("SiteInput");

export const Site = z
  .object({
    id: z.string().openapi({ description: "The location's" }),
    policy: z.enum(POLICIES),
    lookSeconds: z.int(),
    nodes: z.array(Node),
    connections: z.array(Connection),
    updatedAt: Timestamp,
  })
  .openapi("Site");

const Measured = z.number().nullable();

export const SiteStatus = z
  .object({
    at: Timestamp,
    gridLimit: Measured.openapi({ description: "W that the grid grants now; null: it asks nothing" }),
    ask: z
      .object({
        minW: z.number().optional(),
        maxW: z.number().optional(),
        aim: z.object({ watts: z.number(), by: z.enum(["givingBack", "all"]) }).optional(),
      })
      .nullable()
      .openapi({ description: "W that are asked for at the grid connection; below zero: given back" }),
    surplus: Measured.openapi({ description: "W that the roof makes and nobody uses; null: no meter tells" }),
    price: Measured.openapi({ description: "Of a kWh now; null: nobody told" }),
    nodes: z.array(
      z.object({
        id: z.string(),
        slack: z.array(z.number()).openapi({
          description:
            "What is left at worst: A of each phase where currents are limited, then W. Below zero only until the first answers",
        }),
        baseLoad: z.number().openapi({ description: "W besides the chargers, measured or configured" }),
      }),
    ),
    loads: z.array(
      z.object({
        chargePointId: z.string(),
        ocppEvseId: z.int(),
        charging: z.boolean(),
        reachable: z.boolean(),
        wanted: z.number().openapi({ description: "A that it shall have; below zero: it gives back" }),
        confirmed: Measured.openapi({ description: "A that it said it took" }),
        worst: z.number().openapi({ description: "A that it may draw, whatever became of what was sent" }),
        measured: Measured.openapi({ description: "A by its meter" }),
        demand: Measured.openapi({ description: "A that it would take by its meter; null: all that it gets" }),
        doubt: z.enum(DOUBTS).nullable().openapi({
          description:
            "Why its word is not believed. All but silent: it counts at its worst, and the others share what that leaves",
        }),
        departureAt: Timestamp.nullable(),
        neededEnergy: Measured.openapi({ description: "Wh that it still wants" }),
        spareEnergy: Measured.openapi({ description: "Wh that it may give back" }),
      }),
    ),
  })
  .openapi("SiteStatus");

/** As the actor and the row keep it. */
export function configOf({ connections, ...rest }: z.output<typeof SiteInput>): SiteConfig {
  return {
    ...rest,
    connections: connections.map(({ chargePointId, ocppEvseId, ...rest }) => ({
      ...rest,
      chargePoint: caseKey(chargePointId),
      evseId: ocppEvseId,
    })),
  };
}
