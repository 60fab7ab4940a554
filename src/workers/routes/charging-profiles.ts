// /api/charging-profiles: the profiles that chargers hold, by their own word: accepted, reported and not yet cleared.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq, isNull } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { chargePoints, chargingProfiles as table } from "../../db/schema.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const ChargingProfile = z
  .object({
    chargePointId: z.string(),
    chargingProfileId: z.int(),
    evseId: z.int().openapi({ description: "0: the whole charger. In OCPP 1.6 the connector" }),
    purpose: z.string().openapi({ example: "TxDefaultProfile" }),
    stackLevel: z.int(),
    transactionId: z.string().nullable().openapi({ description: "The charger's name of the transaction" }),
    source: z.string().openapi({ description: "Who set it; CSO: this system", example: "CSO" }),
    profile: z.record(z.string(), z.unknown()).openapi({ description: "As OCPP spells it" }),
    updatedAt: Timestamp.openapi({ description: "When the charger accepted or last reported it" }),
  })
  .openapi("ChargingProfile");

const Query = z.strictObject({
  chargePointId: z.string().optional(),
  evseId: z.coerce.number().int().min(0).optional(),
  purpose: z.string().optional(),
  transactionId: z.string().optional(),
  ...pageQuery(z.tuple([z.string(), z.int()])),
});

export const chargingProfiles = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["charging-profiles"],
  summary: "The charging profiles that chargers hold",
  description: "Set, clear and get them with the commands of the charger's OCPP version.",
  request: { query: Query },
  responses: {
    200: { description: "By charger and profile id", content: json(pageOf(ChargingProfile)) },
    ...problemResponses(400, 401, 403),
  },
});

chargingProfiles.openapi(list, async (c) => {
  const query = c.req.valid("query");
  if (query.chargePointId !== undefined) await flushHistory(c.env, caseKey(query.chargePointId));
  const rows = await selectChargingProfiles(database(c.env), query);
  return c.json(page(rows, query.limit, { key: ({ held }) => [held.chargePoint, held.profileId], present }), 200);
});

/** One row more than the page, in the order of an index. */
export function selectChargingProfiles(db: Database, query: z.infer<typeof Query>) {
  const { chargePointId, evseId, purpose, transactionId, cursor, limit } = query;
  return db
    .select({ held: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint))
    .where(
      and(
        isNull(table.removedAt),
        chargePointId === undefined ? undefined : eq(table.chargePoint, caseKey(chargePointId)),
        evseId === undefined ? undefined : eq(table.evseId, evseId),
        purpose === undefined ? undefined : eq(table.purpose, purpose),
        transactionId === undefined ? undefined : eq(table.transactionId, transactionId),
        after([table.chargePoint, table.profileId], cursor),
      ),
    )
    .orderBy(asc(table.chargePoint), asc(table.profileId))
    .limit(limit + 1);
}

type Row = Awaited<ReturnType<typeof selectChargingProfiles>>[number];

const present = ({ held, displayId }: Row): z.infer<typeof ChargingProfile> => ({
  // A charger that was removed leaves its history behind.
  chargePointId: displayId ?? held.chargePoint,
  chargingProfileId: held.profileId,
  evseId: held.evseId,
  purpose: held.purpose,
  stackLevel: held.stackLevel,
  transactionId: held.transactionId,
  source: held.source,
  profile: JSON.parse(held.profile),
  updatedAt: timestamp(held.at),
});
