// Boot, registration, versions and remote control as the test cases of a CSMS go through them, in raw frames: blocks A, B,
// F, G and H of OCPP 2.x, and what 1.6 says of the same.
import { describe, expect, test } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger } from "../support/worker/charger.ts";
import { ordered, type Version } from "../support/worker/ordered.ts";
import { addIdToken, registerCharger } from "../support/worker/registry.ts";
import { BOOT_2X, BOOT_16, history, SUBPROTOCOLS, stationRow, transactionsOf } from "../support/worker/sessions.ts";

const ALL: Version[] = ["1.6", "2.0.1", "2.1"];
const TWO_X = ["2.0.1", "2.1"] as const;
const ACCEPTED = { status: "Accepted" };
const NOW = "2026-01-01T12:00:00Z";

const bootOf = (version: Version) => (version === "1.6" ? BOOT_16 : BOOT_2X);
const statusOf = (version: Version, status: string) =>
  version === "1.6"
    ? { connectorId: 1, status, errorCode: "NoError", timestamp: NOW }
    : { evseId: 1, connectorId: 1, connectorStatus: status, timestamp: NOW };

/** What a charger may not say before it is accepted, from 2.0.1 on. */
const UNASKED: Record<string, object> = {
  Authorize: { idToken: { idToken: "X", type: "ISO14443" } },
  TransactionEvent: {
    ...{ eventType: "Started", triggerReason: "CablePluggedIn", seqNo: 0, timestamp: NOW },
    transactionInfo: { transactionId: "t" },
  },
  MeterValues: { evseId: 1, meterValue: [{ timestamp: NOW, sampledValue: [{ value: 1 }] }] },
  NotifyEvent: {
    ...{ generatedAt: NOW, seqNo: 0 },
    eventData: [
      {
        ...{ eventId: 1, timestamp: NOW, trigger: "Delta", actualValue: "x" },
        ...{ eventNotificationType: "HardWiredNotification", component: { name: "C" }, variable: { name: "V" } },
      },
    ],
  },
  DataTransfer: { vendorId: "V" },
  SecurityEventNotification: { type: "StartupOfTheDevice", timestamp: NOW },
};
/** What may have been asked of it while it is pending. */
const ASKED: Record<string, object> = {
  NotifyReport: { requestId: 1, generatedAt: NOW, seqNo: 0, reportData: [] },
  Heartbeat: {},
  StatusNotification: statusOf("2.1", "Available"),
};

describe.each(ALL)("a charger that is not accepted yet, in OCPP %s", (version) => {
  async function waiting(registration: "pending" | "rejected") {
    const id = await registerCharger({ registration, heartbeatInterval: 30 });
    const { token } = await someone("operator");
    const charger = await connectCharger(id, { subprotocols: SUBPROTOCOLS[version] });
    const status = registration === "pending" ? "Pending" : "Rejected";
    expect((await charger.call("BootNotification", bootOf(version)))[2]).toMatchObject({ status, interval: 30 });
    const order = (action: string, payload: object) =>
      call("POST", `/api/charge-points/${id}/commands`, { token, body: { action, payload } });
    return { id, token, charger, order };
  }

  test("is asked for a boot by a trigger, whether it is pending or rejected", async () => {
    for (const registration of ["pending", "rejected"] as const) {
      const { charger, order } = await waiting(registration);
      const ordering = order("TriggerMessage", { requestedMessage: "BootNotification" });
      const [, id, action, payload] = await charger.next();
      expect([action, payload]).toEqual(["TriggerMessage", { requestedMessage: "BootNotification" }]);
      charger.send([3, id, ACCEPTED]);
      expect((await ordering).status).toBe(200);
    }
  });

  test("has its settings read while pending, and nothing started or stopped", async () => {
    const { charger, order, id } = await waiting("pending");
    const [read, payload, answer] =
      version === "1.6"
        ? ["GetConfiguration", {}, { configurationKey: [] }]
        : ["GetBaseReport", { requestId: 1, reportBase: "FullInventory" }, ACCEPTED];
    const reading = order(read, payload);
    charger.send([3, (await charger.next())[1], answer]);
    expect((await reading).status).toBe(200);
    const starts =
      version === "1.6"
        ? { RemoteStartTransaction: { idTag: "X" }, RemoteStopTransaction: { transactionId: 1 } }
        : {
            RequestStartTransaction: { remoteStartId: 1, idToken: { idToken: "X", type: "ISO14443" } },
            RequestStopTransaction: { transactionId: "t" },
          };
    for (const [action, body] of Object.entries(starts)) {
      expect(await order(action, body)).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining("pending") },
      });
    }
    expect(await history({ id }, "commands", "created_at")).toHaveLength(1);
  });

  test("is asked nothing else while rejected", async () => {
    const { order } = await waiting("rejected");
    expect(await order("ClearCache", {})).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("rejected") },
    });
  });

  test("is served once an operator accepts it, at its next boot over the same socket", async () => {
    const { id, charger, token } = await waiting("pending");
    await call("PATCH", `/api/charge-points/${id}`, { token, body: { registration: "accepted" } });
    expect((await charger.call("BootNotification", bootOf(version), "again"))[2]).toMatchObject({
      ...{ status: "Accepted", interval: 30 },
    });
    expect((await charger.call("StatusNotification", statusOf(version, "Available")))[2]).toEqual({});
  });
});

