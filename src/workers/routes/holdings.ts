// /api/charge-points/{id}/<list>: what the charger holds by our order or by its own word, one list a kind of thing.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq, isNull } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { holdings as table } from "../../db/schema.ts";
import { HOLDING_KINDS, type HoldingKind } from "../../ocpp/held.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { answerList } from "./charge-point-list.ts";
import { Id } from "./charge-point-lookup.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const LISTS: Readonly<Record<HoldingKind, { path: string; summary: string }>> = {
  compositeSchedule: { path: "composite-schedules", summary: "The last composite schedule of each EVSE or connector" },
  chargingLimit: { path: "charging-limits", summary: "The external limits that are in force" },
  scheduleUpdate: { path: "schedule-updates", summary: "What it gets when it pulls the update of a dynamic schedule" },
  derControl: { path: "der-controls", summary: "Its DER controls: default, scheduled, at work, superseded" },
  derAlarm: { path: "der-alarms", summary: "DER alarms that have not ended" },
  tariff: { path: "tariffs", summary: "The tariffs that it holds" },
  eventStream: { path: "event-streams", summary: "The periodic event streams that are open" },
  batterySwap: { path: "battery-swaps", summary: "Battery swaps, by request id" },
};

const Holding = z
  .object({
    key: z.string().openapi({ description: "Unique in this list of the charger" }),
    evseId: z.int().openapi({ description: "0: the whole charger" }),
    updatedAt: Timestamp,
    data: z.record(z.string(), z.unknown()).openapi({ description: "As OCPP spells it" }),
  })
  .openapi("Holding");

const Query = z.strictObject({
  evseId: z.coerce.number().int().min(0).optional(),
  ...pageQuery(z.tuple([z.string()])),
});

export const holdings = createRouter();

for (const kind of HOLDING_KINDS) addList(kind, LISTS[kind]);

function addList(kind: HoldingKind, { path, summary }: { path: string; summary: string }): void {
  const list = createRoute({
    method: "get",
    path: `/{id}/${path}`,
    tags: ["charge-points"],
    summary,
    request: { params: Id, query: Query },
    responses: {
      200: { description: "By key", content: json(pageOf(Holding)) },
      ...problemResponses(400, 401, 403, 404),
    },
  });
  holdings.openapi(list, async (c) => {
    const { id } = c.req.valid("param");
    const query = c.req.valid("query");
    return answerList(c, id, {
      limit: query.limit,
      select: (db, chargePoint) => selectHoldings(db, chargePoint, kind, query),
      key: ({ key }) => [key],
      present,
    });
  });
}

/** One row more than the page, in the order of the primary key. */
export function selectHoldings(
  db: Database,
  chargePoint: string,
  kind: HoldingKind,
  { evseId, cursor, limit }: z.infer<typeof Query>,
) {
  return db
    .select()
    .from(table)
    .where(
      and(
        eq(table.chargePoint, chargePoint),
        eq(table.kind, kind),
        isNull(table.removedAt),
        evseId === undefined ? undefined : eq(table.evseId, evseId),
        after([table.key], cursor),
      ),
    )
    .orderBy(asc(table.key))
    .limit(limit + 1);
}

const present = ({ key, evseId, at, data }: typeof table.$inferSelect): z.infer<typeof Holding> => ({
  key,
  evseId,
  updatedAt: timestamp(at),
  data: JSON.parse(data),
});
