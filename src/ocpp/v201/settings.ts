// How settings are read and written, OCPP 2.0.1 part 2, use cases B05 and B06: attributes of variables, many at a time.
import { readName, writeName } from "../device-model.ts";
import type { JobItem, SettingName } from "../job.ts";
import { type Dialect, type Told, valueNow } from "../procedure.ts";
import { integer, list, type Payload, record, text } from "../read.ts";

/** Where the charger did not tell how many items it takes in a message. */
const DEFAULT_ITEMS = 10;

const OUTCOMES: Readonly<Record<string, JobItem["outcome"]>> = {
  Accepted: "written",
  RebootRequired: "rebootRequired",
};

const attribute = ({ attributeType }: SettingName): Payload => (attributeType === undefined ? {} : { attributeType });

export const fileTransferProtocols: SettingName = { component: "OCPPCommCtrlr", variable: "FileTransferProtocols" };

export const settings: Dialect = {
  speaks: ({ component, variable }) => component !== undefined && variable !== undefined,

  read: (names) => ({
    action: "GetVariables",
    payload: { getVariableData: names.map((name) => ({ ...attribute(name), ...writeName(name) })) },
  }),

  write: (items) => ({
    action: "SetVariables",
    payload: {
      setVariableData: items.map((item) => ({
        ...attribute(item.setting),
        attributeValue: valueNow(item),
        ...writeName(item.setting),
      })),
    },
  }),

  readAnswer: (names, response) =>
    matched(names, response.getVariableResult, ({ attributeStatus, attributeValue }) =>
      attributeStatus === "Accepted"
        ? { found: typeof attributeValue === "string" ? attributeValue : text(attributeValue) }
        : { outcome: "rejected", detail: text(attributeStatus) },
    ),

  writeAnswer: (items, response) =>
    matched(
      items.map(({ setting }) => setting),
      response.setVariableResult,
      ({ attributeStatus }) => ({
        outcome: OUTCOMES[String(attributeStatus)] ?? "rejected",
        detail: text(attributeStatus),
      }),
    ),

  isList: ({ variable }) => /measurands$/i.test(variable ?? ""),
  stopsInvalid: { component: "TxCtrlr", variable: "StopTxOnInvalidId" },

  limits: (known) => {
    const limit = (variable: string, variableInstance: string) =>
      integer(known({ component: "DeviceDataCtrlr", variable, variableInstance }));
    return {
      reads: limit("ItemsPerMessage", "GetVariables") ?? DEFAULT_ITEMS,
      writes: limit("ItemsPerMessage", "SetVariables") ?? DEFAULT_ITEMS,
      readBytes: limit("BytesPerMessage", "GetVariables"),
      writeBytes: limit("BytesPerMessage", "SetVariables"),
    };
  },
};

/** Results are matched by name, whatever their order. */
function matched(
  names: readonly SettingName[],
  results: unknown,
  say: (result: Payload) => Told,
): (Told | undefined)[] {
  const told = new Map<string, Told>();
  for (const sent of list(results)) {
    const result = record(sent);
    const name = readName(result);
    if (name !== undefined) told.set(keyOf({ ...name, attributeType: text(result.attributeType) }), say(result));
  }
  return names.map((name) => told.get(keyOf(name)));
}

const keyOf = (name: SettingName): string =>
  JSON.stringify([
    name.component?.toLowerCase(),
    name.componentInstance?.toLowerCase() ?? null,
    name.evseId ?? null,
    name.connectorId ?? null,
    name.variable?.toLowerCase(),
    name.variableInstance?.toLowerCase() ?? null,
    name.attributeType ?? "Actual",
  ]);
