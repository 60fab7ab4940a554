// Whether a charger runs what it was told to install. Its boot is the proof: some say Installed before they reboot, some
// after it, some never. Pure.
import type { Fact } from "./facts/fact.ts";
import type { Station } from "./handler.ts";
import { advanced, isOpen, type Job, type JobFirmware, type Verification } from "./job.ts";

const isSame = (a: string, b: string): boolean => a.trim() === b.trim();

/** @param booted what a boot since the request has said; undefined: there was none */
export const verificationOf = ({ version, booted }: JobFirmware): Verification => {
  if (booted === undefined) return "pending";
  return isSame(booted, version) ? "verified" : "mismatch";
};

/** What a boot says of the newest firmware job. @param version as the charger told it */
export function firmwareBooted(station: Station, version: string | undefined): Fact[] {
  const job = station.job("firmware", undefined);
  if (job?.firmware === undefined || version === undefined) return [];
  const after = booted(job, job.firmware, version, station.receivedAt);
  return after === job ? [] : [{ kind: "job", job: after }];
}

function booted(job: Job, known: JobFirmware, version: string, at: number): Job {
  const seen = { ...known, booted: version };
  const isRunning = isOpen(job) || job.state === "timedOut";
  // A boot with the old version in the middle of an update says nothing yet.
  const verification = isRunning && !isSame(version, known.version) ? "pending" : verificationOf(seen);
  if (known.booted === version && known.verification === verification) return job;
  const firmware = { ...seen, verification };
  const isNew = known.before === undefined || !isSame(version, known.before);
  if (isRunning && verification === "verified" && isNew) {
    return advanced(job, "finished", { status: "Booted", at, detail: version }, { firmware });
  }
  return { ...job, firmware };
}
