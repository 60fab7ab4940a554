// TransactionEvent in depth: the charger's numbering decides what is true now, whatever order its events come in.
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { command, commanded, get, type Setting, send } from "../support/worker/commanding.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { countRows } from "../support/worker/rows.ts";
import { actorOf, at, findingsOf, meterValuesOf, ms, transactionsOf } from "../support/worker/sessions.ts";

describe.each(["2.0.1", "2.1"] as const)("in OCPP %s", (version) => {
  const here = () => commanded(version);

  const event = (seqNo: number, eventType: string, more: Record<string, unknown> = {}) => {
    const { info, ...rest } = more;
    return {
      eventType,
      timestamp: at(seqNo),
      triggerReason: "ChargingStateChanged",
      seqNo,
      transactionInfo: { transactionId: "tx", ...(typeof info === "object" ? info : {}) },
      ...rest,
    };
  };
  const state = (chargingState: string) => ({ info: { chargingState } });
  const meter = (seqNo: number, value: number, context?: string) => ({
    meterValue: [{ timestamp: at(seqNo), sampledValue: [{ value, ...(context === undefined ? {} : { context }) }] }],
  });
  const tell = ({ charger }: Setting, payload: object) => charger.call("TransactionEvent", payload);
  const transactionOf = async (setting: Setting) =>
    (await get(setting, `/api/transactions?chargePointId=${setting.id}`)).items[0];

  test("the newest event by number gives the state, not the one that came last", async () => {
    const setting = await here();
    await tell(setting, event(0, "Started", { evse: { id: 1, connectorId: 1 }, ...state("EVConnected") }));
    await tell(setting, event(3, "Updated", state("SuspendedEV")));
    await tell(setting, event(1, "Updated", { ...state("Charging"), offline: true }));
    await tell(setting, event(2, "Updated", state("SuspendedEVSE")));
    expect(await transactionOf(setting)).toMatchObject({
      chargingState: "SuspendedEV",
      triggerReason: "ChargingStateChanged",
      lastEventAt: at(3),
      missingEvents: [],
    });
    expect(await findingsOf(setting)).toEqual([]);
  });

  test("a reading that is newer than a late change of state outweighs it, also after the actor slept", async () => {
    const setting = await here();
    const reading = { triggerReason: "MeterValuePeriodic", ...state("Charging") };
    await tell(setting, event(0, "Started", state("EVConnected")));
    await tell(setting, event(1, "Updated", state("Charging")));
    await tell(setting, event(3, "Updated", { ...reading, ...meter(3, 1200) }));
    await evictDurableObject(actorOf(setting));
    await tell(setting, event(2, "Updated", state("SuspendedEV")));
    expect(await transactionOf(setting)).toMatchObject({ chargingState: "Charging" });
  });

  test("a doubled event changes nothing, though it is spelt differently", async () => {
    const setting = await here();
    await tell(setting, event(0, "Started", meter(0, 1000)));
    await tell(setting, event(1, "Updated", { ...state("Charging"), ...meter(1, 1100) }));
    await tell(setting, event(2, "Updated", state("SuspendedEV")));
    await tell(setting, event(1, "Updated", { ...state("Charging"), ...meter(1, 1100), offline: true }));
    expect(await meterValuesOf(setting)).toHaveLength(2);
    expect(await transactionOf(setting)).toMatchObject({ chargingState: "SuspendedEV" });
  });

  test("a charger that never counts is ordered by its clock, and loses nothing", async () => {
    const setting = await here();
    const stuck = (second: number, type: string, more: object) => ({ ...event(second, type, { ...more }), seqNo: 0 });
    await tell(setting, stuck(0, "Started", meter(0, 1000)));
    await tell(setting, stuck(5, "Updated", { ...state("SuspendedEV"), ...meter(5, 1500) }));
    await tell(setting, stuck(2, "Updated", { ...state("Charging"), ...meter(2, 1100) }));
    await tell(setting, stuck(9, "Ended", {}));
    expect(await meterValuesOf(setting)).toHaveLength(3);
    expect(await transactionOf(setting)).toMatchObject({ status: "completed", meterStart: 1000, meterStop: 1500 });
  });

  test("what the charger tells besides is kept: phases, cable, time, signed readings", async () => {
    const setting = await here();
    const signedMeterValue = { signedMeterData: "c2lnbmVk", signingMethod: "", encodingMethod: "OCMF", publicKey: "" };
    const signed = { timestamp: at(0), sampledValue: [{ value: 1000, signedMeterValue }] };
    await tell(setting, event(0, "Started", { numberOfPhasesUsed: 3, cableMaxCurrent: 32, meterValue: [signed] }));
    await tell(
      setting,
      event(1, "Ended", { numberOfPhasesUsed: 1, info: { timeSpentCharging: 40, stoppedReason: "Local" } }),
    );
    const transaction = await transactionOf(setting);
    expect(transaction).toMatchObject({ numberOfPhasesUsed: 1, cableMaxCurrent: 32, timeSpentCharging: 40 });
    expect(await meterValuesOf(setting, transaction.id)).toMatchObject([
      { sampledValue: [{ raw: { signedMeterValue } }] },
    ]);
  });

  test("place and token may come late, and the place may change", async () => {
    await addIdToken("CARD-2X-LATE", { groupId: "G" });
    const setting = await here();
    await tell(setting, event(0, "Started"));
    await tell(setting, event(1, "Updated", { evse: { id: 1 } }));
    const idToken = { idToken: "card-2x-late", type: "ISO14443" };
    const answer = await tell(setting, event(2, "Updated", { triggerReason: "Authorized", idToken }));
    expect(answer[2]).toMatchObject({ idTokenInfo: { status: "Accepted", groupIdToken: { idToken: "G" } } });
    await tell(setting, event(3, "Updated", { evse: { id: 2, connectorId: 2 } }));
    await tell(setting, event(4, "Ended", { idToken: { idToken: "OTHER", type: "ISO14443" } }));
    expect(await transactionOf(setting)).toMatchObject({
      evseId: 2,
      connectorId: 2,
      idToken: "card-2x-late",
      idTokenType: "ISO14443",
      authorization: "Accepted",
      stopIdToken: "OTHER",
    });
  });

  test("an end with gaps before it names them, and late events fill them without undoing the end", async () => {
    const setting = await here();
    await tell(setting, event(0, "Started", { ...meter(0, 1000), ...state("EVConnected") }));
    await tell(
      setting,
      event(5, "Ended", {
        info: { chargingState: "Idle", stoppedReason: "EVDisconnected" },
        triggerReason: "EVDeparted",
      }),
    );
    expect(await transactionOf(setting)).toMatchObject({ missingEvents: [1, 2, 3, 4], meterStop: 1000 });
    expect(await findingsOf(setting)).toEqual(["missing_events"]);
    for (const seqNo of [4, 2, 1, 3])
      await tell(setting, event(seqNo, "Updated", { ...state("Charging"), ...meter(seqNo, 1000 + seqNo * 100) }));
    expect(await transactionOf(setting)).toMatchObject({
      status: "completed",
      missingEvents: [],
      chargingState: "Idle",
      triggerReason: "EVDeparted",
      stopReason: "EVDisconnected",
      stoppedAt: at(5),
      // The end had no reading of its own: the last one before it is the best there is.
      meterStop: 1400,
    });
    expect(await meterValuesOf(setting)).toHaveLength(5);
  });

  test("a late event does not correct an end that had its reading", async () => {
    const setting = await here();
    await tell(setting, event(0, "Started", meter(0, 1000)));
    await tell(setting, event(2, "Ended", meter(2, 1300, "Transaction.End")));
    await tell(setting, event(1, "Updated", { ...meter(1, 1250), evse: { id: 1, connectorId: 1 } }));
    expect(await transactionOf(setting)).toMatchObject({
      meterStart: 1000,
      meterStop: 1300,
      evseId: 1,
      status: "completed",
    });
  });

  test("without its start it begins with the earliest event that came, until the start comes", async () => {
    const setting = await here();
    await tell(setting, event(3, "Updated", meter(3, 1300)));
    await tell(setting, event(2, "Updated", meter(2, 1200)));
    expect(await transactionOf(setting)).toMatchObject({ startedAt: at(2), meterStart: 1200 });
    const begin = meter(0, 1000, "Transaction.Begin");
    await tell(setting, event(0, "Started", { ...begin, evse: { id: 1, connectorId: 1 }, reservationId: 9 }));
    expect(await transactionOf(setting)).toMatchObject({
      startedAt: at(0),
      meterStart: 1000,
      evseId: 1,
      reservationId: 9,
    });
  });

  test("an id that is used again after its end is another transaction", async () => {
    const setting = await here();
    await tell(setting, event(0, "Started"));
    await tell(setting, event(1, "Ended"));
    await tell(setting, { ...event(0, "Started"), timestamp: at(100) });
    expect((await transactionsOf(setting)).map(({ status, started_at }) => [status, started_at])).toEqual([
      ["completed", ms(0)],
      ["active", ms(100)],
    ]);
    expect(await findingsOf(setting)).toEqual(["transaction_id_reused"]);
  });

  test("a mere reading costs one row, whatever the charger repeats beside it", async () => {
    const setting = await here();
    const place = { evse: { id: 1, connectorId: 1 }, numberOfPhasesUsed: 3, ...state("Charging") };
    await tell(setting, event(0, "Started", { ...place, ...meter(0, 1000) }));
    await actorOf(setting).flush();
    const rows = await countRows(actorOf(setting));
    for (let seqNo = 1; seqNo <= 10; seqNo += 1) {
      const reading = { triggerReason: "MeterValuePeriodic", ...place, ...meter(seqNo, 1000 + seqNo) };
      await tell(setting, event(seqNo, "Updated", reading));
    }
    expect(rows.sql).toBe(10);
  });

  test("a start by button needs no token", async () => {
    const setting = await here();
    const answer = await tell(setting, event(0, "Started", { idToken: { idToken: "", type: "NoAuthorization" } }));
    expect(answer[2]).toEqual({ idTokenInfo: { status: "Accepted" } });
    expect(await transactionOf(setting)).toMatchObject({ idToken: null, idTokenType: "NoAuthorization" });
  });

  test("a remote start is tied to the transaction that names it, also in a later event", async () => {
    const setting = await here();
    const { payload, body } = await command(setting, "start", { idToken: "APP", evseId: 1 });
    await tell(setting, event(0, "Started", { evse: { id: 1, connectorId: 1 } }));
    const { remoteStartId } = payload;
    await tell(setting, event(1, "Updated", { triggerReason: "RemoteStart", info: { remoteStartId } }));
    expect(await transactionOf(setting)).toMatchObject({ commandId: body.id });
  });

  test("a remote start is tied to the transaction that had begun with the cable", async () => {
    const setting = await here();
    await tell(setting, event(0, "Started", { evse: { id: 1, connectorId: 1 } }));
    const { body } = await command(
      setting,
      "start",
      { idToken: "APP", evseId: 1 },
      { status: "Accepted", transactionId: "tx" },
    );
    expect(await transactionOf(setting)).toMatchObject({ commandId: body.id });
  });

  test("GetTransactionStatus ends what is over and has nothing more to tell, and nothing else", async () => {
    const setting = await here();
    await tell(setting, event(0, "Started", meter(0, 1000)));
    await tell(setting, event(1, "Updated", { triggerReason: "MeterValuePeriodic", ...meter(1, 1400) }));
    const ask = (response: object) => send(setting, "GetTransactionStatus", { transactionId: "tx" }, response);
    await ask({ ongoingIndicator: true, messagesInQueue: false });
    await ask({ ongoingIndicator: false, messagesInQueue: true });
    expect(await transactionOf(setting)).toMatchObject({ status: "active" });
    await ask({ ongoingIndicator: false, messagesInQueue: false });
    expect(await transactionOf(setting)).toMatchObject({
      status: "completed",
      closedBy: "GetTransactionStatus",
      meterStop: 1400,
    });
    await tell(setting, event(2, "Ended", meter(2, 1500)));
    expect(await transactionOf(setting)).toMatchObject({ closedBy: null, meterStop: 1500 });
  });
});
