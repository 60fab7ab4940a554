// Item 2: latency at a part of our maximum, ours and the baseline at the very same rate.
import { load } from "../load/run.ts";
import { failures } from "../load/score.ts";
import { type Chart, type Line, spell } from "../report/lines.ts";
import { median } from "../statistics.ts";
import type { Part } from "./part.ts";

const CASES = [
  ["Heartbeat", "bare"],
  ["MeterValues", "durable"],
] as const;
const OWED_AT = 0.5;
/** That the chargers have just connected is shipped to D1 by then, and the alarms set for it have rung: no steady load. */
const SETTLE_S = 7;

export const steady: Part = async ({ plan, medium, servers, best, note }) => {
  const lines: Line[] = [];
  const charts: Chart[] = [];
  for (const [action, baseline] of CASES) {
    const points: { ours: [number, number][]; floor: [number, number][] } = { ours: [], floor: [] };
    for (const share of plan.steadyLoads) {
      const rate = Math.max(1, Math.round((best.get(action) ?? 1000) * share));
      const found: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
      let failed = 0;
      for (let round = 0; round < Math.max(1, plan.rounds - 2); round += 1) {
        for (const [name, server] of [
          ["floor", servers[baseline]],
          ["ours", servers.ours],
        ] as const) {
          const options = {
            mode: "steady",
            action,
            rate,
            chargers: plan.chargers,
            seconds: plan.steadySeconds,
          } as const;
          const tally = await load(server.origin, { ...options, warmup: SETTLE_S });
          found[name].push(tally.latency.p99);
          failed += failures(tally);
        }
      }
      const ours = median(found.ours);
      const floor = median(found.floor);
      points.ours.push([rate, ours]);
      points.floor.push([rate, floor]);
      note(`${action} at ${rate}/s: p99 ${spell(ours)} ms, ${baseline} actor ${spell(floor)} ms`);
      if (share !== OWED_AT) continue;
      lines.push({
        item: 2,
        what: `${action} at half load, p99 of the ${baseline} actor's`,
        medium,
        value: failed > 0 ? Number.NaN : ours / floor,
        unit: "",
        limit: 2,
        bound: "at most",
        detail: `${spell(ours)} ms to ${spell(floor)} ms at ${rate}/s${failed > 0 ? `, ${failed} failed` : ""}`,
      });
    }
    charts.push({
      file: `p99-${action.toLowerCase()}-${medium}`,
      title: `${action}: p99 against load, state on ${medium}`,
      x: "calls per second",
      y: "p99, ms",
      series: [
        { name: "ov2x-edge", points: points.ours },
        { name: `${baseline} actor`, points: points.floor },
      ],
    });
  }
  return { lines, charts };
};
