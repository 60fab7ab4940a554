// How settings are read and written, OCPP 1.6 sections 5.3 and 5.8: keys, read many at a time, written one by one.
import type { JobItem, SettingName } from "../job.ts";
import { type Dialect, type Told, valueNow } from "../procedure.ts";
import { integer, list, record, text } from "../read.ts";

/** Where the charger did not tell how many keys it answers at once. */
const DEFAULT_READS = 20;

const LISTS: ReadonlySet<string> = new Set([
  "metervaluessampleddata",
  "metervaluesaligneddata",
  "stoptxnsampleddata",
  "stoptxnaligneddata",
]);

const OUTCOMES: Readonly<Record<string, JobItem["outcome"]>> = {
  Accepted: "written",
  RebootRequired: "rebootRequired",
  Rejected: "rejected",
  NotSupported: "rejected",
};

export const fileTransferProtocols: SettingName = { key: "SupportedFileTransferProtocols" };

export const settings: Dialect = {
  speaks: ({ key }) => key !== undefined,

  read: (names) => ({ action: "GetConfiguration", payload: { key: names.map(({ key }) => key) } }),

  write: ([item]) => ({
    action: "ChangeConfiguration",
    payload: { key: item?.setting.key, value: item && valueNow(item) },
  }),

  readAnswer(names, response) {
    const told = new Map<string, Told>();
    for (const entry of list(response.configurationKey)) {
      const { key, value } = record(entry);
      const name = text(key)?.toLowerCase();
      if (name !== undefined) told.set(name, { found: typeof value === "string" ? value : text(value) });
    }
    for (const key of list(response.unknownKey)) {
      told.set(String(key).toLowerCase(), { outcome: "rejected", detail: "unknown key" });
    }
    return names.map(({ key }) => told.get(key?.toLowerCase() ?? ""));
  },

  writeAnswer(items, response) {
    const status = text(response.status) ?? "";
    const outcome = OUTCOMES[status];
    return items.map(() => (outcome === undefined ? undefined : { outcome, detail: status }));
  },

  isList: ({ key }) => LISTS.has(key?.toLowerCase() ?? ""),
  stopsInvalid: { key: "StopTransactionOnInvalidId" },

  limits: (known) => ({ reads: integer(known({ key: "GetConfigurationMaxKeys" })) ?? DEFAULT_READS, writes: 1 }),
};
