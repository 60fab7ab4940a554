// Item 7, first half: ten times the chargers must not make a frame dearer. Also the chart of throughput by fleet size.
import { blast } from "../blast.ts";
import { WARMUP_S } from "../plan.ts";
import { type Line, spell } from "../report/lines.ts";
import type { Part } from "./part.ts";

/** What connecting and beginning a session leaves to be done is no part of a frame: that is `storm`'s. */
const settleSeconds = (chargers: number): number => WARMUP_S + chargers / 100;

export const fleetSize: Part = async ({ plan, medium, servers, note }) => {
  const speed: { ours: [number, number][]; floor: [number, number][] } = { ours: [], floor: [] };
  const costs: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
  for (const chargers of plan.fleetSizes) {
    for (const [name, server] of [
      ["floor", servers.durable],
      ["ours", servers.ours],
    ] as const) {
      const { perSecond, cpuPerFrame } = await blast(server, {
        ...{ action: "MeterValues", chargers, seconds: plan.seconds },
        warmup: settleSeconds(chargers),
      });
      speed[name].push([chargers, perSecond]);
      costs[name].push(cpuPerFrame);
    }
    note(`MeterValues, ${chargers} chargers: ${spell(speed.ours.at(-1)?.[1] ?? 0)}/s`);
  }
  const growth = ({ ours }: typeof costs) =>
    (ours.at(-1) ?? Number.NaN) / (ours[plan.fleetSizes.length > 3 ? 1 : 0] ?? Number.NaN);
  const line: Line = {
    item: 7,
    what: "CPU per MeterValues frame with ten times the chargers",
    medium,
    value: growth(costs),
    unit: " times",
    limit: 1.5,
    bound: "at most",
    detail: plan.fleetSizes.map((size, index) => `${size}: ${spell(costs.ours[index] ?? 0)} µs`).join(", "),
  };
  return {
    lines: [line],
    charts: [
      {
        file: `throughput-${medium}`,
        title: `MeterValues: throughput against chargers, state on ${medium}`,
        x: "chargers with one CALL in flight",
        y: "answers per second",
        series: [
          { name: "ov2x-edge", points: speed.ours },
          { name: "durable actor", points: speed.floor },
        ],
      },
    ],
  };
};
