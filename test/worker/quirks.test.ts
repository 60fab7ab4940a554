// What real chargers do that no specification foresees, as raw frames: docs/quirks.md says which row is shown where.
import { evictDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Charger, connectCharger } from "../support/worker/charger.ts";
import { addIdToken, registerCharger } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_2X,
  BOOT_16,
  findingsOf,
  history,
  meterValuesOf,
  ms,
  online,
  SUBPROTOCOLS,
  sample,
  start,
  startPayload,
  stationRow,
  transactionsOf,
} from "../support/worker/sessions.ts";

const TWO_X = ["2.0.1", "2.1"] as const;
const VERSIONS = [
  ["1.6", BOOT_16],
  ["2.0.1", BOOT_2X],
  ["2.1", BOOT_2X],
] as const;

const STATUS_16 = { connectorId: 1, errorCode: "NoError", status: "Available" };
const STATUS_2X = { timestamp: at(0), connectorStatus: "Available", evseId: 1, connectorId: 1 };
const event = (eventType: string, second: number, more: Record<string, unknown> = {}) => ({
  eventType,
  timestamp: at(second),
  triggerReason: "CablePluggedIn",
  seqNo: second,
  transactionInfo: { transactionId: "t-1" },
  evse: { id: 1, connectorId: 1 },
  ...more,
});

const give = async (charger: Charger, action: string, payload: object): Promise<string> => {
  const result = await actorOf(charger).command({ action, payload: { ...payload }, offline: "fail" }, 0);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.id;
};

/** The frames that the charger sent, as they are kept. */
const keptFrames = async (charger: Charger): Promise<string[]> =>
  (await actorOf(charger).messages(null, 50)).filter(({ direction }) => direction === "in").map(({ frame }) => frame);

afterEach(() => vi.useRealTimers());

describe.each(TWO_X)("payloads of 1.6 on a socket of %s", (version) => {
  const here = () => online({}, { subprotocols: SUBPROTOCOLS[version] });

  test("a boot is refused with a CALLERROR and noted, and the socket stays for a better one", async () => {
    const charger = await here();
    expect(await charger.call("BootNotification", BOOT_16, "b")).toEqual([
      4,
      "b",
      "OccurrenceConstraintViolation",
      expect.any(String),
      {},
    ]);
    expect(await history(charger, "findings", "code")).toMatchObject([
      { code: "refused:OccurrenceConstraintViolation" },
      { code: "version_mismatch", detail: expect.stringContaining("set pinnedVersion to 1.6") },
    ]);
    expect(await charger.call("BootNotification", BOOT_2X, "c")).toMatchObject([3, "c", { status: "Accepted" }]);
  });

  test("what only 1.6 has is not implemented, and noted", async () => {
    const charger = await here();
    expect(await charger.call("StartTransaction", startPayload(), "s")).toEqual([
      4,
      "s",
      "NotImplemented",
      expect.any(String),
      {},
    ]);
    expect(await findingsOf(charger)).toEqual(["refused:NotImplemented", "version_mismatch"]);
    expect(await transactionsOf(charger)).toEqual([]);
  });

  test("a status is confirmed, changes nothing and is noted", async () => {
    const charger = await here();
    expect(await charger.call("StatusNotification", STATUS_16, "s")).toEqual([3, "s", {}]);
    expect((await actorOf(charger).live())?.connectors).toEqual([]);
    expect(await findingsOf(charger)).toEqual(expect.arrayContaining(["status_unusable", "version_mismatch"]));
  });

  test("the pin makes the charger speak 1.6 from its next connection on", async () => {
    const id = await registerCharger({ pinnedVersion: "1.6" });
    const charger = await connectCharger(id, { subprotocols: `${SUBPROTOCOLS[version]},ocpp1.6` });
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
  });
});

describe("a payload of 2.x on a socket of 1.6", () => {
  test("names the version to pin, and one that is merely broken names none", async () => {
    const charger = await online();
    expect((await charger.call("BootNotification", BOOT_2X))[0]).toBe(4);
    expect(await history(charger, "findings", "code")).toMatchObject([
      { code: "refused:OccurenceConstraintViolation" },
      { code: "version_mismatch", detail: expect.stringContaining("set pinnedVersion to 2.0.1") },
    ]);
    const broken = await online();
    expect((await broken.call("BootNotification", {}))[0]).toBe(4);
    await broken.call("StatusNotification", { ...STATUS_16, odd: 1 });
    expect(await findingsOf(broken)).not.toContain("version_mismatch");
  });
});

