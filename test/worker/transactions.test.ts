// Charging sessions as real chargers tell them: repeated, late, doubled, with ids that never were. Never a CALLERROR.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { Storage } from "../../src/durable-objects/charge-point/storage.ts";
import { Transactions } from "../../src/durable-objects/charge-point/transactions.ts";
import type { ChargePoint } from "../../src/durable-objects/charge-point.ts";
import { chargePointOf } from "../../src/durable-objects/stubs.ts";
import { type Charger, connectCharger, newIdentity } from "../support/worker/charger.ts";
import { addIdToken } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_2X,
  BOOT_16,
  findingsOf,
  meterValuesOf,
  ms,
  online,
  SUBPROTOCOLS,
  sample,
  start,
  startPayload,
  transactionsOf,
} from "../support/worker/sessions.ts";

const stopPayload = (transactionId: number, stop: Record<string, unknown> = {}) => ({
  transactionId,
  meterStop: 1500,
  timestamp: at(60),
  ...stop,
});

const confirmed = (id: string) => [3, id, {}];

describe("a StartTransaction that is repeated", () => {
  test.each([
    ["with the same id", "s1"],
    ["with a new id", "s2"],
  ])("%s gets the same transaction", async (_how, again) => {
    const charger = await online();
    const first = await charger.call("StartTransaction", startPayload(), "s1");
    expect(await charger.call("StartTransaction", startPayload(), again)).toEqual([3, again, first[2]]);
    expect(await transactionsOf(charger)).toHaveLength(1);
  });

  test("over a new connection gets the same transaction", async () => {
    const charger = await online();
    const first = await charger.call("StartTransaction", startPayload(), "s1");
    const again = await connectCharger(charger.id);
    expect(await again.call("StartTransaction", startPayload(), "1")).toEqual([3, "1", first[2]]);
    expect(await again.call("BootNotification", BOOT_16, "2")).toMatchObject([3, "2", { status: "Accepted" }]);
    expect(await again.call("StartTransaction", startPayload(), "3")).toEqual([3, "3", first[2]]);
    expect(await transactionsOf(charger)).toHaveLength(1);
  });

  test("after the actor slept gets the same transaction", async () => {
    const charger = await online();
    const first = await charger.call("StartTransaction", startPayload(), 2);
    for (const id of [2, 3]) {
      await evictDurableObject(actorOf(charger));
      expect(await charger.call("StartTransaction", startPayload(), id)).toEqual([3, id, first[2]]);
    }
    expect(await transactionsOf(charger)).toHaveLength(1);
  });

  test("after many other messages, even after its stop, gets the same transaction", async () => {
    const charger = await online();
    const id = await start(charger);
    for (let i = 0; i < 60; i += 1)
      await charger.call("StatusNotification", {
        connectorId: 1,
        errorCode: "NoError",
        status: "Charging",
        timestamp: at(i),
      });
    await charger.call("StopTransaction", stopPayload(id));
    expect(await start(charger)).toBe(id);
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed" }]);
  });

  test("without a usable time is known by its token and meter", async () => {
    const charger = await online();
    const id = await start(charger, { timestamp: "" });
    expect(await start(charger, { timestamp: "" })).toBe(id);
    const again = await connectCharger(charger.id);
    expect(await start(again, { timestamp: "1970-01-01T00:00:00Z" })).toBe(id);
    expect(await transactionsOf(charger)).toHaveLength(1);
    expect(await findingsOf(charger)).toContain("clock");
  });

  test("with another meter or another time is another transaction, though the message id is used again", async () => {
    const charger = await online();
    const ids = [
      await start(charger, {}, "1"),
      await start(charger, { meterStart: 1001 }, "1"),
      await start(charger, { timestamp: at(1) }, "1"),
    ];
    expect(new Set(ids).size).toBe(3);
  });
});