describe.each(TWO_X)("before it is accepted, in OCPP %s, a charger", (version) => {
  const here = async (registration: "pending" | "rejected"): Promise<Charger> => {
    const charger = await connectCharger(await registerCharger({ registration }), {
      subprotocols: SUBPROTOCOLS[version],
    });
    await charger.call("BootNotification", BOOT_2X);
    return charger;
  };
  const codes = async (charger: Charger, messages: Record<string, object>) => {
    const answers: Record<string, unknown> = {};
    for (const [action, payload] of Object.entries(messages)) {
      const [type, , answer] = await charger.call(action, payload);
      answers[action] = type === 4 ? answer : "served";
    }
    return answers;
  };
  const all = (messages: object, code: string) =>
    Object.fromEntries(Object.keys(messages).map((action) => [action, code]));

  test("that is pending is served what may have been asked of it, and a SecurityError for all else", async () => {
    const charger = await here("pending");
    expect(await codes(charger, ASKED)).toEqual(all(ASKED, "served"));
    expect(await codes(charger, UNASKED)).toEqual(all(UNASKED, "SecurityError"));
  });

  test("that is rejected gets a SecurityError for everything but a boot", async () => {
    const charger = await here("rejected");
    expect(await codes(charger, { ...ASKED, ...UNASKED })).toEqual(all({ ...ASKED, ...UNASKED }, "SecurityError"));
    expect((await charger.call("BootNotification", BOOT_2X, "b"))[2]).toMatchObject({ status: "Rejected" });
  });
});

/** Every pair of two different versions. */
const PAIRS = ALL.flatMap((from) => ALL.filter((to) => to !== from).map((to) => [from, to] as const));

describe.each(PAIRS)("one identity that spoke OCPP %s and comes back with %s", (from, to) => {
  const connect = (id: string, version: Version) => connectCharger(id, { subprotocols: SUBPROTOCOLS[version] });
  /** Its first frames, without a boot: a status, and a transaction in the words of the version. */
  async function speaks(charger: Charger, version: Version, name: string) {
    expect((await charger.call("StatusNotification", statusOf(version, "Available")))[2]).toEqual({});
    const [, , answer] =
      version === "1.6"
        ? await charger.call("StartTransaction", { connectorId: 1, idTag: name, meterStart: 0, timestamp: NOW })
        : await charger.call("TransactionEvent", {
            ...{ eventType: "Started", triggerReason: "Authorized", seqNo: 0, timestamp: NOW },
            ...{ transactionInfo: { transactionId: name }, idToken: { idToken: name, type: "ISO14443" } },
            evse: { id: 1, connectorId: 1 },
          });
    expect(answer).toMatchObject(
      version === "1.6" ? { idTagInfo: { status: "Accepted" } } : { idTokenInfo: { status: "Accepted" } },
    );
  }

  test("is handled in the words of that version from its next frame on, and so is what it is asked", async () => {
    await addIdToken("PAIR-A");
    await addIdToken("PAIR-B");
    const id = await registerCharger();
    const { token } = await someone("operator");
    const old = await connect(id, from);
    await old.call("BootNotification", bootOf(from));
    await speaks(old, from, "PAIR-A");
    const young = await connect(id, to);
    await speaks(young, to, "PAIR-B");
    expect(await stationRow(young)).toMatchObject({ ocpp_version: to, connected: 1 });
    const rows = await transactionsOf(young);
    expect(Object.fromEntries(rows.map((row) => [row.id_token, row.ocpp_version]))).toEqual({
      "PAIR-A": from,
      "PAIR-B": to,
    });
    const unlocking = call("POST", `/api/charge-points/${id}/unlock`, { token, body: { connectorId: 1 } });
    const [, messageId, action, payload] = await young.next();
    expect({ action, payload }).toEqual({
      action: "UnlockConnector",
      payload: to === "1.6" ? { connectorId: 1 } : { evseId: 1, connectorId: 1 },
    });
    young.send([3, messageId, { status: "Unlocked" }]);
    expect((await unlocking).body).toMatchObject({ status: "accepted", ocppVersion: to });
  });
});

