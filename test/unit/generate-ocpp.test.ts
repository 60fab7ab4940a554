// The generator and what it generates: `npm run generate` must have run (npm test does).

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actionsOf, crossCheck } from "../../scripts/generate-ocpp/cross-check.ts";
import { type Model, namedSchemas, readModel } from "../../scripts/generate-ocpp/model.ts";
import { openapiJson } from "../../scripts/generate-ocpp/openapi.ts";
import { hasDecimals, isDateTime, isUri } from "../../scripts/generate-ocpp/runtime.ts";
import { acceptSame, readSchema, record } from "../../scripts/generate-ocpp/schema.ts";
import { typesModule } from "../../scripts/generate-ocpp/types.ts";
import { decimalsOf, validatorsModule } from "../../scripts/generate-ocpp/validators.ts";
import { VERSIONS, type Version } from "../../scripts/generate-ocpp/versions.ts";
import { messages as v16 } from "../../src/ocpp/generated/messages-v16.ts";
import { messages as v21 } from "../../src/ocpp/generated/messages-v21.ts";
import { messages as v201 } from "../../src/ocpp/generated/messages-v201.ts";
import type { Requests } from "../../src/ocpp/generated/types-v16.ts";
import type { Direction, MessageRow, Validate } from "../../src/ocpp/message.ts";

const TABLES: Record<string, Record<string, MessageRow>> = { v16, v201, v21 };
const NOW = "2026-11-23T13:00:00Z";

const tableOf = (version: Version): Record<string, MessageRow> => TABLES[version.id] ?? {};
const initiatedBy = (table: Record<string, MessageRow>, direction: Direction) =>
  Object.keys(table).filter((action) => table[action]?.direction === direction);

/** "ok", or what is wrong: keyword and place. */
function verdict(validate: Validate, payload: unknown): string {
  if (validate(payload)) return "ok";
  const error = validate.errors?.[0];
  return `${error?.keyword} ${error?.instancePath}`;
}

function modelOf(version: Version): Model {
  return readModel(version, JSON.parse(readFileSync(`node_modules/${version.source}`, "utf8")));
}

function profile(limit: number): Requests["SetChargingProfile"] {
  return {
    connectorId: 1,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Absolute",
      chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
    },
  };
}
const LIMIT = "/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/limit";

describe("message tables", () => {
  test("1.6 has 39 actions, 2.0.1 has 64, 2.1 has 91", () => {
    expect([v16, v201, v21].map((table) => Object.keys(table).length)).toEqual([39, 64, 91]);
  });

  test("1.6: the charger initiates exactly these", () => {
    expect(initiatedBy(v16, "charger")).toEqual([
      "Authorize",
      "BootNotification",
      "DiagnosticsStatusNotification",
      "FirmwareStatusNotification",
      "Heartbeat",
      "LogStatusNotification",
      "MeterValues",
      "SecurityEventNotification",
      "SignCertificate",
      "SignedFirmwareStatusNotification",
      "StartTransaction",
      "StatusNotification",
      "StopTransaction",
    ]);
  });

  test("directions add up, and only DataTransfer goes both ways", () => {
    const count = (table: Record<string, MessageRow>) => [
      initiatedBy(table, "charger").length,
      initiatedBy(table, "csms").length,
    ];
    expect([v16, v201, v21].map(count)).toEqual([
      [13, 25],
      [24, 39],
      [36, 54],
    ]);
    expect([v16, v201, v21].map((table) => initiatedBy(table, "both"))).toEqual(Array(3).fill(["DataTransfer"]));
  });

  test("2.1: notices to the station come from the CSMS, streams from the station", () => {
    expect(v21.NotifyAllowedEnergyTransfer.direction).toBe("csms");
    expect(v21.NotifyWebPaymentStarted.direction).toBe("csms");
    expect(v21.AdjustPeriodicEventStream.direction).toBe("csms");
    expect(v21.OpenPeriodicEventStream.direction).toBe("charger");
    expect(v21.PullDynamicScheduleUpdate.direction).toBe("charger");
  });

  test("NotifyPeriodicEventStream is the only message without a response", () => {
    const silent = [v16, v201, v21].map((table) => Object.values(table).filter(({ response }) => response === null));
    expect(silent.map((rows) => rows.map(({ action }) => action))).toEqual([[], [], ["NotifyPeriodicEventStream"]]);
  });

  test.each(VERSIONS)("OCPP $label: each row names its action and refuses what is not an object", (version) => {
    for (const [action, row] of Object.entries(tableOf(version))) {
      expect(row.action).toBe(action);
      for (const validate of [row.request, row.response ?? row.request]) {
        expect(verdict(validate, [])).toBe("type ");
        expect(verdict(validate, null)).toBe("type ");
        expect(verdict(validate, { noSuchProperty: 1 })).toMatch(/^(additionalProperties|required) $/);
      }
    }
  });
});

