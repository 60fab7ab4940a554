/** The simulated charger against a CSMS that is not ours: ocpp-rpc, which checks every frame against the schemas. */
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

let csms: Csms;
const chargers: Charger[] = [];

beforeEach(async () => {
  let transactions = 0;
  const accepted = { idTagInfo: { status: "Accepted" } };
  csms = await startCsms("ocpp1.6", {
    BootNotification: () => boot("Accepted", 3600),
    Heartbeat: () => ({ currentTime: new Date().toISOString() }),
    Authorize: () => accepted,
    StartTransaction: () => ({ ...accepted, transactionId: ++transactions }),
  });
});

afterEach(async () => {
  await Promise.all(chargers.splice(0).map((charger) => charger.close()));
  await csms.close();
  expect(csms.violations).toEqual([]);
});

describe("boot", () => {
  test("a pending charger asks again after the interval, says nothing else, and answers commands", async () => {
    const answers = ["Pending", "Pending", "Accepted"];
    csms.answer("BootNotification", () => boot(answers.shift() ?? "Accepted", 20));
    const charger = newCharger();
    const connected = charger.connect();
    await until(() => csms.actions().length === 1);
    charger.plug(1);
    expect(await csms.call("GetConfiguration", { key: ["NumberOfConnectors"] })).toMatchObject({ unknownKey: [] });
    await connected;
    expect(csms.actions().slice(0, 3)).toEqual(["BootNotification", "BootNotification", "BootNotification"]);
    expect(statuses(1)).toEqual(["Preparing"]);
  });

  test("a rejected charger is mute, and a script learns that it is rejected for good", async () => {
    csms.answer("BootNotification", () => boot("Rejected", 5));
    const charger = newCharger({ maxRejections: 2 });
    await expect(charger.connect()).rejects.toThrow("rejects");
    expect(new Set(csms.actions())).toEqual(new Set(["BootNotification"]));
  });

  test("status of the station and every connector follows, then heartbeats at the interval given", async () => {
    csms.answer("BootNotification", () => boot("Accepted", 5));
    await connected({ connectors: 2 });
    expect(csms.calls("StatusNotification").map(({ payload }) => payload.connectorId)).toEqual([0, 1, 2]);
    await until(() => csms.calls("Heartbeat").length >= 2);
  });

  test("with once, a refused connection fails at once", async () => {
    await csms.close();
    await expect(newCharger({ once: true }).connect()).rejects.toThrow("cannot connect");
  });

  test("the password goes out as Basic credentials with the id as user name", async () => {
    await connected({ id: "CP 1/a", password: "secret" });
    expect(csms.handshakes).toEqual([{ identity: "CP 1/a", password: "secret" }]);
  });

  test("bad options name the option", () => {
    expect(() => createCharger({ id: "CP1", version: "9" })).toThrow("version");
    expect(() => createCharger({ id: "CP1", connectors: 0 })).toThrow("connectors");
  });
});

