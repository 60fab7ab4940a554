// Whom a campaign is for, as it begins.
import { and, asc, desc, eq, inArray, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { chargePoints as table } from "../../db/schema.ts";
import type { CampaignSettings } from "../../firmware/campaign.ts";
import type { ImageRow } from "../firmware/image.ts";

export interface Target {
  key: string;
  version: string | null;
}

type Chosen = Pick<CampaignSettings, "filter" | "force">;

/** Those that are online come first, so that the first wave has something to tell. */
export async function findTargets(env: Pick<Env, "DB">, settings: Chosen, image: ImageRow): Promise<Target[]> {
  return database(env)
    .select({ key: table.key, version: table.firmwareVersion })
    .from(table)
    .where(condition(settings, image))
    .orderBy(desc(table.connected), asc(table.key));
}

export async function countTargets(env: Pick<Env, "DB">, settings: Chosen, image: ImageRow): Promise<number> {
  const [row] = await database(env).select({ n: sql<number>`count(*)` }).from(table).where(condition(settings, image));
  return row?.n ?? 0;
}

function condition({ filter, force }: Chosen, image: ImageRow): SQL | undefined {
  const { vendor, model, firmwareVersion, ocppVersion, ids } = filter;
  const same = (column: typeof table.vendor | typeof table.model, value: string | null | undefined) =>
    value == null ? undefined : eq(sql`lower(${column})`, value.toLowerCase());
  return and(
    eq(table.registration, "accepted"),
    same(table.vendor, vendor),
    same(table.model, model),
    firmwareVersion === undefined ? undefined : eq(table.firmwareVersion, firmwareVersion),
    ocppVersion === undefined ? undefined : eq(table.ocppVersion, ocppVersion),
    // As JSON: a statement takes only so many values.
    ids === undefined
      ? undefined
      : inArray(table.key, sql`(SELECT value FROM json_each(${JSON.stringify(ids.map(caseKey))}))`),
    ...(force
      ? []
      : [
          same(table.vendor, image.vendor),
          same(table.model, image.model),
          or(isNull(table.firmwareVersion), ne(table.firmwareVersion, image.version)),
        ]),
  );
}
