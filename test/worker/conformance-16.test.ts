// OCPP 1.6 as the test cases of a central system go through it: whole scenes in raw frames.
import { beforeAll, describe, expect, test } from "vitest";
import { call } from "../support/worker/api.ts";
import { csrFor, readCertificates } from "../support/worker/certificates.ts";
import { type Charger, connectCharger, eventually } from "../support/worker/charger.ts";
import { command, commanded, get, type Setting, send } from "../support/worker/commanding.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { at, BOOT_16, findingsOf, history, ms, transactionsOf } from "../support/worker/sessions.ts";

beforeAll(async () => {
  await addIdToken("GOOD", { groupId: "FAMILY" });
  await addIdToken("SIBLING", { groupId: "FAMILY" });
  await addIdToken("BLOCKED", { status: "blocked" });
  await addIdToken("EXPIRED", { expiresAt: 1 });
});

/** A charger with one connector, and what it says of it. */
async function here() {
  const setting = await commanded("1.6");
  return { ...setting, ...speech(setting.charger) };
}

function speech(charger: Charger) {
  const say = async (action: string, payload: object) => {
    const frame = await charger.call(action, payload);
    expect(frame[0], JSON.stringify(frame)).toBe(3);
    // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
    return frame[2] as any;
  };
  const shows = async (status: string, more: object = {}) =>
    expect(
      await say("StatusNotification", { connectorId: 1, status, errorCode: "NoError", timestamp: at(0), ...more }),
    ).toEqual({});
  const starts = async (idTag: string, second: number, more: object = {}): Promise<number> => {
    const payload = { connectorId: 1, idTag, meterStart: 1000, timestamp: at(second), ...more };
    const { transactionId, idTagInfo } = await say("StartTransaction", payload);
    expect(idTagInfo.status).toBe("Accepted");
    return transactionId;
  };
  const stops = (transactionId: number, reason: string, second: number, more: object = {}) =>
    say("StopTransaction", { transactionId, meterStop: 2000, timestamp: at(second), reason, ...more });
  return { say, shows, starts, stops };
}

const connectorOf = async (setting: Setting) =>
  (await get(setting, `/api/charge-points/${setting.id}/connectors`)).items[0];