describe("transaction ids", () => {
  test("are positive, of 31 bits, and never used again", async () => {
    const charger = await online();
    const ids: number[] = [];
    for (let i = 0; i < 5; i += 1) ids.push(await start(charger, { timestamp: at(i), connectorId: i }));
    await evictDurableObject(actorOf(charger));
    ids.push(await start(charger, { timestamp: at(9) }));
    await actorOf(charger).erase();
    ids.push(await start(await connectCharger(charger.id), { timestamp: at(10) }));
    expect(new Set(ids).size).toBe(7);
    for (const id of ids) expect(id > 0 && id < 2 ** 31 && Number.isInteger(id)).toBe(true);
  });

  test("stay so when the charger has named its own in OCPP 2.x", async () => {
    const charger = await online({}, { subprotocols: "ocpp2.0.1" });
    for (const transactionId of ["99999999999", "2147483647"]) {
      const event = {
        eventType: "Started",
        timestamp: at(0),
        triggerReason: "Authorized",
        seqNo: 0,
        transactionInfo: { transactionId },
        evse: { id: 1, connectorId: 1 },
      };
      expect(await charger.call("TransactionEvent", event, "e")).toEqual(confirmed("e"));
    }
    const older = await connectCharger(charger.id);
    expect(await start(older)).toBeLessThan(2 ** 31 - 1);
  });
});

