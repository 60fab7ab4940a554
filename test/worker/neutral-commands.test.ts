// One command, three versions: what goes out is what each version calls it.
import { describe, expect, test } from "vitest";
import { call } from "../support/worker/api.ts";
import { command, commanded, get, type Setting, type Version } from "../support/worker/commanding.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { at, start } from "../support/worker/sessions.ts";

const VERSIONS: Version[] = ["1.6", "2.0.1", "2.1"];
const NUMBER = expect.any(Number);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

const refused = async ({ token, id }: Setting, name: string, body: unknown) => {
  const { status, body: problem } = await call("POST", `/api/charge-points/${id}/${name}`, { token, body });
  return { status, detail: problem.detail };
};

const status = ({ charger, version }: Setting, connector: number, word: string) =>
  charger.call(
    "StatusNotification",
    version === "1.6"
      ? { connectorId: connector, status: word, errorCode: "NoError" }
      : { evseId: connector, connectorId: 1, connectorStatus: word, timestamp: at(0) },
  );

/** A running transaction on EVSE 1; gives the charger's id of it. */
async function charging({ charger, version }: Setting): Promise<string | number> {
  if (version === "1.6") return start(charger);
  await charger.call("TransactionEvent", {
    ...{ eventType: "Started", triggerReason: "Authorized", seqNo: 0, timestamp: at(0) },
    ...{ transactionInfo: { transactionId: "2x-tx" }, evse: { id: 1, connectorId: 1 } },
  });
  return "2x-tx";
}

/** Name, body, and [action, payload] of 1.6 and of the later versions. */
const SAID: [string, object, [string, object], [string, object]][] = [
  [
    "start",
    { idToken: "APP", connectorId: 2 },
    ["RemoteStartTransaction", { idTag: "APP", connectorId: 2 }],
    ["RequestStartTransaction", { remoteStartId: NUMBER, evseId: 2, idToken: { idToken: "APP", type: "Central" } }],
  ],
  [
    "unlock",
    { evseId: 2 },
    ["UnlockConnector", { connectorId: 2 }],
    ["UnlockConnector", { evseId: 2, connectorId: 1 }],
  ],
  ["reset", {}, ["Reset", { type: "Soft" }], ["Reset", { type: "OnIdle" }]],
  ["reset", { type: "hard" }, ["Reset", { type: "Hard" }], ["Reset", { type: "Immediate" }]],
  [
    "availability",
    { operative: false },
    ["ChangeAvailability", { connectorId: 0, type: "Inoperative" }],
    ["ChangeAvailability", { operationalStatus: "Inoperative" }],
  ],
  [
    "availability",
    { operative: true, connectorId: 1 },
    ["ChangeAvailability", { connectorId: 1, type: "Operative" }],
    ["ChangeAvailability", { operationalStatus: "Operative", evse: { id: 1 } }],
  ],
  [
    "reserve",
    { idToken: "APP", connectorId: 1, expiresAt: "2040-01-01T00:00:00.123Z", groupId: "G" },
    [
      "ReserveNow",
      { connectorId: 1, idTag: "APP", parentIdTag: "G", expiryDate: "2040-01-01T00:00:00Z", reservationId: NUMBER },
    ],
    [
      "ReserveNow",
      {
        id: NUMBER,
        evseId: 1,
        idToken: { idToken: "APP", type: "ISO14443" },
        groupIdToken: { idToken: "G", type: "Central" },
        expiryDateTime: "2040-01-01T00:00:00Z",
      },
    ],
  ],
  [
    "cancel-reservation",
    { reservationId: 5 },
    ["CancelReservation", { reservationId: 5 }],
    ["CancelReservation", { reservationId: 5 }],
  ],
  [
    "set-limit",
    { limit: 11000, unit: "W" },
    [
      "SetChargingProfile",
      {
        connectorId: 0,
        csChargingProfiles: {
          ...{
            chargingProfileId: NUMBER,
            stackLevel: 0,
            chargingProfilePurpose: "ChargePointMaxProfile",
            chargingProfileKind: "Absolute",
          },
          chargingSchedule: {
            startSchedule: TIME,
            chargingRateUnit: "W",
            chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000 }],
          },
        },
      },
    ],
    [
      "SetChargingProfile",
      {
        evseId: 0,
        chargingProfile: {
          ...{
            id: NUMBER,
            stackLevel: 0,
            chargingProfilePurpose: "ChargingStationMaxProfile",
            chargingProfileKind: "Absolute",
          },
          chargingSchedule: [
            {
              id: NUMBER,
              startSchedule: TIME,
              chargingRateUnit: "W",
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000 }],
            },
          ],
        },
      },
    ],
  ],
  [
    "get-log",
    { location: "ftp://files/", from: "2026-01-01T00:00:00Z", retries: 2 },
    ["GetDiagnostics", { location: "ftp://files/", startTime: "2026-01-01T00:00:00Z", retries: 2 }],
    [
      "GetLog",
      {
        logType: "DiagnosticsLog",
        requestId: NUMBER,
        log: { remoteLocation: "ftp://files/", oldestTimestamp: "2026-01-01T00:00:00Z" },
        retries: 2,
      },
    ],
  ],
  [
    "get-log",
    { type: "security", location: "ftp://files/" },
    ["GetLog", { logType: "SecurityLog", requestId: NUMBER, log: { remoteLocation: "ftp://files/" } }],
    ["GetLog", { logType: "SecurityLog", requestId: NUMBER, log: { remoteLocation: "ftp://files/" } }],
  ],
  [
    "update-firmware",
    { location: "https://files/fw" },
    ["UpdateFirmware", { location: "https://files/fw", retrieveDate: TIME }],
    ["UpdateFirmware", { requestId: NUMBER, firmware: { location: "https://files/fw", retrieveDateTime: TIME } }],
  ],
  [
    "update-firmware",
    { location: "https://files/fw", signingCertificate: "PEM", signature: "c2ln", installAt: "2040-01-01T00:00:00Z" },
    [
      "SignedUpdateFirmware",
      {
        requestId: NUMBER,
        firmware: {
          ...{ location: "https://files/fw", retrieveDateTime: TIME, installDateTime: "2040-01-01T00:00:00Z" },
          ...{ signingCertificate: "PEM", signature: "c2ln" },
        },
      },
    ],
    [
      "UpdateFirmware",
      {
        requestId: NUMBER,
        firmware: {
          ...{ location: "https://files/fw", retrieveDateTime: TIME, installDateTime: "2040-01-01T00:00:00Z" },
          ...{ signingCertificate: "PEM", signature: "c2ln" },
        },
      },
    ],
  ],
];

