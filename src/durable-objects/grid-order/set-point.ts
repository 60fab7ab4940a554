// A turn of a fleet set point: how much of it falls to each site now. Who falls short is made up for by the others.
import { eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { setPointShares, setPoints } from "../../db/schema.ts";
import { spread } from "../../energy/set-point.ts";
import { gridEvent } from "../../events/grid-events.ts";
import { SetPointScope, sitesInScope } from "../../workers/grid/scope.ts";
import { siteOf } from "../stubs.ts";
import type { Turn } from "./life.ts";

const SPREAD_AGAIN_MS = 15_000;
/** A share that differs by less is not worth writing down, nor telling chargers. */
const WORTHWHILE_W = 50;

export async function setPointTurn(env: Env, id: string, now: number): Promise<Turn | undefined> {
  const db = database(env);
  const row = await db.query.setPoints.findFirst({ where: eq(setPoints.id, id) });
  if (row === undefined) return undefined;
  const { startsAt, endsAt, cancelledAt } = row;
  const siteIds = await sitesInScope(db, SetPointScope.parse(JSON.parse(row.scope)));
  const tell = (what: "began" | "ended" | "cancelled", at: Date) =>
    gridEvent(
      `set-point.${what}`,
      { thing: id, mark: what, at: at.getTime() },
      {
        ...{ setPointId: id, powerW: row.power, siteIds },
        ...{ startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() },
      },
    );
  if (cancelledAt !== null) return { events: [tell("cancelled", cancelledAt)], siteIds, next: undefined };
  if (endsAt.getTime() <= now) return { events: [tell("ended", endsAt)], siteIds, next: undefined };
  await share(env, db, row, siteIds);
  const next = Math.min(endsAt.getTime(), now + SPREAD_AGAIN_MS);
  return { events: [tell("began", startsAt)], siteIds, next };
}

async function share(
  env: Env,
  db: Database,
  { id, power, takesPart }: typeof setPoints.$inferSelect,
  siteIds: readonly string[],
): Promise<void> {
  const told = await Promise.all(siteIds.map(async (site) => ({ site, can: await siteOf(env, site).flexibility() })));
  const able = told.flatMap(({ site, can }) => (can === null ? [] : [{ site, can }]));
  const known = await db.select().from(setPointShares).where(eq(setPointShares.setPointId, id));
  const cars = spread(
    power,
    able.map(({ can }) => can),
    takesPart,
  );
  const statements = able.flatMap(({ site, can }, index) => {
    const watts = (cars[index] ?? can.draws) + can.base;
    const before = known.find(({ siteId }) => siteId === site);
    if (before !== undefined && Math.abs(before.watts - watts) < WORTHWHILE_W) return [];
    return [
      env.DB.prepare(
        `INSERT INTO set_point_shares (site_id, set_point_id, watts, before) VALUES (?, ?, ?, ?)
         ON CONFLICT (site_id, set_point_id) DO UPDATE SET watts = excluded.watts`,
      ).bind(site, id, watts, can.draws),
    ];
  });
  if (statements.length > 0) await env.DB.batch(statements);
}
