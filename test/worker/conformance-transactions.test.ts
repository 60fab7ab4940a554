// Blocks C, E and J of OCPP 2.x as the test cases of a CSMS go through them: sessions event by event, in raw frames.
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Ordered, ordered } from "../support/worker/ordered.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { at, meterValuesOf, ms, transactionsOf } from "../support/worker/sessions.ts";

type State = "EVConnected" | "Charging" | "SuspendedEV" | "SuspendedEVSE" | "Idle";

interface Step {
  type: "Started" | "Updated" | "Ended";
  /** triggerReason */
  reason: string;
  state?: State;
  stopped?: string;
  /** The token that comes along. */
  token?: string;
  /** Whether the EVSE is told; with the first event that knows it. */
  place?: boolean;
  meter?: object;
  remoteStartId?: number;
}

const started = (reason: string, more: Partial<Step> = {}): Step => ({ type: "Started", reason, ...more });
const updated = (reason: string, more: Partial<Step> = {}): Step => ({ type: "Updated", reason, ...more });
const ended = (reason: string, stopped: string, more: Partial<Step> = {}): Step => ({
  ...{ type: "Ended", reason, stopped, ...more },
});

const signed = { signedMeterData: "c2lnbmVk", signingMethod: "ECDSA", encodingMethod: "OCMF", publicKey: "a2V5" };
const reading = (value: number, context: string, more: object = {}) => ({
  sampledValue: [
    { value, context, measurand: "Energy.Active.Import.Register", unitOfMeasure: { unit: "Wh" }, ...more },
  ],
});

const CHARGING = updated("ChargingStateChanged", { state: "Charging" });

/** Where it begins: the first event of each start option, and those that lead to charging. */
const STARTS: [option: string, steps: Step[], first: { state: State | null; token: string | null }][] = [
  [
    "the cable is plugged in",
    [
      started("CablePluggedIn", { place: true, state: "EVConnected" }),
      updated("Authorized", { token: "GOOD" }),
      CHARGING,
    ],
    { state: "EVConnected", token: null },
  ],
  [
    "the driver is authorized, and no EVSE is known yet",
    [
      started("Authorized", { token: "GOOD" }),
      updated("CablePluggedIn", { place: true, state: "EVConnected" }),
      CHARGING,
    ],
    { state: null, token: "GOOD" },
  ],
  [
    "the power path is closed",
    [started("ChargingStateChanged", { place: true, state: "EVConnected", token: "GOOD" }), CHARGING],
    { state: "EVConnected", token: "GOOD" },
  ],
  [
    "energy flows",
    [started("ChargingStateChanged", { place: true, state: "Charging", token: "GOOD" })],
    { state: "Charging", token: "GOOD" },
  ],
  [
    "its data are signed",
    [
      started("SignedDataReceived", {
        ...{ place: true, state: "EVConnected", token: "GOOD" },
        meter: reading(1000, "Transaction.Begin", { signedMeterValue: signed }),
      }),
      CHARGING,
    ],
    { state: "EVConnected", token: "GOOD" },
  ],
  [
    "the parking bay is occupied",
    [
      started("EVDetected", { place: true }),
      updated("Authorized", { token: "GOOD" }),
      updated("CablePluggedIn", { state: "EVConnected" }),
      CHARGING,
    ],
    { state: null, token: null },
  ],
  [
    "the EV is not ready yet",
    [
      started("Authorized", { token: "GOOD" }),
      updated("CablePluggedIn", { place: true, state: "EVConnected" }),
      updated("ChargingStateChanged", { state: "SuspendedEV" }),
      CHARGING,
    ],
    { state: null, token: "GOOD" },
  ],
];

const BEGUN = [started("Authorized", { place: true, token: "GOOD", state: "Charging" })];

/** How it ends: what comes before the end, and the end itself. */
const STOPS: [how: string, steps: Step[], stopReason: string][] = [
  [
    "the driver stops it, and the power path opens",
    [
      updated("StopAuthorized", { token: "GOOD", state: "EVConnected" }),
      ended("StopAuthorized", "Local", { token: "GOOD" }),
    ],
    "Local",
  ],
  ["the driver stops it at once", [ended("StopAuthorized", "Local", { token: "GOOD" })], "Local"],
  ["the operator stops it", [ended("RemoteStop", "Remote")], "Remote"],
  [
    "the cable is unplugged at the charging station",
    [updated("ChargingStateChanged", { state: "EVConnected" }), ended("EVCommunicationLost", "EVDisconnected")],
    "EVDisconnected",
  ],
  [
    "the cable is unplugged at the EV",
    [updated("EVCommunicationLost", { state: "Idle" }), ended("EVCommunicationLost", "EVDisconnected")],
    "EVDisconnected",
  ],
  [
    "the EV takes no more energy",
    [updated("ChargingStateChanged", { state: "SuspendedEV" }), ended("ChargingStateChanged", "StoppedByEV")],
    "StoppedByEV",
  ],
  ["the EV leaves the bay", [updated("EVCommunicationLost", { state: "Idle" }), ended("EVDeparted", "Local")], "Local"],
  [
    "it was deauthorized for its token",
    [updated("Deauthorized", { state: "SuspendedEVSE" }), ended("Deauthorized", "DeAuthorized")],
    "DeAuthorized",
  ],
  [
    "it was deauthorized when the EV was unplugged",
    [updated("EVCommunicationLost", { state: "Idle" }), ended("Deauthorized", "EVDisconnected")],
    "EVDisconnected",
  ],
  ["nobody plugged in in time", [ended("EVConnectTimeout", "Timeout")], "Timeout"],
  ["the charger was reset at once", [ended("ResetCommand", "ImmediateReset")], "ImmediateReset"],
];