describe("a charger that comes back with another version", () => {
  test("is understood from its very first frame, without a boot", async () => {
    const id = await registerCharger();
    const old = await connectCharger(id);
    await old.call("BootNotification", BOOT_16);
    const young = await connectCharger(id, { subprotocols: "ocpp2.0.1" });
    expect(await young.call("TransactionEvent", event("Started", 0), "e")).toEqual([3, "e", {}]);
    expect(await transactionsOf(young)).toMatchObject([{ ocpp_version: "2.0.1", ocpp_transaction_id: "t-1" }]);
    const again = await connectCharger(id);
    expect(await again.call("StatusNotification", STATUS_16, "s")).toEqual([3, "s", {}]);
    expect(await stationRow(again)).toMatchObject({ ocpp_version: "1.6" });
    expect(await findingsOf(again)).toEqual([]);
  });

  test("is refused in the spelling of the version that it speaks now", async () => {
    const id = await registerCharger();
    const codes = [];
    for (const subprotocols of ["ocpp1.6", "ocpp2.0.1", "ocpp1.6,ocpp2.1", "ocpp1.6"]) {
      const charger = await connectCharger(id, { subprotocols });
      codes.push((await charger.call("BootNotification", {}))[2]);
    }
    expect(codes).toEqual([
      "OccurenceConstraintViolation",
      "OccurrenceConstraintViolation",
      "OccurrenceConstraintViolation",
      "OccurenceConstraintViolation",
    ]);
  });

  test("finishes in its old version what it had begun there", async () => {
    const id = await registerCharger();
    const old = await connectCharger(id);
    const transactionId = await start(old);
    const probing = await connectCharger(id, { subprotocols: "ocpp2.0.1" });
    await probing.call("BootNotification", BOOT_2X);
    const back = await connectCharger(id);
    const stop = { transactionId, meterStop: 2000, timestamp: at(60) };
    expect(await back.call("StopTransaction", stop, "e")).toEqual([3, "e", {}]);
    expect(await transactionsOf(back)).toMatchObject([{ status: "completed", meter_stop: 2000 }]);
  });
});

describe("a charger that does not boot when it returns", () => {
  test("is taken for what it last said that it is, and is called at once", async () => {
    const charger = await online();
    await charger.call("BootNotification", { ...BOOT_16, firmwareVersion: "7" });
    charger.close();
    await charger.closed;
    const again = await connectCharger(charger.id);
    const id = await give(again, "UnlockConnector", { connectorId: 1 });
    expect(await again.next()).toEqual([2, id, "UnlockConnector", { connectorId: 1 }]);
    expect(await stationRow(again)).toMatchObject({ connected: 1, vendor: "V", firmware_version: "7" });
  });

  test("is served all the same, however often its actor slept", async () => {
    const charger = await online();
    expect(await charger.call("StatusNotification", STATUS_16, "s")).toEqual([3, "s", {}]);
    await evictDurableObject(actorOf(charger));
    expect(await start(charger)).toBeGreaterThan(0);
    expect(await transactionsOf(charger)).toMatchObject([{ status: "active" }]);
  });
});

describe.each(VERSIONS)("commands asked before the boot in OCPP %s", (version, boot) => {
  test("wait for its answer, and follow one by one in the order asked", async () => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const [action, payload] = version === "1.6" ? ["GetConfiguration", {}] : ["GetLocalListVersion", {}];
    const ids = [await give(charger, action, payload), await give(charger, action, payload)];
    await charger.call("Heartbeat", {});
    expect(charger.received).toHaveLength(1);
    expect(await charger.call("BootNotification", boot, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await charger.next()).toEqual([2, ids[0], action, payload]);
    await charger.call("Heartbeat", {});
    charger.send([3, ids[0], version === "1.6" ? {} : { versionNumber: 0 }]);
    expect(await charger.next()).toEqual([2, ids[1], action, payload]);
  });
});

describe.each(VERSIONS)("the time that a charger is told in OCPP %s", (version, boot) => {
  test("has no fractions of a second, at boot and heartbeat", async () => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const whole = { currentTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) };
    expect((await charger.call("BootNotification", boot))[2]).toMatchObject(whole);
    expect((await charger.call("Heartbeat", {}))[2]).toEqual(whole);
  });
});

