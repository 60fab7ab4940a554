// The device model of a 2.x charger: components, their variables, and what was told of each, one report at a time.
// Pure: what was told is merged into what is known. Names are compared without case, as OCPP does, and kept as told.
// Source: OCPP 2.0.1 part 1 chapter 4; part 2, block B.
import type { SettingName } from "./job.ts";
import { integer, list, number, type Payload, record, text } from "./read.ts";
import { isSecretSetting } from "./secrets.ts";

export interface ComponentName {
  component: string;
  componentInstance?: string | undefined;
  /** Undefined: the charging station itself. */
  evseId?: number | undefined;
  connectorId?: number | undefined;
}

export interface VariableName {
  variable: string;
  variableInstance?: string | undefined;
}

export interface Attribute {
  /** Actual, Target, MinSet or MaxSet. */
  type: string;
  value?: string | undefined;
  /** Taken over by the charger, but not in force before it reboots. */
  valueAfterReboot?: string | undefined;
  mutability?: string | undefined;
  persistent?: boolean | undefined;
  constant?: boolean | undefined;
}

export interface Monitor {
  id: number;
  type?: string | undefined;
  value?: number | undefined;
  severity?: number | undefined;
  transaction?: boolean | undefined;
  eventNotificationType?: string | undefined;
}

export type Characteristics = Record<string, string | number | boolean>;

/** What one message told of one variable. */
export interface ToldVariable extends ComponentName, VariableName {
  attributes?: Attribute[] | undefined;
  /** As OCPP spells it: unit, dataType, minLimit, maxLimit, valuesList, supportsMonitoring. */
  characteristics?: Characteristics | undefined;
  monitors?: Monitor[] | undefined;
}

export interface KnownVariable extends VariableName {
  attributes: Attribute[];
  characteristics?: Characteristics | undefined;
  monitors?: (Monitor & { at: number })[] | undefined;
  /** Epoch milliseconds of what was told last. */
  at: number;
}

export interface KnownComponent extends ComponentName {
  variables: KnownVariable[];
}

const same = (a: string | undefined, b: string | undefined): boolean => a?.toLowerCase() === b?.toLowerCase();
const isSameVariable = (a: VariableName, b: VariableName): boolean =>
  same(a.variable, b.variable) && same(a.variableInstance, b.variableInstance);

/** Sorts by name, and tells components apart. */
export const componentKey = ({ component, componentInstance, evseId, connectorId }: ComponentName): string =>
  JSON.stringify([component.toLowerCase(), componentInstance?.toLowerCase() ?? "", evseId ?? 0, connectorId ?? 0]);

/** Secrets are sent, never kept where operators read. */
export const isSecret = ({ variable }: VariableName): boolean => isSecretSetting(variable);

/** The names in an entry of any message that names a variable; undefined where one is missing. */
export function readName(entry: Payload): (ComponentName & VariableName) | undefined {
  const component = record(entry.component);
  const variable = record(entry.variable);
  const evse = record(component.evse);
  const [name, variableName] = [text(component.name), text(variable.name)];
  if (name === undefined || variableName === undefined) return undefined;
  return {
    component: name,
    componentInstance: text(component.instance),
    evseId: integer(evse.id),
    connectorId: integer(evse.connectorId),
    variable: variableName,
    variableInstance: text(variable.instance),
  };
}

/** The `component` and `variable` members of a request that names a variable. */
export function writeName(name: SettingName): Payload {
  const { component, componentInstance, evseId, connectorId, variable, variableInstance } = name;
  const evse =
    evseId === undefined ? {} : { evse: { id: evseId, ...(connectorId === undefined ? {} : { connectorId }) } };
  return {
    component: {
      name: component,
      ...(componentInstance === undefined ? {} : { instance: componentInstance }),
      ...evse,
    },
    variable: { name: variable, ...(variableInstance === undefined ? {} : { instance: variableInstance }) },
  };
}

