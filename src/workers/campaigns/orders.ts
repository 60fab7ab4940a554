// What operators do to a campaign: each is one guarded statement, so that two at once cannot both succeed.
import type { CampaignSettings } from "../../firmware/campaign.ts";
import { logError } from "../log.ts";
import { drive } from "./driver.ts";

const ENDED = (states: string) =>
  `(SELECT count(*) FROM firmware_campaign_members m WHERE m.campaign_id = firmware_campaigns.id AND m.state IN (${states}))`;

interface Moved {
  id: string;
  generation: number;
}

export interface Start {
  settings: CampaignSettings;
  startsAt: number;
  endsAt: number | null;
}

/** From a draft. @returns whether it was one */
export async function start(
  env: Env,
  id: string,
  { settings, startsAt, endsAt }: Start,
  now: number,
): Promise<boolean> {
  return moved(
    env,
    await env.DB.prepare(
      `UPDATE firmware_campaigns SET state = 'scheduled', settings = ?, starts_at = ?, ends_at = ?, updated_at = ?,
         generation = generation + 1, next_turn_at = ? WHERE id = ? AND state = 'draft' RETURNING id, generation`,
    )
      .bind(JSON.stringify(settings), startsAt, endsAt, now, now, id)
      .first<Moved>(),
  );
}

/** What is under way goes on. @returns whether it was running or to run */
export async function pause(env: Env, id: string, reason: string, now: number): Promise<boolean> {
  const { meta } = await env.DB.prepare(
    `UPDATE firmware_campaigns SET state = 'paused', reason = ?, updated_at = ? WHERE id = ? AND state = 'running'`,
  )
    .bind(reason, now, id)
    .run();
  return meta.changes > 0;
}

/**
 * What has failed so far cannot pause it again.
 * @param retryFailed chargers that have failed get another turn
 */
export async function resume(env: Env, id: string, retryFailed: boolean, now: number): Promise<boolean> {
  const statement = env.DB.prepare(
    `UPDATE firmware_campaigns SET state = 'running', reason = NULL, updated_at = ?, next_turn_at = ?,
       generation = generation + 1, wave_started_at = ?, pardoned_failed = ${ENDED("'failed'")},
       pardoned_ended = ${ENDED("'failed', 'installed'")}
     WHERE id = ? AND state = 'paused' RETURNING id, generation`,
  ).bind(now, now, now, id);
  const again = env.DB.prepare(
    `UPDATE firmware_campaign_members SET state = 'waiting', reason = 'retry', attempts = 0, not_before = NULL,
       finished_at = NULL, updated_at = ?
     WHERE campaign_id = ? AND state = 'failed' AND ?
       AND EXISTS (SELECT 1 FROM firmware_campaigns WHERE id = ? AND state = 'paused')`,
  ).bind(now, id, retryFailed ? 1 : 0, id);
  const [, result] = await env.DB.batch<Moved>([again, statement]);
  return moved(env, result?.results[0] ?? null);
}

/** What is under way goes on, and is reported. @returns whether there was something to abort */
export async function abort(env: Env, id: string, reason: string, now: number): Promise<boolean> {
  const { results } = await env.DB.prepare(
    `UPDATE firmware_campaigns SET state = 'aborted', reason = ?, updated_at = ?, finished_at = ?, next_turn_at = ?,
       generation = generation + 1
     WHERE id = ? AND state IN ('scheduled', 'running', 'paused') RETURNING id, generation`,
  )
    .bind(reason, now, now, now, id)
    .all<Moved>();
  const [row] = results;
  if (row === undefined) return false;
  await env.DB.prepare(
    `UPDATE firmware_campaign_members SET state = 'aborted', reason = coalesce(reason, 'aborted'), finished_at = ?,
       updated_at = ? WHERE campaign_id = ? AND state = 'waiting'`,
  )
    .bind(now, now, id)
    .run();
  return moved(env, row);
}

async function moved(env: Env, row: Moved | null): Promise<boolean> {
  if (row === null) return false;
  try {
    await drive(env, { campaignId: row.id, generation: row.generation });
  } catch (error) {
    // It is due by now: the scheduled handler gives it a driver.
    logError("campaign_not_driven", error, { campaign: row.id });
  }
  return true;
}
