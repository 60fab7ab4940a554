/** The simulated charger in 2.0.1 and 2.1: what both versions have, tested in both. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fastClock } from "../../scripts/charger/clock.ts";
import { type Charger, type ChargerOptions, createCharger, type Frame } from "../../scripts/charger/create.ts";
import {
  boot,
  type Csms,
  inSeconds,
  type Payload,
  ROOT,
  ROOT_HASH,
  startCsms,
  startFileServer,
  until,
} from "./charger-csms.ts";

const ACCEPTED = { status: "Accepted" };
const ISO14443 = (idToken: string) => ({ idToken, type: "ISO14443" });

let csms: Csms;
let version: string;
const chargers: Charger[] = [];

function eachTest(): void {
  beforeEach(async () => {
    csms = await startCsms(`ocpp${version}`, {
      BootNotification: () => boot("Accepted", 3600),
      Heartbeat: () => ({ currentTime: new Date().toISOString() }),
      Authorize: () => ({ idTokenInfo: ACCEPTED }),
      TransactionEvent: ({ idToken }) => (idToken ? { idTokenInfo: ACCEPTED } : {}),
      NotifyEVChargingNeeds: () => ACCEPTED,
      OpenPeriodicEventStream: () => ACCEPTED,
    });
  });
  afterEach(async () => {
    await Promise.all(chargers.splice(0).map((charger) => charger.close()));
    await csms.close();
    expect(csms.violations).toEqual([]);
  });
}

describe.each(["2.0.1", "2.1"])("OCPP %s", (each) => {
  beforeEach(() => {
    version = each;
  });
  eachTest();

  test("boots with its reason, tells its connectors, keeps the heartbeat", async () => {
    csms.answer("BootNotification", () => boot("Accepted", 5));
    await connected({ connectors: 2 });
    expect(csms.payloads("BootNotification")).toMatchObject([
      { reason: "PowerUp", chargingStation: { vendorName: "ov2x-edge", model: "Simulator" } },
    ]);
    expect(csms.all("StatusNotification", "evseId")).toEqual([1, 2]);
    await until(() => csms.calls("Heartbeat").length >= 2);
  });

  test("a reboot at the charger says so", async () => {
    const charger = await connected();
    await charger.reboot();
    await until(() => csms.calls("BootNotification").length === 2);
    expect(csms.all("BootNotification", "reason")).toEqual(["PowerUp", "LocalReset"]);
  });

  test("a pending charger answers, but starts nothing and tells nothing", async () => {
    const answers = ["Pending", "Accepted"];
    csms.answer("BootNotification", () => boot(answers.shift() ?? "Accepted", 20));
    const ready = newCharger().connect();
    await until(() => csms.actions().length === 1);
    const remote = { idToken: ISO14443("TAG"), remoteStartId: 1 };
    expect(await csms.call("RequestStartTransaction", remote)).toMatchObject({ status: "Rejected" });
    expect(await getVariable("AuthCtrlr", "Enabled")).toMatchObject({ attributeValue: "true" });
    await ready;
    expect(csms.actions().slice(0, 2)).toEqual(["BootNotification", "BootNotification"]);
  });

  describe("a transaction", () => {
    test("plug, start, meter, stop, unplug, in one numbered series", async () => {
      const charger = await connected({ meterIntervalS: 5 });
      charger.plug(1);
      const { id } = await charger.start(1, "TAG");
      await until(() => reasons().filter((reason) => reason === "MeterValuePeriodic").length >= 2);
      charger.pause(1, true);
      charger.pause(1, false);
      await charger.stop(1);
      await charger.unplug(1);
      await until(() => statuses(1).at(-1) === "Available");

      expect(statuses(1)).toEqual(["Available", "Occupied", "Available"]);
      expect(csms.calls("Authorize")[0]?.payload).toMatchObject({ idToken: ISO14443("TAG") });
      const events = csms.payloads("TransactionEvent");
      expect(events.map(({ seqNo }) => seqNo)).toEqual(events.map((_, index) => index));
      expect(new Set(events.map(({ transactionInfo }) => member(transactionInfo, "transactionId")))).toEqual(
        new Set([id]),
      );
      expect(events[0]).toMatchObject({
        eventType: "Started",
        triggerReason: "Authorized",
        evse: { id: 1, connectorId: 1 },
        idToken: ISO14443("TAG"),
        transactionInfo: { chargingState: "EVConnected" },
      });
      const states = events.map(({ transactionInfo }) => member(transactionInfo, "chargingState"));
      expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
        "EVConnected",
        "Charging",
        "SuspendedEV",
        "Charging",
        "EVConnected",
      ]);
      expect(events.at(-1)).toMatchObject({
        eventType: "Ended",
        triggerReason: "StopAuthorized",
        transactionInfo: { stoppedReason: "Local" },
      });
      const [first, last] = [energyOf(events[0]), energyOf(events.at(-1))];
      expect(last).toMatchObject({ context: "Transaction.End", unitOfMeasure: { unit: "Wh" } });
      expect(Number(member(last, "value"))).toBeGreaterThan(Number(member(first, "value")));
      expect(events.some((event) => "offline" in event)).toBe(false);
    });

    test("the end carries samples when TxEndedInterval asks for them", async () => {
      const charger = await connected();
      await setVariable("SampledDataCtrlr", "TxEndedInterval", "5");
      charger.plug(1);
      await charger.start(1, "TAG");
      await new Promise((resolve) => setTimeout(resolve, 250));
      await charger.stop(1);
      const values = member(csms.payloads("TransactionEvent").at(-1), "meterValue");
      expect(Array.isArray(values) && values.length).toBeGreaterThan(2);
    });

    test("an eMAID keeps its type, a blocked token starts nothing, a disowned one is stopped", async () => {
      const charger = await connected();
      charger.plug(1);
      csms.answer("Authorize", () => ({ idTokenInfo: { status: "Blocked" } }));
      await expect(charger.start(1, "eMAID:DE8AAC1")).rejects.toThrow("Blocked");
      expect(csms.calls("Authorize")[0]?.payload.idToken).toEqual({ idToken: "DE8AAC1", type: "eMAID" });
      csms.answer("Authorize", () => ({ idTokenInfo: ACCEPTED }));
      csms.answer("TransactionEvent", ({ eventType }) =>
        eventType === "Started" ? { idTokenInfo: { status: "Invalid" } } : {},
      );
      await expect(charger.start(1, "TAG")).rejects.toThrow("Invalid");
      expect(csms.payloads("TransactionEvent").at(-1)).toMatchObject({
        triggerReason: "Deauthorized",
        transactionInfo: { stoppedReason: "DeAuthorized" },
      });
    });

    test("a fault ends it and is an event, its repair another", async () => {
      const charger = await charging();
      await charger.fault(1, "GroundFailure");
      charger.clearFault(1);
      await until(() => csms.calls("NotifyEvent").length === 2);
      expect(statuses(1)).toContain("Faulted");
      expect(csms.payloads("TransactionEvent").at(-1)).toMatchObject({
        transactionInfo: { stoppedReason: "GroundFault" },
      });
      const [fault, repair] = csms.all("NotifyEvent", "eventData");
      expect(fault).toMatchObject([
        { actualValue: "true", techCode: "GroundFailure", component: { name: "Connector" } },
      ]);
      expect(repair).toMatchObject([{ actualValue: "false", cleared: true }]);
    });
  });

  describe("remote", () => {
    test("a start waits for the cable, carries its id, obeys its profile, and can be stopped", async () => {
      const charger = await connected({ connectors: 2 });
      const request = {
        idToken: ISO14443("REMOTE"),
        remoteStartId: 77,
        evseId: 2,
        chargingProfile: profile({ limit: 1000 }),
      };
      expect(await csms.call("RequestStartTransaction", request)).toEqual(ACCEPTED);
      await until(() => charger.status(2) === "Preparing");
      charger.plug(2);
      await until(() => csms.calls("TransactionEvent").length >= 2);
      expect(csms.calls("Authorize")).toEqual([]);
      expect(csms.payloads("TransactionEvent")[0]).toMatchObject({
        triggerReason: "RemoteStart",
        transactionInfo: { remoteStartId: 77 },
      });
      expect(charger.read(2).powerW).toBe(1000);
      expect(await csms.call("RequestStartTransaction", request)).toMatchObject({ status: "Rejected" });
      const transactionId = String(charger.transaction(2)?.id);
      expect(await csms.call("GetTransactionStatus", { transactionId })).toMatchObject({ ongoingIndicator: true });
      expect(await csms.call("CostUpdated", { transactionId, totalCost: 1.5 })).toEqual({});
      expect(await csms.call("RequestStopTransaction", { transactionId: "other" })).toMatchObject({
        status: "Rejected",
      });
      expect(await csms.call("RequestStopTransaction", { transactionId })).toEqual(ACCEPTED);
      await until(() => reasons().at(-1) === "RemoteStop");
      await until(() => charger.unsent === 0);
      expect(await csms.call("GetTransactionStatus", { transactionId })).toEqual({
        ongoingIndicator: false,
        messagesInQueue: false,
      });
    });

    test("an immediate reset ends transactions first, one on idle waits for them", async () => {
      const charger = await charging();
      expect(await csms.call("Reset", { type: "OnIdle" })).toEqual({ status: "Scheduled" });
      expect(csms.calls("BootNotification")).toHaveLength(1);
      await charger.stop(1);
      await until(() => csms.calls("BootNotification").length === 2);
      expect(csms.payloads("BootNotification")[1]).toMatchObject({ reason: "RemoteReset" });
      await until(() => charger.online && csms.calls("StatusNotification").length > 2);

      await charger.start(1, "TAG");
      csms.forgetCalls();
      expect(await csms.call("Reset", { type: "Immediate", evseId: 9 })).toMatchObject({ status: "Rejected" });
      expect(await csms.call("Reset", { type: "Immediate", evseId: 1 })).toEqual(ACCEPTED);
      await until(() => reasons().at(-1) === "ResetCommand");
      expect(csms.calls("BootNotification")).toEqual([]);

      await charger.start(1, "TAG");
      expect(await csms.call("Reset", { type: "Immediate" })).toEqual(ACCEPTED);
      await until(() => csms.calls("BootNotification").length === 1);
      expect(csms.payloads("TransactionEvent").at(-1)).toMatchObject({
        eventType: "Ended",
        transactionInfo: { stoppedReason: "ImmediateReset" },
      });
    });

    test("unavailability: the station, an EVSE, scheduled while a transaction runs", async () => {
      const charger = await charging({ connectors: 2 });
      const change = (operationalStatus: string, evse?: Payload) =>
        csms.call("ChangeAvailability", { operationalStatus, ...(evse && { evse }) });
      expect(await change("Inoperative", { id: 9 })).toEqual({ status: "Rejected" });
      expect(await change("Inoperative", { id: 2, connectorId: 1 })).toEqual(ACCEPTED);
      await until(() => statuses(2).at(-1) === "Unavailable");
      expect(await change("Inoperative")).toEqual({ status: "Scheduled" });
      await charger.stop(1);
      await until(() => statuses(1).at(-1) === "Unavailable");
      expect(await change("Operative")).toEqual(ACCEPTED);
      await until(() => statuses(2).at(-1) === "Available");
    });

    test("a connector in use is not unlocked", async () => {
      const charger = await charging();
      const unlock = (evseId: number) => csms.call("UnlockConnector", { evseId, connectorId: 1 });
      expect(await unlock(9)).toEqual({ status: "UnknownConnector" });
      expect(await unlock(1)).toEqual({ status: "OngoingAuthorizedTransaction" });
      await charger.stop(1);
      expect(await unlock(1)).toEqual({ status: "Unlocked" });
    });

    test.each([
      "FirmwareStatusNotification",
      "Heartbeat",
      "LogStatusNotification",
      "MeterValues",
      "StatusNotification",
      "TransactionEvent",
    ])("%s can be triggered", async (requestedMessage) => {
      await charging();
      await until(() => csms.calls("StatusNotification").length === 2 && csms.calls("TransactionEvent").length === 2);
      csms.forgetCalls();
      expect(await csms.call("TriggerMessage", { requestedMessage, evse: { id: 1 } })).toEqual(ACCEPTED);
      await until(() => csms.calls(requestedMessage).length === 1);
    });

    test("what is not there cannot be triggered", async () => {
      await connected();
      const trigger = (requestedMessage: string) => csms.call("TriggerMessage", { requestedMessage });
      expect(await trigger("BootNotification")).toEqual({ status: "Rejected" });
      expect(await trigger("TransactionEvent")).toEqual({ status: "Rejected" });
      expect(await trigger("SignV2GCertificate")).toEqual({ status: "NotImplemented" });
    });

    test("a reservation keeps others out, is consumed, cancelled, expires and is removed by a fault", async () => {
      const charger = await connected();
      const reserve = (id: number, seconds: number) =>
        csms.call("ReserveNow", { id, evseId: 1, expiryDateTime: inSeconds(seconds), idToken: ISO14443("MINE") });
      expect(await reserve(1, 600)).toEqual(ACCEPTED);
      await until(() => statuses(1).at(-1) === "Reserved");
      expect(await reserve(2, 600)).toEqual({ status: "Occupied" });
      await expect(charger.start(1, "OTHER")).rejects.toThrow("reserved");
      expect(await csms.call("CancelReservation", { reservationId: 1 })).toEqual(ACCEPTED);
      expect(await csms.call("CancelReservation", { reservationId: 1 })).toEqual({ status: "Rejected" });

      await reserve(3, 60);
      await until(() => csms.calls("ReservationStatusUpdate").length === 1);
      await reserve(4, 600);
      await charger.fault(1, "OtherError");
      await until(() => csms.calls("ReservationStatusUpdate").length === 2);
      expect(csms.payloads("ReservationStatusUpdate")).toEqual([
        { reservationId: 3, reservationUpdateStatus: "Expired" },
        { reservationId: 4, reservationUpdateStatus: "Removed" },
      ]);
      charger.clearFault(1);

      await reserve(5, 600);
      charger.plug(1);
      await charger.start(1, "MINE");
      expect(csms.payloads("TransactionEvent")[0]?.reservationId).toBe(5);
    });

    test("the local list and the cache decide without the CSMS", async () => {
      const charger = await connected();
      const localAuthorizationList = [{ idToken: ISO14443("LOCAL"), idTokenInfo: ACCEPTED }];
      const list = (versionNumber: number) =>
        csms.call("SendLocalList", { versionNumber, updateType: "Differential", localAuthorizationList });
      expect(await list(5)).toEqual(ACCEPTED);
      expect(await list(5)).toEqual({ status: "VersionMismatch" });
      expect(await csms.call("GetLocalListVersion", {})).toEqual({ versionNumber: 5 });
      await setVariable("AuthCtrlr", "LocalPreAuthorize", "true");
      expect(await charger.authorize("LOCAL")).toBe("Accepted");
      expect(await charger.authorize("NoAuthorization:")).toBe("Accepted");
      expect(csms.calls("Authorize")).toEqual([]);
      expect(await csms.call("ClearCache", {})).toEqual(ACCEPTED);
    });
  });

  describe("device model", () => {
    test("a base report comes in parts that add up to the whole", async () => {
      await connected({ connectors: 2 });
      expect(await csms.call("GetBaseReport", { requestId: 4, reportBase: "FullInventory" })).toEqual(ACCEPTED);
      await until(() => csms.payloads("NotifyReport").at(-1)?.tbc === false);
      const parts = csms.payloads("NotifyReport");
      expect(parts.length).toBeGreaterThan(3);
      expect(parts.map(({ seqNo }) => seqNo)).toEqual(parts.map((_, index) => index));
      expect(parts.slice(0, -1).every(({ tbc }) => tbc === true)).toBe(true);
      const rows = parts.flatMap(({ reportData }) => (Array.isArray(reportData) ? reportData : []));
      const names = rows.map(({ component }) => component.name);
      for (const name of ["OCPPCommCtrlr", "AuthCtrlr", "TxCtrlr", "SampledDataCtrlr", "DeviceDataCtrlr", "EVSE"])
        expect(names).toContain(name);
      const identity = rows.map(({ component, variable }) => JSON.stringify([component, variable]));
      expect(new Set(identity).size).toBe(rows.length);
      expect(JSON.stringify(rows.find(({ variable }) => variable.name === "BasicAuthPassword"))).not.toContain(
        'value":',
      );
    });

    test("a report of one EVSE, and of nothing", async () => {
      await connected({ connectors: 2 });
      const report = (componentVariable: Payload[]) => csms.call("GetReport", { requestId: 5, componentVariable });
      const component = { name: "EVSE", evse: { id: 2 } };
      expect(await report([{ component, variable: { name: "Power" } }])).toEqual(ACCEPTED);
      await until(() => csms.calls("NotifyReport").length === 1);
      expect(csms.payloads("NotifyReport")[0]?.reportData).toMatchObject([{ component, variable: { name: "Power" } }]);
      expect(await report([{ component: { name: "Teapot" } }])).toEqual({ status: "EmptyResultSet" });
    });

    test("variables: known, unknown, read-only, write-only, invalid, needing a reboot", async () => {
      await connected();
      expect(await setVariable("TxCtrlr", "EVConnectionTimeOut", "7")).toBe("Accepted");
      expect(await getVariable("txctrlr", "evconnectiontimeout")).toMatchObject({ attributeValue: "7" });
      expect(await setVariable("TxCtrlr", "EVConnectionTimeOut", "soon")).toBe("Rejected");
      expect(await setVariable("TxCtrlr", "TxStartPoint", "ParkingBayOccupancy")).toBe("Rejected");
      expect(await setVariable("SampledDataCtrlr", "TxUpdatedMeasurands", "Voltage,Humour")).toBe("Rejected");
      expect(await setVariable("OCPPCommCtrlr", "WebSocketPingInterval", "60")).toBe("RebootRequired");
      expect(await setVariable("TxCtrlr", "Colour", "green")).toBe("UnknownVariable");
      expect(await setVariable("Teapot", "Colour", "green")).toBe("UnknownComponent");
      expect(await getVariable("SecurityCtrlr", "BasicAuthPassword")).toMatchObject({ attributeStatus: "Rejected" });
      expect(await getVariable("TxCtrlr", "TxStartPoint", "Target")).toMatchObject({
        attributeStatus: "NotSupportedAttributeType",
      });
    });

    test("more items than ItemsPerMessage allows are refused as a whole", async () => {
      await connected();
      const item = { component: { name: "TxCtrlr" }, variable: { name: "TxStartPoint" } };
      const many = csms.call("GetVariables", { getVariableData: Array.from({ length: 21 }, () => item) });
      await expect(many).rejects.toMatchObject({ rpcErrorCode: "OccurrenceConstraintViolation" });
    });

    test("a new password is used for the next connection", async () => {
      await connected({ password: "old" });
      const before = csms.peer();
      expect(await setVariable("SecurityCtrlr", "BasicAuthPassword", "a-long-new-password")).toBe("Accepted");
      await until(() => csms.peer() !== before);
      expect(csms.handshakes[1]?.password).toBe("a-long-new-password");
    });

    test("a network profile is checked", async () => {
      await connected();
      const connectionData = {
        ocppVersion: "OCPP20",
        ocppTransport: "JSON",
        ocppCsmsUrl: "wss://csms.example/ocpp",
        messageTimeout: 30,
        securityProfile: 2,
        ocppInterface: "Wired0",
      };
      const set = (configurationSlot: number) => csms.call("SetNetworkProfile", { configurationSlot, connectionData });
      expect(await set(1)).toEqual(ACCEPTED);
      expect(await set(9)).toMatchObject({ status: "Rejected" });
    });
  });

  test("charging profiles limit the power, are reported, composed and cleared", async () => {
    const charger = await charging();
    const transactionId = String(charger.transaction(1)?.id);
    const set = async (evseId: number, chargingProfile: Payload) =>
      (await csms.call("SetChargingProfile", { evseId, chargingProfile })).status;
    expect(charger.read(1).powerW).toBe(7400);
    expect(await set(1, profile({ id: 1, limit: 10, unit: "A", transactionId }))).toBe("Accepted");
    expect(charger.read(1).powerW).toBe(2300);
    expect(await set(1, profile({ id: 2, limit: 500, stackLevel: 1, transactionId }))).toBe("Accepted");
    expect(charger.read(1).powerW).toBe(500);
    expect(await set(1, profile({ id: 3, limit: 1, transactionId }))).toBe("Rejected");
    expect(await set(1, profile({ id: 3, limit: 1, stackLevel: 2, transactionId: "other" }))).toBe("Rejected");
    expect(await set(0, profile({ id: 4, limit: 5000, purpose: "ChargingStationMaxProfile" }))).toBe("Accepted");
    await until(() => reasons().filter((reason) => reason === "ChargingRateChanged").length === 2);
    expect(await csms.call("GetCompositeSchedule", { evseId: 1, duration: 60 })).toMatchObject({
      status: "Accepted",
      schedule: { evseId: 1, chargingSchedulePeriod: [{ startPeriod: 0, limit: 500 }] },
    });

    expect(await csms.call("GetChargingProfiles", { requestId: 8, chargingProfile: {} })).toEqual(ACCEPTED);
    await until(() => csms.payloads("ReportChargingProfiles").at(-1)?.tbc === false);
    const ids = csms
      .payloads("ReportChargingProfiles")
      .flatMap(({ chargingProfile }) => (Array.isArray(chargingProfile) ? chargingProfile.map(({ id }) => id) : []));
    expect(ids.sort()).toEqual([1, 2, 4]);
    expect(
      await csms.call("GetChargingProfiles", { requestId: 9, chargingProfile: { chargingProfileId: [99] } }),
    ).toEqual({ status: "NoProfiles" });

    expect(await csms.call("ClearChargingProfile", { chargingProfileId: 2 })).toEqual(ACCEPTED);
    expect(await csms.call("ClearChargingProfile", { chargingProfileId: 2 })).toEqual({ status: "Unknown" });
    expect(charger.read(1).powerW).toBe(2300);
    expect(await set(0, profile({ id: 4, limit: 0, purpose: "ChargingStationMaxProfile" }))).toBe("Accepted");
    await until(() => JSON.stringify(csms.payloads("TransactionEvent").at(-1)).includes("SuspendedEVSE"));
  });

  test("logs are really uploaded, firmware really fetched", async () => {
    const files = await startFileServer();
    await connected();
    const log = { remoteLocation: `${files.url}/up/` };
    const { filename } = await csms.call("GetLog", { log, logType: "DiagnosticsLog", requestId: 3 });
    await until(() => csms.calls("LogStatusNotification").length === 2);
    expect(csms.payloads("LogStatusNotification")).toEqual([
      { status: "Uploading", requestId: 3 },
      { status: "Uploaded", requestId: 3 },
    ]);
    expect(files.received[0]).toMatchObject({ method: "PUT", url: `/up/${filename}` });
    expect(files.received[0]?.body).toContain("BootNotification");

    const firmware = { location: `${files.url}/v2.bin`, retrieveDateTime: inSeconds(0) };
    expect(await csms.call("UpdateFirmware", { requestId: 5, firmware })).toEqual(ACCEPTED);
    await until(() => csms.all("FirmwareStatusNotification", "status").at(-1) === "Installed");
    expect(csms.all("FirmwareStatusNotification", "status")).toEqual([
      "Downloading",
      "Downloaded",
      "Installing",
      "InstallRebooting",
      "Installed",
    ]);
    expect(csms.payloads("BootNotification").at(-1)).toMatchObject({
      reason: "FirmwareUpdate",
      chargingStation: { firmwareVersion: "v2.bin" },
    });
    files.close();
  });

  test("firmware with a wrong signature is not installed", async () => {
    const files = await startFileServer();
    await connected();
    const firmware = { location: `${files.url}/v3.bin`, retrieveDateTime: inSeconds(0) };
    const update = (more: Payload) => csms.call("UpdateFirmware", { requestId: 6, firmware: { ...firmware, ...more } });
    expect(await update({ signingCertificate: "rubbish" })).toEqual({ status: "InvalidCertificate" });
    expect(await update({ signingCertificate: ROOT, signature: "AAAA" })).toEqual(ACCEPTED);
    await until(() => csms.all("FirmwareStatusNotification", "status").at(-1) === "InvalidSignature");
    expect(csms.calls("SecurityEventNotification")).toHaveLength(1);
    files.close();
  });

  test("root certificates are kept under the hashes that OpenSSL computes", async () => {
    await connected();
    const certificateType = "CSMSRootCertificate";
    const install = (certificate: string) => csms.call("InstallCertificate", { certificateType, certificate });
    expect(await install("rubbish")).toEqual({ status: "Rejected" });
    expect(await install(ROOT)).toEqual(ACCEPTED);
    expect(await csms.call("GetInstalledCertificateIds", {})).toEqual({
      status: "Accepted",
      certificateHashDataChain: [{ certificateType, certificateHashData: ROOT_HASH }],
    });
    expect(await csms.call("DeleteCertificate", { certificateHashData: ROOT_HASH })).toEqual(ACCEPTED);
    expect(await csms.call("GetInstalledCertificateIds", {})).toEqual({ status: "NotFound" });
  });

  test("display messages are kept, reported and cleared", async () => {
    await connected();
    const set = (id: number, format = "UTF8", more: Payload = {}) =>
      csms.call("SetDisplayMessage", {
        message: { id, priority: "NormalCycle", message: { format, content: "Hello" }, ...more },
      });
    expect(await set(1)).toEqual(ACCEPTED);
    expect(await set(2, "HTML")).toEqual({ status: "NotSupportedMessageFormat" });
    expect(await set(3, "UTF8", { transactionId: "none" })).toEqual({ status: "UnknownTransaction" });
    expect(await csms.call("GetDisplayMessages", { requestId: 2 })).toEqual(ACCEPTED);
    await until(() => csms.calls("NotifyDisplayMessages").length === 1);
    expect(csms.payloads("NotifyDisplayMessages")[0]).toMatchObject({ requestId: 2, messageInfo: [{ id: 1 }] });
    expect(await csms.call("ClearDisplayMessage", { id: 1 })).toEqual(ACCEPTED);
    expect(await csms.call("ClearDisplayMessage", { id: 1 })).toEqual({ status: "Unknown" });
  });

  test("a customer's information is told and forgotten", async () => {
    const charger = await connected();
    await charger.authorize("TAG");
    const ask = (requestId: number) =>
      csms.call("CustomerInformation", { requestId, report: true, clear: true, idToken: ISO14443("TAG") });
    await ask(1);
    await ask(2);
    await until(() => csms.calls("NotifyCustomerInformation").length === 2);
    expect(csms.all("NotifyCustomerInformation", "data")).toEqual(["token TAG: Accepted", ""]);
    expect(await csms.call("CustomerInformation", { requestId: 3, report: true, clear: false })).toMatchObject({
      status: "Invalid",
    });
  });

  test("monitors tell of thresholds, changes and time, are reported and cleared", async () => {
    const charger = await connected();
    const evse = { name: "EVSE", evse: { id: 1 } };
    const monitor = (type: string, value: number, name = "Power") => ({
      type,
      value,
      severity: 5,
      component: evse,
      variable: { name },
    });
    const { setMonitoringResult } = await csms.call("SetVariableMonitoring", {
      setMonitoringData: [
        monitor("UpperThreshold", 1000),
        monitor("Delta", 1, "AvailabilityState"),
        monitor("Periodic", 5),
        monitor("UpperThreshold", 2000),
        monitor("Delta", 1, "EvseId"),
      ],
    });
    expect(setMonitoringResult).toMatchObject([
      { status: "Accepted", id: 1 },
      { status: "Accepted", id: 2 },
      { status: "Accepted", id: 3 },
      { status: "Duplicate" },
      { status: "UnknownVariable" },
    ]);
    charger.plug(1);
    await charger.start(1, "TAG");
    const triggers = () =>
      csms.all("NotifyEvent", "eventData").flatMap((data) => (Array.isArray(data) ? data.map((e) => e.trigger) : []));
    await until(() => ["Alerting", "Delta", "Periodic"].every((trigger) => triggers().includes(trigger)));

    expect(await csms.call("GetMonitoringReport", { requestId: 4 })).toEqual(ACCEPTED);
    await until(() => csms.calls("NotifyMonitoringReport").length === 1);
    expect(csms.payloads("NotifyMonitoringReport")[0]?.monitor).toHaveLength(3);
    expect(await csms.call("ClearVariableMonitoring", { id: [1, 99] })).toMatchObject({
      clearMonitoringResult: [ACCEPTED, { status: "NotFound" }],
    });
    expect(await csms.call("SetMonitoringLevel", { severity: 3 })).toEqual(ACCEPTED);
    expect(await csms.call("SetMonitoringBase", { monitoringBase: "HardWiredOnly" })).toEqual(ACCEPTED);
    expect(await csms.call("GetMonitoringReport", { requestId: 5 })).toEqual({ status: "EmptyResultSet" });
  });

  describe("offline", () => {
    test("events made while the socket is cut arrive in order, marked as such", async () => {
      const charger = await charging({ meterIntervalS: 5 });
      await until(() => csms.calls("TransactionEvent").length >= 2);
      charger.offline(300);
      await until(() => charger.unsent >= 2);
      await charger.stop(1);
      await until(() => charger.unsent === 0);
      const events = csms.payloads("TransactionEvent");
      expect(events.map(({ seqNo }) => seqNo)).toEqual(events.map((_, index) => index));
      expect(events.at(-1)).toMatchObject({ eventType: "Ended", offline: true });
      expect(events.filter(({ offline }) => offline).length).toBeGreaterThanOrEqual(2);
      expect(csms.calls("BootNotification")).toHaveLength(1);
    });

    test("a whole session made offline keeps its own id", async () => {
      const charger = await connected();
      charger.offline(300);
      charger.plug(1);
      const transaction = await charger.start(1, "UNKNOWN");
      await charger.stop(1);
      await until(() => charger.unsent === 0);
      const events = csms.payloads("TransactionEvent");
      expect(events.map(({ eventType }) => eventType)).toEqual(["Started", "Updated", "Ended"]);
      expect(events.every(({ offline }) => offline)).toBe(true);
      expect(member(events[0]?.transactionInfo, "transactionId")).toBe(transaction.id);
    });
  });

  test.each([
    [["Fly", {}], "NotImplemented"],
    [["BootNotification", { reason: "PowerUp", chargingStation: { model: "m", vendorName: "v" } }], "NotSupported"],
    [["CertificateSigned", {}], "OccurrenceConstraintViolation"],
    [["PublishFirmware", { location: "x", checksum: "x", requestId: 1 }], "NotSupported"],
    [["Reset", { type: 5 }], "TypeConstraintViolation"],
    [["Reset", { type: "Medium" }], "PropertyConstraintViolation"],
    [["Reset", {}], "OccurrenceConstraintViolation"],
    [["Reset", { type: "Immediate", colour: 1 }], "FormatViolation"],
    [["Reset", "Immediate"], "FormatViolation"],
    [[5, {}], "RpcFrameworkError"],
  ])("%j is answered with %s", async (rest, code) => {
    const charger = await connected();
    const frames: Frame[] = [];
    charger.on("frame", (frame) => frames.push(frame));
    csms.peer().sendRaw(JSON.stringify([2, "id-1", ...rest]));
    await until(() => frames.some(({ message }) => message.kind === "error"));
    expect(frames.at(-1)?.message).toMatchObject({ kind: "error", id: "id-1", code });
  });

  test("noise does not harm", async () => {
    const charger = await connected();
    for (const noise of ["", "{", "[9,1]", '[3,"nobody",{}]', '[5,"x","GenericError","",{}]', '[6,"x","Y",{}]'])
      csms.peer().sendRaw(noise);
    expect(await csms.call("DataTransfer", { vendorId: "x" })).toEqual({ status: "UnknownVendorId" });
    expect(charger.online).toBe(true);
  });
});

async function getVariable(component: string, variable: string, attributeType?: string): Promise<unknown> {
  const data = {
    component: { name: component },
    variable: { name: variable },
    ...(attributeType && { attributeType }),
  };
  const { getVariableResult } = await csms.call("GetVariables", { getVariableData: [data] });
  return Array.isArray(getVariableResult) ? getVariableResult[0] : undefined;
}

async function setVariable(component: string, variable: string, attributeValue: string): Promise<unknown> {
  const data = { component: { name: component }, variable: { name: variable }, attributeValue };
  const { setVariableResult } = await csms.call("SetVariables", { setVariableData: [data] });
  return Array.isArray(setVariableResult) ? setVariableResult[0]?.attributeStatus : undefined;
}

function statuses(evseId: number): unknown[] {
  return csms
    .payloads("StatusNotification")
    .flatMap((payload) => (payload.evseId === evseId ? [payload.connectorStatus] : []));
}

const reasons = () => csms.all("TransactionEvent", "triggerReason");

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

/** The last energy reading of an event. */
function energyOf(event: Payload | undefined): unknown {
  const values = member(event, "meterValue");
  const samples = Array.isArray(values) ? values.flatMap(({ sampledValue }) => sampledValue) : [];
  return samples.findLast((sample) => member(sample, "measurand") === "Energy.Active.Import.Register");
}

