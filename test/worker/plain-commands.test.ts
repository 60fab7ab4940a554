// Commands whose answer changes nothing here: they go out as asked, and what came of them stays with the command.
import { describe, expect, test } from "vitest";
import { PLAIN } from "../../src/ocpp/plain.ts";
import { versionRow } from "../../src/ocpp/versions.ts";
import { ordered, type Version } from "../support/worker/ordered.ts";

const ACCEPTED = { status: "Accepted" };

const NETWORK_PROFILE = {
  configurationSlot: 1,
  connectionData: {
    ocppVersion: "OCPP20",
    ocppTransport: "JSON",
    ocppCsmsUrl: "wss://csms.example/ws/ocpp",
    messageTimeout: 30,
    securityProfile: 2,
    ocppInterface: "Wired0",
  },
};

const COMMANDS: Readonly<Record<Version, [action: string, payload: object, answer: object][]>> = {
  "1.6": [
    ["TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 1 }, ACCEPTED],
    ["ExtendedTriggerMessage", { requestedMessage: "LogStatusNotification" }, { status: "NotImplemented" }],
    ["RemoteStopTransaction", { transactionId: 7 }, { status: "Rejected" }],
    ["Reset", { type: "Soft" }, ACCEPTED],
    ["UnlockConnector", { connectorId: 1 }, { status: "Unlocked" }],
    ["CertificateSigned", { certificateChain: "x" }, { status: "Rejected" }],
    ["ClearCache", {}, ACCEPTED],
  ],
  "2.0.1": [
    ["TriggerMessage", { requestedMessage: "StatusNotification", evse: { id: 1, connectorId: 1 } }, ACCEPTED],
    ["RequestStopTransaction", { transactionId: "tx-7" }, { status: "Rejected" }],
    ["Reset", { type: "OnIdle", evseId: 1 }, { status: "Scheduled" }],
    ["UnlockConnector", { evseId: 1, connectorId: 1 }, { status: "OngoingAuthorizedTransaction" }],
    ["SetMonitoringLevel", { severity: 4 }, ACCEPTED],
    ["SetNetworkProfile", NETWORK_PROFILE, ACCEPTED],
    ["ClearCache", {}, { status: "Rejected", statusInfo: { reasonCode: "CacheDisabled" } }],
  ],
  "2.1": [
    ["TriggerMessage", { requestedMessage: "CustomTrigger", customTrigger: "x" }, ACCEPTED],
    ["RequestStopTransaction", { transactionId: "tx-7" }, ACCEPTED],
    ["Reset", { type: "ImmediateAndResume" }, ACCEPTED],
    ["UnlockConnector", { evseId: 1, connectorId: 1 }, { status: "Unlocked" }],
    ["SetMonitoringLevel", { severity: 4 }, ACCEPTED],
    ["SetNetworkProfile", NETWORK_PROFILE, ACCEPTED],
    ["ClearCache", {}, ACCEPTED],
    ["AFRRSignal", { timestamp: "2026-01-01T12:00:00.000Z", signal: -40 }, ACCEPTED],
    ["NotifyWebPaymentStarted", { evseId: 1, timeout: 60 }, {}],
  ],
};

describe.each(Object.entries(COMMANDS))("in OCPP %s", (version, commands) => {
  test.each(commands)("%s goes out as asked, and its outcome is the command's", async (action, payload, answer) => {
    const setting = await ordered(version as Version);
    expect(await setting.order(action, payload, answer)).toEqual(payload);
    expect(await setting.list("commands")).toMatchObject([{ action, payload, status: "accepted", response: answer }]);
  });
});

test("each command that is said to change nothing is among them, and has no effect there", () => {
  for (const action of Object.keys(PLAIN)) {
    const here = Object.entries(COMMANDS).filter(([, commands]) => commands.some(([name]) => name === action));
    const silent = here.filter(([version]) => versionRow(version as Version).effects[action] === undefined);
    if (action !== "DataTransfer") expect(silent.length, action).toBeGreaterThan(0);
  }
});