describe.each(TWO_X)("remote control in OCPP %s", (version) => {
  test.each([
    ["Reset", { type: "OnIdle" }, { status: "Accepted" }],
    ["Reset", { type: "OnIdle" }, { status: "Scheduled" }],
    ["Reset", { type: "Immediate" }, { status: "Accepted" }],
    ["Reset", { type: "Immediate", evseId: 1 }, { status: "Accepted" }],
    ["Reset", { type: "OnIdle", evseId: 1 }, { status: "Scheduled" }],
    ["SetNetworkProfile", networkProfile(version), { status: "Failed" }],
    ["UnlockConnector", { evseId: 1, connectorId: 1 }, { status: "Unlocked" }],
    ["ClearCache", {}, { status: "Rejected" }],
    ["ChangeAvailability", { operationalStatus: "Inoperative", evse: { id: 1 } }, { status: "Scheduled" }],
    ["ChangeAvailability", { operationalStatus: "Operative", evse: { id: 1, connectorId: 1 } }, { status: "Accepted" }],
    ["ChangeAvailability", { operationalStatus: "Inoperative" }, { status: "Scheduled" }],
    ["TriggerMessage", { requestedMessage: "SignChargingStationCertificate" }, { status: "NotImplemented" }],
  ])("%s %j goes out as asked, and %j is told and kept", async (action, payload, answer) => {
    const setting = await ordered(version);
    expect(await setting.order(action, payload, answer)).toEqual(payload);
    expect(await setting.list("commands")).toMatchObject([{ action, payload, response: answer, status: "accepted" }]);
  });

  const evse = { id: 1, connectorId: 1 };
  const triggered: [message: string, place: object, action: string, payload: object][] = [
    ["BootNotification", {}, "BootNotification", { ...BOOT_2X, reason: "Triggered" }],
    ["Heartbeat", {}, "Heartbeat", {}],
    ["StatusNotification", { evse }, "StatusNotification", statusOf(version, "Occupied")],
    ["MeterValues", { evse: { id: 1 } }, "MeterValues", { evseId: 1, meterValue: [trigger(1)] }],
    ["MeterValues", {}, "MeterValues", { evseId: 0, meterValue: [trigger(2)] }],
    [
      ...["TransactionEvent", { evse: { id: 1 } }, "TransactionEvent"],
      {
        ...{ eventType: "Updated", triggerReason: "Trigger", seqNo: 1, timestamp: NOW, evse },
        ...{ transactionInfo: { transactionId: "t", chargingState: "Charging" }, meterValue: [trigger(3)] },
      },
    ] as [string, object, string, object],
    ["LogStatusNotification", {}, "LogStatusNotification", { status: "Idle" }],
    ["FirmwareStatusNotification", {}, "FirmwareStatusNotification", { status: "Idle" }],
  ];

  test("each message that is triggered comes, and is confirmed like any other", async () => {
    const setting = await ordered(version);
    for (const [requestedMessage, place, action, payload] of triggered) {
      const asked = { requestedMessage, ...place };
      expect(await setting.order("TriggerMessage", asked, ACCEPTED)).toEqual(asked);
      expect(await setting.tell(action, payload), action).toEqual(expect.any(Object));
    }
    expect(await history(setting.charger, "commands", "created_at")).toHaveLength(triggered.length);
  });

  test("a remote start that nobody plugs in for begins and ends with its number", async () => {
    await addIdToken("REMOTE");
    const setting = await ordered(version);
    const idToken = { idToken: "REMOTE", type: "ISO14443" };
    const request = { evseId: 1, remoteStartId: 7, idToken };
    await setting.order("RequestStartTransaction", request, ACCEPTED);
    const [{ id: commandId }] = await setting.list("commands");
    const event = (eventType: string, seqNo: number, triggerReason: string, info: object) => ({
      ...{ eventType, seqNo, triggerReason, timestamp: NOW, idToken, evse },
      transactionInfo: { transactionId: "r", remoteStartId: 7, ...info },
    });
    await setting.tell("TransactionEvent", event("Started", 0, "RemoteStart", {}));
    await setting.tell("TransactionEvent", event("Ended", 1, "EVConnectTimeout", { stoppedReason: "Timeout" }));
    expect(await transactionsOf(setting.charger)).toMatchObject([
      { command_id: commandId, status: "completed", stop_reason: "Timeout" },
    ]);
  });

  test("a lock that fails is an event of its connector, and the connector shows that it is faulted", async () => {
    const setting = await ordered(version);
    const eventData = [
      {
        ...{ eventId: 1, timestamp: NOW, trigger: "Delta", actualValue: "true", techCode: "LockFailure" },
        component: { name: "ConnectorPlugRetentionLock", evse },
        ...{ eventNotificationType: "HardWiredNotification", variable: { name: "Problem" } },
      },
    ];
    expect(await setting.tell("NotifyEvent", { generatedAt: NOW, seqNo: 0, eventData })).toEqual({});
    expect(await setting.tell("StatusNotification", statusOf(version, "Faulted"))).toEqual({});
    expect(await setting.list("events")).toMatchObject([
      { component: "ConnectorPlugRetentionLock", variable: "Problem", actualValue: "true", evseId: 1 },
    ]);
    expect(await setting.list("connectors")).toMatchObject([{ evseId: 1, connectorId: 1, status: "Faulted" }]);
  });
});

function trigger(value: number) {
  return { timestamp: NOW, sampledValue: [{ value, context: "Trigger" }] };
}

function networkProfile(version: string) {
  const connectionData = {
    ...{ ocppTransport: "JSON", ocppCsmsUrl: "wss://csms.example/ws/ocpp", messageTimeout: 30 },
    ...{ securityProfile: 2, ocppInterface: "Wired0", ...(version === "2.0.1" ? { ocppVersion: "OCPP20" } : {}) },
  };
  return { configurationSlot: 1, connectionData };
}
