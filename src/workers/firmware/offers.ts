// Which images a charger may fetch: those that are made for it, and those that it was told to install all the same.
import { caseKey } from "../../db/case-key.ts";

/** @returns the ids of their files */
export async function offeredFiles(env: Pick<Env, "DB">, chargePoint: string): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT i.file_id AS id FROM firmware_images i JOIN charge_points c ON c.key = ?
     WHERE (coalesce(i.vendor, lower(c.vendor), '') = coalesce(lower(c.vendor), i.vendor, '')
         AND coalesce(i.model, lower(c.model), '') = coalesce(lower(c.model), i.model, ''))
       OR i.id IN (SELECT job ->> '$.firmware.imageId' FROM jobs
                   WHERE charge_point = c.key AND kind = 'firmware' AND state IN ('requested', 'running'))`,
  )
    .bind(caseKey(chargePoint))
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}
