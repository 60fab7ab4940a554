// Which event makes which reading stale. What is on the screen is then read again, at most once in two seconds a path:
// a fleet in motion must not make the console ask without end.
import { invalidate } from "../api/queries";
import { type FleetEvent, onFleetEvents, onFleetGap } from "./fleet";

const PAUSE_MS = 2_000;

/** The first part of an event's type, and the paths that show what it tells. */
const SHOWN_BY: Record<string, readonly string[]> = {
  "charge-point": ["/api/charge-points", "/api/overview"],
  connector: ["/api/charge-points", "/api/overview"],
  transaction: ["/api/transactions", "/api/overview", "/api/cdrs", "/api/users/{id}/credit"],
  command: ["/api/commands", "/api/charge-points/{id}/commands"],
  job: ["/api/jobs", "/api/charge-points/{id}/jobs", "/api/firmware-campaigns"],
  reservation: ["/api/reservations"],
  "charging-profile": ["/api/charging-profiles"],
  security: ["/api/security-events", "/api/charge-points/{id}/security-events"],
  finding: ["/api/charge-points/{id}/findings", "/api/overview"],
  configuration: ["/api/charge-points/{id}/configuration"],
  "device-model": ["/api/charge-points/{id}/variables"],
  certificate: ["/api/charge-points/{id}/certificates", "/api/certificate-requests"],
};

const waiting = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** @returns how to stop */
export function keepFresh(): () => void {
  const deaf = onFleetEvents(note);
  const deafToGaps = onFleetGap(() => void invalidate("/api/"));
  return () => {
    deaf();
    deafToGaps();
    clearTimeout(timer);
    timer = undefined;
    waiting.clear();
  };
}

function note(events: readonly FleetEvent[]): void {
  for (const { type } of events) {
    const family = type.slice(0, type.indexOf("."));
    for (const path of SHOWN_BY[family] ?? []) waiting.add(path);
  }
  if (waiting.size > 0) timer ??= setTimeout(flush, PAUSE_MS);
}

function flush(): void {
  timer = undefined;
  const paths = [...waiting];
  waiting.clear();
  void invalidate(...paths);
}
