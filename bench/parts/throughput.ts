// Item 1: how many frames a second at most, beside the least that a Durable Object could do.

import { type Blast, blast } from "../blast.ts";
import type { Action } from "../load/scripts.ts";
import { type Line, spell } from "../report/lines.ts";
import type { Server } from "../server/launch.ts";
import { median } from "../statistics.ts";
import type { Context, Part } from "./part.ts";

const OWED: readonly (readonly [Action, "bare" | "durable", number])[] = [
  ["Heartbeat", "bare", 0.75],
  ["MeterValues", "durable", 0.8],
  ["StartStop", "durable", 0.6],
];

export const throughput: Part = async (context) => {
  const lines: Line[] = [];
  for (const [action, baseline, limit] of OWED) {
    const ratios: number[] = [];
    const cpuRatios: number[] = [];
    const speeds: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
    let failed = 0;
    for (let round = 0; round < context.plan.rounds; round += 1) {
      const floor = await blastOnce(context, context.servers[baseline], action, context.plan.chargers);
      const ours = await blastOnce(context, context.servers.ours, action, context.plan.chargers);
      ratios.push(ours.perSecond / floor.perSecond);
      cpuRatios.push(ours.cpuPerFrame / floor.cpuPerFrame);
      speeds.ours.push(ours.perSecond);
      speeds.floor.push(floor.perSecond);
      failed += ours.failed;
    }
    context.best.set(action, median(speeds.ours));
    lines.push({
      item: 1,
      what: `${action}, throughput of the ${baseline} actor's`,
      medium: context.medium,
      value: failed > 0 ? Number.NaN : median(ratios),
      unit: "",
      limit,
      bound: "at least",
      detail: `${spell(median(speeds.ours))}/s of ${spell(median(speeds.floor))}/s, CPU per frame ${spell(median(cpuRatios))} times${failed > 0 ? `, ${failed} failed` : ""}`,
    });
    context.note(`${action}: ${spell(median(ratios))} of the ${baseline} actor (${lines.at(-1)?.detail})`);
  }
  return { lines };
};

export async function blastOnce(context: Context, server: Server, action: Action, chargers: number): Promise<Blast> {
  const { seconds } = context.plan;
  return blast(server, { action, chargers, seconds });
}
