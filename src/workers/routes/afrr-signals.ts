// /api/afrr-signals: one AFRRSignal to every charger of OCPP 2.1 at many sites. What a charger makes of the number says the
// v2xSignalWattCurve of its charging profile. Source: OCPP 2.1 part 2, block Q, load balancing by the grid.
import { createRoute, z } from "@hono/zod-openapi";
import { and, eq, inArray } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { chargePoints, locationEvses } from "../../db/schema.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { record } from "../../ocpp/read.ts";
import { subjectOf } from "../audit.ts";
import { SetPointScope, sitesInScope } from "../grid/scope.ts";
import { logError } from "../log.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { wait } from "./command-options.ts";
import { json, Timestamp, TimestampInput } from "./fields.ts";

/** Sites asked for in one statement. */
const SITES_A_STATEMENT = 50;

const AfrrSignalInput = z
  .strictObject({
    signal: z.int().openapi({ description: "As the grid operator sends it", example: -40 }),
    timestamp: TimestampInput.optional().openapi({ description: "When it becomes active; without it: now" }),
    scope: SetPointScope.default({}),
    wait,
  })
  .openapi("NewAfrrSignal");

const OUTCOMES = ["accepted", "rejected", "failed", "unknown"] as const;
const Told = z.object({
  chargePointId: z.string(),
  outcome: z.enum(OUTCOMES).openapi({
    description: "accepted, rejected: by the charger; failed: it never got it; unknown: it has not answered",
  }),
  commandId: z.string().nullable(),
  detail: z.string().nullable(),
});

const AfrrSignal = z
  .object({ signal: z.int(), timestamp: Timestamp, chargePoints: z.array(Told) })
  .openapi("AfrrSignal");

export const afrrSignals = createRouter();

const send = createRoute({
  method: "post",
  path: "/",
  tags: ["grid signals"],
  summary: "Send an aFRR signal to the fleet",
  description:
    "To every connected charger of OCPP 2.1 at the sites that are meant; it is not repeated to those that are away.",
  request: { body: { required: true, content: json(AfrrSignalInput) } },
  responses: {
    200: { description: "What became of it at each charger", content: json(AfrrSignal) },
    ...problemResponses(400, 401, 403, 422),
  },
});

afrrSignals.openapi(send, async (c) => {
  const { signal, timestamp = new Date(), scope, wait } = c.req.valid("json");
  const told = { signal, timestamp: timestamp.toISOString() };
  const stations = await stationsIn(database(c.env), scope);
  const requestedBy = subjectOf(c.get("principal"));
  // All at once: one that does not answer keeps nobody else waiting.
  const outcomes = await Promise.all(
    stations.map((one) => tell(c.env, one, { told, requestedBy, waitMs: wait * 1000 })),
  );
  return c.json({ ...told, chargePoints: outcomes }, 200);
});

type Station = Pick<typeof chargePoints.$inferSelect, "key" | "id">;

async function stationsIn(db: Database, scope: SetPointScope): Promise<Station[]> {
  const sites = await sitesInScope(db, scope);
  const stations = new Map<string, Station>();
  for (let i = 0; i < sites.length; i += SITES_A_STATEMENT) {
    const rows = await db
      .selectDistinct({ key: chargePoints.key, id: chargePoints.id })
      .from(locationEvses)
      .innerJoin(chargePoints, eq(chargePoints.key, locationEvses.chargePoint))
      .where(
        and(
          inArray(locationEvses.locationId, sites.slice(i, i + SITES_A_STATEMENT)),
          eq(chargePoints.connected, true),
          eq(chargePoints.ocppVersion, "2.1"),
        ),
      );
    for (const row of rows) stations.set(row.key, row);
  }
  return [...stations.values()];
}

interface Asked {
  told: { signal: number; timestamp: string };
  requestedBy: string;
  waitMs: number;
}

async function tell(
  env: Env,
  { key, id }: Station,
  { told, requestedBy, waitMs }: Asked,
): Promise<z.infer<typeof Told>> {
  const request = { action: "AFRRSignal", payload: told, version: "2.1", offline: "fail", requestedBy } as const;
  try {
    const sent = await chargePointOf(env, key).command(request, waitMs);
    if (!sent.ok) return { chargePointId: id, outcome: "failed", commandId: null, detail: sent.error.detail };
    const { id: commandId, status, response, error } = sent.value;
    const answer = { chargePointId: id, commandId, detail: error?.description ?? null };
    if (status === "accepted") {
      const said = record(JSON.parse(response ?? "{}"));
      return { ...answer, outcome: said.status === "Accepted" ? "accepted" : "rejected" };
    }
    return { ...answer, outcome: status === "error" ? "rejected" : status === "cancelled" ? "failed" : "unknown" };
  } catch (error) {
    logError("afrr_signal_failed", error, { chargePoint: key });
    return { chargePointId: id, outcome: "unknown", commandId: null, detail: "its actor could not be asked" };
  }
}
