// A turn of a grid signal: what of it is to be told now. The sites read for themselves what it asks of them.
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { dsoSignals } from "../../db/schema.ts";
import { bandAt, GridPeriods, nextChange } from "../../energy/grid-signal.ts";
import { type GridEventType, gridEvent } from "../../events/grid-events.ts";
import { sitesInScope } from "../../workers/grid/scope.ts";
import type { Turn } from "./life.ts";

export async function signalTurn(env: Env, id: string, now: number): Promise<Turn | undefined> {
  const db = database(env);
  const row = await db.query.dsoSignals.findFirst({ where: eq(dsoSignals.id, id) });
  if (row === undefined) return undefined;
  const { type, transformerId, unit, startsAt, endsAt, createdAt, cancelledAt } = row;
  const signal = { periods: GridPeriods.parse(JSON.parse(row.periods)), cancelledAt: cancelledAt?.getTime() };
  const band = bandAt([signal], now);
  const siteIds = await sitesInScope(db, { transformerId });
  const data = {
    ...{ signalId: id, type, transformerId, unit, siteIds },
    ...{ startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() },
    ...{ value: band?.most, least: band?.least },
  };
  const tell = (type: GridEventType & `grid-signal.${string}`, mark: string, at: number) =>
    gridEvent(type, { thing: id, mark, at }, data);
  const announced = tell("grid-signal.announced", "announced", createdAt.getTime());
  const next = cancelledAt === null ? nextChange([signal], now) : undefined;
  if (cancelledAt !== null) {
    return { events: [announced, tell("grid-signal.cancelled", "cancelled", cancelledAt.getTime())], siteIds, next };
  }
  const passed = signal.periods.flatMap(({ from, to }) => [from, to]).filter((moment) => moment <= now);
  const last = Math.max(...passed);
  if (passed.length === 0) return { events: [announced], siteIds, next };
  const changed =
    next === undefined ? tell("grid-signal.ended", "ended", last) : tell("grid-signal.changed", String(last), last);
  return { events: [announced, changed], siteIds, next };
}
