// Hourly: every part of the scheduled work is a row here, and how it went is a row in D1. One that fails keeps none of
// the others from running.
import { sql } from "drizzle-orm";
import { billUnusedReservations } from "../billing/reservation-bill.ts";
import { billUnbilled } from "../billing/unbilled.ts";
import { database } from "../db/client.ts";
import { scheduledWork } from "../db/schema.ts";
import { archiveOldChunks } from "./archive/write-chunks.ts";
import { archiveOldRecords } from "./archive/write-records.ts";
import { dropExpiredAccess } from "./auth/clean-up.ts";
import { reviveCampaigns } from "./campaigns/driver.ts";
import { pruneAttempts } from "./connection-attempts.ts";
import { announceAgain, applyRetention, dropExpiredUploads, dropRemovedObjects } from "./files/sweep.ts";
import { logError } from "./log.ts";
import { reconcileConnections } from "./reconcile-connections.ts";
import { shipParked } from "./ship-parked.ts";
import { START_GRACE_MS } from "./start-grace.ts";

export interface Work {
  name: string;
  summary: string;
  /** It begins START_GRACE_MS after a start. */
  startsLate?: true;
  /** @param isStart the deployment came up just now */
  run(env: Env, isStart: boolean): Promise<Record<string, number>>;
}

export const SCHEDULED_WORK: readonly Work[] = [
  {
    name: "connections",
    summary: "Asks chargers that look connected whether they are",
    startsLate: true,
    // Whatever was connected before a local start, and has not come back since.
    run: async (env, isStart) => ({ asked: await reconcileConnections(env, isStart ? START_GRACE_MS : undefined) }),
  },
  {
    name: "parked-history",
    summary: "Tells the database once more what it refused",
    run: shipParked,
  },
  {
    name: "expired-access",
    summary: "Drops refresh tokens and counts of failed sign-ins that have run out",
    run: async (env) => {
      await dropExpiredAccess(env);
      return {};
    },
  },
  {
    name: "billing",
    summary: "Bills transactions and unused reservations whose bill failed when they ended",
    run: async (env) => ({ billed: await billUnbilled(env), reservations: await billUnusedReservations(env) }),
  },
  {
    name: "archive",
    summary: "Moves the meter samples of old transactions to the file store",
    run: archiveOldChunks,
  },
  {
    name: "archive-records",
    summary: "Moves old statuses, commands, events and audit entries to the file store",
    run: (env) => archiveOldRecords(env),
  },
  {
    name: "campaigns",
    summary: "Gives firmware campaigns whose driver is late a new one",
    // A local start ends every driver.
    run: async (env, isStart) => ({ revived: await reviveCampaigns(env, Date.now(), isStart) }),
  },
  {
    name: "connection-attempts",
    summary: "Drops old refused connections, and the oldest where there are too many",
    run: pruneAttempts,
  },
  {
    name: "expired-uploads",
    summary: "Gives up uploads that nobody continues",
    run: dropExpiredUploads,
  },
  {
    name: "file-retention",
    summary: "Removes files that are older than their kind is kept",
    run: applyRetention,
  },
  {
    name: "removed-objects",
    summary: "Deletes what removed files and given up uploads left in the store",
    run: dropRemovedObjects,
  },
  {
    name: "file-announcements",
    summary: "Tells chargers' actors of files that they have not heard of",
    run: announceAgain,
  },
];

/** @param cron "startup", "startup-late": what a local start calls once, at once and START_GRACE_MS later; else: all of it */
export async function runScheduledWork(env: Env, cron: string): Promise<void> {
  const isStart = cron === "startup" || cron === "startup-late";
  for (const work of SCHEDULED_WORK) {
    const isDue = !isStart || (work.startsLate === true) === (cron === "startup-late");
    if (isDue) await runOne(env, work, isStart);
  }
}

async function runOne(env: Env, { name, run }: Work, isStart: boolean): Promise<void> {
  const startedAt = new Date();
  await note(env, name, { startedAt, finishedAt: null, result: null, error: null });
  try {
    const result = JSON.stringify(await run(env, isStart));
    await note(env, name, { startedAt, finishedAt: new Date(), result, error: null });
  } catch (error) {
    logError("scheduled_work_failed", error, { work: name });
    await note(env, name, { startedAt, finishedAt: new Date(), result: null, error: String(error).slice(0, 500) });
  }
}

type Outcome = Omit<typeof scheduledWork.$inferInsert, "name">;

/** Never throws: the work is worth more than its record. */
async function note(env: Env, name: string, outcome: Outcome): Promise<void> {
  try {
    await database(env)
      .insert(scheduledWork)
      .values({ name, ...outcome })
      .onConflictDoUpdate({
        target: scheduledWork.name,
        // While it runs, the last result stays to be seen.
        set: outcome.finishedAt ? outcome : { startedAt: outcome.startedAt, finishedAt: sql`null` },
      });
  } catch (error) {
    logError("scheduled_work_not_recorded", error, { work: name });
  }
}