describe("a StopTransaction", () => {
  test.each([0, -1, -999, 424242])("of the unknown id %i ends the one transaction that fits", async (wrong) => {
    const charger = await online();
    await start(charger);
    expect(await charger.call("StopTransaction", stopPayload(wrong, { idTag: "tag-1" }), "e")).toMatchObject([
      3,
      "e",
      { idTagInfo: {} },
    ]);
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", meter_stop: 1500 }]);
  });

  test.each([0, -1, 424242])("of the unknown id %i without a fitting transaction is kept for review", async (wrong) => {
    const charger = await online();
    expect(await charger.call("StopTransaction", stopPayload(wrong), "e")).toEqual(confirmed("e"));
    expect(await charger.call("StopTransaction", stopPayload(wrong), "f")).toEqual(confirmed("f"));
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "orphan", ocpp_transaction_id: String(wrong), meter_stop: 1500 },
    ]);
    expect(await findingsOf(charger)).toEqual(["unknown_transaction"]);
  });

  test.each([0, -1])(
    "of the id %i, once kept for review, does not swallow the next one with that id",
    async (wrong) => {
      const charger = await online();
      await charger.call("StopTransaction", stopPayload(wrong, { timestamp: at(-60) }));
      await start(charger);
      await charger.call("MeterValues", { connectorId: 1, transactionId: wrong, meterValue: [sample(5, "1200")] });
      expect(await charger.call("StopTransaction", stopPayload(wrong), "e")).toEqual(confirmed("e"));
      const [transaction] = (await transactionsOf(charger)).filter(({ status }) => status !== "orphan");
      expect(transaction).toMatchObject({ status: "completed", meter_stop: 1500 });
      expect(await meterValuesOf(charger, transaction.id)).toHaveLength(1);
    },
  );

  test("that was matched by guess is corrected by the one that names the transaction", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("StopTransaction", stopPayload(424242, { meterStop: 1100 }));
    await charger.call("StopTransaction", stopPayload(id, { timestamp: at(90), meterStop: 1900 }));
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "completed", meter_stop: 1900, stopped_at: ms(90) },
    ]);
  });

  test("that is doubled changes nothing", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("StopTransaction", stopPayload(id, { reason: "Remote" }));
    expect(await charger.call("StopTransaction", stopPayload(id, { reason: "Remote" }), "again")).toEqual(
      confirmed("again"),
    );
    expect(
      await charger.call(
        "StopTransaction",
        stopPayload(id, { reason: "PowerLoss", meterStop: 9, timestamp: at(99) }),
        "other",
      ),
    ).toEqual(confirmed("other"));
    expect(await transactionsOf(charger)).toMatchObject([
      { stop_reason: "Remote", meter_stop: 1500, stopped_at: ms(60) },
    ]);
  });

  test("that comes late corrects what had been taken for superseded", async () => {
    const charger = await online();
    const first = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId: first, meterValue: [sample(5, "1234")] });
    await start(charger, { timestamp: at(100), meterStart: 2000 });
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "completed", closed_by: "superseded", meter_stop: 1234, stopped_at: ms(100) },
      { status: "active" },
    ]);
    expect(await findingsOf(charger)).toContain("start_while_open");
    expect(await charger.call("StopTransaction", stopPayload(first), "late")).toEqual(confirmed("late"));
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "completed", closed_by: null, meter_stop: 1500, stopped_at: ms(60) },
      { status: "active" },
    ]);
  });

  test("that comes late corrects what an operator had closed by hand", async () => {
    const charger = await online();
    const id = await start(charger);
    const [{ id: uuid }] = await transactionsOf(charger);
    expect(await actorOf(charger).closeTransaction(uuid, "op", "stuck")).toMatchObject({
      ok: true,
      value: { meterStop: 1000 },
    });
    expect(await actorOf(charger).closeTransaction(uuid, "op", "stuck")).toEqual({ ok: false, error: "closed" });
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", closed_by: "op: stuck" }]);
    await charger.call("StopTransaction", stopPayload(id));
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", closed_by: null, meter_stop: 1500 }]);
  });

  test("that is sent right before the socket closes is not lost", async () => {
    const charger = await online();
    const id = await start(charger);
    charger.send([2, "e", "StopTransaction", stopPayload(id, { idTag: "SOMEONE-ELSE" })]);
    charger.close();
    await charger.closed;
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", meter_stop: 1500 }]);
  });

  test("without a meter reading ends at the last one that is known", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId: id, meterValue: [sample(5, "1777")] });
    expect(await charger.call("StopTransaction", { transactionId: id, timestamp: at(60) }, "e")).toEqual(
      confirmed("e"),
    );
    expect(await transactionsOf(charger)).toMatchObject([{ status: "completed", meter_stop: 1777 }]);
    expect(await findingsOf(charger)).toContain("stop_without_meter");
  });

  test("with a fraction, with text for numbers, with an odd reason, with extra members, is kept", async () => {
    const charger = await online();
    const id = await start(charger, { meterStart: 999.6 });
    const odd = { transactionId: String(id), meterStop: "1500.4", timestamp: at(60), reason: "Because", extra: true };
    expect(await charger.call("StopTransaction", odd, "e")).toEqual(confirmed("e"));
    expect(await transactionsOf(charger)).toMatchObject([
      { meter_start: 1000, meter_stop: 1500, stop_reason: "Because" },
    ]);
  });

  test("below the start is kept, and noted", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("StopTransaction", stopPayload(id, { meterStop: 10 }));
    expect(await transactionsOf(charger)).toMatchObject([{ meter_stop: 10 }]);
    expect(await findingsOf(charger)).toContain("meter_reset");
  });

  test("brings its own samples", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call(
      "StopTransaction",
      stopPayload(id, { transactionData: [sample(10, "1100"), sample(20, "1200")] }),
    );
    const [{ id: uuid }] = await transactionsOf(charger);
    expect((await meterValuesOf(charger, uuid)).map(({ sampledAt }) => sampledAt)).toEqual([at(10), at(20)]);
  });

  test("by another tag of the same group is accepted", async () => {
    await addIdToken("CARD-A", { groupId: "FAMILY" });
    await addIdToken("CARD-B", { groupId: "FAMILY" });
    const charger = await online();
    const id = await start(charger, { idTag: "CARD-A" });
    const answer = await charger.call("StopTransaction", stopPayload(id, { idTag: "card-b" }), "e");
    expect(answer).toEqual([3, "e", { idTagInfo: { status: "Accepted", parentIdTag: "FAMILY" } }]);
  });

  test.each([
    null,
    {},
    { transactionId: "x" },
    { transactionId: null, meterStop: null, timestamp: null, transactionData: {} },
    [],
  ])("is confirmed even if it says nothing usable: %j", async (payload) => {
    expect(await (await online()).call("StopTransaction", payload, "e")).toEqual(confirmed("e"));
  });
});

