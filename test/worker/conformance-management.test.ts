// Blocks D, I, K, L, M, N, O and P of OCPP 2.x as the test cases of a CSMS go through them, in raw frames.
import { beforeAll, describe, expect, test } from "vitest";
import { type Ordered, ordered } from "../support/worker/ordered.ts";
import { at } from "../support/worker/sessions.ts";

const ACCEPTED = { status: "Accepted" };
const NOW = at(0);
const C = { component: { name: "EVSE" }, variable: { name: "Power" } };
const firmware = {
  ...{ location: "https://files.test/f.bin", retrieveDateTime: NOW },
  ...{ signingCertificate: "cert", signature: "sign" },
};
const hashes = {
  ...{ hashAlgorithm: "SHA256", issuerNameHash: "aa", issuerKeyHash: "bb", serialNumber: "1" },
};
const card = { idToken: "CARD", type: "ISO14443" };
const schedule = {
  ...{ id: 1, chargingRateUnit: "A", startSchedule: NOW },
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
};
const profile = (purpose: string, more: object = {}) => ({
  ...{ id: 1, stackLevel: 0, chargingProfilePurpose: purpose, chargingProfileKind: "Absolute" },
  ...{ chargingSchedule: [schedule], ...more },
});
const message = (more: object = {}) => ({
  message: { id: 1, priority: "NormalCycle", message: { format: "UTF8", content: "Hello" }, ...more },
});
const monitoring = { value: 5, type: "UpperThreshold", severity: 4, ...C };

