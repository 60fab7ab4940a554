// Meter values made uniform, and frames read: whatever a charger sends, nothing throws and no usable number is lost.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answerAs,
  callErrorFrame,
  callFrame,
  callResultErrorFrame,
  callResultFrame,
  parseFrame,
} from "../../src/ocpp/frame.ts";
import { lastImportRegister, readMeterValues } from "../../src/ocpp/metering.ts";
import { actorOf, at, findingsOf, meterValuesOf, ms, online, start } from "../support/worker/sessions.ts";

const RECEIVED = ms(100);
const read = (sampledValue: unknown, timestamp: unknown = at(0)) =>
  readMeterValues({ meterValue: [{ timestamp, sampledValue }] }, RECEIVED);
const readOne = (sample: unknown) => read([sample])[0]?.sampledValue[0];

describe("a sampled value", () => {
  test("gets the defaults of the specification", () => {
    expect(read([{ value: "12.5" }])).toEqual([
      {
        sampledAt: at(0),
        receivedAt: at(100),
        sampledValue: [
          {
            value: 12.5,
            measurand: "Energy.Active.Import.Register",
            unit: "Wh",
            context: "Sample.Periodic",
            location: "Outlet",
          },
        ],
      },
    ]);
  });

  test.each([
    [{ value: "1.1", unit: "kWh" }, 1100, "Wh"],
    [{ value: "0.0123", unit: "KWH" }, 12.3, "Wh"],
    [{ value: "-7.4", unit: "kW", measurand: "Power.Active.Import" }, -7400, "W"],
    [{ value: "7400", unit: "W", measurand: "Power.Active.Import" }, 7400, "W"],
    [{ value: "16", measurand: "Current.Import", phase: "L1" }, 16, "A"],
    [{ value: "230.4", measurand: "Voltage" }, 230.4, "V"],
    [{ value: "80", measurand: "SoC" }, 80, "Percent"],
    [{ value: "31", unit: "Celcius", measurand: "Temperature" }, 31, "Celsius"],
    [{ value: "3", measurand: "Energy.Reactive.Export.Interval" }, 3, "varh"],
    [{ value: 5, unitOfMeasure: { unit: "Wh", multiplier: 3 } }, 5000, "Wh"],
    [{ value: 5, unitOfMeasure: { unit: "kWh", multiplier: -1 } }, 500, "Wh"],
    [{ value: 5, unitOfMeasure: { multiplier: 400 } }, 5, "Wh"],
    [{ value: 5, unitOfMeasure: { multiplier: -400 } }, 5, "Wh"],
    [{ value: "5", unit: "horses" }, 5, "horses"],
    [{ value: "5", unit: "constructor" }, 5, "constructor"],
    [{ value: "0.1", unit: "kWh" }, 100, "Wh"],
    [{ value: "1e-9", unit: "kWh" }, 0.000001, "Wh"],
  ])("is uniform: %j", (sample, value, unit) => {
    expect(readOne(sample)).toMatchObject({ value, unit });
  });

  test.each([
    [{ value: 42 }, 42],
    [{ value: "42,5" }, 42.5],
    [{ value: " 42 " }, 42],
    [42, 42],
    ["42", 42],
    [{ value: "0" }, 0],
    [{ value: "+5" }, 5],
  ])("is coerced: %j", (sample, value) => {
    expect(readOne(sample)?.value).toBe(value);
  });

  test.each([
    { value: "" },
    { value: "n/a" },
    { value: null },
    {},
    null,
    [],
    "",
    { value: "1e999" },
    { value: true },
    { value: {} },
  ])("without a number is dropped: %j", (sample) => {
    expect(read([sample, { value: "1" }])[0]?.sampledValue).toHaveLength(1);
    expect(read([sample])).toEqual([]);
  });

  test("keeps what was sent where it was changed, and only there", () => {
    expect(readOne({ value: "1.5", unit: "kWh" })).toMatchObject({ value: 1500, raw: { value: "1.5", unit: "kWh" } });
    expect(readOne({ value: "1500", unit: "Wh" })).not.toHaveProperty("raw");
  });

  test("that is signed keeps its signature though it has no number", () => {
    const signed = { value: "OCMF|{}|{}", format: "SignedData", context: "Transaction.End" };
    expect(readOne(signed)).toEqual({
      value: null,
      measurand: "Energy.Active.Import.Register",
      unit: "Wh",
      context: "Transaction.End",
      location: "Outlet",
      raw: signed,
    });
    expect(readOne({ value: 5, signedMeterValue: { signedMeterData: "x" } })).toMatchObject({
      value: 5,
      raw: { value: 5 },
    });
  });
});