describe("payloads", () => {
  const sampled = (sample: object) => ({ connectorId: 1, meterValue: [{ timestamp: NOW, sampledValue: [sample] }] });
  const boot201 = { reason: "PowerUp", chargingStation: { model: "M", vendorName: "V" } };

  test.each<[string, Validate, unknown, string]>([
    ["1.6 boot", v16.BootNotification.request, { chargePointModel: "M", chargePointVendor: "V" }, "ok"],
    ["1.6 boot without vendor", v16.BootNotification.request, { chargePointModel: "M" }, "required "],
    ["1.6 heartbeat", v16.Heartbeat.request, {}, "ok"],
    ["1.6 heartbeat with a stray property", v16.Heartbeat.request, { now: NOW }, "additionalProperties "],
    ["1.6 long idTag", v16.Authorize.request, { idTag: "x".repeat(21) }, "maxLength /idTag"],
    ["1.6 idTag of 20 emoji", v16.Authorize.request, { idTag: "🔌".repeat(20) }, "ok"],
    ["1.6 number as text", v16.UnlockConnector.request, { connectorId: "1" }, "type /connectorId"],
    ["1.6 sample", v16.MeterValues.request, sampled({ value: "1", unit: "Celsius" }), "ok"],
    ["1.6 sample, 1.5 spelling", v16.MeterValues.request, sampled({ value: "1", unit: "Celcius" }), "ok"],
    [
      "1.6 sample of an unknown measurand",
      v16.MeterValues.request,
      sampled({ value: "1", measurand: "Volts" }),
      "enum /meterValue/0/sampledValue/0/measurand",
    ],
    ["1.6 numeric sample", v16.MeterValues.request, sampled({ value: 1 }), "type /meterValue/0/sampledValue/0/value"],
    ["1.6 upload address", v16.GetDiagnostics.request, { location: "ftp://u:p@host/a%20b" }, "ok"],
    ["1.6 upload path", v16.GetDiagnostics.request, { location: "/a" }, "format /location"],
    ["2.0.1 boot", v201.BootNotification.request, boot201, "ok"],
    [
      "2.0.1 custom data is open",
      v201.BootNotification.request,
      { ...boot201, customData: { vendorId: "V", x: 1 } },
      "ok",
    ],
    [
      "2.0.1 custom data needs its vendor",
      v201.BootNotification.request,
      { ...boot201, customData: { x: 1 } },
      "required /customData",
    ],
    ["2.0.1 stray property", v201.BootNotification.request, { ...boot201, serial: "1" }, "additionalProperties "],
    ["2.0.1 empty list", v201.GetVariables.request, { getVariableData: [] }, "minItems /getVariableData"],
    ["2.0.1 data of any kind", v201.DataTransfer.request, { vendorId: "V", data: [1, null] }, "ok"],
    ["2.1 date", v21.Heartbeat.response, { currentTime: "2026-11-23T13:00:00.5+01:00" }, "ok"],
    ["2.1 date without zone", v21.Heartbeat.response, { currentTime: "2026-11-23T13:00:00" }, "format /currentTime"],
    ["2.1 negative id", v21.CancelReservation.request, { reservationId: -1 }, "minimum /reservationId"],
    ["2.1 tag longer than 2.0.1 allows", v21.Authorize.request, { idToken: token(255) }, "ok"],
    ["2.0.1 the same", v201.Authorize.request, { idToken: token(37) }, "maxLength /idToken/idToken"],
  ])("%s", (_name, validate, payload, expected) => {
    expect(verdict(validate, payload)).toBe(expected);
  });

  function token(length: number) {
    return { idToken: "x".repeat(length), type: "Central" };
  }

  test("a payload is never changed: no defaults, no coercion", () => {
    const payload = structuredClone(boot201);
    v201.BootNotification.request(payload);
    expect(payload).toEqual(boot201);
  });

  test("an error comes in Ajv's shape", () => {
    v16.SetChargingProfile.request(profile(8.15));
    expect(v16.SetChargingProfile.request.errors).toMatchObject([
      { keyword: "multipleOf", instancePath: LIMIT, params: { multipleOf: 0.1 }, message: "must be multiple of 0.1" },
    ]);
  });
});

