// A site's day in words and as a chart.
import type { Chart } from "../report/lines.ts";
import type { Findings, Plan } from "./day.ts";
import type { Breach } from "./judge.ts";

const POINTS = 240;

export function linesOf({ judge, waiting, chargers, signalMs, doubts }: Findings): string[] {
  const orders = chargers.reduce((sum, { toldCount }) => sum + toldCount, 0);
  return [
    `limits exceeded by what was told: ${breaches(judge.told)}`,
    `limits exceeded by what was drawn: ${breaches(judge.drawn)}; only the one that lies can do that, until its meter tells`,
    `a car without power though there is room for it, until it may charge: ${times(waiting.servedMs)}; at ${waiting.crowdedOut.size} chargers the wires were full for a while`,
    `a signal until all obey it: ${times(signalMs)}`,
    `orders sent: ${orders}; doubts shown: ${[...doubts].sort().join(", ") || "none"}`,
  ];
}

const breaches = (found: ReadonlyMap<string, Breach>): string =>
  found.size === 0
    ? "never"
    : [...found.values()]
        .map(({ node, by, ms }) => `${node} by ${by.toFixed(1)} A for ${Math.round(ms)} ms`)
        .join(", ");

const times = (ms: readonly number[]): string =>
  ms.length === 0
    ? "none"
    : `p50 ${percentile(ms, 0.5).toFixed(0)} ms, p99 ${percentile(ms, 0.99).toFixed(0)} ms (${ms.length})`;

const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};

export function chartOf({ judge: { samples } }: Findings): Chart {
  const every = Math.max(1, Math.floor(samples.length / POINTS));
  const some = samples.filter((_, i) => i % every === 0);
  const series = (["limit", "told", "drawn"] as const).map((name) => ({
    name,
    points: some.map((sample): [number, number] => [sample.hour, sample[name]]),
  }));
  return { file: "site.svg", title: "A day of a site", x: "hour of the day", y: "kW", series };
}

export const page = (plan: Plan, lines: readonly string[], machine: string): string =>
  `# A day of a site

${plan.chargers} chargers of three versions behind ${plan.gridCurrent} A in three phases and four panels of ${plan.gridCurrent * 0.4} A; ${plan.cars} cars
come and go within ${plan.hours} hours of ${plan.hourS} s each; the grid limits the site twice; one charger lies for three hours, one falls silent.
Judged by what the chargers were told and drew, every 50 ms. Made by \`npm run bench:site\` on ${machine}.

${lines.map((line) => `- ${line}`).join("\n")}

![limit, told and drawn](site.svg)
`;
