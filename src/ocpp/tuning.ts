// What an operator may tune for one charger, because real ones differ: a table of names, bounds and defaults.
// A member is a row here and is read where it matters; nothing else lists them.
import { z } from "zod";
import { record } from "./read.ts";

const DAY_S = 86_400;

const members = {
  triggerBoot: z
    .boolean()
    .describe("Ask for a BootNotification when it connects without one and has never told what it is"),
  heartbeatJitter: z
    .boolean()
    .describe("Take up to a tenth off the deployment's heartbeat interval, so that a fleet does not beat at once"),
  learnHeartbeat: z
    .boolean()
    .describe("Where no interval is set for it and it hangs up when idle, tell it one that keeps it connected"),
  closeSilentAfter: z
    .int()
    .min(0)
    .max(30 * DAY_S)
    .describe("Seconds without a word of a session, while connected, after which it is closed in our books; 0: never"),
  stopUnauthorized: z
    .enum(["never", "asConfigured", "always"])
    .describe(
      "Whether to stop a session that goes on though its token was not accepted; asConfigured: if the charger itself is set to",
    ),
  startPatience: z
    .int()
    .min(0)
    .max(DAY_S)
    .describe("Seconds after an accepted remote start within which its session has to begin; 0: for ever"),
  messagesPerSecond: z
    .int()
    .min(0)
    .max(10_000)
    .describe(
      "How many messages a second it gets answered if it does not wait for the answers; 0: as many as it sends",
    ),
  sampleInterval: z
    .int()
    .min(0)
    .max(DAY_S)
    .describe("Keep samples at least so many seconds apart; begin, end and energy registers are always kept; 0: all"),
};

export const Tuning = z.strictObject(members);
export type Tuning = z.infer<typeof Tuning>;

export const DEFAULT_TUNING: Tuning = {
  triggerBoot: true,
  heartbeatJitter: true,
  learnHeartbeat: true,
  closeSilentAfter: DAY_S,
  stopUnauthorized: "asConfigured",
  startPatience: 300,
  messagesPerSecond: 100,
  sampleInterval: 0,
};

/** Not strict: what a newer or older deployment stored must not keep its charger out. */
const Stored = z.object(members);

/** @param stored the column of D1, or nothing */
export const readTuning = (stored: string | null | undefined): Tuning =>
  stored == null ? DEFAULT_TUNING : Stored.parse({ ...DEFAULT_TUNING, ...record(JSON.parse(stored)) });
