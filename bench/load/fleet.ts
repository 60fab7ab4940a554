// Many chargers at once: connecting, booting, leaving.
import { Charger } from "./charger.ts";
import type { Dialect } from "./dialects.ts";
import type { Score } from "./score.ts";

/** A machine has a limit on sockets being opened; a fleet that is only set up does not test it. */
const AT_ONCE = 64;

export interface FleetOptions {
  url: string;
  dialect: Dialect;
  chargers: number;
  /** Identities are `{prefix}{number}`. */
  prefix: string;
  score: Score;
}

/** Connects and boots the fleet, a few at a time. */
export async function assemble({ url, dialect, chargers, prefix, score }: FleetOptions): Promise<Charger[]> {
  const fleet: Charger[] = [];
  await inParallel(chargers, AT_ONCE, async (index) => {
    const charger = await Charger.connect(url, `${prefix}${index}`, dialect.subprotocol, score);
    await charger.ask(dialect.boot);
    fleet.push(charger);
  });
  return fleet;
}

export async function disband(fleet: readonly Charger[]): Promise<void> {
  for (const charger of fleet) charger.leave();
  await Promise.all(fleet.map(({ closed }) => closed));
}

export async function inParallel(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}