describe("a session", () => {
  test("with the cable first goes from Preparing over Authorize and the start to Charging", async () => {
    const s = await here();
    await s.shows("Preparing");
    expect(await s.say("Authorize", { idTag: "GOOD" })).toMatchObject({ idTagInfo: { status: "Accepted" } });
    await s.starts("GOOD", 1);
    await s.shows("Charging");
    expect(await connectorOf(s)).toMatchObject({ status: "Charging" });
    expect(await transactionsOf(s)).toMatchObject([{ status: "active", id_token: "GOOD", started_at: ms(1) }]);
  });

  test("with the token first goes the same way, and leaves nothing behind when nobody plugs in", async () => {
    const s = await here();
    await s.say("Authorize", { idTag: "GOOD" });
    await s.shows("Preparing");
    await s.shows("Available");
    expect(await connectorOf(s)).toMatchObject({ status: "Available" });
    expect(await transactionsOf(s)).toEqual([]);
    await s.say("Authorize", { idTag: "GOOD" });
    await s.shows("Preparing");
    await s.starts("GOOD", 9);
    expect(await transactionsOf(s)).toMatchObject([{ status: "active" }]);
  });

  test("ends when the EV is unplugged, and the connector is available again", async () => {
    const s = await here();
    const transactionId = await s.starts("GOOD", 0);
    await s.shows("SuspendedEV");
    expect(await s.stops(transactionId, "EVDisconnected", 10, { idTag: "GOOD" })).toMatchObject({
      idTagInfo: { status: "Accepted" },
    });
    await s.shows("Finishing");
    await s.shows("Available");
    expect(await transactionsOf(s)).toMatchObject([{ status: "completed", stop_reason: "EVDisconnected" }]);
    expect(await connectorOf(s)).toMatchObject({ status: "Available" });
  });

  test("by a cached token, or one of the local list, starts without an Authorize", async () => {
    const s = await here();
    await s.shows("Preparing");
    await s.starts("GOOD", 1);
    await s.shows("Charging");
    expect(await transactionsOf(s)).toMatchObject([{ authorization: "Accepted" }]);
  });

  test.each([
    ["NOBODY", "Invalid"],
    ["EXPIRED", "Expired"],
    ["BLOCKED", "Blocked"],
  ])("of the token %s does not begin: Authorize says %s", async (idTag, status) => {
    const s = await here();
    expect(await s.say("Authorize", { idTag })).toMatchObject({ idTagInfo: { status } });
    expect(await transactionsOf(s)).toEqual([]);
  });

  test("does not begin when the lock fails: the fault is shown, and gone when it is mended", async () => {
    const s = await here();
    await s.say("Authorize", { idTag: "GOOD" });
    await s.shows("Faulted", { errorCode: "ConnectorLockFailure" });
    expect(await connectorOf(s)).toMatchObject({ status: "Faulted", errorCode: "ConnectorLockFailure" });
    await s.shows("Available");
    expect(await connectorOf(s)).toMatchObject({ status: "Available", errorCode: "NoError" });
    expect(await transactionsOf(s)).toEqual([]);
  });

  test.each([
    ["Soft", "SoftReset"],
    ["Hard", "HardReset"],
  ])("ends with a %s reset, and the charger boots again", async (type, reason) => {
    const s = await here();
    const transactionId = await s.starts("GOOD", 0);
    expect(await send(s, "Reset", { type })).toMatchObject({ status: 200, payload: { type } });
    await s.stops(transactionId, reason, 10);
    s.charger.close();
    await s.charger.closed;
    const again = speech(await connectCharger(s.id));
    expect(await again.say("BootNotification", BOOT_16)).toMatchObject({ status: "Accepted" });
    await again.shows("Available");
    expect(await transactionsOf(s)).toMatchObject([{ status: "completed", stop_reason: reason }]);
  });

  test("that a power failure ended is told after the boot, with PowerLoss and its own time", async () => {
    const s = await here();
    const transactionId = await s.starts("GOOD", 0);
    s.charger.close();
    await s.charger.closed;
    const again = speech(await connectCharger(s.id));
    await again.say("BootNotification", { ...BOOT_16, firmwareVersion: "1" });
    await again.shows("Available");
    await again.stops(transactionId, "PowerLoss", 5);
    expect(await transactionsOf(s)).toMatchObject([
      { status: "completed", stop_reason: "PowerLoss", stopped_at: ms(5), meter_stop: 2000 },
    ]);
  });

  test("is stopped by its unlocking", async () => {
    const s = await here();
    const transactionId = await s.starts("GOOD", 0);
    expect((await send(s, "UnlockConnector", { connectorId: 1 }, { status: "Unlocked" })).status).toBe(200);
    await s.shows("Finishing");
    await s.stops(transactionId, "UnlockCommand", 10);
    expect(await transactionsOf(s)).toMatchObject([{ status: "completed", stop_reason: "UnlockCommand" }]);
  });

  test.each([
    ["Unlocked", "without a cable"],
    ["NotSupported", "with a fixed cable, or of a connector that is not there"],
    ["UnlockFailed", "that fails"],
  ])("is not needed to unlock: %s is told, %s", async (status) => {
    const s = await here();
    expect((await send(s, "UnlockConnector", { connectorId: 1 }, { status })).body).toMatchObject({
      response: { status },
    });
  });

  test("that was begun offline with a token that is not good is told so, and its end is kept", async () => {
    const s = await here();
    const start = { connectorId: 1, idTag: "NOBODY", meterStart: 1000, timestamp: at(0) };
    const { transactionId, idTagInfo } = await s.say("StartTransaction", start);
    expect(idTagInfo).toEqual({ status: "Invalid" });
    await s.stops(transactionId, "DeAuthorized", 3);
    expect(await transactionsOf(s)).toMatchObject([
      { authorization: "Invalid", status: "completed", stop_reason: "DeAuthorized", started_at: ms(0) },
    ]);
  });

  test("that was all offline is one session at its own times", async () => {
    const s = await here();
    const transactionId = await s.starts("GOOD", 3);
    expect(await s.stops(transactionId, "Local", 7, { idTag: "GOOD" })).toMatchObject({
      idTagInfo: { status: "Accepted" },
    });
    expect(await transactionsOf(s)).toMatchObject([
      { started_at: ms(3), stopped_at: ms(7), meter_start: 1000, meter_stop: 2000, status: "completed" },
    ]);
  });
});

