// Which event makes which reading stale. What is on the screen is then read again, at most once in two seconds a path:
// a fleet in motion must not make the console ask without end. What is about one charger waits for events of that one.
import { chargePointOf, readAgain } from "../api/queries";
import { type FleetEvent, onFleetEvents, onFleetGap } from "./fleet";

const PAUSE_MS = 2_000;

/** The first part of an event's type, and the paths that show what it tells. The list of chargers: see rows.ts. */
const SHOWN_BY: Record<string, readonly string[]> = {
  "charge-point": ["/api/charge-points/{id}", "/api/overview", "/api/connection-attempts"],
  connector: ["/api/charge-points/{id}", "/api/overview"],
  availability: ["/api/charge-points/{id}/connectors"],
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

/** Paths, and the chargers that the events were about. */
const waiting = new Map<string, Set<string>>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** @returns how to stop */
export function keepFresh(): () => void {
  const deaf = onFleetEvents(note);
  const deafToGaps = onFleetGap(() => void readAgain());
  return () => {
    deaf();
    deafToGaps();
    clearTimeout(timer);
    timer = undefined;
    waiting.clear();
  };
}

function note(events: readonly FleetEvent[]): void {
  for (const { type, chargePointId } of events) {
    const family = type.slice(0, type.indexOf("."));
    for (const path of SHOWN_BY[family] ?? []) {
      const chargePoints = waiting.get(path) ?? new Set();
      waiting.set(path, chargePoints.add(chargePointId));
    }
  }
  if (waiting.size > 0) timer ??= setTimeout(flush, PAUSE_MS);
}

function flush(): void {
  timer = undefined;
  const stale = [...waiting];
  waiting.clear();
  void readAgain(({ queryKey: [, path, init] }) => {
    if (typeof path !== "string") return false;
    return stale.some(([prefix, chargePoints]) => {
      if (!path.startsWith(prefix)) return false;
      const about = chargePointOf(path, init);
      return about === undefined || chargePoints.has(about);
    });
  });
}