/** What goes out as asked, and whose answer is told and kept, whatever it is. */
const ORDERS: Record<string, [action: string, payload: object, answer: object][]> = {
  "the local list": [
    ["SendLocalList", { versionNumber: 1, updateType: "Full" }, ACCEPTED],
    [
      "SendLocalList",
      { versionNumber: 2, updateType: "Differential", localAuthorizationList: [{ idToken: card }] },
      ACCEPTED,
    ],
    ["SendLocalList", { versionNumber: 2, updateType: "Differential" }, { status: "VersionMismatch" }],
    ["GetLocalListVersion", {}, { versionNumber: 0 }],
  ],
  "charging profiles": [
    ["SetChargingProfile", { evseId: 1, chargingProfile: profile("TxDefaultProfile") }, ACCEPTED],
    ["SetChargingProfile", { evseId: 0, chargingProfile: profile("TxDefaultProfile") }, ACCEPTED],
    ["SetChargingProfile", { evseId: 0, chargingProfile: profile("ChargingStationMaxProfile") }, ACCEPTED],
    [
      "SetChargingProfile",
      {
        evseId: 1,
        chargingProfile: profile("TxDefaultProfile", { chargingProfileKind: "Recurring", recurrencyKind: "Daily" }),
      },
      ACCEPTED,
    ],
    [
      "SetChargingProfile",
      { evseId: 1, chargingProfile: profile("TxProfile", { transactionId: "none" }) },
      { status: "Rejected", statusInfo: { reasonCode: "TxNotFound" } },
    ],
    ["ClearChargingProfile", { chargingProfileId: 9 }, { status: "Unknown" }],
    ["GetChargingProfiles", { requestId: 1, evseId: 0, chargingProfile: {} }, { status: "NoProfiles" }],
    ["GetChargingProfiles", { requestId: 2, evseId: 1, chargingProfile: { stackLevel: 0 } }, ACCEPTED],
    ["GetChargingProfiles", { requestId: 3, chargingProfile: { chargingProfileId: [1] } }, ACCEPTED],
    ["GetChargingProfiles", { requestId: 4, evseId: 1, chargingProfile: { chargingLimitSource: ["EMS"] } }, ACCEPTED],
    [
      "GetChargingProfiles",
      { requestId: 5, evseId: 1, chargingProfile: { chargingProfilePurpose: "TxProfile" } },
      ACCEPTED,
    ],
    ["GetCompositeSchedule", { evseId: 0, duration: 300 }, { status: "Rejected" }],
  ],
  certificates: [
    ...["CSMSRootCertificate", "ManufacturerRootCertificate", "V2GRootCertificate", "MORootCertificate"].map(
      (certificateType): [string, object, object] => [
        "InstallCertificate",
        { certificateType, certificate: "pem" },
        { status: "Failed" },
      ],
    ),
    ["GetInstalledCertificateIds", {}, { status: "NotFound" }],
    [
      "GetInstalledCertificateIds",
      { certificateType: ["ManufacturerRootCertificate"] },
      {
        status: "Accepted",
        certificateHashDataChain: [{ certificateType: "ManufacturerRootCertificate", certificateHashData: hashes }],
      },
    ],
    ["DeleteCertificate", { certificateHashData: hashes }, { status: "Failed" }],
    ["TriggerMessage", { requestedMessage: "SignChargingStationCertificate" }, ACCEPTED],
    ["TriggerMessage", { requestedMessage: "SignV2GCertificate" }, ACCEPTED],
  ],
  diagnostics: [
    [
      "GetLog",
      { requestId: 1, logType: "SecurityLog", log: { remoteLocation: "https://files.test/" } },
      { status: "Rejected" },
    ],
    [
      "GetMonitoringReport",
      { requestId: 2, monitoringCriteria: ["ThresholdMonitoring"] },
      { status: "EmptyResultSet" },
    ],
    ["GetMonitoringReport", { requestId: 3, componentVariable: [C] }, { status: "NotSupported" }],
    ["SetMonitoringBase", { monitoringBase: "All" }, ACCEPTED],
    ["SetMonitoringLevel", { severity: 9 }, ACCEPTED],
    [
      "SetVariableMonitoring",
      { setMonitoringData: [monitoring] },
      { setMonitoringResult: [{ status: "Rejected", type: "UpperThreshold", severity: 4, ...C }] },
    ],
    ["ClearVariableMonitoring", { id: [1] }, { clearMonitoringResult: [{ id: 1, status: "Rejected" }] }],
    ["CustomerInformation", { requestId: 4, report: true, clear: false, idToken: card }, { status: "Rejected" }],
    ["CustomerInformation", { requestId: 5, report: false, clear: true, customerIdentifier: "me" }, ACCEPTED],
    [
      "CustomerInformation",
      { requestId: 6, report: true, clear: true, customerCertificate: hashes },
      { status: "Invalid" },
    ],
  ],
  "display messages": [
    ["SetDisplayMessage", message({ startDateTime: NOW, endDateTime: at(9) }), ACCEPTED],
    ["SetDisplayMessage", message({ state: "Charging" }), ACCEPTED],
    ["SetDisplayMessage", message({ transactionId: "none" }), { status: "UnknownTransaction" }],
    ["SetDisplayMessage", message({ priority: "AlwaysFront" }), { status: "NotSupportedPriority" }],
    ["SetDisplayMessage", message({ state: "Faulted" }), { status: "NotSupportedState" }],
    ["SetDisplayMessage", message(), { status: "NotSupportedMessageFormat" }],
    ["SetDisplayMessage", message(), { status: "Rejected" }],
    ["ClearDisplayMessage", { id: 9 }, { status: "Unknown" }],
    ["GetDisplayMessages", { requestId: 7 }, { status: "Unknown" }],
    ["GetDisplayMessages", { requestId: 8, priority: "NormalCycle", state: "Charging", id: [1] }, ACCEPTED],
  ],
};

