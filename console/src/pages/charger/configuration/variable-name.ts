// How a variable of the device model is called, by people and in requests.
import type { Schemas } from "../../../api/client";

type Variable = Schemas["Variable"];

/** e.g. `EVSE[1/1].AvailabilityState`, `ClockCtrlr.NtpSource[2]`. */
export function nameOf(variable: Variable): string {
  const { component, componentInstance, evseId, connectorId, variableInstance } = variable;
  const place = [componentInstance, [evseId, connectorId].filter((number) => number !== null).join("/")];
  return `${component}${bracketed(place)}.${variable.variable}${bracketed([variableInstance])}`;
}

export function requestOf(variable: Variable): Schemas["VariableName"] {
  const { component, componentInstance, evseId, connectorId, variable: name, variableInstance } = variable;
  return {
    component,
    variable: name,
    ...(componentInstance !== null && { componentInstance }),
    ...(evseId !== null && { evseId }),
    ...(connectorId !== null && { connectorId }),
    ...(variableInstance !== null && { variableInstance }),
  };
}

export function actualOf({ attributes }: Variable) {
  return attributes.find(({ type }) => type === "Actual") ?? attributes[0];
}

export function isSettable(variable: Variable): boolean {
  const mutability = actualOf(variable)?.mutability;
  return mutability === "ReadWrite" || mutability === "WriteOnly";
}

function bracketed(parts: readonly (string | null)[]): string {
  const known = parts.filter((part) => part !== null && part !== "");
  return known.length === 0 ? "" : `[${known.join(", ")}]`;
}
