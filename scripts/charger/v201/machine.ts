/** The variables of the machine itself: the station, its EVSEs and their connectors, as they are at the moment. */
import type { Identity } from "../driver.ts";
import type { Station } from "../station.ts";
import type { Row } from "./device-model.ts";
import type { v201 } from "./messages.ts";
import { connectorStatus } from "./types.ts";

type Measured = Omit<Row, "component" | "variable" | "mutability">;

const AVAILABILITY: readonly v201.ConnectorStatusEnumType[] = [
  "Available",
  "Occupied",
  "Reserved",
  "Unavailable",
  "Faulted",
];

const available: Measured = { dataType: "boolean", value: "true" };
const text = (value: () => string): Measured => ({ dataType: "string", value });
const flag = (value: () => boolean): Measured => ({ dataType: "boolean", value: () => String(value()) });
const state = (value: () => string): Measured => ({ dataType: "OptionList", values: AVAILABILITY, value });

export function machineRows(station: Station, identity: Identity): Row[] {
  const phases: Measured = { dataType: "integer", value: String(station.phases) };
  const stationRows = rows(
    { name: "ChargingStation" },
    {
      Available: available,
      AvailabilityState: state(() => connectorStatus(station.status(0))),
      Model: text(() => identity.model),
      VendorName: text(() => identity.vendor),
      SerialNumber: text(() => identity.serialNumber),
      FirmwareVersion: text(() => identity.firmwareVersion),
      SupplyPhases: phases,
      Problem: flag(() => station.connectors.some(({ faultCode }) => faultCode)),
    },
  );
  const evseRows = station.connectors.flatMap(({ id }) => {
    const availability = state(() => connectorStatus(station.status(id)));
    const problem = flag(() => station.connector(id).faultCode !== undefined);
    return [
      ...rows(
        { name: "EVSE", evse: { id } },
        {
          Available: available,
          AvailabilityState: availability,
          Problem: problem,
          SupplyPhases: phases,
          Power: {
            dataType: "decimal",
            unit: "W",
            maxLimit: station.powerW,
            value: () => String(station.read(id).powerW),
          },
        },
      ),
      ...rows(
        { name: "Connector", evse: { id, connectorId: 1 } },
        {
          Available: available,
          AvailabilityState: availability,
          Problem: problem,
          ConnectorType: text(() => "cType2"),
          SupplyPhases: phases,
        },
      ),
    ];
  });
  return [...stationRows, ...evseRows];
}

function rows(component: v201.ComponentType, variables: Record<string, Measured>): Row[] {
  return Object.entries(variables).map(([name, spec]) => ({
    ...spec,
    component,
    variable: { name },
    mutability: "ReadOnly",
  }));
}