describe("a remote start", () => {
  test.each([
    ["with the cable in already", ["Preparing"]],
    ["before the cable", []],
  ])("%s is what the session comes from, and a remote stop ends it", async (_, before) => {
    const s = await here();
    for (const status of before) await s.shows(status);
    const started = await send(s, "RemoteStartTransaction", { connectorId: 1, idTag: "GOOD" });
    await s.say("Authorize", { idTag: "GOOD" });
    await s.shows("Preparing");
    const transactionId = await s.starts("GOOD", 1);
    await s.shows("Charging");
    expect(await transactionsOf(s)).toMatchObject([{ command_id: started.body.id }]);
    const stopped = await send(s, "RemoteStopTransaction", { transactionId });
    expect([stopped.status, stopped.payload]).toEqual([200, { transactionId }]);
    await s.stops(transactionId, "Remote", 9);
    expect(await transactionsOf(s)).toMatchObject([{ status: "completed", stop_reason: "Remote" }]);
  });

  test("that nobody plugs in for leaves a command with its answer, and no session", async () => {
    const s = await here();
    await send(s, "RemoteStartTransaction", { connectorId: 1, idTag: "GOOD" });
    await s.shows("Preparing");
    await s.shows("Available");
    expect(await transactionsOf(s)).toEqual([]);
    expect(await history(s, "commands", "created_at")).toMatchObject([{ status: "accepted" }]);
  });
});

describe("a reservation", () => {
  const reserving = async (setting: Setting, status: string, body: object = {}) => {
    const { token, id, charger } = setting;
    const request = call("POST", "/api/reservations", {
      token,
      body: { chargePointId: id, connectorId: 1, idToken: "GOOD", expiresAt: "2040-01-01T00:00:00Z", ...body },
    });
    const [, messageId, action, payload] = await charger.next();
    expect(action).toBe("ReserveNow");
    charger.send([3, messageId, { status }]);
    return { payload, ...(await request) };
  };

  test.each(["Faulted", "Occupied", "Unavailable", "Rejected"])(
    "that is answered %s is told so, and kept so",
    async (word) => {
      const s = await here();
      const { status, body } = await reserving(s, word);
      expect({ status, detail: body.detail }).toEqual({ status: 409, detail: `The charger answered ${word}.` });
      expect((await get(s, `/api/reservations?chargePointId=${s.id}`)).items).toMatchObject([
        { status: "rejected", reason: word },
      ]);
    },
  );

  test("for a group is used by another token of it, whose group Authorize tells", async () => {
    const s = await here();
    const { body, payload } = await reserving(s, "Accepted", { groupId: "FAMILY" });
    expect(payload).toMatchObject({ idTag: "GOOD", parentIdTag: "FAMILY" });
    await s.shows("Reserved");
    expect(await s.say("Authorize", { idTag: "SIBLING" })).toMatchObject({
      idTagInfo: { status: "Accepted", parentIdTag: "FAMILY" },
    });
    await s.shows("Preparing");
    await s.starts("SIBLING", 1, { reservationId: body.reservationId });
    expect((await get(s, `/api/reservations/${body.id}`)).status).toBe("used");
  });
});

describe("a trigger", () => {
  const messages: Record<string, [string, object]> = {
    MeterValues: [
      "MeterValues",
      { connectorId: 1, meterValue: [{ timestamp: at(0), sampledValue: [{ value: "1" }] }] },
    ],
    Heartbeat: ["Heartbeat", {}],
    StatusNotification: ["StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" }],
    DiagnosticsStatusNotification: ["DiagnosticsStatusNotification", { status: "Idle" }],
    FirmwareStatusNotification: ["FirmwareStatusNotification", { status: "Idle" }],
    BootNotification: ["BootNotification", BOOT_16],
  };

  test("brings each message that can be triggered, confirmed like any other", async () => {
    const s = await here();
    for (const [requestedMessage, [action, payload]] of Object.entries(messages)) {
      expect((await send(s, "TriggerMessage", { requestedMessage })).payload).toEqual({ requestedMessage });
      expect(await s.say(action, payload), action).toEqual(expect.any(Object));
    }
    expect(await findingsOf(s)).toEqual([]);
  });
});