describe("multipleOf 0.1 is decimal", () => {
  test.each([8.1, -0.3, 0, -0, 16, 0.7, 1e21, 1e300, 123456789.1])("%d passes", (limit) => {
    expect(verdict(v16.SetChargingProfile.request, profile(limit))).toBe("ok");
  });

  test.each([8.15, -0.35, 0.1 + 0.2, 1e-9, 1e-300, 123456789.15])("%d fails", (limit) => {
    expect(verdict(v16.SetChargingProfile.request, profile(limit))).toBe(`multipleOf ${LIMIT}`);
  });

  test("every number written with one decimal passes", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (k) => hasDecimals(Number((k * 0.1).toFixed(1)), 1)),
      { numRuns: 2000 },
    );
  });

  test("no number that needs two decimals passes", () => {
    const hundredths = fc.integer().filter((k) => k % 10 !== 0);
    fc.assert(fc.property(hundredths, (k) => !hasDecimals(k / 100, 1)));
  });

  test("a step that is no power of ten stops the generator", () => {
    expect([decimalsOf(1), decimalsOf(0.1), decimalsOf(0.01)]).toEqual([0, 1, 2]);
    expect(() => decimalsOf(0.5)).toThrow("multipleOf 0.5 is not a power of ten");
  });
});

describe("formats", () => {
  test.each(["2026-11-23T13:00:00Z", "2024-02-29t23:59:59.123456789z", "2000-02-29T00:00:00-23:59"])(
    "%s is a date-time",
    (text) => expect(isDateTime(text)).toBe(true),
  );

  test.each([
    "",
    "2026-11-23",
    "2026-11-23 13:00:00Z",
    "2026-11-23T13:00:00",
    "2026-11-23T13:00Z",
    "2026-11-23T13:00:00.Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T23:59:60Z",
    "2026-11-23T13:00:00+1:00",
    "2026-11-23T13:00:00+0100",
    "2026-13-01T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "0100-02-29T00:00:00Z",
    "2026-11-23T13:00:00Z\n",
  ])("%j is not", (text) => expect(isDateTime(text)).toBe(false));

  test("what Date writes passes, and Date reads what passes", () => {
    const valid = { min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true };
    fc.assert(fc.property(fc.date(valid), (date) => isDateTime(date.toISOString())));
    const two = fc.integer({ min: 0, max: 62 }).map((n) => String(n).padStart(2, "0"));
    const guess = fc.tuple(fc.integer({ min: 0, max: 9999 }), two, two, two, two, two, fc.constantFrom("Z", "+23:59"));
    fc.assert(
      fc.property(guess, ([year, month, day, hour, minute, second, zone]) => {
        const text = `${String(year).padStart(4, "0")}-${month}-${day}T${hour}:${minute}:${second}${zone}`;
        return !isDateTime(text) || !Number.isNaN(Date.parse(text));
      }),
      { numRuns: 5000 },
    );
  });

  test("a URI has a scheme and only URI characters", () => {
    expect(["https://a/b?c=d#e", "ftp://[::1]:21/x", "urn:a:b", "mailto:a@b"].filter(isUri)).toHaveLength(4);
    expect(["a", "//a/b", "http:", "http://a b", "http://a/%zz", "http://ä", 'http://a/"'].filter(isUri)).toEqual([]);
  });
});

