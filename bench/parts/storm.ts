// Items 3 and 4: the whole fleet at once, again after the server was killed, and what a connected charger weighs.
import { setTimeout } from "node:timers/promises";
import type { StormTally } from "../load/modes/storm.ts";
import { startLoad } from "../load/run.ts";
import { failures } from "../load/score.ts";
import { type Line, spell } from "../report/lines.ts";
import { launch, type Subject } from "../server/launch.ts";
import { type Context, newPrefix, type Part } from "./part.ts";

const KB = 1024;

interface Storm {
  booted: number;
  returned: number;
  awakeKb: number;
  asleepKb: number;
  failed: number;
}

export const storm: Part = async (context) => {
  const { medium, note } = context;
  const floor = await ride(context, "durable");
  const least = await ride(context, "least");
  const ours = await ride(context, "ours");
  note(
    `storm: booted in ${spell(ours.booted)} s (floor ${spell(floor.booted)}), returned in ${spell(ours.returned)} s (floor ${spell(floor.returned)})`,
  );
  note(`memory: ${spell(ours.awakeKb)} KiB a charger (floor ${spell(floor.awakeKb)})`);
  const count = context.plan.stormChargers;
  const line = (item: number, what: string, value: number, limit: number, detail: string): Line => ({
    ...{ item, what, medium, value: ours.failed > 0 ? Number.NaN : value, unit: "", limit, bound: "at most" as const },
    detail: ours.failed > 0 ? `${detail}, ${ours.failed} failed` : detail,
  });
  const seconds = (a: number, b: number) => `${spell(a)} s to ${spell(b)} s`;
  const kilobytes = (a: number, b: number) => `${spell(a)} KiB to ${spell(b)} KiB`;
  const row = (name: string, { booted, returned, awakeKb, asleepKb }: Storm): string[] => [
    ...[name, spell(booted), spell(returned), spell(booted / least.booted), spell(returned / least.returned)],
    ...[spell(awakeKb), spell(asleepKb)],
  ];
  return {
    tables: [
      {
        title: `What D1 takes, state on ${medium}: ${count} chargers come, and come back`,
        head: ["", "booted, s", "returned, s", "of the least CSMS", "of the least CSMS", "awake, KiB", "asleep, KiB"],
        rows: [row("durable actor", floor), row("least CSMS", least), row("ov2x-edge", ours)],
      },
    ],
    lines: [
      line(
        3,
        `${count} new chargers connect and boot, time of the durable actor's`,
        ours.booted / floor.booted,
        1.5,
        seconds(ours.booted, floor.booted),
      ),
      line(
        3,
        `the fleet returns after kill -9, time of the durable actor's`,
        ours.returned / floor.returned,
        1.5,
        seconds(ours.returned, floor.returned),
      ),
      line(
        4,
        "memory per connected charger of the durable actor's",
        ours.awakeKb / floor.awakeKb,
        1.3,
        kilobytes(ours.awakeKb, floor.awakeKb),
      ),
      ...(context.plan.asleepMs > 0
        ? [
            line(
              4,
              "the same, actors asleep",
              ours.asleepKb / floor.asleepKb,
              1.3,
              kilobytes(ours.asleepKb, floor.asleepKb),
            ),
          ]
        : []),
    ],
  };
};

async function ride({ plan, root }: Context, subject: Subject): Promise<Storm> {
  const first = await launch(subject, { root });
  const { origin, stateDir } = first;
  const chargers = plan.stormChargers;
  const before = await first.memory();
  const running = startLoad<StormTally>(origin, { mode: "storm", chargers, returns: 1, prefix: newPrefix() });
  await running.mark(0);
  await setTimeout(1500);
  const awake = await first.memory();
  await setTimeout(plan.asleepMs);
  const asleep = await first.memory();
  await first.crash();
  const second = await launch(subject, { root, stateDir, port: Number(new URL(origin).port) });
  const tally = await running.result;
  await second.stop();
  const perCharger = (after: typeof before) =>
    (after.workerd + after.node - before.workerd - before.node) / chargers / KB;
  return {
    booted: tally.bootedAfter,
    returned: tally.returnedAfter[0] ?? Number.NaN,
    awakeKb: perCharger(awake),
    asleepKb: perCharger(asleep),
    failed: failures(tally),
  };
}
