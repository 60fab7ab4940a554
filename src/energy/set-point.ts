// A set point for many sites, spread over them: those that can give back first, then whoever charges. Pure.

/** What a site's cars do now and could do. W. */
export interface Flexibility {
  /** What they draw; below zero: they give back. */
  draws: number;
  /** By how much those that can give back could draw less, down to giving back all they can. */
  canGiveBack: number;
  /** By how much the others could draw less. */
  canRest: number;
  /** What else flows at the grid connection. */
  base: number;
}

/**
 * What each site's cars shall draw. Asked again after a while, it makes up for who fell short or went away.
 *
 * @param target W that all of them shall draw together
 * @returns W for each site, in their order; in sum the target, if they can
 */
export function spread(target: number, sites: readonly Flexibility[], by: "givingBack" | "all"): number[] {
  const draws = sumOf(sites, ({ draws }) => draws);
  const less = draws - target;
  if (less <= 0) {
    // There is room: those that were held back have it, by what they can do.
    const able = sumOf(sites, reach);
    return sites.map((site) => site.draws - (able === 0 ? less / sites.length : (less * reach(site)) / able));
  }
  const back = sumOf(sites, ({ canGiveBack }) => canGiveBack);
  const rest = by === "all" ? sumOf(sites, ({ canRest }) => canRest) : 0;
  const fromBack = back === 0 ? 0 : Math.min(1, less / back);
  const fromRest = rest === 0 ? 0 : Math.min(1, Math.max(0, less - back) / rest);
  return sites.map((site) => site.draws - fromBack * site.canGiveBack - fromRest * site.canRest);
}

const reach = ({ canGiveBack, canRest }: Flexibility): number => canGiveBack + canRest;
const sumOf = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((sum, one) => sum + of(one), 0);