describe("a transaction", () => {
  test("plug, start, meter, stop, unplug", async () => {
    const charger = await connected({ meterIntervalS: 5 });
    charger.plug(1);
    const transaction = await charger.start(1, "TAG");
    expect(transaction.id).toBe(1);
    await until(() => csms.calls("MeterValues").length >= 3);
    await charger.stop(1);
    await charger.unplug(1);

    await until(() => statuses(1).at(-1) === "Available");
    expect(statuses(1)).toEqual(["Available", "Preparing", "Charging", "Finishing", "Available"]);
    expect(contexts().slice(0, 2)).toEqual(["Transaction.Begin", "Sample.Periodic"]);
    expect(contexts().at(-1)).toBe("Transaction.End");
    const [stop] = csms.calls("StopTransaction");
    expect(stop?.payload).toMatchObject({ transactionId: 1, reason: "Local", idTag: "TAG" });
    expect(Number(stop?.payload.meterStop)).toBeGreaterThan(0);
    expect(stop?.payload).not.toHaveProperty("transactionData");
  });

  test("the stop carries the data that StopTxnSampledData asks for", async () => {
    const charger = await charging();
    await csms.call("ChangeConfiguration", { key: "StopTxnSampledData", value: "Energy.Active.Import.Register" });
    await charger.stop(1);
    const data = csms.calls("StopTransaction")[0]?.payload.transactionData;
    expect(JSON.stringify(data)).toContain("Transaction.End");
  });

  test("a blocked tag starts nothing", async () => {
    csms.answer("Authorize", () => ({ idTagInfo: { status: "Blocked" } }));
    const charger = await connected();
    charger.plug(1);
    await expect(charger.start(1, "TAG")).rejects.toThrow("Blocked");
    expect(csms.calls("StartTransaction")).toEqual([]);
  });

  test("a tag disowned at the start stops its transaction", async () => {
    csms.answer("StartTransaction", () => ({ transactionId: 9, idTagInfo: { status: "Invalid" } }));
    const charger = await connected();
    charger.plug(1);
    await expect(charger.start(1, "TAG")).rejects.toThrow("Invalid");
    expect(csms.calls("StopTransaction")[0]?.payload).toMatchObject({ transactionId: 9, reason: "DeAuthorized" });
  });

  test("no cable within ConnectionTimeOut: nothing starts", async () => {
    const charger = await connected();
    await csms.call("ChangeConfiguration", { key: "ConnectionTimeOut", value: "5" });
    await expect(charger.start(1, "TAG")).rejects.toThrow("no cable");
    await until(() => statuses(1).at(-1) === "Available");
    expect(statuses(1)).toEqual(["Available", "Preparing", "Available"]);
  });

  test("a vehicle that pauses or leaves, and a connector that breaks", async () => {
    const charger = await charging();
    charger.pause(1, true);
    charger.pause(1, false);
    await charger.unplug(1);
    await charger.fault(1, "GroundFailure");
    charger.clearFault(1);
    await until(() => statuses(1).length === 8);
    expect(statuses(1).slice(3)).toEqual(["SuspendedEV", "Charging", "Available", "Faulted", "Available"]);
    expect(csms.calls("StopTransaction")[0]?.payload.reason).toBe("EVDisconnected");
  });
});