describe.each(["2.0.1", "2.1"] as const)("in OCPP %s", (version) => {
  let setting: Ordered;
  beforeAll(async () => {
    setting = await ordered(version);
  });
  const lastCommand = async () => (await setting.list("commands"))[0];

  describe.each(Object.entries(ORDERS))("of %s", (_, orders) => {
    test.each(orders)(
      "%s %j goes out as asked, and the answer %j is told and kept",
      async (action, payload, answer) => {
        expect(await setting.order(action, payload, answer)).toEqual(payload);
        expect(await lastCommand()).toMatchObject({
          action,
          payload,
          response: answer,
          status: "accepted",
          remarks: [],
        });
      },
    );
  });

  let requestId = 100;
  test.each([
    [["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed"], "finished"],
    [["Downloading", "Downloaded", "SignatureVerified", "InstallScheduled", "Installing", "Installed"], "finished"],
    [
      [
        "DownloadScheduled",
        "DownloadPaused",
        "Downloading",
        "Downloaded",
        "SignatureVerified",
        "Installing",
        "Installed",
      ],
      "finished",
    ],
    [["Downloading", "Downloaded", "InvalidSignature"], "failed"],
    [["Downloading", "DownloadFailed"], "failed"],
    [["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallVerificationFailed"], "failed"],
    [["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallationFailed"], "failed"],
  ])("firmware that goes %j is confirmed status by status, and the job %s", async (statuses, state) => {
    requestId += 1;
    await setting.order("UpdateFirmware", { requestId, firmware }, ACCEPTED);
    for (const status of statuses) {
      expect(await setting.tell("FirmwareStatusNotification", { status, requestId })).toEqual({});
    }
    const [job] = await setting.list("jobs");
    expect(job).toMatchObject({ requestId, state });
    expect(job.statuses.map(({ status }: { status: string }) => status)).toEqual(["Accepted", ...statuses]);
  });

  test.each(["InvalidCertificate", "RevokedCertificate", "Rejected"])(
    "firmware that the charger answers %s is a job that failed with it",
    async (status) => {
      requestId += 1;
      await setting.order("UpdateFirmware", { requestId, firmware }, { status });
      expect((await setting.list("jobs"))[0]).toMatchObject({ requestId, state: "failed" });
    },
  );

  test("firmware that takes the place of another ends that one", async () => {
    requestId += 2;
    await setting.order("UpdateFirmware", { requestId: requestId - 1, firmware }, ACCEPTED);
    await setting.order("UpdateFirmware", { requestId, firmware }, { status: "AcceptedCanceled" });
    const [newer, older] = await setting.list("jobs");
    expect([newer, older]).toMatchObject([
      { requestId, state: "requested" },
      { requestId: requestId - 1, state: "cancelled" },
    ]);
  });

  test("an EV that asks by 15118 gets one profile, tells its own schedule, and is left alone", async () => {
    const event = (eventType: string, seqNo: number, triggerReason: string, chargingState: string) => ({
      ...{ eventType, seqNo, triggerReason, timestamp: at(seqNo), evse: { id: 1, connectorId: 1 } },
      transactionInfo: { transactionId: "hlc", chargingState },
    });
    await setting.tell("TransactionEvent", event("Started", 0, "CablePluggedIn", "EVConnected"));
    const chargingNeeds = { requestedEnergyTransfer: "AC_three_phase" };
    expect(await setting.tell("NotifyEVChargingNeeds", { evseId: 1, maxScheduleTuples: 10, chargingNeeds })).toEqual({
      status: version === "2.0.1" ? "Processing" : "NoChargingProfile",
    });
    const chargingProfile = profile("TxProfile", { id: 77, transactionId: "hlc" });
    await setting.order("SetChargingProfile", { evseId: 1, chargingProfile }, ACCEPTED);
    const made = { timeBase: NOW, evseId: 1, chargingSchedule: schedule };
    expect(await setting.tell("NotifyEVChargingSchedule", made)).toEqual(ACCEPTED);
    const sent = setting.charger.received.length;
    await setting.tell("TransactionEvent", event("Updated", 1, "ChargingStateChanged", "Charging"));
    // It asks again, to renegotiate.
    await setting.tell("NotifyEVChargingNeeds", { evseId: 1, maxScheduleTuples: 10, chargingNeeds });
    expect(setting.charger.received).toHaveLength(sent + 2);
    const { items } = await setting.get(`/api/transactions?chargePointId=${setting.charger.id}`);
    const { details } = await setting.get(`/api/transactions/${items[0].id}`);
    expect(details.evChargingSchedule.data).toEqual(made);
  });

  test("the cost goes out while it charges, and is shown with the transaction", async () => {
    await setting.order("CostUpdated", { totalCost: 3.25, transactionId: "hlc" }, {});
    const { items } = await setting.get(`/api/transactions?chargePointId=${setting.charger.id}`);
    const { details } = await setting.get(`/api/transactions/${items[0].id}`);
    expect(details.runningCost.data).toEqual({ totalCost: 3.25 });
  });

  test.each([
    ["OverVoltage", { trigger: "Alerting", eventNotificationType: "HardWiredMonitor" }],
    ["Temperature", { trigger: "Delta", eventNotificationType: "CustomMonitor", variableMonitoringId: 4 }],
    [
      "Temperature",
      { trigger: "Alerting", eventNotificationType: "CustomMonitor", variableMonitoringId: 4, cleared: true },
    ],
    ["Energy", { trigger: "Periodic", eventNotificationType: "CustomMonitor", variableMonitoringId: 5 }],
    ["Secret", { trigger: "Delta", eventNotificationType: "CustomMonitor", actualValue: "" }],
  ])("an event of %s %j is confirmed and kept", async (name, more) => {
    const eventData = [
      { eventId: 1, timestamp: NOW, actualValue: "1", component: { name: "EVSE" }, variable: { name }, ...more },
    ];
    expect(await setting.tell("NotifyEvent", { generatedAt: NOW, seqNo: 0, eventData })).toEqual({});
    expect((await setting.list("events"))[0]).toMatchObject({ variable: name, trigger: more.trigger });
  });

  test("what a vendor adds to any message is let through, and kept in the frame", async () => {
    const customData = { vendorId: "com.example", more: { than: ["we", "know"] } };
    const status = { connectorStatus: "Available", evseId: 1, connectorId: 1, timestamp: NOW, customData };
    expect(await setting.tell("StatusNotification", status)).toEqual({});
    expect(await setting.tell("Heartbeat", { customData })).toEqual({ currentTime: expect.any(String) });
    expect(JSON.stringify(await setting.list("messages"))).toContain("than");
  });
});