describe("MeterValues", () => {
  const values = (connectorId: number, transactionId: unknown, second = 5) => ({
    connectorId,
    ...(transactionId === undefined ? {} : { transactionId }),
    meterValue: [sample(second, "1100")],
  });

  test.each([undefined, 0, -1, 424242, "x"])(
    "of the transaction id %j belong to the one that is open on the connector",
    async (wrong) => {
      const charger = await online();
      await start(charger);
      expect(await charger.call("MeterValues", values(1, wrong), "v")).toEqual(confirmed("v"));
      const [{ id }] = await transactionsOf(charger);
      expect(await meterValuesOf(charger, id)).toHaveLength(1);
      expect((await findingsOf(charger)).includes("unknown_transaction")).toBe(wrong === 424242);
    },
  );

  test("without any transaction are kept as a reading of the connector", async () => {
    const charger = await online();
    expect(await charger.call("MeterValues", values(2, undefined), "v")).toEqual(confirmed("v"));
    expect(await meterValuesOf(charger, "")).toHaveLength(1);
  });

  test("that come after the stop belong to their transaction and do not open it again", async () => {
    const charger = await online();
    const id = await start(charger);
    await charger.call("StopTransaction", stopPayload(id));
    expect(await charger.call("MeterValues", values(1, id, 70), "v")).toEqual(confirmed("v"));
    const [transaction] = await transactionsOf(charger);
    expect(transaction).toMatchObject({ status: "completed", meter_stop: 1500 });
    expect(await meterValuesOf(charger, transaction.id)).toHaveLength(1);
  });

  test.each([2, "2", "", "v", '\u00e4"', 17])(
    "that are repeated are not doubled, whatever their id: %j",
    async (id) => {
      const charger = await online();
      const transactionId = await start(charger);
      await charger.call("MeterValues", values(1, transactionId), id);
      await charger.call("MeterValues", values(1, transactionId), id);
      await charger.call("MeterValues", values(1, transactionId), "new");
      const again = await connectCharger(charger.id);
      await again.call("MeterValues", values(1, transactionId), "1");
      await evictDurableObject(actorOf(charger));
      expect(await again.call("MeterValues", values(1, transactionId), "2")).toEqual(confirmed("2"));
      expect(await meterValuesOf(charger)).toHaveLength(1);
    },
  );

  test("that are repeated under an id which another message had are not doubled", async () => {
    const charger = await online();
    const transactionId = await start(charger);
    await charger.call("MeterValues", values(1, transactionId), "7");
    await charger.call("MeterValues", values(1, transactionId, 6), "8");
    await charger.call("MeterValues", values(1, transactionId), "8");
    expect(await meterValuesOf(charger)).toHaveLength(2);
  });
});

describe("a message without a time of its own", () => {
  test("is new on a new connection, though id and payload are the same", async () => {
    const charger = await online();
    const status = (name: string) => ({ connectorId: 1, errorCode: "NoError", status: name });
    await charger.call("StatusNotification", status("Available"), "2");
    await charger.call("StatusNotification", status("Charging"), "3");
    const again = await connectCharger(charger.id);
    await again.call("StatusNotification", status("Available"), "2");
    expect((await actorOf(charger).live())?.connectors).toMatchObject([{ status: "Available" }]);
  });

  test("is answered from memory within one connection, also after the actor slept", async () => {
    await addIdToken("ONCE");
    const charger = await online();
    expect(await charger.call("Authorize", { idTag: "ONCE" }, "a")).toMatchObject([
      3,
      "a",
      { idTagInfo: { status: "Accepted" } },
    ]);
    await addIdToken("ONCE", { status: "blocked" });
    await evictDurableObject(actorOf(charger));
    expect(await charger.call("Authorize", { idTag: "ONCE" }, "a")).toMatchObject([
      3,
      "a",
      { idTagInfo: { status: "Accepted" } },
    ]);
    expect(await charger.call("Authorize", { idTag: "ONCE" }, "b")).toMatchObject([
      3,
      "b",
      { idTagInfo: { status: "Blocked" } },
    ]);
  });

  test("that was refused is judged anew, also after the actor slept", async () => {
    const charger = await online({ policy: "strict" });
    const odd = startPayload({ meterStart: 0.5 });
    expect((await charger.call("StartTransaction", odd, "s"))[0]).toBe(4);
    const actor = actorOf(charger);
    await evictDurableObject(actor);
    await actor.configure({
      identity: charger.id,
      registration: "accepted",
      securityProfile: 0,
      credentialHashes: [],
      credentialUsername: null,
      pinnedVersion: null,
      policy: "tolerant",
      heartbeatInterval: null,
    });
    expect((await charger.call("StartTransaction", odd, "s"))[0]).toBe(3);
  });

  test("that is a boot is a new boot each time, also after the actor slept", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16, "1");
    await evictDurableObject(actorOf(charger));
    const before = (await actorOf(charger).live())?.bootedAt ?? 0;
    await charger.call("BootNotification", BOOT_16, "1");
    expect((await actorOf(charger).live())?.bootedAt).toBeGreaterThan(before);
  });
});

