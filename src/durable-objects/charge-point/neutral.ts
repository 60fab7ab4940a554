// A neutral command, said in the version that the charger speaks.
import { climb, type Ladder } from "../../ocpp/ladder.ts";
import type { NeutralRequest, Refused, Said } from "../../ocpp/neutral.ts";
import { type Version, versionRow } from "../../ocpp/versions.ts";
import { type StationParts, StationView } from "./station.ts";
import type { Storage } from "./storage.ts";

/** Numbers count seconds since then at a charger's first: of 31 bits, and new even after a deletion. */
const NUMBER_EPOCH_MS = Date.UTC(2020, 0, 1);

export function sayNeutral(
  parts: StationParts,
  storage: Storage,
  version: Version,
  request: NeutralRequest,
  now: number,
): (Said & { ladder?: Ladder }) | Refused {
  const row = versionRow(version);
  const station = new StationView(parts, row, new Map(), now);
  const { neutral } = row;
  const circumstances = { station, number: newNumber(storage, now) };
  return climb(neutral, request, circumstances, (topic) => parts.state.manner(topic));
}

/** For reservations, remote starts and requests. Kept before it is used: two commands must not get the same one. */
function newNumber(storage: Storage, now: number): number {
  const last = storage.get("number");
  const number = (typeof last === "number" ? last : Math.floor((now - NUMBER_EPOCH_MS) / 1000)) + 1;
  storage.prepare();
  storage.transaction(() => storage.set("number", number));
  return number;
}
