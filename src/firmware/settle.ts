// What a firmware job says of a charger's part in a campaign. Pure.
import { isOpen, type Job } from "../ocpp/job.ts";

const MINUTE_MS = 60_000;
/** Some boot with the new version only a while after they said Installed. */
const BOOT_GRACE_MS = 10 * MINUTE_MS;

export type Settled =
  | { state: "installed"; reason: "verified" | "unverified"; versionAfter: string | null }
  | { state: "failed"; reason: string; versionAfter: string | null };

/** Undefined: it is not decided yet. */
export function settled(job: Job, now: number): Settled | undefined {
  if (isOpen(job)) return undefined;
  const versionAfter = job.firmware?.booted ?? null;
  if (job.state !== "finished") return { state: "failed", reason: reasonOf(job), versionAfter };
  const verification = job.firmware?.verification ?? "pending";
  if (verification === "verified") return { state: "installed", reason: "verified", versionAfter };
  if (now < (job.finishedAt ?? job.updatedAt) + BOOT_GRACE_MS) return undefined;
  if (verification === "pending") return { state: "installed", reason: "unverified", versionAfter };
  const reason = `it says that it has installed ${job.firmware?.version}, but runs ${versionAfter}`;
  return { state: "failed", reason, versionAfter };
}

const reasonOf = ({ state, reason, statuses }: Job): string => reason ?? statuses.at(-1)?.status ?? state;
