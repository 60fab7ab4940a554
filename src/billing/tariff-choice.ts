// Which tariff a session is billed with: of those of its connector, the first that was valid when it began.
// A driver accepts the price at the start; a tariff that changes meanwhile is the next session's.
import { inArray } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { tariffs } from "../db/schema.ts";
import { StoredTariff } from "./documents/tariff.ts";
import type { Place } from "./place.ts";

export interface Identified {
  id: string;
  tariff: StoredTariff;
}

/** @param tariffs in the connector's order */
export function tariffFor(tariffs: readonly Identified[], startedAt: number): Identified | undefined {
  return tariffs.find(({ tariff: { startDateTime, endDateTime, type } }) => {
    if (startDateTime !== undefined && Date.parse(startDateTime) > startedAt) return false;
    if (endDateTime !== undefined && Date.parse(endDateTime) <= startedAt) return false;
    return type === undefined || type === "REGULAR";
  });
}

/** Those of the place's connector, in its order. */
export async function tariffsOf(db: Database, { connector: { tariffIds } }: Place): Promise<Identified[]> {
  if (tariffIds.length === 0) return [];
  const rows = await db.select().from(tariffs).where(inArray(tariffs.id, tariffIds));
  return tariffIds.flatMap((id) => {
    const row = rows.find((tariff) => tariff.id === id);
    return row === undefined ? [] : [{ id, tariff: StoredTariff.parse(JSON.parse(row.tariff)) }];
  });
}

export const chooseTariff = async (db: Database, place: Place, startedAt: number): Promise<Identified | undefined> =>
  tariffFor(await tariffsOf(db, place), startedAt);