/** The `reportData` of a NotifyReport. */
export const readReportData = (reportData: unknown): ToldVariable[] =>
  list(reportData).flatMap((sent) => {
    const entry = record(sent);
    const name = readName(entry);
    if (name === undefined) return [];
    const characteristics = plain(record(entry.variableCharacteristics));
    const attributes = list(entry.variableAttribute).map((attribute) => readAttribute(name, record(attribute)));
    return [{ ...name, attributes, ...(Object.keys(characteristics).length > 0 ? { characteristics } : {}) }];
  });

const plain = (sent: Payload): Characteristics =>
  Object.fromEntries(
    Object.entries(sent).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [[name, value]] : [],
    ),
  );

function readAttribute(name: VariableName, sent: Payload): Attribute {
  // An empty value is a value, which text() would not see.
  const value = isSecret(name) ? undefined : sent.value === "" ? "" : text(sent.value);
  return {
    type: text(sent.type) ?? "Actual",
    value,
    mutability: text(sent.mutability),
    ...(typeof sent.persistent === "boolean" ? { persistent: sent.persistent } : {}),
    ...(typeof sent.constant === "boolean" ? { constant: sent.constant } : {}),
  };
}

/** The `monitor` of a NotifyMonitoringReport. */
export const readMonitoringData = (monitors: unknown): ToldVariable[] =>
  list(monitors).flatMap((sent) => {
    const entry = record(sent);
    const name = readName(entry);
    if (name === undefined) return [];
    return [{ ...name, monitors: list(entry.variableMonitoring).flatMap((monitor) => readMonitor(record(monitor))) }];
  });

/** An entry of a monitoring report, or one of our own requests with the id that the charger gave it. */
export function readMonitor(sent: Payload): Monitor[] {
  const id = integer(sent.id);
  if (id === undefined) return [];
  const { type, value, severity, transaction, eventNotificationType } = sent;
  return [
    {
      id,
      type: text(type),
      value: number(value),
      severity: integer(severity),
      ...(typeof transaction === "boolean" ? { transaction } : {}),
      ...(eventNotificationType === undefined ? {} : { eventNotificationType: text(eventNotificationType) }),
    },
  ];
}

/** @param at epoch milliseconds */
export function merge(known: KnownComponent | undefined, told: ToldVariable, at: number): KnownComponent {
  const { component, componentInstance, evseId, connectorId } = told;
  const { variables, ...name } = known ?? { component, componentInstance, evseId, connectorId, variables: [] };
  const old = variables.find((one) => isSameVariable(one, told));
  const merged: KnownVariable = {
    variable: old?.variable ?? told.variable,
    variableInstance: old?.variableInstance ?? told.variableInstance,
    attributes: mergeAttributes(old?.attributes ?? [], told.attributes ?? []),
    characteristics: told.characteristics ?? old?.characteristics,
    monitors: mergeMonitors(old?.monitors ?? [], told.monitors ?? [], at),
    at,
  };
  return {
    ...name,
    variables: old === undefined ? [...variables, merged] : variables.map((v) => (v === old ? merged : v)),
  };
}

function mergeAttributes(known: readonly Attribute[], told: readonly Attribute[]): Attribute[] {
  const merged = new Map(known.map((attribute) => [attribute.type, attribute]));
  for (const attribute of told) {
    const { valueAfterReboot: _outdated, ...old } = merged.get(attribute.type) ?? { type: attribute.type };
    const news = Object.fromEntries(Object.entries(attribute).filter(([, value]) => value !== undefined));
    merged.set(attribute.type, { ...old, ...news });
  }
  return [...merged.values()];
}

function mergeMonitors(known: NonNullable<KnownVariable["monitors"]>, told: readonly Monitor[], at: number) {
  const ids = new Set(told.map(({ id }) => id));
  const merged = [...known.filter(({ id }) => !ids.has(id)), ...told.map((monitor) => ({ ...monitor, at }))];
  return merged.length === 0 ? undefined : merged.sort((a, b) => a.id - b.id);
}
