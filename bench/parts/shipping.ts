// What Start + Stop costs that is the platform's own: the durable actor that also has its sessions in D1, and nothing else.

import { blast } from "../blast.ts";
import { spell } from "../report/lines.ts";
import { launch } from "../server/launch.ts";
import { median } from "../statistics.ts";
import type { Part } from "./part.ts";

/** What waits for company is on its way by then, and many times over within the time. */
const SETTLE_S = 3;
const LONG_S = 6;
const ROUNDS = 2;

export const shipping: Part = async (context) => {
  const { plan, medium, root, servers, note } = context;
  const server = await launch("shipping", { root });
  const subjects = { durable: servers.durable, shipping: server, ours: servers.ours } as const;
  const found = Object.keys(subjects).map((name) => ({ name, perSecond: [] as number[], cpu: [] as number[] }));
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, subject] of Object.values(subjects).entries()) {
        const options = { action: "StartStop", chargers: plan.chargers, seconds: LONG_S, warmup: SETTLE_S } as const;
        const { perSecond, cpuPerFrame } = await blast(subject, options);
        found[index]?.perSecond.push(perSecond);
        found[index]?.cpu.push(cpuPerFrame);
      }
    }
  } finally {
    await server.stop();
  }
  const [floor] = found;
  const rows = found.map(({ name, perSecond, cpu }) => {
    const ratio = median(perSecond.map((one, round) => one / (floor?.perSecond[round] ?? Number.NaN)));
    return [NAMES[name] ?? name, medium, spell(median(perSecond)), spell(ratio), spell(median(cpu))];
  });
  note(`Start + Stop: ${rows.map(([name, , , ratio]) => `${name} ${ratio}`).join(", ")}`);
  return {
    tables: [
      {
        title: "Start + Stop, and what D1 takes of it",
        head: ["", "state on", "calls per s", "of the durable actor", "CPU a frame, µs"],
        rows,
      },
    ],
  };
};

const NAMES: Readonly<Record<string, string>> = {
  durable: "durable actor",
  shipping: "durable actor with its sessions in D1",
  ours: "ov2x-edge",
};
