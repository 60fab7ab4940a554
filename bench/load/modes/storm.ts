// The whole fleet connects and boots at once; optionally it comes back after the server was gone.
import { setTimeout } from "node:timers/promises";
import { Charger } from "../charger.ts";
import { DIALECTS } from "../dialects.ts";
import { disband } from "../fleet.ts";
import type { LoadOptions } from "../options.ts";
import type { Progress } from "../progress.ts";
import { Score, type Tally } from "../score.ts";

const RETRY_MS = 100;
const PATIENCE_MS = 180_000;

export interface StormTally extends Tally {
  /** Seconds from the first knock until the last charger has booted. */
  bootedAfter: number;
  /** The same for each return, counted from the first socket that the new server accepted. */
  returnedAfter: number[];
}

export async function storm(options: LoadOptions, progress: Progress): Promise<StormTally> {
  const score = new Score();
  score.begin();
  progress.watch(score);
  const start = performance.now();
  const first = await wave(options, score, false);
  const bootedAfter = (performance.now() - start) / 1000;
  const tally = score.tally();
  const refused = score.refused;
  let fleet = first.fleet;
  const returnedAfter: number[] = [];
  for (let round = 0; round < options.returns; round += 1) {
    progress.event({ event: "mark" });
    await Promise.all(fleet.map(({ closed }) => closed));
    const next = await wave(options, score, true);
    fleet = next.fleet;
    returnedAfter.push((performance.now() - next.firstAt) / 1000);
  }
  progress.event({ event: "mark" });
  await setTimeout(options.linger * 1000);
  progress.end();
  await disband(fleet);
  const missing = options.chargers - fleet.length;
  // Sockets that went with a server that was killed on purpose are not counted as lost.
  return { ...tally, refused: refused + missing, lost: tally.lost, bootedAfter, returnedAfter };
}

async function wave(
  options: LoadOptions,
  score: Score,
  isReturn: boolean,
): Promise<{ fleet: Charger[]; firstAt: number }> {
  const { url, prefix, chargers } = options;
  const dialect = DIALECTS[options.version];
  const fleet: Charger[] = [];
  const end = performance.now() + PATIENCE_MS;
  let firstAt = Number.POSITIVE_INFINITY;
  const come = async (index: number): Promise<void> => {
    while (performance.now() < end) {
      const knockedAt = performance.now();
      try {
        const charger = await Charger.connect(url, `${prefix}${index}`, dialect.subprotocol, score);
        firstAt = Math.min(firstAt, knockedAt);
        await charger.ask(dialect.boot);
        fleet.push(charger);
        return;
      } catch (error) {
        // Before a restarted server listens, being refused is as it should be.
        if (!isReturn) {
          score.refused += 1;
          console.error(`${prefix}${index}: ${String(error)}`);
        }
        await setTimeout(RETRY_MS + Math.random() * RETRY_MS);
      }
    }
  };
  await Promise.all(Array.from({ length: chargers }, (_, index) => come(index)));
  return { fleet, firstAt };
}
