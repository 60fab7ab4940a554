// Where a driver may charge, and nothing else of it: chargers at published locations, in words that drivers use.
import { z } from "@hono/zod-openapi";
import { and, eq, inArray, sql } from "drizzle-orm";
import { StoredLocation } from "../../billing/documents/location.ts";
import { StoredTariff } from "../../billing/documents/tariff.ts";
import { tariffFor } from "../../billing/tariff-choice.ts";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { chargePoints, connectors, locationEvses, locations, tariffs } from "../../db/schema.ts";
import { Tariff } from "../routes/tariff.ts";

export const PLACE_STATUSES = ["available", "occupied", "reserved", "outOfOrder", "unknown"] as const;
type PlaceStatus = (typeof PLACE_STATUSES)[number];

/** What OCPP calls it, in any version. */
const STATUS: Readonly<Record<string, PlaceStatus>> = {
  Available: "available",
  Preparing: "occupied",
  Occupied: "occupied",
  Charging: "occupied",
  SuspendedEV: "occupied",
  SuspendedEVSE: "occupied",
  Finishing: "occupied",
  Reserved: "reserved",
  Unavailable: "outOfOrder",
  Faulted: "outOfOrder",
};

const PublicConnector = z
  .object({
    connectorId: z.string(),
    standard: z.string(),
    format: z.string(),
    powerType: z.string(),
    maxElectricPower: z.int().nullable().openapi({ description: "W" }),
    status: z.enum(PLACE_STATUSES),
    tariff: Tariff.omit({ lastUpdated: true }).nullable().openapi({ description: "null: charging is free" }),
  })
  .openapi("PublicConnector");

export const PublicEvse = z
  .object({
    chargePointId: z.string(),
    evseId: z.int(),
    connected: z.boolean(),
    physicalReference: z.string().nullable(),
    floorLevel: z.string().nullable(),
    connectors: z.array(PublicConnector),
  })
  .openapi("PublicEvse");
export type PublicEvse = z.infer<typeof PublicEvse>;

export const PublicLocation = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    address: z.string(),
    city: z.string(),
    postalCode: z.string().nullable(),
    country: z.string(),
    coordinates: z.object({ latitude: z.string(), longitude: z.string() }),
    timeZone: z.string(),
    openingTimes: z.unknown().nullable().openapi({ description: "As in /api/locations" }),
    evses: z.array(PublicEvse),
  })
  .openapi("PublicLocation");
type PublicLocation = z.infer<typeof PublicLocation>;

type LocationRow = typeof locations.$inferSelect;

/** Without it, a location is for whoever runs it alone. */
export const isPublished = sql`coalesce(json_extract(${locations.location}, '$.publish'), 1) = 1`;

export async function presentPlaces(env: Env, rows: readonly LocationRow[]): Promise<PublicLocation[]> {
  const db = database(env);
  const stored = rows.map((row) => ({ id: row.id, ...StoredLocation.parse(JSON.parse(row.location)) }));
  const keys = new Set(stored.flatMap(({ evses }) => evses.map(({ chargePointId }) => caseKey(chargePointId))));
  const prices = new Set(
    stored.flatMap(({ evses }) => evses.flatMap((evse) => evse.connectors.flatMap((c) => c.tariffIds))),
  );
  const known: Known = { ...(await readChargers(db, [...keys])), tariffs: await readTariffs(db, [...prices]) };
  return stored.map(({ id, name, address, city, postalCode, country, coordinates, timeZone, openingTimes, evses }) => ({
    ...{ id, name: name ?? null, address, city, postalCode: postalCode ?? null, country, coordinates, timeZone },
    openingTimes: openingTimes ?? null,
    evses: evses.flatMap((evse) => presentEvse(evse, known) ?? []),
  }));
}