describe("message ids that start again with a boot", () => {
  test("name new messages, though the payload is the same", async () => {
    await addIdToken("AFTER-BOOT");
    const charger = await online();
    const verdict = async () => (await charger.call("Authorize", { idTag: "AFTER-BOOT" }, "1"))[2];
    expect(await verdict()).toMatchObject({ idTagInfo: { status: "Accepted" } });
    await addIdToken("AFTER-BOOT", { status: "blocked" });
    expect(await verdict()).toMatchObject({ idTagInfo: { status: "Accepted" } });
    await charger.call("BootNotification", BOOT_16, "0");
    expect(await verdict()).toMatchObject({ idTagInfo: { status: "Blocked" } });
  });
});

describe("optional members that are null", () => {
  test("count as absent in what 1.6 tells of connectors, meters and transactions", async () => {
    const charger = await online();
    const status = { ...STATUS_16, info: null, timestamp: null, vendorId: null, vendorErrorCode: null };
    expect(await charger.call("StatusNotification", status, "s")).toEqual([3, "s", {}]);
    expect((await actorOf(charger).live())?.connectors).toMatchObject([{ status: "Available" }]);
    const begun = await charger.call("StartTransaction", { ...startPayload(), reservationId: null }, "b");
    expect(begun).toMatchObject([3, "b", { transactionId: expect.any(Number) }]);
    const { transactionId } = begun[2] as { transactionId: number };
    const value = {
      value: "1100",
      unit: null,
      measurand: null,
      phase: null,
      context: null,
      format: null,
      location: null,
    };
    const values = { connectorId: 1, transactionId: null, meterValue: [{ timestamp: at(5), sampledValue: [value] }] };
    expect(await charger.call("MeterValues", values, "v")).toEqual([3, "v", {}]);
    const stop = { transactionId, idTag: null, reason: null, transactionData: null, meterStop: 1200, timestamp: at(9) };
    expect(await charger.call("StopTransaction", stop, "e")).toEqual([3, "e", {}]);
    const [transaction] = await transactionsOf(charger);
    expect(transaction).toMatchObject({ status: "completed", meter_stop: 1200, stop_reason: "Local" });
    expect(await meterValuesOf(charger, transaction.id)).toMatchObject([
      { sampledValue: [{ value: 1100, unit: "Wh", measurand: "Energy.Active.Import.Register" }] },
    ]);
  });

  test.each(TWO_X)("count as absent in a TransactionEvent of %s", async (version) => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const nulls = { idToken: null, meterValue: null, reservationId: null, cableMaxCurrent: null, offline: null };
    const info = { transactionId: "t-1", chargingState: null, stoppedReason: null, remoteStartId: null };
    expect(
      await charger.call("TransactionEvent", event("Started", 0, { ...nulls, transactionInfo: info }), "a"),
    ).toEqual([3, "a", {}]);
    expect(await charger.call("TransactionEvent", event("Ended", 9, { ...nulls, evse: null }), "b")).toEqual([
      3,
      "b",
      {},
    ]);
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", evse_id: 1 }]);
  });
});

describe("optional members that are null in messages that are otherwise checked", () => {
  test.each([
    ["1.6", "BootNotification", { chargePointVendor: "V", chargePointModel: "M", firmwareVersion: null }],
    ["1.6", "DataTransfer", { vendorId: "x", messageId: null }],
    ["2.0.1", "BootNotification", { ...BOOT_2X, chargingStation: { vendorName: "V", model: "M", modem: null } }],
    ["2.0.1", "FirmwareStatusNotification", { status: "Idle", requestId: null }],
    ["2.1", "Authorize", { idToken: { idToken: "x", type: "Central" }, certificate: null }],
  ] as const)("count as absent in %s %s, and leave a finding", async (version, action, payload) => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    expect((await charger.call(action, payload, "n"))[0]).toBe(3);
    expect(await findingsOf(charger)).toContain(`schema:${action}:type`);
  });

  test("are refused where they are required, and under the strict policy", async () => {
    const tolerant = await online();
    expect((await tolerant.call("BootNotification", { ...BOOT_16, chargePointModel: null }, "n"))[2]).toBe(
      "TypeConstraintViolation",
    );
    const strict = await online({ policy: "strict" });
    expect((await strict.call("BootNotification", { ...BOOT_16, iccid: null }, "n"))[2]).toBe(
      "TypeConstraintViolation",
    );
  });
});

