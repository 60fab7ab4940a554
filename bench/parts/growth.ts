// Item 7, second half: ten times the history must make neither a frame dearer nor a list slower. Two servers, one with
// ten times the other's history, in turn.
import { blast } from "../blast.ts";
import type { Action } from "../load/scripts.ts";
import { type Line, spell } from "../report/lines.ts";
import { launch, type Server } from "../server/launch.ts";
import { median } from "../statistics.ts";
import { grow, SAMPLES } from "./growth/grow.ts";
import { timeLists } from "./growth/lists.ts";
import type { Context, Part } from "./part.ts";

const GROWTH = 10;
const ACTIONS: readonly Action[] = ["MeterValues", "StartStop"];

export const growth: Part = async (context) => {
  const { plan, medium, root, note } = context;
  const small = await launch("ours", { root });
  const large = await launch("ours", { root });
  try {
    await grow(small, 0, plan.historyBase);
    await grow(large, 0, plan.historyBase * GROWTH);
    note(`growth: ${plan.historyBase * GROWTH} transactions, ${plan.historyBase * GROWTH * SAMPLES} samples are in`);
    const { times, skipped } = await timeLists(small, large, plan.listRequests);
    const worst = times.toSorted((a, b) => b.ratio - a.ratio)[0];
    const line: Line = {
      ...{ item: 7, what: "p95 of the worst of all lists with ten times the history", medium },
      ...{ value: worst?.ratio ?? Number.NaN, unit: " times", limit: 1.5, bound: "at most" },
      detail: `${times.length} lists; GET ${worst?.path}: ${spell(worst?.large ?? Number.NaN)} ms to ${spell(worst?.small ?? Number.NaN)} ms; ${plan.historyBase * GROWTH} transactions, ${plan.historyBase * GROWTH * SAMPLES} samples`,
    };
    note(`${line.what}: ${spell(line.value)} times (${line.detail})`);
    for (const path of skipped) note(`not measured, no 200: ${path}`);
    const frames: Line[] = [];
    for (const action of ACTIONS) frames.push(await frameCost(context, action, small, large));
    const rows = times.map(({ path, small, large, ratio }) => [path, spell(small), spell(large), spell(ratio)]);
    const tables = [
      { title: "Lists with ten times the history", head: ["GET", "p95, ms", "p95 with ten times, ms", "times"], rows },
    ];
    return { lines: [line, ...frames], tables };
  } finally {
    await small.stop();
    await large.stop();
  }
};

async function frameCost({ plan, medium, note }: Context, action: Action, small: Server, large: Server): Promise<Line> {
  const costs: { small: number[]; large: number[] } = { small: [], large: [] };
  const ratios: number[] = [];
  let failed = 0;
  for (let round = 0; round < plan.rounds; round += 1) {
    const options = { action, chargers: plan.chargers, seconds: plan.seconds };
    const before = await blast(small, options);
    const after = await blast(large, options);
    costs.small.push(before.cpuPerFrame);
    costs.large.push(after.cpuPerFrame);
    ratios.push(after.cpuPerFrame / before.cpuPerFrame);
    failed += before.failed + after.failed;
  }
  const line: Line = {
    ...{ item: 7, what: `CPU per ${action} frame with ten times the history`, medium },
    ...{ value: failed > 0 ? Number.NaN : median(ratios), unit: " times", limit: 1.5, bound: "at most" },
    detail: `${spell(median(costs.large))} µs to ${spell(median(costs.small))} µs${failed > 0 ? `, ${failed} failed` : ""}`,
  };
  note(`${line.what}: ${spell(line.value)} times`);
  return line;
}