describe.each(VERSIONS)("in OCPP %s", (version) => {
  test.each(SAID)("%s %j is said in its words, and answers like any command", async (name, body, old, young) => {
    const setting = await commanded(version);
    const sent = await command(setting, name, body);
    const [action, payload] = version === "1.6" ? old : young;
    expect([sent.action, sent.payload]).toEqual([action, payload]);
    expect(sent).toMatchObject({
      status: 200,
      body: {
        action,
        status: "accepted",
        ocppVersion: version,
        chargePointId: setting.id,
        requestedBy: expect.any(String),
      },
    });
    expect((await get(setting, `/api/commands/${sent.body.id}`)).payload).toEqual(sent.payload);
  });

  test("a start without a place goes where a cable is in, then where it is free, and never where it is charging", async () => {
    const setting = await commanded(version);
    const placeOf = async () => {
      const { payload } = await command(setting, "start", { idToken: "APP" });
      return version === "1.6" ? payload.connectorId : payload.evseId;
    };
    expect(await placeOf()).toBeUndefined();
    await status(setting, 1, "Available");
    await status(setting, 2, "Unavailable");
    await status(setting, 3, "Available");
    expect(await placeOf()).toBe(1);
    await charging(setting);
    expect(await placeOf()).toBe(3);
    await status(setting, 2, version === "1.6" ? "Preparing" : "Occupied");
    expect(await placeOf()).toBe(2);
  });

  test("a start knows the registered token, and brings a limit along", async () => {
    await addIdToken(`LIMITED-${version}`, { groupId: "FLEET" });
    const setting = await commanded(version);
    const { payload } = await command(setting, "start", {
      idToken: `LIMITED-${version}`,
      evseId: 1,
      limit: { limit: 10, unit: "A", phases: 1 },
    });
    const period = { startPeriod: 0, limit: 10, numberPhases: 1 };
    if (version === "1.6") {
      expect(payload.chargingProfile).toMatchObject({
        chargingProfilePurpose: "TxProfile",
        chargingSchedule: { chargingSchedulePeriod: [period] },
      });
    } else {
      expect(payload.groupIdToken).toEqual({ idToken: "FLEET", type: "Central" });
      expect(payload.chargingProfile).toMatchObject({
        chargingProfilePurpose: "TxProfile",
        chargingSchedule: [{ chargingSchedulePeriod: [period] }],
      });
    }
  });

  test("a stop finds its transaction by our id, by the charger's, by place, or because it is the only one", async () => {
    const setting = await commanded(version);
    const detail = "no open transaction is known there, or several: name one";
    expect(await refused(setting, "stop", {})).toEqual({ status: 409, detail });
    const transactionId = await charging(setting);
    const [{ id }] = (await get(setting, `/api/transactions?chargePointId=${setting.id}`)).items;
    for (const body of [{ transactionId: id }, { transactionId: String(transactionId) }, { connectorId: 1 }, {}]) {
      expect((await command(setting, "stop", body)).payload).toEqual({ transactionId });
    }
    expect(await refused(setting, "stop", { connectorId: 2 })).toEqual({ status: 409, detail });
    expect((await refused(setting, "stop", { transactionId: "none" })).status).toBe(409);
  });

  test("a limit of a place is a default for its transactions, replaced by the next and cleared by its id", async () => {
    const setting = await commanded(version);
    const profileOf = (payload: Record<string, Record<string, unknown>>) =>
      payload.csChargingProfiles ?? payload.chargingProfile ?? {};
    const first = profileOf(
      (await command(setting, "set-limit", { evseId: 1, limit: 16, unit: "A", duration: 600 })).payload,
    );
    expect(first).toMatchObject({ chargingProfilePurpose: "TxDefaultProfile" });
    const second = profileOf((await command(setting, "set-limit", { evseId: 1, limit: 8, unit: "A" })).payload);
    const name = version === "1.6" ? "chargingProfileId" : "id";
    expect(second[name]).toBe(first[name]);
    const cleared = await command(setting, "clear-limit", { evseId: 1 });
    expect([cleared.action, cleared.payload]).toEqual([
      "ClearChargingProfile",
      { [version === "1.6" ? "id" : "chargingProfileId"]: first[name] },
    ]);
  });

  test("numbers are never given twice", async () => {
    const setting = await commanded(version);
    const numbers = [];
    for (let i = 0; i < 3; i += 1) {
      const { payload } = await command(setting, "get-log", { type: "security", location: "x" });
      numbers.push(payload.requestId);
    }
    expect(new Set(numbers).size).toBe(3);
  });

  test("what is malformed, impossible or unknown is told before anything is sent", async () => {
    const setting = await commanded(version);
    expect((await refused(setting, "unlock", {})).status).toBe(409);
    expect((await refused(setting, "start", {})).status).toBe(422);
    expect((await refused(setting, "reset", { type: "warm" })).status).toBe(422);
    expect((await refused(setting, "update-firmware", { location: "x", signature: "y" })).status).toBe(409);
    expect((await refused({ ...setting, id: "none" }, "reset", {})).status).toBe(404);
    expect(setting.charger.received).toHaveLength(1);
  });

  test("a charger that is away is a conflict, unless the command may wait", async () => {
    const setting = await commanded(version);
    setting.charger.close();
    await setting.charger.closed;
    expect((await refused(setting, "reset", {})).status).toBe(409);
    const queued = await call("POST", `/api/charge-points/${setting.id}/availability`, {
      token: setting.token,
      body: { operative: true, offline: "queue", wait: 0 },
    });
    expect(queued).toMatchObject({ status: 202, body: { status: "queued", action: "ChangeAvailability" } });
  });
});

test("discharging is said as a set point in OCPP 2.1, and refused where it cannot be said", async () => {
  for (const version of ["1.6", "2.0.1"] as const) {
    const answer = await refused(await commanded(version), "set-limit", { evseId: 1, limit: -5000, unit: "W" });
    expect(answer).toEqual({ status: 409, detail: "a negative limit, which discharges, exists from OCPP 2.1 on" });
  }
  const setting = await commanded("2.1");
  const { payload } = await command(setting, "set-limit", { evseId: 1, limit: -5000, unit: "W" });
  const [{ chargingSchedulePeriod }] = payload.chargingProfile.chargingSchedule;
  expect(chargingSchedulePeriod).toEqual([{ startPeriod: 0, operationMode: "CentralSetpoint", setpoint: -5000 }]);
  expect((await refused(setting, "set-limit", { limit: -5000, unit: "W" })).status).toBe(409);
});

test("an EVSE alone can be reset from OCPP 2.0.1 on", async () => {
  expect((await refused(await commanded("1.6"), "reset", { evseId: 1 })).status).toBe(409);
  expect((await command(await commanded("2.0.1"), "reset", { evseId: 1, type: "hard" })).payload).toEqual({
    type: "Immediate",
    evseId: 1,
  });
});