describe("members that are there twice", () => {
  test("count with their last value, and the frame is kept as it came", async () => {
    const charger = await online();
    const frame =
      '[2,"d","StatusNotification",{"connectorId":1,"connectorId":2,"errorCode":"NoError","status":"Faulted","status":"Charging"}]';
    charger.send(frame);
    expect(await charger.next()).toEqual([3, "d", {}]);
    expect((await actorOf(charger).live())?.connectors).toMatchObject([{ connectorId: 2, status: "Charging" }]);
    expect(await keptFrames(charger)).toContain(frame);
    expect(await findingsOf(charger)).toEqual(["duplicate_members"]);
  });

  test.each([
    ["nested", '[{"timestamp":"","timestamp":"","sampledValue":[{"value":"1"}]}]', true],
    ["with spaces before the colon", '[{"timestamp" :"","timestamp" : "","sampledValue":[{"value":"1"}]}]', true],
    ["of objects side by side", '[{"sampledValue":[{"value":"1"},{"value":"2"}]},{"sampledValue":[]}]', false],
    ["within a text alone", '[{"sampledValue":[{"value":"\\":\\"value\\":1"}]}]', false],
  ])("are noted: %s", async (_what, meterValue, isNoted) => {
    const charger = await online();
    charger.send(`[2,"d","MeterValues",{"connectorId":1,"meterValue":${meterValue}}]`);
    expect(await charger.next()).toEqual([3, "d", {}]);
    expect((await findingsOf(charger)).includes("duplicate_members")).toBe(isNoted);
  });
});

describe("members that nobody knows", () => {
  test("are noted once a kind, with a count, however often they come", async () => {
    const charger = await online();
    for (let i = 0; i < 3; i += 1) await charger.call("StatusNotification", { ...STATUS_16, timestamp: at(i), odd: i });
    expect(await history(charger, "findings", "code")).toMatchObject([
      { code: "schema:StatusNotification:additionalProperties", count: 3 },
    ]);
    expect((await keptFrames(charger)).filter((frame) => frame.includes('"odd"'))).toHaveLength(3);
  });
});

describe("values of the vendor's own", () => {
  const LONG = "L".repeat(120);

  test("a serial number and a firmware of any length are kept whole, and noted", async () => {
    const charger = await online();
    const boot = { ...BOOT_16, chargePointSerialNumber: LONG, firmwareVersion: LONG };
    expect(await charger.call("BootNotification", boot, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await stationRow(charger)).toMatchObject({ serial_number: LONG, firmware_version: LONG });
    expect(await findingsOf(charger)).toEqual(["schema:BootNotification:maxLength"]);
  });

  test.each(TWO_X)("a boot reason that %s does not have is accepted, and noted", async (version) => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const boot = { ...BOOT_2X, reason: "FullMoon" };
    expect(await charger.call("BootNotification", boot, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await findingsOf(charger)).toEqual(["schema:BootNotification:enum"]);
  });

  test("a status, an error and a long info are kept as text, and noted", async () => {
    const charger = await online();
    const status = { connectorId: 1, errorCode: "Vendor#7", status: "Dozing", info: LONG };
    expect(await charger.call("StatusNotification", status, "s")).toEqual([3, "s", {}]);
    expect(await history(charger, "connector_statuses", "seq")).toMatchObject([
      { status: "Dozing", error_code: "Vendor#7", info: LONG },
    ]);
    expect((await findingsOf(charger)).every((code) => code.startsWith("schema:StatusNotification:"))).toBe(true);
  });

  test("a token that is too long starts its transaction under all of its letters, and noted", async () => {
    await addIdToken(LONG);
    const charger = await online();
    expect(await charger.call("StartTransaction", startPayload({ idTag: LONG }), "s")).toMatchObject([
      3,
      "s",
      { transactionId: expect.any(Number), idTagInfo: { status: "Accepted" } },
    ]);
    expect(await transactionsOf(charger)).toMatchObject([{ id_token: LONG }]);
    expect(await findingsOf(charger)).toEqual(["schema:StartTransaction:maxLength"]);
  });

  test("a measurand and a unit are kept as they are, and noted", async () => {
    const charger = await online();
    const sampledValue = [{ value: "7", measurand: "Vendor.Mood", unit: "smiles" }];
    await charger.call("MeterValues", { connectorId: 1, meterValue: [{ timestamp: at(1), sampledValue }] });
    expect(await meterValuesOf(charger)).toMatchObject([
      { sampledValue: [{ value: 7, measurand: "Vendor.Mood", unit: "smiles" }] },
    ]);
    expect(await findingsOf(charger)).toEqual(["schema:MeterValues:enum"]);
  });

  test.each(TWO_X)("a trigger, a state and a reason of a TransactionEvent of %s are kept as text", async (version) => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const info = { transactionId: "t-1", chargingState: "Humming", stoppedReason: "FullMoon" };
    await charger.call("TransactionEvent", event("Started", 0, { triggerReason: "Wish", transactionInfo: info }));
    await charger.call("TransactionEvent", event("Ended", 1, { triggerReason: "Wish", transactionInfo: info }));
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", stop_reason: "FullMoon" }]);
    expect(await findingsOf(charger)).toEqual(["schema:TransactionEvent:enum"]);
  });

  test("a configuration value of more than 500 letters settles the command, with a remark", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const id = await give(charger, "GetConfiguration", {});
    await charger.next();
    charger.send([3, id, { configurationKey: [{ key: "Long", readonly: false, value: "x".repeat(2_000) }] }]);
    await charger.call("Heartbeat", {});
    expect(await actorOf(charger).commandNow(id)).toMatchObject({
      status: "accepted",
      remarks: ["the answer breaks the schema"],
    });
  });
});

