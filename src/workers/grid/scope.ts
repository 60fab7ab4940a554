// Which sites a fleet set point is for.
import { z } from "@hono/zod-openapi";
import { and, eq, inArray } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { locations, sites } from "../../db/schema.ts";

export const SetPointScope = z
  .strictObject({
    transformerId: z.string().min(1).max(255).optional(),
    siteIds: z.array(z.string().min(1)).min(1).max(500).optional(),
  })
  .openapi("SetPointScope", { description: "Both hold; without either: every site" });
export type SetPointScope = z.infer<typeof SetPointScope>;

export async function sitesInScope(db: Database, { transformerId, siteIds }: SetPointScope): Promise<string[]> {
  const rows = await db
    .select({ id: sites.id })
    .from(sites)
    .innerJoin(locations, eq(locations.id, sites.id))
    .where(
      and(
        transformerId === undefined ? undefined : eq(locations.substationId, transformerId),
        siteIds === undefined ? undefined : inArray(sites.id, siteIds),
      ),
    );
  return rows.map(({ id }) => id);
}