describe("an id token", () => {
  const verdict = async (charger: Charger, idTag: string) => {
    const [, , { idTagInfo }] = (await charger.call("Authorize", { idTag })) as [
      number,
      string,
      { idTagInfo: { status: string } },
    ];
    return idTagInfo;
  };

  test("is accepted, blocked, expired or invalid, whatever its case, with its group and expiry", async () => {
    const expiresAt = Date.UTC(2040, 0, 1);
    await addIdToken("Good", { groupId: "G", expiresAt });
    await addIdToken("BLOCKED-1", { status: "blocked" });
    await addIdToken("EXPIRED-1", { expiresAt: Date.UTC(2020, 0, 1) });
    const charger = await online();
    const info = { status: "Accepted", parentIdTag: "G", expiryDate: "2040-01-01T00:00:00.000Z" };
    expect(await verdict(charger, "gOOD")).toEqual(info);
    expect(await verdict(charger, "GOOD")).toEqual(info);
    expect(await verdict(charger, "blocked-1")).toEqual({ status: "Blocked" });
    expect(await verdict(charger, "expired-1")).toMatchObject({ status: "Expired" });
    expect(await verdict(charger, "nobody")).toEqual({ status: "Invalid" });
    expect(await verdict(charger, "__proto__")).toEqual({ status: "Invalid" });
  });

  test("that is not accepted still gets its transaction recorded, with the verdict", async () => {
    await addIdToken("BLOCKED-2", { status: "blocked" });
    const charger = await online();
    const answer = await charger.call("StartTransaction", startPayload({ idTag: "BLOCKED-2" }), "s");
    expect(answer).toMatchObject([3, "s", { transactionId: expect.any(Number), idTagInfo: { status: "Blocked" } }]);
    expect(await transactionsOf(charger)).toMatchObject([
      { id_token: "BLOCKED-2", authorization: "Blocked", status: "active" },
    ]);
  });
});

