import type { Schemas } from "../../api/client";

/** Of one that goes on: so far. */
export function secondsOf({ startedAt, stoppedAt, status }: Schemas["Transaction"]): number | null {
  if (stoppedAt === null && status !== "active") return null;
  const end = stoppedAt === null ? Date.now() : Date.parse(stoppedAt);
  return Math.max(0, (end - Date.parse(startedAt)) / 1000);
}