describe("a meter value", () => {
  test("may be an object where a list belongs, at either level", () => {
    expect(readMeterValues({ meterValue: { timestamp: at(1), sampledValue: { value: 7 } } }, RECEIVED)).toMatchObject([
      { sampledAt: at(1), sampledValue: [{ value: 7 }] },
    ]);
  });

  test.each([
    undefined,
    null,
    "",
    "yesterday",
    "1970-01-01T00:00:00Z",
    "2000-01-01T00:00:00Z",
    "2099-01-01T00:00:00Z",
    5,
    {},
  ])("with an insane time gets that of its receipt: %j", (timestamp) => {
    expect(readMeterValues({ meterValue: [{ timestamp, sampledValue: [{ value: 1 }] }] }, RECEIVED)).toMatchObject([
      { sampledAt: at(100) },
    ]);
  });

  test("names the newest import register of all phases", () => {
    const values = readMeterValues(
      {
        meterValue: [
          { sampledValue: [{ value: "1" }] },
          { sampledValue: [{ value: "9", phase: "L1" }, { value: "2" }] },
          { sampledValue: [{ value: "7", measurand: "Voltage" }] },
        ],
      },
      RECEIVED,
    );
    expect(lastImportRegister(values)).toBe(2);
    expect(lastImportRegister([])).toBeUndefined();
  });

  test.each([
    { meterValue: [] },
    { meterValue: {} },
    { meterValue: [{ timestamp: at(0), sampledValue: [] }] },
    {},
    { meterValue: "x" },
  ])("that holds nothing is confirmed all the same: %j", async (payload) => {
    const charger = await online();
    await start(charger);
    expect(await charger.call("MeterValues", { connectorId: 1, ...payload }, "v")).toEqual([3, "v", {}]);
    expect(await meterValuesOf(charger)).toEqual([]);
    expect((await findingsOf(charger)).length).toBeGreaterThan(0);
  });

  test("that is on its way to D1 can be seen at the actor", async () => {
    const charger = await online();
    const transactionId = await start(charger);
    await actorOf(charger).flush();
    const uuid = (await actorOf(charger).live())?.openTransactions[0] ?? "";
    for (let i = 1; i <= 3; i += 1)
      await charger.call("MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: at(i), sampledValue: [{ value: i }] }],
      });
    expect(await actorOf(charger).unshippedMeterValues(uuid)).toMatchObject(
      [1, 2, 3].map((i) => ({ sampledAt: at(i) })),
    );
    expect(await actorOf(charger).unshippedMeterValues("other")).toEqual([]);
    expect(await meterValuesOf(charger, uuid)).toHaveLength(3);
    expect(await actorOf(charger).unshippedMeterValues(uuid)).toEqual([]);
  });
});

describe("whatever arrives", () => {
  const named = fc.constantFrom(
    "meterValue",
    "sampledValue",
    "value",
    "unit",
    "measurand",
    "unitOfMeasure",
    "multiplier",
    "timestamp",
    "format",
    "phase",
    "__proto__",
  );
  const odd = fc.oneof(
    fc.constantFrom("kWh", "constructor", "SignedData", "", "1e400", null, Number.MAX_VALUE, 5e-324),
    fc.anything(),
    fc.double(),
    fc.string(),
  );
  const { payload } = fc.letrec<{ payload: unknown; node: unknown }>((tie) => ({
    node: fc.oneof({ maxDepth: 5 }, odd, fc.array(tie("node"), { maxLength: 4 }), tie("payload")),
    payload: fc.dictionary(named, tie("node"), { maxKeys: 5 }),
  }));
  const json = (value: unknown): unknown => {
    const text = JSON.stringify(value, (_key, member) => (typeof member === "bigint" ? Number(member) : member));
    return text === undefined ? {} : JSON.parse(text);
  };

  test("readMeterValues neither throws nor tells an infinite number", () => {
    fc.assert(
      fc.property(payload, (sent) => {
        const values = readMeterValues(json(sent) as Record<string, unknown>, RECEIVED);
        for (const { sampledValue, sampledAt } of values) {
          expect(Number.isFinite(Date.parse(sampledAt))).toBe(true);
          for (const { value } of sampledValue) expect(value === null || Number.isFinite(value)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("readMeterValues loses no finite number", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const unit = fc.constantFrom("Wh", "kWh", "mA", "W", "nonsense", "toString", undefined);
    const multiplier = fc.constantFrom(undefined, 0, 3, -3, 999, -999);
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ value: fc.oneof(number, number.map(String)), unit, unitOfMeasure: fc.record({ multiplier }) }),
          { minLength: 1 },
        ),
        (samples) => {
          const values = readMeterValues(
            json({ meterValue: [{ sampledValue: samples }] }) as Record<string, unknown>,
            RECEIVED,
          );
          const read = values.flatMap(({ sampledValue }) => sampledValue);
          expect(read).toHaveLength(samples.length);
          for (const [i, { value }] of read.entries())
            expect(Math.sign(value ?? Number.NaN) + 0).toBe(Math.sign(Number(samples[i]?.value)) + 0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("parseFrame never throws", () => {
    const broken = fc.json().map((text) => text.slice(0, Math.floor(text.length / 2)));
    const frame = fc
      .array(fc.oneof(fc.constantFrom(1, 2, 3, 4, 5, 6, "Heartbeat", "id", null), fc.jsonValue()))
      .map((parts) => JSON.stringify(parts));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          broken,
          frame,
          frame.map((text) => text.slice(0, -2)),
        ),
        (text) => void parseFrame(text),
      ),
      { numRuns: 500 },
    );
  });

  test("frames that we write are the frames that we read", () => {
    const id = fc.oneof(fc.string(), fc.maxSafeInteger());
    fc.assert(
      fc.property(id, fc.string(), fc.jsonValue(), (id, action, value) => {
        const payload = { value };
        const idText = JSON.stringify(id);
        expect(parseFrame(callFrame(String(id), action, JSON.stringify(payload)))).toMatchObject({
          kind: "call",
          id: String(id),
          action,
          payload: json(payload),
        });
        expect(parseFrame(callResultFrame(idText, payload))).toMatchObject({
          kind: "result",
          id,
          payload: json(payload),
        });
        expect(parseFrame(callErrorFrame(idText, "InternalError", action))).toMatchObject({
          kind: "error",
          id,
          code: "InternalError",
        });
        expect(parseFrame(callResultErrorFrame(idText, "InternalError", action))).toMatchObject({
          kind: "resultError",
          id,
        });
        expect(parseFrame(answerAs(idText, callResultFrame('"other"', payload)))).toMatchObject({
          kind: "result",
          id,
          payload: json(payload),
        });
      }),
      { numRuns: 300 },
    );
  });
});
