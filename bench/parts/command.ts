// Item 5: an operator's command, REST to charger and back, beside a bare RPC and socket round trip.
import { load } from "../load/run.ts";
import { failures } from "../load/score.ts";
import { WARMUP_S } from "../plan.ts";
import { type Line, spell } from "../report/lines.ts";
import { adminOf } from "../server/launch.ts";
import { median } from "../statistics.ts";
import type { Part } from "./part.ts";

const CHARGERS = 20;

export const command: Part = async ({ plan, medium, servers, note }) => {
  const found: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
  let failed = 0;
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [name, server] of [
      ["floor", servers.bare],
      ["ours", servers.ours],
    ] as const) {
      const credentials = name === "ours" ? adminOf() : {};
      const options = { mode: "command", chargers: CHARGERS, seconds: plan.seconds, warmup: WARMUP_S } as const;
      const tally = await load(server.origin, { ...options, ...credentials });
      found[name].push(tally.latency.p50);
      failed += failures(tally);
    }
  }
  const ours = median(found.ours);
  const floor = median(found.floor);
  note(`command: p50 ${spell(ours)} ms, bare ${spell(floor)} ms`);
  const line: Line = {
    item: 5,
    what: "command, p50 of the bare actor's",
    medium,
    value: failed > 0 ? Number.NaN : ours / floor,
    unit: "",
    limit: 2,
    bound: "at most",
    detail: `${spell(ours)} ms to ${spell(floor)} ms${failed > 0 ? `, ${failed} failed` : ""}`,
  };
  return { lines: [line] };
};