describe("fractions where whole numbers belong", () => {
  test("are rounded, and refuse nothing", async () => {
    const charger = await online();
    const id = await start(charger, { connectorId: 1.2, meterStart: 999.6 });
    await charger.call("StatusNotification", { ...STATUS_16, connectorId: 1.2, status: "Charging" });
    await charger.call("MeterValues", { connectorId: 1.2, transactionId: id, meterValue: [sample(5, "1100")] });
    const stop = { transactionId: id, meterStop: 1500.4, timestamp: at(60) };
    expect(await charger.call("StopTransaction", stop, "e")).toEqual([3, "e", {}]);
    const [transaction] = await transactionsOf(charger);
    expect(transaction).toMatchObject({ connector_id: 1, meter_start: 1000, meter_stop: 1500 });
    expect(await meterValuesOf(charger, transaction.id)).toHaveLength(1);
    expect((await actorOf(charger).live())?.connectors).toMatchObject([{ connectorId: 1, status: "Charging" }]);
  });
});

describe("times that cannot be", () => {
  const NOW = ms(600);
  const IMPOSSIBLE = [undefined, null, "", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday", 0] as const;
  const freeze = () => vi.useFakeTimers({ toFake: ["Date"], now: NOW });

  test.each(IMPOSSIBLE)("give way to the time of receipt in a 1.6 transaction: %j", async (timestamp) => {
    const charger = await online();
    freeze();
    const [, , { transactionId }] = (await charger.call("StartTransaction", { ...startPayload(), timestamp })) as [
      number,
      string,
      { transactionId: number },
    ];
    vi.setSystemTime(NOW + 60_000);
    const stop = { transactionId, meterStop: 1500, timestamp };
    expect(await charger.call("StopTransaction", stop, "e")).toEqual([3, "e", {}]);
    vi.useRealTimers();
    expect(await transactionsOf(charger)).toMatchObject([{ started_at: NOW, stopped_at: NOW + 60_000 }]);
    expect(await findingsOf(charger)).toContain("clock");
    expect(
      (await keptFrames(charger)).some((frame) => frame.includes(JSON.stringify({ timestamp }).slice(1, -1))),
    ).toBe(true);
  });

  test.each(IMPOSSIBLE)("give way to the time of receipt in a TransactionEvent: %j", async (timestamp) => {
    const charger = await online({}, { subprotocols: "ocpp2.0.1" });
    freeze();
    expect(await charger.call("TransactionEvent", { ...event("Started", 0), timestamp }, "a")).toEqual([3, "a", {}]);
    vi.setSystemTime(NOW + 60_000);
    expect(await charger.call("TransactionEvent", { ...event("Ended", 1), timestamp }, "b")).toEqual([3, "b", {}]);
    vi.useRealTimers();
    expect(await transactionsOf(charger)).toMatchObject([{ started_at: NOW, stopped_at: NOW + 60_000 }]);
  });

  test.each(IMPOSSIBLE)("give way to the time of receipt in a status: %j", async (timestamp) => {
    const charger = await online();
    freeze();
    expect(await charger.call("StatusNotification", { ...STATUS_16, timestamp }, "s")).toEqual([3, "s", {}]);
    vi.useRealTimers();
    expect(await history(charger, "connector_statuses", "seq")).toMatchObject([{ status_at: NOW }]);
  });

  test("without a zone are read as UTC, and those with an offset as they say", async () => {
    const charger = await online();
    await start(charger, { timestamp: "2026-01-01T12:00:00" });
    await start(charger, { connectorId: 2, timestamp: "2026-01-01T14:00:00+02:00" });
    expect((await transactionsOf(charger)).map(({ started_at }) => started_at)).toEqual([ms(0), ms(0)]);
  });

  test("do not stop a 2.x status from being shown", async () => {
    const charger = await online({}, { subprotocols: "ocpp2.0.1" });
    expect(await charger.call("StatusNotification", { ...STATUS_2X, timestamp: "" }, "s")).toEqual([3, "s", {}]);
    expect((await actorOf(charger).live())?.connectors).toMatchObject([{ status: "Available" }]);
  });
});

describe("a remote start that is never answered", () => {
  test("is tied to the transaction that it begot all the same", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const id = await give(charger, "RemoteStartTransaction", { idTag: "APP", connectorId: 1 });
    await charger.next();
    expect(await start(charger, { idTag: "APP" })).toBeGreaterThan(0);
    expect(await actorOf(charger).commandNow(id)).toMatchObject({ status: "sent" });
    expect(await transactionsOf(charger)).toMatchObject([{ id_token: "APP", status: "active", command_id: id }]);
  });
});