describe("commands", () => {
  test("a remote start waits for the cable, a remote stop ends it", async () => {
    const charger = await connected({ connectors: 2 });
    expect(await csms.call("RemoteStartTransaction", { idTag: "REMOTE", connectorId: 2 })).toEqual({
      status: "Accepted",
    });
    await until(() => charger.status(2) === "Preparing");
    charger.plug(2);
    await until(() => charger.transaction(2)?.id !== undefined);
    expect(csms.calls("Authorize")).toEqual([]);
    expect(await csms.call("RemoteStartTransaction", { idTag: "REMOTE", connectorId: 2 })).toEqual({
      status: "Rejected",
    });
    expect(await csms.call("RemoteStopTransaction", { transactionId: 77 })).toEqual({ status: "Rejected" });
    expect(await csms.call("RemoteStopTransaction", { transactionId: 1 })).toEqual({ status: "Accepted" });
    await until(() => csms.calls("StopTransaction").length === 1);
    expect(csms.calls("StopTransaction")[0]?.payload.reason).toBe("Remote");
  });

  test("a remote start picks the plugged connector, authorizes if told to, and obeys its profile", async () => {
    const charger = await connected({ connectors: 2 });
    charger.plug(2);
    await csms.call("ChangeConfiguration", { key: "AuthorizeRemoteTxRequests", value: "true" });
    await csms.call("RemoteStartTransaction", {
      idTag: "REMOTE",
      chargingProfile: profile({ limit: 1000, unit: "W" }),
    });
    await until(() => charger.transaction(2)?.id !== undefined);
    expect(csms.calls("Authorize")).toHaveLength(1);
    expect(charger.read(2).powerW).toBe(1000);
  });

  test("a soft reset stops transactions first, a hard reset tells of them after the boot", async () => {
    const charger = await charging();
    for (const type of ["Soft", "Hard"]) {
      if (!charger.transaction(1)) await charger.start(1, "TAG");
      csms.forgetCalls();
      expect(await csms.call("Reset", { type })).toEqual({ status: "Accepted" });
      await until(() => csms.calls("BootNotification").length === 1 && csms.calls("StopTransaction").length === 1);
      const order = csms.actions().filter((action) => action === "BootNotification" || action === "StopTransaction");
      expect(order).toEqual(
        type === "Soft" ? ["StopTransaction", "BootNotification"] : ["BootNotification", "StopTransaction"],
      );
      expect(csms.calls("StopTransaction")[0]?.payload.reason).toBe(`${type}Reset`);
      await until(() => statuses(1).at(-1) === "Preparing");
    }
  });

  test("configuration: known, unknown, read-only, invalid, needing a reboot", async () => {
    await connected();
    const change = async (key: string, value: string) =>
      (await csms.call("ChangeConfiguration", { key, value })).status;
    expect(await change("MeterValueSampleInterval", "7")).toBe("Accepted");
    expect(await change("MeterValueSampleInterval", "soon")).toBe("Rejected");
    expect(await change("MeterValuesSampledData", "Voltage,Humour")).toBe("Rejected");
    expect(await change("NumberOfConnectors", "9")).toBe("Rejected");
    expect(await change("WebSocketPingInterval", "60")).toBe("RebootRequired");
    expect(await change("Colour", "green")).toBe("NotSupported");
    expect(await csms.call("GetConfiguration", { key: ["MeterValueSampleInterval", "Colour"] })).toEqual({
      configurationKey: [{ key: "MeterValueSampleInterval", readonly: false, value: "7" }],
      unknownKey: ["Colour"],
    });
  });

  test("unavailability is scheduled while a transaction runs", async () => {
    const charger = await charging();
    const change = { connectorId: 0, type: "Inoperative" };
    expect(await csms.call("ChangeAvailability", change)).toEqual({ status: "Scheduled" });
    expect(charger.status(1)).toBe("Charging");
    await charger.stop(1);
    expect(charger.status(1)).toBe("Unavailable");
    await charger.unplug(1);
    await expect(charger.start(1, "TAG")).rejects.toThrow("unavailable");
    expect(await csms.call("ChangeAvailability", { ...change, type: "Operative" })).toEqual({ status: "Accepted" });
    await until(() => statuses(1).at(-1) === "Available" && statuses(0).at(-1) === "Available");
  });

  test("unlocking a connector stops its transaction", async () => {
    await charging();
    expect(await csms.call("UnlockConnector", { connectorId: 9 })).toEqual({ status: "NotSupported" });
    expect(await csms.call("UnlockConnector", { connectorId: 1 })).toEqual({ status: "Unlocked" });
    await until(() => csms.calls("StopTransaction").length === 1);
    expect(csms.calls("StopTransaction")[0]?.payload.reason).toBe("UnlockCommand");
  });

  test.each([
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "MeterValues",
    "StatusNotification",
  ])("%s can be triggered", async (requestedMessage) => {
    await connected();
    csms.forgetCalls();
    expect(await csms.call("TriggerMessage", { requestedMessage, connectorId: 1 })).toEqual({ status: "Accepted" });
    await until(() => csms.calls(requestedMessage).length === 1);
  });

  test("a reservation keeps others out, is consumed by its tag, can be cancelled, and expires", async () => {
    const charger = await connected();
    const reserve = (reservationId: number, seconds: number) =>
      csms.call("ReserveNow", { connectorId: 1, expiryDate: inSeconds(seconds), idTag: "MINE", reservationId });
    expect(await reserve(1, 600)).toEqual({ status: "Accepted" });
    expect(charger.status(1)).toBe("Reserved");
    expect(await reserve(2, 600)).toEqual({ status: "Occupied" });
    await expect(charger.start(1, "OTHER")).rejects.toThrow("reserved");
    expect(await csms.call("CancelReservation", { reservationId: 1 })).toEqual({ status: "Accepted" });
    expect(await csms.call("CancelReservation", { reservationId: 1 })).toEqual({ status: "Rejected" });

    await reserve(3, 5);
    await until(() => statuses(1).join() === "Available,Reserved,Available,Reserved,Available");

    await reserve(4, 600);
    charger.plug(1);
    await charger.start(1, "MINE");
    expect(csms.calls("StartTransaction")[0]?.payload.reservationId).toBe(4);
  });

  test("charging profiles limit the power", async () => {
    const charger = await charging();
    const set = async (connectorId: number, csChargingProfiles: Payload) =>
      (await csms.call("SetChargingProfile", { connectorId, csChargingProfiles })).status;
    expect(charger.read(1).powerW).toBe(7400);
    expect(await set(1, profile({ id: 1, limit: 10, unit: "A" }))).toBe("Accepted");
    expect(charger.read(1).powerW).toBe(2300);
    expect(await set(1, profile({ id: 2, limit: 500, unit: "W", stackLevel: 1 }))).toBe("Accepted");
    expect(charger.read(1).powerW).toBe(500);
    expect(await csms.call("GetCompositeSchedule", { connectorId: 1, duration: 60 })).toMatchObject({
      status: "Accepted",
      chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 500 }] },
    });
    expect(await csms.call("ClearChargingProfile", { id: 2 })).toEqual({ status: "Accepted" });
    expect(await csms.call("ClearChargingProfile", { id: 2 })).toEqual({ status: "Unknown" });
    expect(await set(0, profile({ id: 3, limit: 0, unit: "W", purpose: "ChargePointMaxProfile" }))).toBe("Accepted");
    await until(() => statuses(1).at(-1) === "SuspendedEVSE");
    expect(await set(0, profile({ id: 4, limit: 1, unit: "W" }))).toBe("Rejected");
  });

  test("the local list and the cache decide without the CSMS", async () => {
    const charger = await connected();
    const entry = { idTag: "LOCAL", idTagInfo: { status: "Accepted" } };
    const list = (listVersion: number) =>
      csms.call("SendLocalList", { listVersion, updateType: "Differential", localAuthorizationList: [entry] });
    expect(await list(5)).toEqual({ status: "Accepted" });
    expect(await list(5)).toEqual({ status: "VersionMismatch" });
    expect(await csms.call("GetLocalListVersion", {})).toEqual({ listVersion: 5 });
    await csms.call("ChangeConfiguration", { key: "LocalPreAuthorize", value: "true" });
    expect(await charger.authorize("LOCAL")).toBe("Accepted");
    expect(csms.calls("Authorize")).toEqual([]);
    expect(await csms.call("ClearCache", {})).toEqual({ status: "Accepted" });
  });

  test("a new AuthorizationKey is used for the next connection, and is never shown", async () => {
    await connected({ password: "old" });
    const before = csms.peer();
    const key = "00ff".repeat(10);
    expect(await csms.call("ChangeConfiguration", { key: "AuthorizationKey", value: key })).toEqual({
      status: "Accepted",
    });
    await until(() => csms.peer() !== before);
    expect(csms.handshakes[1]?.password).toBe(Buffer.from(key, "hex").toString());
    const { configurationKey } = await csms.call("GetConfiguration", { key: ["AuthorizationKey"] });
    expect(configurationKey).toEqual([{ key: "AuthorizationKey", readonly: false }]);
  });

  test("root certificates are kept under the hashes that OpenSSL computes", async () => {
    await connected();
    const certificateType = "CentralSystemRootCertificate";
    expect(await csms.call("InstallCertificate", { certificateType, certificate: "rubbish" })).toEqual({
      status: "Rejected",
    });
    expect(await csms.call("InstallCertificate", { certificateType, certificate: ROOT })).toEqual({
      status: "Accepted",
    });
    expect(await csms.call("GetInstalledCertificateIds", { certificateType })).toEqual({
      status: "Accepted",
      certificateHashData: [ROOT_HASH],
    });
    expect(await csms.call("DeleteCertificate", { certificateHashData: ROOT_HASH })).toEqual({ status: "Accepted" });
    expect(await csms.call("GetInstalledCertificateIds", { certificateType })).toEqual({ status: "NotFound" });
  });

  test("diagnostics and logs are really uploaded, firmware really fetched", async () => {
    const files = await startFileServer();
    await connected();
    const { fileName } = await csms.call("GetDiagnostics", { location: `${files.url}/up/` });
    await until(() => csms.calls("DiagnosticsStatusNotification").length === 2);
    expect(csms.all("DiagnosticsStatusNotification", "status")).toEqual(["Uploading", "Uploaded"]);
    expect(files.received[0]).toMatchObject({ method: "PUT", url: `/up/${fileName}` });
    expect(files.received[0]?.body).toContain("BootNotification");

    const log = { remoteLocation: "ftp://127.0.0.1/log" };
    await csms.call("GetLog", { log, logType: "DiagnosticsLog", requestId: 3 });
    await until(() => csms.calls("LogStatusNotification").length === 2);
    expect(csms.calls("LogStatusNotification")[1]?.payload).toEqual({ status: "UploadFailure", requestId: 3 });

    await csms.call("UpdateFirmware", { location: `${files.url}/v2.bin`, retrieveDate: inSeconds(0) });
    await until(() => csms.all("FirmwareStatusNotification", "status").at(-1) === "Installed");
    expect(csms.all("FirmwareStatusNotification", "status")).toEqual([
      "Downloading",
      "Downloaded",
      "Installing",
      "Installed",
    ]);
    expect(csms.calls("BootNotification").at(-1)?.payload.firmwareVersion).toBe("v2.bin");
    files.close();
  });

  test("signed firmware with a wrong signature is not installed, and one without a certificate is refused", async () => {
    const files = await startFileServer();
    await connected();
    const firmware = { location: `${files.url}/v3.bin`, retrieveDateTime: inSeconds(0), signature: "AAAA" };
    const update = (signingCertificate: string) =>
      csms.call("SignedUpdateFirmware", { requestId: 6, firmware: { ...firmware, signingCertificate } });
    expect(await update("rubbish")).toEqual({ status: "InvalidCertificate" });
    expect(await update(ROOT)).toEqual({ status: "Accepted" });
    await until(() => csms.all("SignedFirmwareStatusNotification", "status").at(-1) === "InvalidSignature");
    expect(csms.all("SignedFirmwareStatusNotification", "requestId")).toEqual([6, 6, 6]);
    expect(csms.calls("SecurityEventNotification")).toHaveLength(1);
    files.close();
  });

  test.each([
    ["download", ["Downloading", "DownloadFailed"]],
    ["install", ["Downloading", "Downloaded", "Installing", "InstallationFailed"]],
    ["signature", ["Downloading", "Downloaded", "Installing", "InstallationFailed"]],
  ] as const)("a charger that is to fail at the %s step does so, and keeps its version", async (failFirmware, told) => {
    const files = await startFileServer();
    await connected({ failFirmware, firmwareVersion: "0.9" });
    await csms.call("UpdateFirmware", { location: `${files.url}/v2.bin`, retrieveDate: inSeconds(0) });
    await until(() => csms.calls("FirmwareStatusNotification").length === told.length);
    expect(csms.all("FirmwareStatusNotification", "status")).toEqual(told);
    expect(csms.all("BootNotification", "firmwareVersion")).toEqual(["0.9"]);
    files.close();
  });

  test.each([
    [["Fly", {}], "NotImplemented"],
    [["CertificateSigned", {}], "OccurenceConstraintViolation"],
    [["Reset", { type: 5 }], "TypeConstraintViolation"],
    [["Reset", { type: "Medium" }], "PropertyConstraintViolation"],
    [["Reset", {}], "OccurenceConstraintViolation"],
    [["Reset", "Hard"], "FormationViolation"],
    [["Reset"], "FormationViolation"],
    [[5, {}], "FormationViolation"],
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
    for (const noise of ["", "{", "[]", "[9,1]", '[3,"nobody",{}]']) csms.peer().sendRaw(noise);
    expect(await csms.call("DataTransfer", { vendorId: "x" })).toEqual({ status: "UnknownVendorId" });
    expect(charger.online).toBe(true);
  });
});

