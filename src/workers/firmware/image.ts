// Firmware images: stored once, offered to the chargers that they are made for.
import { and, eq, inArray } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { firmwareCampaigns, firmwareImages } from "../../db/schema.ts";

export type ImageRow = typeof firmwareImages.$inferSelect;

export async function findImage(env: Pick<Env, "DB">, id: string): Promise<ImageRow | undefined> {
  return database(env).query.firmwareImages.findFirst({ where: eq(firmwareImages.id, id) });
}

/** A campaign that still needs the image. */
export async function campaignUsing(env: Pick<Env, "DB">, imageId: string): Promise<string | undefined> {
  const row = await database(env).query.firmwareCampaigns.findFirst({
    columns: { name: true },
    where: and(
      eq(firmwareCampaigns.imageId, imageId),
      inArray(firmwareCampaigns.state, ["draft", "scheduled", "running", "paused"]),
    ),
  });
  return row?.name;
}

/** @returns whether there was one that no campaign needs */
export async function deleteImage(env: Pick<Env, "DB">, imageId: string): Promise<boolean> {
  const { meta } = await env.DB.prepare(
    `DELETE FROM firmware_images WHERE id = ? AND NOT EXISTS (SELECT 1 FROM firmware_campaigns
       WHERE image_id = ? AND state IN ('draft', 'scheduled', 'running', 'paused'))`,
  )
    .bind(imageId, imageId)
    .run();
  return meta.changes > 0;
}

/** Why the image is not for this charger; undefined: it is, or nobody knows. */
export function misfit(
  { vendor, model }: Pick<ImageRow, "vendor" | "model">,
  charger: { vendor: string | null; model: string | null },
): string | undefined {
  const isOther = (wanted: string | null, is: string | null) =>
    wanted !== null && is !== null && wanted.toLowerCase() !== is.toLowerCase();
  if (isOther(vendor, charger.vendor))
    return `it is made for vendor ${vendor}, the charge point is of ${charger.vendor}`;
  if (isOther(model, charger.model)) return `it is made for model ${model}, the charge point is a ${charger.model}`;
  return undefined;
}
