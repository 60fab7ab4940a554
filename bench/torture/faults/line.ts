// What happens between a charger and the server.
import { setTimeout as wait } from "node:timers/promises";
import type { Rack } from "../rack.ts";

export async function cutMidFrame(rack: Rack): Promise<void> {
  for (const { charger } of rack.some(0.5)) charger.mistreat("cut", rack.random.between(1, 3));
  await rack.pass(1, 3);
}

export async function duplicates(rack: Rack): Promise<void> {
  for (const { charger } of rack.some(0.7)) charger.mistreat("duplicate", rack.random.between(1, 6));
  await rack.pass(1, 3);
}

/** The old socket is neither closed nor read, while the charger is back over a new one. */
export async function halfOpen(rack: Rack): Promise<void> {
  const left = rack.some(0.4).map(({ charger }) => charger.abandon());
  await rack.pass(2, 8);
  for (const line of left) line?.drop();
}

export async function wave(rack: Rack): Promise<void> {
  for (let times = rack.random.between(1, 3); times > 0; times -= 1) {
    for (const { charger } of rack.lives) charger.drop();
    await wait(rack.random.between(50, 1500));
  }
}

export async function slowReaders(rack: Rack): Promise<void> {
  const lines = rack.some(0.4).map(({ charger }) => charger.line);
  for (const line of lines) line?.freeze();
  await rack.pass(2, 6);
  for (const line of lines) line?.thaw();
}

export async function twins(rack: Rack): Promise<void> {
  await Promise.all(
    rack.some(0.2).map(async ({ charger }) => {
      for (let times = rack.random.between(2, 6); times > 0; times -= 1) {
        const twin = await charger.twin();
        await wait(rack.random.between(20, 400));
        twin?.drop();
      }
    }),
  );
}
