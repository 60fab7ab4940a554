// The helper of a server that is measured or tormented, as it is asked.
import { z } from "zod";
import { type Beside, workerBeside } from "../../scripts/beside.ts";
import type { Place } from "../../scripts/server.ts";
import type { HistoryCounters } from "./protocol.ts";

export interface Helper {
  /** Puts an actor to sleep once it rests; its sockets stay. @returns whether it came to that */
  evict(className: string, name: string): Promise<boolean>;
  /** Has an actor end itself in the midst of its work, by a method that it was given for that. @returns whether it did */
  abort(className: string, name: string, method: string): Promise<boolean>;
  /** Of each shard. */
  counters(shards: number): Promise<HistoryCounters[]>;
}

const ACTORS = ["ChargePoint", "HistoryWriter"];
const Counters = z.array(z.object({ batches: z.number(), shipments: z.number(), rowsWritten: z.number() }));

export function helperBeside({ worker, options, exports }: Place): Promise<Beside> {
  const classes = ACTORS.filter((className) => exports.includes(className));
  return workerBeside("helper", new URL("helper-worker.js", import.meta.url), options, {
    compatibilityFlags: ["unsafe_module"],
    durableObjects: Object.fromEntries(
      classes.map((className) => [className, { className, scriptName: worker, useSQLite: true }]),
    ),
  });
}

export const helperAt = (ask: (question: object) => Promise<unknown>): Helper => ({
  evict: async (className, name) => z.boolean().parse(await ask({ deed: "evict", className, name })),
  abort: async (className, name, method) => z.boolean().parse(await ask({ deed: "abort", className, name, method })),
  counters: async (shards) => Counters.parse(await ask({ deed: "counters", shards })),
});
