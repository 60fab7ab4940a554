// When too much has gone wrong. Pure.
import type { CampaignSettings } from "./campaign.ts";

export interface Ends {
  failed: number;
  /** Failed or installed. */
  ended: number;
}

/** Why the campaign must not go on by itself; undefined: it may. @param pardoned what an operator knew of when resuming */
export function tooManyFailures(
  limit: CampaignSettings["pauseOnFailures"],
  { failed, ended }: Ends,
  pardoned: Ends,
): string | undefined {
  const counted = { failed: failed - pardoned.failed, ended: ended - pardoned.ended };
  if (limit === null || counted.failed < limit.atLeast || counted.failed <= 0) return undefined;
  const percent = (100 * counted.failed) / Math.max(1, counted.ended);
  if (percent < limit.percent) return undefined;
  return `${counted.failed} of ${counted.ended} updates have failed`;
}
