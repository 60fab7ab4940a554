// One round of `blast` against a server, with the CPU time that a frame took: a witness that busy neighbours disturb less.
import { setTimeout } from "node:timers/promises";
import { startLoad } from "./load/run.ts";
import { failures, type Tally } from "./load/score.ts";
import type { Action } from "./load/scripts.ts";
import { WARMUP_S } from "./plan.ts";
import type { Server } from "./server/launch.ts";

export interface Blast {
  perSecond: number;
  /** Microseconds of all the server's processes. */
  cpuPerFrame: number;
  p99: number;
  failed: number;
}

/** What a round leaves to be shipped must not burden the next one. */
const SETTLE_MS = 400;

export async function blast(
  server: Server,
  options: { action: Action; chargers: number; seconds: number; warmup?: number },
): Promise<Blast> {
  const running = startLoad<Tally>(server.origin, { mode: "blast", warmup: WARMUP_S, ...options });
  // A generator that fails never reaches a mark.
  const reach = (index: number) => Promise.race([running.mark(index), running.result]);
  await reach(0);
  const before = await server.cpu();
  await reach(1);
  const after = await server.cpu();
  const tally = await running.result;
  await setTimeout(SETTLE_MS);
  return {
    perSecond: tally.perSecond,
    cpuPerFrame: ((after - before) * 1e6) / tally.answered,
    p99: tally.latency.p99,
    failed: failures(tally),
  };
}
