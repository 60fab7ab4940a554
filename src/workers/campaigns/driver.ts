// What keeps a campaign going: one workflow instance per generation. D1 holds all that a campaign is, so a driver that was
// lost is replaced by one of the next generation, and one that wakes up late finds that it is not meant any more.
import { logError } from "../log.ts";

export interface DriverParams {
  campaignId: string;
  generation: number;
}

/** A driver that is this late is dead. */
const LATE_MS = 15 * 60_000;
const PER_RUN = 100;

export async function drive(env: Env, { campaignId, generation }: DriverParams): Promise<void> {
  await env.FIRMWARE_CAMPAIGNS.create({
    id: `${campaignId}-${generation}`,
    params: { campaignId, generation } satisfies DriverParams,
  });
}

/** Makes a driver of its own for a campaign, whatever became of the one before. @returns whether there is such a campaign */
export async function takeOver(env: Env, campaignId: string, generation: number, now: number): Promise<boolean> {
  const { meta } = await env.DB.prepare(
    "UPDATE firmware_campaigns SET generation = generation + 1, next_turn_at = ? WHERE id = ? AND generation = ?",
  )
    .bind(now, campaignId, generation)
    .run();
  if (meta.changes === 0) return false;
  await drive(env, { campaignId, generation: generation + 1 });
  return true;
}

/** @param all also those that are not late: after a local start, every driver is dead */
export async function reviveCampaigns(env: Env, now: number, all = false): Promise<number> {
  const { results } = await env.DB.prepare(
    "SELECT id, generation FROM firmware_campaigns WHERE next_turn_at IS NOT NULL AND next_turn_at <= ? LIMIT ?",
  )
    .bind(all ? Number.MAX_SAFE_INTEGER : now - LATE_MS, PER_RUN)
    .all<{ id: string; generation: number }>();
  for (const { id, generation } of results) {
    try {
      await takeOver(env, id, generation, now);
    } catch (error) {
      logError("campaign_not_revived", error, { campaign: id });
    }
  }
  return results.length;
}
