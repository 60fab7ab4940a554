// Settings as lines that people can type and paste.
//   OCPP 1.6:      HeartbeatInterval = 300
//   device model:  OCPPCommCtrlr.HeartbeatInterval = 300, Component/instance.Variable/instance = value
import type { Schemas } from "../../api/client";

type KeyValue = Schemas["ConfigurationKeyValue"];
type VariableValue = Schemas["VariableValue"];

const ASSIGNMENT = /^([^=]+?)\s*=\s*(.*)$/;
const VARIABLE = /^([^./]+)(?:\/([^.]+))?\.([^/]+)(?:\/(.+))?$/;

export function writeKeys(values: readonly KeyValue[]): string {
  return values.map(({ key, value }) => `${key} = ${value}`).join("\n");
}

/** @returns undefined if a line is no assignment */
export function readKeys(text: string): KeyValue[] | undefined {
  const found = linesOf(text).map((line) => {
    const [, key, value] = ASSIGNMENT.exec(line) ?? [];
    return key === undefined || value === undefined ? undefined : { key, value };
  });
  return all(found);
}

export function writeVariables(values: readonly VariableValue[]): string {
  return values
    .map(({ component, componentInstance, variable, variableInstance, value }) => {
      const instanceOf = (name: string | undefined): string => (name === undefined ? "" : `/${name}`);
      return `${component}${instanceOf(componentInstance)}.${variable}${instanceOf(variableInstance)} = ${value}`;
    })
    .join("\n");
}

/** @returns undefined if a line names no variable */
export function readVariables(text: string): VariableValue[] | undefined {
  const found = linesOf(text).map((line) => {
    const [, name, value] = ASSIGNMENT.exec(line) ?? [];
    const [, component, componentInstance, variable, variableInstance] = VARIABLE.exec(name ?? "") ?? [];
    if (component === undefined || variable === undefined || value === undefined) return undefined;
    return {
      component,
      variable,
      value,
      ...(componentInstance !== undefined && { componentInstance }),
      ...(variableInstance !== undefined && { variableInstance }),
    };
  });
  return all(found);
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function all<T>(found: readonly (T | undefined)[]): T[] | undefined {
  const whole = found.filter((item): item is T => item !== undefined);
  return whole.length === found.length ? whole : undefined;
}
