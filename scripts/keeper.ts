// The keeper of a local start, as it is asked: the database's migrations, and the cron.
import { z } from "zod";
import { type Beside, workerBeside } from "./beside.ts";

export interface Statement {
  sql: string;
  values: (string | number | null)[];
}

export interface Keeper {
  /** Each batch is one transaction; resolves with the rows of each statement. */
  batches(batches: Statement[][]): Promise<Record<string, unknown>[][][]>;
  scheduled(cron: string): Promise<void>;
}

/** What it shares with the Worker that it runs beside. */
const Shared = z.object({ d1Databases: z.record(z.string(), z.object({ id: z.string() })) });

const Batches = z.array(z.array(z.array(z.record(z.string(), z.unknown()))));

/**
 * The Worker to run beside the one of this name.
 * @param options of the Worker that it runs beside, as wrangler makes them
 */
export function keeperBeside(worker: string, options: unknown): Promise<Beside> {
  return workerBeside("keeper", new URL("keeper-worker.js", import.meta.url), options, {
    compatibilityFlags: ["service_binding_extra_handlers"],
    d1Databases: Shared.parse(options).d1Databases,
    serviceBindings: { WORKER: worker },
  });
}

export const keeperAt = (ask: (question: object) => Promise<unknown>): Keeper => ({
  batches: async (batches) => Batches.parse(await ask({ batches })),
  async scheduled(cron) {
    await ask({ cron });
  },
});