interface ProfileSketch {
  id?: number;
  limit: number;
  unit?: "A" | "W";
  stackLevel?: number;
  purpose?: string;
  transactionId?: string;
}

function profile({
  id = 1,
  limit,
  unit = "W",
  stackLevel = 0,
  purpose = "TxProfile",
  ...rest
}: ProfileSketch): Payload {
  return {
    id,
    stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind: "Relative",
    chargingSchedule: [{ id: 1, chargingRateUnit: unit, chargingSchedulePeriod: [{ startPeriod: 0, limit }] }],
    ...rest,
  };
}

function newCharger(options: Partial<ChargerOptions> = {}): Charger {
  const charger = createCharger({
    id: "CP1",
    version,
    url: csms.url,
    clock: fastClock(50),
    speed: 20,
    meterIntervalS: 0,
    firstRetryMs: 20,
    rebootMs: 20,
    ...options,
  });
  chargers.push(charger);
  return charger;
}

async function connected(options: Partial<ChargerOptions> = {}): Promise<Charger> {
  const charger = newCharger(options);
  await charger.connect();
  return charger;
}

async function charging(options: Partial<ChargerOptions> = {}): Promise<Charger> {
  const charger = await connected(options);
  charger.plug(1);
  await charger.start(1, "TAG");
  return charger;
}