describe.each(["2.0.1", "2.1"] as const)("TransactionEvent in OCPP %s", (version) => {
  const here = () => online({}, { subprotocols: SUBPROTOCOLS[version] });
  let events = 0;
  const event = (eventType: string, second: number, more: Record<string, unknown> = {}) => ({
    eventType,
    timestamp: at(second),
    triggerReason: "MeterValuePeriodic",
    seqNo: events++,
    transactionInfo: { transactionId: "tx-1" },
    ...more,
  });
  const evse = { id: 2, connectorId: 1 };
  const meter = (second: number, value: number) => ({
    meterValue: [{ timestamp: at(second), sampledValue: [{ value }] }],
  });

  test("tells a session from start to end", async () => {
    await addIdToken("CARD-2X", { groupId: "G2" });
    const charger = await here();
    await charger.call("BootNotification", BOOT_2X);
    const idToken = { idToken: "card-2x", type: "ISO14443" };
    const info = { idTokenInfo: { status: "Accepted", groupIdToken: { idToken: "G2", type: "Central" } } };
    expect(
      await charger.call("TransactionEvent", event("Started", 0, { evse, idToken, ...meter(0, 1000) }), "a"),
    ).toEqual([3, "a", info]);
    expect(await charger.call("TransactionEvent", event("Updated", 10, meter(10, 1100)), "b")).toEqual(confirmed("b"));
    expect(
      await charger.call(
        "TransactionEvent",
        event("Ended", 20, {
          transactionInfo: { transactionId: "tx-1", stoppedReason: "EVDisconnected" },
          ...meter(20, 1200),
        }),
        "c",
      ),
    ).toEqual(confirmed("c"));
    const [transaction, ...others] = await transactionsOf(charger);
    expect(others).toEqual([]);
    expect(transaction).toMatchObject({
      ocpp_version: version,
      ocpp_transaction_id: "tx-1",
      evse_id: 2,
      connector_id: 1,
      id_token: "card-2x",
      authorization: "Accepted",
      status: "completed",
      meter_start: 1000,
      meter_stop: 1200,
      stop_reason: "EVDisconnected",
      started_at: ms(0),
      stopped_at: ms(20),
    });
    expect(await meterValuesOf(charger, transaction.id)).toHaveLength(3);
    expect(await findingsOf(charger)).toEqual([]);
  });

  test("fills in what the start could not know: the cable first, the card later", async () => {
    await addIdToken("CARD-LATER");
    const charger = await here();
    await charger.call("TransactionEvent", event("Started", 0));
    await charger.call("TransactionEvent", event("Updated", 1, { evse }));
    await charger.call(
      "TransactionEvent",
      event("Updated", 2, { idToken: { idToken: "CARD-LATER", type: "Central" } }),
    );
    await charger.call("TransactionEvent", event("Ended", 3, { idToken: { idToken: "CARD-OTHER", type: "Central" } }));
    expect(await transactionsOf(charger)).toMatchObject([
      { evse_id: 2, connector_id: 1, id_token: "CARD-LATER", authorization: "Accepted", status: "completed" },
    ]);
  });

  test("that is repeated is not doubled", async () => {
    const charger = await here();
    const started = event("Started", 0, { evse, ...meter(0, 1000) });
    for (const id of ["a", "a", "b"])
      expect(await charger.call("TransactionEvent", started, id)).toEqual(confirmed(id));
    await evictDurableObject(actorOf(charger));
    expect(await charger.call("TransactionEvent", started, "c")).toEqual(confirmed("c"));
    expect(await transactionsOf(charger)).toHaveLength(1);
    expect(await meterValuesOf(charger)).toHaveLength(1);
  });

  test("of a session whose start never came makes the session, in any order", async () => {
    const charger = await here();
    await charger.call("TransactionEvent", event("Ended", 30, { evse, ...meter(30, 1300) }));
    expect(await charger.call("TransactionEvent", event("Started", 0, meter(0, 1000)), "late")).toEqual(
      confirmed("late"),
    );
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "completed", started_at: ms(0), meter_start: 1000, meter_stop: 1300, stopped_at: ms(30) },
    ]);
    expect(await findingsOf(charger)).toContain("missing_start");
  });

  test("that starts a second session on an EVSE closes the one whose end never came", async () => {
    const charger = await here();
    await charger.call("TransactionEvent", event("Started", 0, { evse, ...meter(0, 1000) }));
    await charger.call("TransactionEvent", event("Updated", 5, meter(5, 1050)));
    await charger.call("TransactionEvent", event("Started", 60, { evse, transactionInfo: { transactionId: "tx-2" } }));
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "completed", closed_by: "superseded", meter_stop: 1050 },
      { status: "active", ocpp_transaction_id: "tx-2" },
    ]);
    await charger.call("TransactionEvent", event("Ended", 50, meter(50, 1090)));
    expect(await transactionsOf(charger)).toMatchObject([
      { closed_by: null, meter_stop: 1090, stopped_at: ms(50) },
      { status: "active" },
    ]);
  });

  test.each([
    null,
    {},
    { transactionInfo: {} },
    { eventType: "Dancing", transactionInfo: { transactionId: 5 } },
    "text",
  ])("is never refused: %j", async (payload) => {
    expect((await (await here()).call("TransactionEvent", payload, "e"))[0]).toBe(3);
  });
});

describe("the memory of transactions", () => {
  test("holds the last hundred closed ones, and no more open ones than a charger can have", async () => {
    await runInDurableObject(chargePointOf(env, newIdentity()), (_instance: ChargePoint, state) => {
      const storage = new Storage(state.storage);
      storage.prepare();
      const transactions = new Transactions(storage);
      for (let seq = 1; seq <= 700; seq += 1) {
        const id = `tx-${seq}`;
        const transaction = { id, ocppTransactionId: id, evseId: seq, connectorId: 1, startedAt: seq };
        storage.transaction(() => transactions.started(transaction, seq, seq));
        if (seq <= 150) storage.transaction(() => transactions.stopped({ id, stoppedAt: seq }));
      }
      for (const memory of [transactions, new Transactions(storage)]) {
        expect(memory.open()).toHaveLength(500);
        expect(memory.byId("tx-700")).toBeDefined();
        expect(memory.byId("tx-160")).toBeUndefined();
        expect(memory.byId("tx-150")).toBeDefined();
        expect(memory.byId("tx-1")).toBeUndefined();
      }
    });
  });
});