describe("the generator refuses what it does not understand", () => {
  test.each([
    [{ properties: { id: { items: { pattern: "x" } } } }, 'unknown schema keyword "pattern" at X/properties/id/items'],
    [{ type: ["string", "null"] }, 'unknown value ["string","null"] at X/type'],
    [{ type: "string", format: "email" }, 'unknown value "email" at X/format'],
    [{ type: "object", additionalProperties: {} }, "unknown value {} at X/additionalProperties"],
    [{ items: [{}] }, "expected an object at X/items"],
    [{ $ref: "other.json#/a" }, 'unknown reference "other.json#/a" at X/$ref'],
  ])("%j", (raw, message) => {
    expect(() => readSchema(raw, "X")).toThrow(message);
  });

  const version: Version = {
    id: "v0",
    label: "0",
    prefix: "V0_",
    source: "",
    peer: "",
    actions: 1,
    chargerInitiated: [],
    inlineTypes: {},
  };
  const request = { $id: "urn:A.req", type: "object", definitions: { T: { type: "string" } } };
  const response = { $id: "urn:A.conf", type: "object", definitions: { T: { type: "integer" } } };

  test("one name for two shapes", () => {
    expect(() => readModel(version, [request, response])).toThrow("two different definitions of T");
  });

  test("a request without response, and a nameless kind of message", () => {
    expect(() => readModel(version, [request])).toThrow("no schema of AResponse");
    expect(() => readModel(version, [{ $id: "urn:A" }])).toThrow("neither request nor response: A");
  });

  test("a direction for an action that does not exist", () => {
    expect(() => readModel({ ...version, chargerInitiated: ["B"] }, [request])).toThrow("no such actions: B");
  });

  test("a reference to nothing", async () => {
    const schema = { type: "object", properties: { a: { $ref: "Gone" } } } as const;
    const message = { action: "A", direction: "csms", request: schema, response: null } as const;
    await expect(validatorsModule({ messages: [message], definitions: new Map() })).rejects.toThrow("Gone");
  });
});

describe("cross-check of the two packages", () => {
  const version = { id: "v16", label: "1.6", actions: 2 };

  test("equal sets of the right size pass", () => {
    expect(() => crossCheck(version, ["A", "B"], ["B", "A"])).not.toThrow();
  });

  test("differing sets and wrong sizes fail, and say how", () => {
    expect(() => crossCheck(version, ["A", "B"], ["A", "C"])).toThrow(
      "OCPP 1.6: B is missing in typed-ocpp; C is missing in ocpp-rpc",
    );
    expect(() => crossCheck(version, ["A"], ["A"])).toThrow("OCPP 1.6: 1 actions instead of 2");
  });

  test("names of schemas become actions", () => {
    expect(actionsOf(["BResponse", "BRequest", "NotifyA"])).toEqual(["B", "NotifyA"]);
  });

  // Fidelity: two independent copies of the official texts, compared constraint by constraint.
  test.each(VERSIONS)("OCPP $label: they agree on every constraint but three lengths of 1.6", async (version) => {
    const peer: object = await import(`../../node_modules/${version.peer}`);
    const raw = Object.entries(peer).map(([name, schema], index) => {
      // Every schema of typed-ocpp carries the definitions of all: once is enough.
      const { definitions, ...root } = record(schema, name);
      return { ...root, $id: `urn:${name}`, definitions: index === 0 ? definitions : {} };
    });
    const theirs = new Map(namedSchemas(readModel(version, raw)));
    const differing = namedSchemas(modelOf(version))
      .filter(([name, ours]) => !acceptSame(ours, theirs.get(name) ?? {}))
      .map(([name]) => name);
    const widened = ["KeyValue", "ChangeConfigurationRequest", "StatusNotificationRequest"];
    expect(differing).toEqual(version.id === "v16" ? widened : []);
  });
});

describe("types and OpenAPI", () => {
  test("an optional member has a question mark, an empty payload takes nothing, a SEND has no response", () => {
    const types = VERSIONS.map((version) => typesModule(modelOf(version)));
    expect(types[0]).toContain("  idTagInfo?: IdTagInfo;\n");
    expect(types[0]).toContain("export type HeartbeatRequest = Record<string, never>;");
    expect(types[2]).toContain("  NotifyPeriodicEventStream: NotifyPeriodicEventStreamRequest;");
    expect(types[2]).not.toContain("NotifyPeriodicEventStreamResponse");
  });

  test.each(VERSIONS)(
    "OCPP $label: the document holds what operators send, and every reference resolves",
    (version) => {
      const text = openapiJson(modelOf(version));
      const { components, ...actions } = record(JSON.parse(text), "openapi");
      const table = tableOf(version);
      expect(Object.keys(actions)).toEqual(Object.keys(table).filter((name) => table[name]?.direction !== "charger"));
      const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
      expect(Object.keys(record(components, "components")).sort()).toEqual([...new Set(referred)].sort());
      expect(referred.every((name) => name?.startsWith(version.prefix))).toBe(true);
    },
  );
});
