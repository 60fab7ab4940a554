// A location as its form holds it, and back. What the form does not show stays as it is.
import type { Schemas } from "../../api/client";
import { numberOf, textOf } from "../../ui/form";

type Place = Schemas["Location"];
type Evse = Schemas["LocationEvse"];
type Connector = Schemas["LocationConnector"];

export const FORMATS: Connector["format"][] = ["SOCKET", "CABLE"];
export const POWER_TYPES: Connector["powerType"][] = [
  "AC_1_PHASE",
  "AC_2_PHASE",
  "AC_2_PHASE_SPLIT",
  "AC_3_PHASE",
  "DC",
];
/** The usual ones; another may be typed. */
export const STANDARDS = ["IEC_62196_T2", "IEC_62196_T2_COMBO", "CHADEMO", "IEC_62196_T1", "DOMESTIC_F", "TESLA_S"];

/** A number's field holds "" while it is empty. */
type Amount = number | string;

export interface ConnectorValues {
  id: string;
  standard: string;
  format: Connector["format"];
  powerType: Connector["powerType"];
  maxVoltage: Amount;
  maxAmperage: Amount;
  maxElectricPower: Amount;
  tariffIds: string[];
}

export interface EvseValues {
  /** As it was read: what the form does not show. */
  kept: Partial<Evse>;
  chargePointId: string;
  ocppEvseId: Amount;
  evseId: string;
  connectors: ConnectorValues[];
}

export interface LocationValues {
  name: string;
  address: string;
  city: string;
  postalCode: string;
  country: string;
  coordinates: { latitude: string; longitude: string };
  timeZone: string;
  substationId: string;
  publish: boolean;
  /** JSON: opening times go deeper than a form is worth. */
  openingTimes: string;
  evses: EvseValues[];
}

const connectorOf = (connector?: Connector): ConnectorValues => ({
  id: connector?.id ?? "1",
  standard: connector?.standard ?? "IEC_62196_T2",
  format: connector?.format ?? "SOCKET",
  powerType: connector?.powerType ?? "AC_3_PHASE",
  maxVoltage: connector?.maxVoltage ?? 230,
  maxAmperage: connector?.maxAmperage ?? 32,
  maxElectricPower: connector?.maxElectricPower ?? "",
  tariffIds: connector?.tariffIds ?? [],
});

export const newConnector = (number: number): ConnectorValues => ({ ...connectorOf(), id: String(number) });

export const newEvse = (): EvseValues => ({
  kept: {},
  chargePointId: "",
  ocppEvseId: 1,
  evseId: "",
  connectors: [connectorOf()],
});

export const valuesOf = (place: Place | undefined): LocationValues => ({
  name: place?.name ?? "",
  address: place?.address ?? "",
  city: place?.city ?? "",
  postalCode: place?.postalCode ?? "",
  country: place?.country ?? "GRC",
  coordinates: place?.coordinates ?? { latitude: "", longitude: "" },
  timeZone: place?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  substationId: place?.substationId ?? "",
  publish: place?.publish ?? true,
  openingTimes: place?.openingTimes === undefined ? "" : JSON.stringify(place.openingTimes, null, 2),
  evses: (place?.evses ?? []).map((evse) => ({
    kept: evse,
    chargePointId: evse.chargePointId,
    ocppEvseId: evse.ocppEvseId,
    evseId: evse.evseId ?? "",
    connectors: evse.connectors.map((connector) => connectorOf(connector)),
  })),
});

/** Throws a SyntaxError where the opening times are no JSON; the form has looked before. */
export function locationOf(values: LocationValues, known: Place | undefined): Schemas["NewLocation"] {
  const { lastUpdated: _, ...kept } = known ?? { lastUpdated: "" };
  const { name, address, city, postalCode, country, coordinates, timeZone, substationId, publish } = values;
  return {
    ...kept,
    name: textOf(name),
    address,
    city,
    postalCode: textOf(postalCode),
    country: country.trim().toUpperCase(),
    coordinates,
    timeZone,
    substationId: textOf(substationId),
    publish,
    openingTimes: values.openingTimes.trim() === "" ? undefined : JSON.parse(values.openingTimes),
    evses: values.evses.map(({ kept, chargePointId, ocppEvseId, evseId, connectors }) => ({
      ...kept,
      chargePointId,
      ocppEvseId: numberOf(ocppEvseId) ?? 0,
      evseId: textOf(evseId),
      connectors: connectors.map((connector) => ({
        ...connector,
        maxVoltage: numberOf(connector.maxVoltage) ?? 0,
        maxAmperage: numberOf(connector.maxAmperage) ?? 0,
        maxElectricPower: numberOf(connector.maxElectricPower),
      })),
    })),
  };
}

export function isJson(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
