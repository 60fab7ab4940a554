/** The device model: every variable is one row. Blocks read values from here each time, so a change takes effect. */
import type { v21, v201 } from "./messages.ts";

export interface Row {
  component: v201.ComponentType;
  variable: v201.VariableType;
  /** A function is measured anew each time it is read. */
  value: string | (() => string);
  mutability: v201.MutabilityEnumType;
  dataType: v201.DataEnumType;
  unit?: string | undefined;
  minLimit?: number | undefined;
  maxLimit?: number | undefined;
  /** Of an option, or of the members of a list. */
  values?: readonly string[] | undefined;
  /** Obeyed only after the next boot. */
  needsReboot?: boolean | undefined;
}

export type Look =
  | { ok: true; row: Row }
  | { ok: false; status: "UnknownComponent" | "UnknownVariable" | "NotSupportedAttributeType" };

interface Address {
  component: v201.ComponentType;
  variable: v201.VariableType;
  attributeType?: v201.AttributeEnumType;
}

const VALID: Record<v201.DataEnumType, (value: string, row: Row) => boolean> = {
  boolean: (value) => /^(true|false)$/i.test(value),
  integer: (value, row) => /^-?\d{1,9}$/.test(value) && isWithin(Number(value), row),
  decimal: (value, row) => value.trim() !== "" && isWithin(Number(value), row),
  dateTime: (value) => !Number.isNaN(Date.parse(value)),
  string: (value, { minLimit = 0, maxLimit = 1000 }) => value.length >= minLimit && value.length <= maxLimit,
  OptionList: (value, { values = [] }) => values.includes(value),
  MemberList: isListOf,
  SequenceList: isListOf,
};

export class DeviceModel {
  readonly rows: readonly Row[];
  readonly #byPath: Map<string, Row>;
  readonly #watchers = new Map<string, (value: string) => void>();

  constructor(rows: readonly Row[]) {
    // Copies: the tables that rows come from are shared by all chargers of a process.
    this.rows = rows.map((row) => ({ ...row }));
    this.#byPath = new Map(this.rows.map((row) => [pathOf(row.component, row.variable), row]));
  }

  /** By path, as in "TxCtrlr.EVConnectionTimeOut" or "DeviceDataCtrlr.ItemsPerMessage/GetReport". */
  text(path: string): string {
    const row = this.#byPath.get(path.toLowerCase());
    if (!row) throw new Error(`no variable ${path}`);
    return currentValue(row);
  }

  flag(path: string): boolean {
    return this.text(path).toLowerCase() === "true";
  }

  number(path: string): number {
    return Number(this.text(path));
  }

  ms(path: string): number {
    return this.number(path) * 1000;
  }

  list(path: string): string[] {
    return splitList(this.text(path));
  }

  /** For values that the charger learns by itself, such as the interval in a boot's answer. */
  set(path: string, value: string): void {
    const row = this.#byPath.get(path.toLowerCase());
    if (row) row.value = value;
  }

  onChange(path: string, run: (value: string) => void): void {
    this.#watchers.set(path.toLowerCase(), run);
  }

  find({ component, variable, attributeType = "Actual" }: Address): Look {
    const row = this.#byPath.get(pathOf(component, variable));
    if (row) return attributeType === "Actual" ? { ok: true, row } : { ok: false, status: "NotSupportedAttributeType" };
    const home = componentPath(component);
    const known = this.rows.some((other) => componentPath(other.component) === home);
    return { ok: false, status: known ? "UnknownVariable" : "UnknownComponent" };
  }

  change(address: Address, value: string): v201.SetVariableStatusEnumType {
    const look = this.find(address);
    if (!look.ok) return look.status;
    const { row } = look;
    if (row.mutability === "ReadOnly" || !VALID[row.dataType](value, row)) return "Rejected";
    row.value = value;
    this.#watchers.get(pathOf(row.component, row.variable))?.(value);
    return row.needsReboot ? "RebootRequired" : "Accepted";
  }
}

export function currentValue({ value }: Row): string {
  return typeof value === "function" ? value() : value;
}

/** What changes by itself, and has a number or a state, can be watched. */
export function isMonitorable({ value, dataType }: Row): boolean {
  return typeof value === "function" && dataType !== "string" && dataType !== "dateTime";
}

export function reportOf(row: Row): v201.ReportDataType {
  const { component, variable, mutability, dataType, unit, minLimit, maxLimit, values } = row;
  return {
    component,
    variable,
    variableAttribute: [
      {
        type: "Actual",
        ...(mutability !== "WriteOnly" && { value: currentValue(row) }),
        mutability,
        persistent: typeof row.value === "string",
      },
    ],
    variableCharacteristics: {
      dataType,
      supportsMonitoring: isMonitorable(row),
      ...(unit && { unit }),
      ...(minLimit !== undefined && { minLimit }),
      ...(maxLimit !== undefined && { maxLimit }),
      ...(values && { valuesList: values.join(",") }),
    },
  };
}

/** A component or variable that leaves something out means all of that kind. */
export function matches(row: Row, { component, variable }: v21.ComponentVariableType): boolean {
  const { evse } = component;
  return (
    same(row.component.name, component.name) &&
    (component.instance === undefined || same(row.component.instance ?? "", component.instance)) &&
    (evse === undefined || row.component.evse?.id === evse.id) &&
    (evse?.connectorId === undefined || row.component.evse?.connectorId === evse.connectorId) &&
    (variable === undefined || same(row.variable.name, variable.name)) &&
    (variable?.instance === undefined || same(row.variable.instance ?? "", variable.instance))
  );
}

/** Names are case-insensitive in the specification. */
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function componentPath({ name, instance, evse }: v201.ComponentType): string {
  const place = evse ? `@${evse.id}${evse.connectorId === undefined ? "" : `.${evse.connectorId}`}` : "";
  return `${name}${instance ? `/${instance}` : ""}${place}`.toLowerCase();
}

function pathOf(component: v201.ComponentType, { name, instance }: v201.VariableType): string {
  return `${componentPath(component)}.${name}${instance ? `/${instance}` : ""}`.toLowerCase();
}

function isWithin(value: number, { minLimit = -Infinity, maxLimit = Infinity }: Row): boolean {
  return value >= minLimit && value <= maxLimit;
}

function isListOf(value: string, { values }: Row): boolean {
  return values === undefined || splitList(value).every((item) => values.includes(item));
}

function splitList(value: string): string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}
