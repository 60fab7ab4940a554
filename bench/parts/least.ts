// What the promises cost that need D1: the least CSMS beside the durable actor and ours. See baselines/least.ts.

import { blast } from "../blast.ts";
import { load } from "../load/run.ts";
import { spell } from "../report/lines.ts";
import { launch, type Server } from "../server/launch.ts";
import { median } from "../statistics.ts";
import type { Context, Part } from "./part.ts";

/** What waits for company is on its way by then, and many times over within the time. */
const SETTLE_S = 3;
const LONG_S = 6;
const ROUNDS = 2;
/** As in steady.ts. */
const STEADY_SETTLE_S = 7;
const HALF = 0.5;

const NAMES = ["durable actor", "least CSMS", "ov2x-edge"];

export const least: Part = async (context) => {
  const { root, servers, note, medium } = context;
  const server = await launch("least", { root });
  const subjects = [servers.durable, server, servers.ours];
  try {
    const rows: string[][] = [];
    for (const action of ["MeterValues", "StartStop"] as const)
      rows.push(...(await throughputOf(context, subjects, action)));
    const late = await latencyOf(context, subjects);
    note(`beside the least CSMS: ${rows.map((row) => `${row[0]} ${row[1]} ${row[4]}`).join(", ")}`);
    return {
      tables: [
        {
          title: `What D1 takes, state on ${medium}: throughput`,
          head: ["", "", "calls per s", "CPU a frame, µs", "of the durable actor", "of the least CSMS"],
          rows,
        },
        {
          title: `What D1 takes, state on ${medium}: MeterValues at half of our load`,
          head: ["", "p99, ms", "of the durable actor", "of the least CSMS"],
          rows: late,
        },
      ],
    };
  } finally {
    await server.stop();
  }
};

async function throughputOf(
  { plan }: Context,
  subjects: readonly Server[],
  action: "MeterValues" | "StartStop",
): Promise<string[][]> {
  const speeds = subjects.map(() => [] as number[]);
  const cpus = subjects.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const options = { action, chargers: plan.chargers, seconds: LONG_S, warmup: SETTLE_S };
      const { perSecond, cpuPerFrame } = await blast(subject, options);
      speeds[index]?.push(perSecond);
      cpus[index]?.push(cpuPerFrame);
    }
  }
  return subjects.map((_, index) => {
    const own = speeds[index] ?? [];
    const ratios = [0, 1].map((floor) => spell(ratio(own, speeds[floor] ?? [])));
    return [action, NAMES[index] ?? "", spell(median(own)), spell(median(cpus[index] ?? [])), ...ratios];
  });
}

async function latencyOf({ plan, best }: Context, subjects: readonly Server[]): Promise<string[][]> {
  const rate = Math.max(1, Math.round((best.get("MeterValues") ?? 1000) * HALF));
  const found = subjects.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { origin }] of subjects.entries()) {
      const options = { mode: "steady", action: "MeterValues", rate, chargers: plan.chargers } as const;
      const tally = await load(origin, { ...options, seconds: plan.steadySeconds, warmup: STEADY_SETTLE_S });
      found[index]?.push(tally.latency.p99);
    }
  }
  return subjects.map((_, index) => {
    const own = found[index] ?? [];
    return [NAMES[index] ?? "", spell(median(own)), ...[0, 1].map((floor) => spell(ratio(own, found[floor] ?? [])))];
  });
}

/** Of rounds that ran side by side. */
const ratio = (of: readonly number[], to: readonly number[]): number =>
  median(of.map((one, round) => one / (to[round] ?? Number.NaN)));