describe("security", () => {
  test("a certificate that we asked for is signed, sent and installed", async () => {
    const s = await here();
    const requestedMessage = "SignChargePointCertificate";
    expect((await send(s, "ExtendedTriggerMessage", { requestedMessage })).payload).toEqual({ requestedMessage });
    expect(await s.say("SignCertificate", { csr: await csrFor(s.id) })).toEqual({ status: "Accepted" });
    const [, messageId, action, payload] = await s.charger.next();
    expect(action).toBe("CertificateSigned");
    const [leaf] = readCertificates((payload as { certificateChain: string }).certificateChain) ?? [];
    const root = await call("GET", "/api/certificate-authority/root.pem", { token: s.token });
    const [issuer] = readCertificates(root.body) ?? [];
    expect(await leaf?.verify(issuer)).toBe(true);
    s.charger.send([3, messageId, { status: "Accepted" }]);
    await eventually(async () => {
      const [request] = await history(s, "certificate_requests", "created_at");
      return request?.status === "installed" || undefined;
    }, "the certificate to be installed");
  });

  test.each(["ManufacturerRootCertificate", "CentralSystemRootCertificate"])(
    "a %s goes out, and is in the inventory",
    async (certificateType) => {
      const s = await here();
      const certificate = (await call("GET", "/api/certificate-authority/root.pem", { token: s.token })).body;
      const sent = await send(s, "InstallCertificate", { certificateType, certificate });
      expect(sent.payload).toEqual({ certificateType, certificate });
      expect((await get(s, `/api/charge-points/${s.id}/certificates`)).items).toHaveLength(1);
    },
  );

  test.each(["InvalidChargePointCertificate", "InvalidCentralSystemCertificate"])(
    "the event %s is confirmed, kept and a finding",
    async (type) => {
      const s = await here();
      expect(await s.say("SecurityEventNotification", { type, timestamp: at(0) })).toEqual({});
      expect((await get(s, `/api/charge-points/${s.id}/security-events`)).items).toMatchObject([{ type }]);
      expect(await findingsOf(s)).toEqual([`security:${type}`]);
    },
  );
});

describe("firmware", () => {
  test.each([
    [["Downloading", "DownloadFailed"], "failed"],
    [["Downloading", "Downloaded", "Installing", "InstallationFailed"], "failed"],
    [["Downloading", "Downloaded", "Installing", "Installed"], "finished"],
  ])("%j is confirmed status by status, and the job %s", async (statuses, state) => {
    const s = await here();
    await send(s, "UpdateFirmware", { location: "ftp://files.test/f.bin", retrieveDate: at(0) }, {});
    for (const status of statuses) expect(await s.say("FirmwareStatusNotification", { status })).toEqual({});
    expect((await get(s, `/api/charge-points/${s.id}/jobs`)).items).toMatchObject([{ state }]);
  });
});

describe("a refusal of the charger", () => {
  test.each([
    ["ChangeConfiguration", { key: "NoSuchKey", value: "1" }, { status: "NotSupported" }],
    ["ChangeConfiguration", { key: "HeartbeatInterval", value: "-1" }, { status: "Rejected" }],
    ["RemoteStartTransaction", { connectorId: 1, idTag: "GOOD" }, { status: "Rejected" }],
    ["RemoteStopTransaction", { transactionId: 5 }, { status: "Rejected" }],
    ["TriggerMessage", { requestedMessage: "MeterValues" }, { status: "Rejected" }],
    ["TriggerMessage", { requestedMessage: "MeterValues" }, { status: "NotImplemented" }],
    ["SendLocalList", { listVersion: 1, updateType: "Full" }, { status: "NotSupported" }],
    ["SendLocalList", { listVersion: 1, updateType: "Full" }, { status: "Failed" }],
    ["GetLocalListVersion", {}, { listVersion: -1 }],
    ["GetLocalListVersion", {}, { listVersion: 0 }],
    ["CancelReservation", { reservationId: 9 }, { status: "Rejected" }],
    ["GetConfiguration", { key: ["NoSuchKey"] }, { unknownKey: ["NoSuchKey"] }],
  ])("of %s %j is told and kept as it was said: %j", async (action, payload, response) => {
    const s = await here();
    expect(await send(s, action, payload, response)).toMatchObject({ status: 200, payload, body: { response } });
  });

  test("of a neutral command is told in the same words", async () => {
    const s = await here();
    const stopped = await command(s, "unlock", { connectorId: 1 }, { status: "UnlockFailed" });
    expect(stopped.body).toMatchObject({ response: { status: "UnlockFailed" } });
  });
});