describe("offline", () => {
  test("a stop made while the socket is cut is delivered after the reconnect, in order, without a new boot", async () => {
    const charger = await charging({ meterIntervalS: 5 });
    await until(() => csms.calls("MeterValues").length >= 1);
    csms.forgetCalls();
    charger.offline(300);
    await until(() => charger.unsent >= 2);
    await charger.stop(1);
    await charger.unplug(1);
    await until(() => charger.unsent === 0);
    const transactional = csms.actions().filter((action) => action !== "StatusNotification" && action !== "Heartbeat");
    expect(transactional.slice(0, 2)).toEqual(["MeterValues", "MeterValues"]);
    expect(transactional.at(-1)).toBe("StopTransaction");
    expect(csms.calls("StopTransaction")[0]?.payload.transactionId).toBe(1);
    expect(statuses(1)).toEqual(["Available"]);
  });

  test("a whole session made offline arrives under the id that the CSMS gives it", async () => {
    const charger = await connected();
    csms.forgetCalls();
    charger.offline(300);
    charger.plug(1);
    const transaction = await charger.start(1, "UNKNOWN");
    expect(transaction.id).toBeUndefined();
    await charger.stop(1);
    await until(() => charger.unsent === 0);
    expect(transaction.id).toBe(1);
    expect(csms.calls("StopTransaction")[0]?.payload.transactionId).toBe(1);
  });

  test("a start whose answer was lost is sent again with the same message id", async () => {
    const charger = await connected();
    let first = true;
    csms.answer("StartTransaction", async () => {
      if (first) void csms.peer().close({ force: true });
      first = false;
      return { transactionId: 5, idTagInfo: { status: "Accepted" } };
    });
    charger.plug(1);
    const transaction = await charger.start(1, "TAG");
    await until(() => transaction.id === 5);
    const [lost, again] = csms.calls("StartTransaction");
    expect(again).toEqual(lost);
  });

  test("a message that the CSMS refuses does not block those behind it for ever", async () => {
    const charger = await charging();
    csms.answer("MeterValues", () => Promise.reject(new Error("no")));
    await charger.stop(1);
    expect(csms.calls("StopTransaction")).toHaveLength(1);
  });
});

function newCharger(options: Partial<ChargerOptions> = {}): Charger {
  const charger = createCharger({
    id: "CP1",
    url: csms.url,
    clock: fastClock(50),
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

function statuses(connectorId: number): unknown[] {
  return csms
    .payloads("StatusNotification")
    .flatMap((payload) => (payload.connectorId === connectorId ? [payload.status] : []));
}

function contexts(): unknown[] {
  return csms.payloads("MeterValues").map((payload) => /"context":"([^"]+)"/.exec(JSON.stringify(payload))?.[1]);
}

interface ProfileSketch {
  id?: number;
  limit: number;
  unit: "A" | "W";
  stackLevel?: number;
  purpose?: string;
}

function profile({ id = 1, limit, unit, stackLevel = 0, purpose = "TxProfile" }: ProfileSketch): Payload {
  return {
    chargingProfileId: id,
    stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind: "Relative",
    chargingSchedule: { chargingRateUnit: unit, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  };
}
