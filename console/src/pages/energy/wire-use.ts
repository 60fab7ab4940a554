// How full a wire is, out of what the server says is left on it: amperes by phase where currents are limited, then watts.
import type { Schemas } from "../../api/client";

const PHASES = 3;

export interface WireUse {
  /** Left of each phase. */
  amps: number[];
  /** Left. */
  watts: number | undefined;
  /** 0 to 1, of whatever is fullest. */
  share: number;
}

/** undefined: it has no limit, or nothing was said of it yet. */
export function fillOf(
  { maxCurrent, maxPower }: Schemas["SiteNode"],
  slack: readonly number[] | undefined,
): WireUse | undefined {
  if (slack === undefined || slack.length === 0) return undefined;
  const amps = maxCurrent === undefined ? [] : slack.slice(0, PHASES);
  const [watts] = slack.slice(amps.length);
  const shares = [
    ...amps.map((left) => shareOf(left, maxCurrent)),
    ...(watts === undefined ? [] : [shareOf(watts, maxPower)]),
  ];
  return { amps, watts, share: Math.min(1, Math.max(0, ...shares)) };
}

const shareOf = (left: number, limit: number | undefined): number =>
  limit === undefined || limit <= 0 ? 0 : (limit - left) / limit;