describe("what 2.1 adds", () => {
  const log = { remoteLocation: "https://files.test/" };
  const stream = { interval: 10, values: 5 };
  test.each([
    ["Reset", { type: "ImmediateAndResume" }, ACCEPTED],
    ["GetLog", { requestId: 1, logType: "DataCollectorLog", log }, ACCEPTED],
    ["InstallCertificate", { certificateType: "OEMRootCertificate", certificate: "pem" }, { status: "Failed" }],
    [
      "SetVariableMonitoring",
      { setMonitoringData: [{ ...monitoring, type: "TargetDelta", periodicEventStream: stream }] },
      { setMonitoringResult: [{ id: 3, status: "Accepted", type: "TargetDelta", severity: 4, ...C }] },
    ],
    [
      "SetDisplayMessage",
      message({ message: { format: "UTF8", language: "tlh", content: "nuqneH" } }),
      { status: "LanguageNotSupported" },
    ],
    ["TriggerMessage", { requestedMessage: "CustomTrigger", customTrigger: "SelfTest" }, ACCEPTED],
  ] as [string, object, object][])("%s %j goes out as it is, and %j is kept", async (action, payload, answer) => {
    const setting = await ordered("2.1");
    expect(await setting.order(action, payload, answer)).toEqual(payload);
    expect(await setting.list("commands")).toMatchObject([{ action, response: answer, remarks: [] }]);
  });

  test("a network profile with a password of its own is noted before it is sent, and masked after", async () => {
    const setting = await ordered("2.1");
    const connectionData = {
      ...{ ocppTransport: "JSON", ocppCsmsUrl: "wss://csms.test/ws/ocpp", messageTimeout: 30, securityProfile: 2 },
      ...{ ocppInterface: "Any", identity: setting.charger.id, basicAuthPassword: "0123456789abcdef" },
    };
    const payload = { configurationSlot: 1, connectionData };
    expect(await setting.order("SetNetworkProfile", payload, ACCEPTED)).toEqual(payload);
    expect(JSON.stringify(await setting.list("commands"))).not.toContain("0123456789abcdef");
    const { pendingPasswords } = await setting.get(`/api/charge-points/${setting.charger.id}/security`);
    expect(pendingPasswords).toHaveLength(1);
  });
});