describe("a command that the charger turns down", () => {
  test.each([
    ["RemoteStartTransaction", { idTag: "APP", connectorId: 1 }, "Rejected"],
    ["RemoteStopTransaction", { transactionId: 1 }, "Rejected"],
    ["UnlockConnector", { connectorId: 1 }, "UnlockFailed"],
    ["UnlockConnector", { connectorId: 99 }, "NotSupported"],
    ["ChangeConfiguration", { key: "K", value: "x" }, "Rejected"],
    ["ChangeConfiguration", { key: "K", value: "x" }, "NotSupported"],
    ["TriggerMessage", { requestedMessage: "MeterValues" }, "Rejected"],
    ["TriggerMessage", { requestedMessage: "MeterValues" }, "NotImplemented"],
    ["CancelReservation", { reservationId: 5 }, "Rejected"],
    ["ClearCache", {}, "Rejected"],
    ["Reset", { type: "Hard" }, "Rejected"],
  ])("keeps its word, and the next one goes out: %s %j %s", async (action, payload, status) => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const id = await give(charger, action, payload);
    expect(await charger.next()).toEqual([2, id, action, payload]);
    charger.send([3, id, { status }]);
    const next = await give(charger, "GetConfiguration", {});
    expect((await charger.next())[1]).toBe(next);
    expect(await actorOf(charger).commandNow(id)).toMatchObject({
      status: "accepted",
      response: JSON.stringify({ status }),
    });
    expect(await findingsOf(charger)).toEqual([]);
  });
});

describe("a session that ends where it began", () => {
  test("is a session of no energy, with nothing to remark", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("StopTransaction", { transactionId: id, meterStop: 1000, timestamp: at(5) });
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", meter_start: 1000, meter_stop: 1000 }]);
    expect(await findingsOf(charger)).toEqual([]);
  });
});

describe("a start while another one is open on the connector", () => {
  test("closes that one as superseded at its last reading", async () => {
    const charger = await online();
    const first = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId: first, meterValue: [sample(5, "1777")] });
    await start(charger, { timestamp: at(60), meterStart: 1800 });
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "completed", closed_by: "superseded", meter_stop: 1777 },
      { status: "active", meter_start: 1800 },
    ]);
    expect(await findingsOf(charger)).toContain("start_while_open");
  });
});
