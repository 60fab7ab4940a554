// What the map shows: each location with its chargers, as they are.
import type { Schemas } from "../../api/client";

export interface Place {
  id: string;
  name: string;
  address: string;
  latitude: number;
  longitude: number;
  chargers: { id: string; status: string }[];
  /** The state that should be seen first. */
  state: State;
}

export type State = "faulted" | "charging" | "available" | "other" | "offline";

/** First what somebody should look at. */
const STATES: readonly [State, (status: string) => boolean][] = [
  ["faulted", (status) => status === "Faulted"],
  ["charging", (status) => /^(Charging|Occupied|Suspended|Preparing|Finishing)/.test(status)],
  ["available", (status) => status === "Available"],
  ["offline", (status) => status === "offline"],
];

export function placesOf(
  locations: readonly Schemas["Location"][],
  chargers: readonly Schemas["ChargePoint"][],
): Place[] {
  const known = new Map(chargers.map((charger) => [charger.id.toLowerCase(), charger]));
  return locations.map(({ id, name, address, city, coordinates, evses = [] }) => {
    const ids = [...new Set(evses.map(({ chargePointId }) => chargePointId))];
    const here = ids.map((identity) => {
      const charger = known.get(identity.toLowerCase());
      return { id: charger?.id ?? identity, status: statusOf(charger) };
    });
    return {
      id,
      name: name ?? address,
      address: [address, city].join(", "),
      latitude: Number(coordinates.latitude),
      longitude: Number(coordinates.longitude),
      chargers: here,
      state: STATES.find(([, fits]) => here.some(({ status }) => fits(status)))?.[0] ?? "other",
    };
  });
}

function statusOf(charger: Schemas["ChargePoint"] | undefined): string {
  if (charger === undefined) return "unknown";
  return charger.connected ? (charger.status ?? "unknown") : "offline";
}
