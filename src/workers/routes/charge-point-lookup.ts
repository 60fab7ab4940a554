// Every route below /api/charge-points/{id} begins here.
import { z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { chargePoints } from "../../db/schema.ts";
import type { Failure } from "../problems.ts";
import type { ChargePointRow } from "./charge-point.ts";

export const Id = z.object({ id: z.string().openapi({ description: "The OCPP identity", example: "CP1" }) });

export async function findChargePoint(env: Env, id: string): Promise<ChargePointRow | undefined> {
  return database(env).query.chargePoints.findFirst({ where: eq(chargePoints.key, caseKey(id)) });
}

export const unknownChargePoint = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no charge point ${id}.`,
});