/** The published locations that a charger stands at: of several, one an EVSE. */
export async function placesOf(env: Env, chargePointId: string): Promise<PublicLocation[]> {
  const key = caseKey(chargePointId);
  const rows = await database(env)
    .selectDistinct({ location: locations })
    .from(locationEvses)
    .innerJoin(locations, eq(locations.id, locationEvses.locationId))
    .where(and(eq(locationEvses.chargePoint, key), isPublished));
  const places = await presentPlaces(
    env,
    rows.map(({ location }) => location),
  );
  return places
    .map((place) => ({ ...place, evses: place.evses.filter((evse) => caseKey(evse.chargePointId) === key) }))
    .filter(({ evses }) => evses.length > 0);
}

/** Those of these chargers (in lower case) that drivers may know of. */
export async function publicOnes(db: Database, keys: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectDistinct({ key: locationEvses.chargePoint })
    .from(locationEvses)
    .innerJoin(locations, eq(locations.id, locationEvses.locationId))
    .innerJoin(chargePoints, eq(chargePoints.key, locationEvses.chargePoint))
    .where(and(inArray(locationEvses.chargePoint, [...keys]), isPublished, eq(chargePoints.registration, "accepted")));
  return new Set(rows.map(({ key }) => key));
}

interface Known {
  chargers: Map<string, Pick<typeof chargePoints.$inferSelect, "key" | "id" | "connected">>;
  connectors: (typeof connectors.$inferSelect)[];
  tariffs: Map<string, StoredTariff>;
}

type StoredEvse = StoredLocation["evses"][number];

function presentEvse(evse: StoredEvse, known: Known): PublicEvse | undefined {
  const charger = known.chargers.get(caseKey(evse.chargePointId));
  if (charger === undefined) return undefined;
  const told = known.connectors.filter(
    ({ chargePoint, evseId }) => chargePoint === charger.key && evseId === evse.ocppEvseId,
  );
  return {
    chargePointId: charger.id,
    evseId: evse.ocppEvseId,
    connected: charger.connected,
    physicalReference: evse.physicalReference ?? null,
    floorLevel: evse.floorLevel ?? null,
    connectors: evse.connectors.map(({ id, standard, format, powerType, maxElectricPower, tariffIds }) => {
      const row =
        told.find(({ connectorId }) => String(connectorId) === id) ?? (told.length === 1 ? told[0] : undefined);
      const choice = tariffIds.flatMap((tariffId) => {
        const tariff = known.tariffs.get(tariffId);
        return tariff === undefined ? [] : [{ id: tariffId, tariff }];
      });
      const chosen = tariffFor(choice, Date.now());
      return {
        ...{ connectorId: id, standard, format, powerType, maxElectricPower: maxElectricPower ?? null },
        // Of a charger that is away, the last word is old.
        status: charger.connected && row !== undefined ? (STATUS[row.status] ?? "unknown") : "unknown",
        tariff: chosen === undefined ? null : { id: chosen.id, ...chosen.tariff },
      };
    }),
  };
}

async function readChargers(db: Database, keys: string[]): Promise<Omit<Known, "tariffs">> {
  const found = await inChunks(keys, (some) =>
    db
      .select({ key: chargePoints.key, id: chargePoints.id, connected: chargePoints.connected })
      .from(chargePoints)
      .where(and(inArray(chargePoints.key, some), eq(chargePoints.registration, "accepted"))),
  );
  const told = await inChunks(keys, (some) =>
    db.select().from(connectors).where(inArray(connectors.chargePoint, some)),
  );
  return { chargers: new Map(found.map((row) => [row.key, row])), connectors: told };
}

async function readTariffs(db: Database, ids: string[]): Promise<Known["tariffs"]> {
  const rows = await inChunks(ids, (some) => db.select().from(tariffs).where(inArray(tariffs.id, some)));
  return new Map(rows.map(({ id, tariff }) => [id, StoredTariff.parse(JSON.parse(tariff))]));
}

/** D1 binds 100 values at once. */
const BOUND = 90;

async function inChunks<T, R>(items: T[], read: (some: T[]) => PromiseLike<R[]>): Promise<R[]> {
  const starts = Array.from({ length: Math.ceil(items.length / BOUND) }, (_, i) => i * BOUND);
  return (await Promise.all(starts.map((at) => read(items.slice(at, at + BOUND))))).flat();
}