describe.each(["2.0.1", "2.1"] as const)("a session in OCPP %s", (version) => {
  let setting: Ordered;
  let count = 0;
  beforeAll(async () => {
    setting = await ordered(version);
    await addIdToken("GOOD", { groupId: "FAMILY" });
    await addIdToken("SIBLING", { groupId: "FAMILY" });
    await addIdToken("STRANGER");
    await addIdToken("BLOCKED", { status: "blocked" });
    await addIdToken("EXPIRED", { expiresAt: 1 });
  });

  /** Plays the steps as a transaction of its own, on an EVSE of its own. Gives the answers, and how to go on. */
  async function play(steps: Step[], isNext: { id: string; evseId: number; seqNo: number } | undefined = undefined) {
    count += 1;
    const session = isNext ?? { id: `session-${count}`, evseId: count, seqNo: 0 };
    const answers = [];
    for (const { type, reason, state, stopped, token, place, meter, remoteStartId } of steps) {
      const timestamp = at(session.seqNo);
      const info = { chargingState: state, stoppedReason: stopped, remoteStartId };
      const payload = {
        ...{ eventType: type, triggerReason: reason, seqNo: session.seqNo, timestamp },
        transactionInfo: { transactionId: session.id, ...info },
        ...(place === true ? { evse: { id: session.evseId, connectorId: 1 } } : {}),
        ...(token === undefined ? {} : { idToken: { idToken: token, type: "ISO14443" } }),
        ...(meter === undefined ? {} : { meterValue: [{ timestamp, ...meter }] }),
      };
      answers.push(await setting.tell("TransactionEvent", payload));
      session.seqNo += 1;
    }
    const row = async () =>
      (await transactionsOf(setting.charger)).find(({ ocpp_transaction_id }) => ocpp_transaction_id === session.id);
    return { answers, session, row };
  }
  const tokenInfo = (status: string) => ({ idTokenInfo: expect.objectContaining({ status }) });

  test.each(STARTS)("that begins when %s is known from its first event on", async (_, [first, ...rest], begun) => {
    if (first === undefined) throw new Error("no first event");
    const { answers, session, row } = await play([first]);
    expect(answers).toEqual([first.token === undefined ? {} : tokenInfo("Accepted")]);
    expect(await row()).toMatchObject({
      ...{ status: "active", started_at: ms(0), charging_state: begun.state, id_token: begun.token },
      evse_id: first.place === true ? session.evseId : 0,
    });
    const { answers: others } = await play(rest, session);
    expect(others).toEqual(rest.map(({ token }) => (token === undefined ? {} : tokenInfo("Accepted"))));
    expect(await row()).toMatchObject({
      ...{ status: "active", charging_state: "Charging", id_token: "GOOD", authorization: "Accepted" },
      ...{ evse_id: session.evseId, connector_id: 1, started_at: ms(0) },
    });
  });

  test.each(STOPS)("that ends because %s ends at that event, with its reason", async (_, steps, stopReason) => {
    const { session, row } = await play(BEGUN);
    const { answers } = await play(steps, session);
    expect(answers).toEqual(steps.map(({ token }) => (token === undefined ? {} : tokenInfo("Accepted"))));
    expect(await row()).toMatchObject({
      ...{ status: "completed", stop_reason: stopReason, stopped_at: ms(steps.length), missing_events: null },
    });
  });

  test("goes on when the cable is lost at the EV and comes back", async () => {
    const { session, row } = await play(BEGUN);
    await play([updated("EVCommunicationLost", { state: "Idle" })], session);
    expect(await row()).toMatchObject({ status: "active", charging_state: "Idle" });
    await play([updated("CablePluggedIn", { state: "EVConnected" }), CHARGING], session);
    expect(await row()).toMatchObject({ status: "active", charging_state: "Charging" });
  });

  test.each([
    ["NOBODY", "Unknown"],
    ["BLOCKED", "Blocked"],
    ["EXPIRED", "Expired"],
  ])(
    "of the token %s is told %s, at Authorize and at its start, and is recorded all the same",
    async (token, status) => {
      const idToken = { idToken: token, type: "ISO14443" };
      expect(await setting.tell("Authorize", { idToken })).toEqual(tokenInfo(status));
      const { answers, session, row } = await play([started("Authorized", { place: true, token })]);
      expect(answers).toEqual([tokenInfo(status)]);
      await play([ended("Deauthorized", "DeAuthorized")], session);
      expect(await row()).toMatchObject({ authorization: status, status: "completed", stop_reason: "DeAuthorized" });
    },
  );

  test("that a cached token began offline is answered for the token when it comes", async () => {
    const { answers } = await play([started("Authorized", { place: true, token: "GOOD", state: "Charging" })]);
    expect(answers).toEqual([
      { idTokenInfo: { status: "Accepted", groupIdToken: { idToken: "FAMILY", type: "Central" } } },
    ]);
  });

  test("is stopped by another token of its group, whose group the answer names", async () => {
    const { session, row } = await play(BEGUN);
    const { answers } = await play([ended("StopAuthorized", "Local", { token: "SIBLING" })], session);
    expect(answers).toEqual([
      { idTokenInfo: { status: "Accepted", groupIdToken: { idToken: "FAMILY", type: "Central" } } },
    ]);
    expect(await row()).toMatchObject({ status: "completed", id_token: "GOOD", stop_id_token: "SIBLING" });
  });

  describe("and the master pass", () => {
    afterEach(() => {
      env.MASTER_PASS_GROUP = "";
    });

    test("stops several of them, one by one or all, and they name it", async () => {
      env.MASTER_PASS_GROUP = "MASTER";
      await addIdToken("PASS", { groupId: "MASTER" });
      const master = { idToken: { idToken: "PASS", type: "ISO14443" } };
      expect(await setting.tell("Authorize", master)).toMatchObject({
        idTokenInfo: { status: "Accepted", groupIdToken: { idToken: "MASTER" } },
      });
      for (const { session, row } of [await play(BEGUN), await play(BEGUN)]) {
        const { answers } = await play([ended("StopAuthorized", "MasterPass", { token: "PASS" })], session);
        expect(answers).toEqual([tokenInfo("Accepted")]);
        expect(await row()).toMatchObject({ stop_reason: "MasterPass", stop_id_token: "PASS" });
      }
    });
  });

  test("counts its events from 0 in each transaction, and none is missed", async () => {
    for (const { session, row } of [await play(BEGUN), await play(BEGUN)]) {
      await play([CHARGING, ended("StopAuthorized", "Local")], session);
      expect(await row()).toMatchObject({ status: "completed", missing_events: null });
    }
  });

  test.each([
    ["goes on, with messages in the queue", { ongoingIndicator: true, messagesInQueue: true }, "active"],
    ["goes on, without messages in the queue", { ongoingIndicator: true, messagesInQueue: false }, "active"],
    ["has ended, with messages in the queue", { ongoingIndicator: false, messagesInQueue: true }, "active"],
  ])("of which the charger says that it %s is %s here", async (_, answer, status) => {
    const { session, row } = await play(BEGUN);
    const asked = await setting.order("GetTransactionStatus", { transactionId: session.id }, answer);
    expect(asked).toEqual({ transactionId: session.id });
    expect(await row()).toMatchObject({ status });
  });

  test.each([true, false])("is not named when only the queue is asked for: %s", async (messagesInQueue) => {
    expect(await setting.order("GetTransactionStatus", {}, { messagesInQueue })).toEqual({});
    expect(await setting.list("commands")).toContainEqual(
      expect.objectContaining({ action: "GetTransactionStatus", response: { messagesInQueue } }),
    );
  });

  test("keeps its meter values of every kind: at begin and end, sampled, clock-aligned and signed", async () => {
    const { session, row } = await play([
      started("Authorized", { token: "GOOD", meter: reading(1000, "Transaction.Begin") }),
      updated("CablePluggedIn", { place: true }),
      updated("MeterValuePeriodic", { meter: reading(1100, "Sample.Periodic") }),
      updated("MeterValueClock", { meter: reading(1200, "Sample.Clock", { signedMeterValue: signed }) }),
      ended("StopAuthorized", "Local", {
        meter: {
          sampledValue: [
            ...reading(1150, "Sample.Clock").sampledValue,
            ...reading(1300, "Transaction.End").sampledValue,
          ],
        },
      }),
    ]);
    const transaction = await row();
    expect(transaction).toMatchObject({ meter_start: 1000, meter_stop: 1300, evse_id: session.evseId });
    const values = (await meterValuesOf(setting.charger, transaction.id)).flatMap(({ sampledValue }) => sampledValue);
    expect(values.map(({ value, context }) => [value, context])).toEqual([
      [1000, "Transaction.Begin"],
      [1100, "Sample.Periodic"],
      [1200, "Sample.Clock"],
      [1150, "Sample.Clock"],
      [1300, "Transaction.End"],
    ]);
    expect(values[2]).toMatchObject({ raw: { signedMeterValue: signed } });
  });

  test("is none of the business of meter values that the EVSE tells by the clock", async () => {
    const meterValue = [{ timestamp: at(1), ...reading(5, "Sample.Clock") }];
    expect(await setting.tell("MeterValues", { evseId: 99, meterValue })).toEqual({});
    expect(await meterValuesOf(setting.charger)).toContainEqual(
      expect.objectContaining({ sampledValue: [expect.objectContaining({ value: 5, context: "Sample.Clock" })] }),
    );
  });
});
