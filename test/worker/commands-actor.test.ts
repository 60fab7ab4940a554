// Our calls to a charger, at the actor's door: one at a time, each with a truthful outcome.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { CommandRequest } from "../../src/durable-objects/charge-point/command-request.ts";
import { type Charger, connectCharger, eventually } from "../support/worker/charger.ts";
import { deployedWith } from "../support/worker/environment.ts";
import { registerCharger } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_2X,
  BOOT_16,
  findingsOf,
  history,
  online,
  STATUS_2X,
  SUBPROTOCOLS,
  start,
  transactionsOf,
} from "../support/worker/sessions.ts";

const booted = async (registration = {}): Promise<Charger> => {
  const charger = await online(registration);
  await charger.call("BootNotification", BOOT_16);
  return charger;
};

const request = (action: string, payload: object, more: Partial<CommandRequest> = {}): CommandRequest => ({
  action,
  payload,
  offline: "fail",
  ...more,
});
const command = (
  charger: { id: string },
  action: string,
  payload: object,
  more: Partial<CommandRequest> = {},
  waitMs = 5_000,
) => actorOf(charger).command(request(action, payload, more), waitMs);
/** Gives a command without waiting for its end; its id. */
const give = async (
  charger: { id: string },
  action: string,
  payload: object,
  more: Partial<CommandRequest> = {},
): Promise<string> => {
  const result = await command(charger, action, payload, more, 0);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.id;
};
const statusOf = async (charger: { id: string }, id: string) => (await actorOf(charger).commandNow(id))?.status;
const inD1 = async (charger: { id: string }) =>
  (await history(charger, "commands", "created_at, history_seq")).map(({ action, status }) => [action, status]);
/** Moves the clock to when the actor wants to be woken, and wakes it. */
async function ring(charger: { id: string }, laterMs: number) {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
  await runDurableObjectAlarm(actorOf(charger));
}
afterEach(() => void vi.useRealTimers());

const CHANGE = (key: string, value: string) => ["ChangeConfiguration", { key, value }] as const;

describe("a command", () => {
  test("goes out as a CALL and comes back with the charger's answer", async () => {
    const charger = await booted();
    const result = command(charger, "UnlockConnector", { connectorId: 1 }, { requestedBy: "me" });
    const [type, id, action, payload] = await charger.next();
    expect([type, action, payload]).toEqual([2, "UnlockConnector", { connectorId: 1 }]);
    charger.send([3, id, { status: "Unlocked" }]);
    expect(await result).toMatchObject({
      ok: true,
      value: { id, status: "accepted", response: '{"status":"Unlocked"}', requestedBy: "me" },
    });
    expect(await history(charger, "commands")).toMatchObject([
      { id, status: "accepted", response: '{"status":"Unlocked"}', payload: '{"connectorId":1}' },
    ]);
  });

  test("keeps the order of its members on the wire", async () => {
    const charger = await booted();
    const payload = '{"value":"1","key":"MeterValueSampleInterval"}';
    await give(charger, "ChangeConfiguration", JSON.parse(payload));
    await charger.next();
    expect(charger.received.at(-1)).toMatch(
      new RegExp(`^\\[2,"[0-9a-f-]{36}","ChangeConfiguration",${payload.replace(/[{}]/g, "\\$&")}\\]$`),
    );
  });

  test("that the charger answers with a CALLERROR is an error with its words", async () => {
    const charger = await booted();
    const result = command(charger, "Reset", { type: "Soft" });
    const [, id] = await charger.next();
    charger.send([4, id, "NotSupported", "no such thing", { a: 1 }]);
    expect(await result).toMatchObject({
      ok: true,
      value: { status: "error", error: { code: "NotSupported", description: "no such thing", details: '{"a":1}' } },
    });
    expect(await inD1(charger)).toEqual([["Reset", "error"]]);
  });

  test("without an answer in time is unknown, and a late answer still lands on it", async () => {
    const charger = await booted();
    const id = await give(charger, "UnlockConnector", { connectorId: 1 });
    await charger.next();
    await ring(charger, 29_000);
    expect(await statusOf(charger, id)).toBe("sent");
    await ring(charger, 2_000);
    expect(await actorOf(charger).commandNow(id)).toMatchObject({ status: "unknown", error: { code: "Timeout" } });
    charger.send([3, id, { status: "Unlocked" }]);
    await charger.call("Heartbeat", {});
    expect(await actorOf(charger).commandNow(id)).toMatchObject({ status: "accepted", remarks: ["late answer"] });
    expect(await inD1(charger)).toEqual([["UnlockConnector", "accepted"]]);
    charger.send([3, id, { status: "UnlockFailed" }]);
    await charger.call("Heartbeat", {});
    expect(await actorOf(charger).commandNow(id)).toMatchObject({
      status: "accepted",
      response: '{"status":"Unlocked"}',
    });
    expect(await findingsOf(charger)).toEqual(["unasked_answer"]);
  });

  test("that times out lets the next one go", async () => {
    const charger = await booted();
    await give(charger, "UnlockConnector", { connectorId: 1 });
    await charger.next();
    const next = await give(charger, "UnlockConnector", { connectorId: 2 });
    await ring(charger, 31_000);
    expect(await charger.next()).toEqual([2, next, "UnlockConnector", { connectorId: 2 }]);
  });

  test("with a non-conforming answer is accepted, with a remark", async () => {
    const charger = await booted();
    const result = command(charger, "UnlockConnector", { connectorId: 1 });
    const [, id] = await charger.next();
    charger.send([3, id, { status: "Maybe" }]);
    expect(await result).toMatchObject({
      ok: true,
      value: { status: "accepted", remarks: ["the answer breaks the schema"] },
    });
  });

  test("is answered while the charger's own call waits for ours, and the reverse", async () => {
    const charger = await booted();
    const result = command(charger, "UnlockConnector", { connectorId: 1 });
    const [, id] = await charger.next();
    expect(await charger.call("Authorize", { idTag: "X" }, "mine")).toMatchObject([3, "mine", {}]);
    charger.send([3, id, { status: "Unlocked" }]);
    expect(await result).toMatchObject({ ok: true, value: { status: "accepted" } });
  });

  test("waits for the one before it, in the order given", async () => {
    const charger = await booted();
    const ids = [];
    for (const connectorId of [1, 2, 3]) ids.push(await give(charger, "UnlockConnector", { connectorId }));
    for (const [i, connectorId] of [1, 2, 3].entries()) {
      expect(await charger.next()).toEqual([2, ids[i], "UnlockConnector", { connectorId }]);
      expect(await actorOf(charger).live()).toMatchObject({ pendingCommands: 3 - i });
      await evictDurableObject(actorOf(charger));
      charger.send([3, ids[i], { status: "Unlocked" }]);
    }
    await charger.call("Heartbeat", {});
    expect(await inD1(charger)).toEqual(Array(3).fill(["UnlockConnector", "accepted"]));
  });
});

describe("a command is refused before it is sent", () => {
  test.each([
    ["an unknown action", request("Dance", {}), { reason: "unknown_action" }],
    ["a charger's own action", request("BootNotification", BOOT_16), { reason: "unknown_action" }],
    ["an action named like a member of every object", request("constructor", {}), { reason: "unknown_action" }],
    ["a missing member", request("UnlockConnector", {}), { reason: "invalid_payload", pointer: "/connectorId" }],
    [
      "a wrong type",
      request("UnlockConnector", { connectorId: "1" }),
      { reason: "invalid_payload", pointer: "/connectorId" },
    ],
    [
      "an extra member",
      request("UnlockConnector", { connectorId: 1, "a/b": 1 }),
      { reason: "invalid_payload", pointer: "/a~1b" },
    ],
    [
      "a deep violation",
      request("ReserveNow", { connectorId: 1, expiryDate: "soon", idTag: "x", reservationId: 1 }),
      { reason: "invalid_payload", pointer: "/expiryDate" },
    ],
    ["another version", request("Reset", { type: "Immediate" }, { version: "2.0.1" }), { reason: "other_version" }],
    ["an expiry in the past", request("Reset", { type: "Soft" }, { expiresAt: 1 }), { reason: "expired" }],
  ])("for %s", async (_why, what, error) => {
    const charger = await booted();
    expect(await actorOf(charger).command(what, 1000)).toMatchObject({ ok: false, error });
    expect(charger.received).toHaveLength(1);
    expect(await inD1(charger)).toEqual([]);
  });

  test("for a charger that is away, unless it may wait", async () => {
    const charger = await booted();
    charger.close();
    await charger.closed;
    expect(await command(charger, "Reset", { type: "Soft" })).toMatchObject({
      ok: false,
      error: { reason: "not_connected" },
    });
    const id = await registerCharger();
    expect(await command({ id }, "Reset", { type: "Soft" }, { offline: "queue" })).toMatchObject({
      ok: false,
      error: { reason: "not_connected" },
    });
  });
});

describe("a queued command", () => {
  const away = async () => {
    const charger = await booted();
    charger.close();
    await charger.closed;
    await actorOf(charger).flush();
    return charger;
  };

  test("goes out when the charger is back, though the actor slept", async () => {
    const charger = await away();
    const id = await give(charger, ...CHANGE("A", "1"), { offline: "queue" });
    expect(await statusOf(charger, id)).toBe("queued");
    await evictDurableObject(actorOf(charger));
    const again = await connectCharger(charger.id);
    expect(await again.next()).toEqual([2, id, "ChangeConfiguration", { key: "A", value: "1" }]);
    again.send([3, id, { status: "Accepted" }]);
    await again.call("Heartbeat", {});
    expect(await inD1(charger)).toEqual([["ChangeConfiguration", "accepted"]]);
    expect((await actorOf(charger).configuration()).items).toMatchObject([{ key: "A", value: "1" }]);
  });

  test("keeps its place, also among those given within one millisecond and after the actor slept", async () => {
    const charger = await away();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const ids: string[] = [];
    for (const key of ["A", "B", "C", "D", "E"])
      ids.push(await give(charger, ...CHANGE(key, "1"), { offline: "queue" }));
    await evictDurableObject(actorOf(charger));
    const again = await connectCharger(charger.id);
    const sent = [];
    for (const _ of ids) {
      const [, id] = await again.next();
      sent.push(id);
      again.send([3, id, { status: "Accepted" }]);
    }
    expect(sent).toEqual(ids);
  });

  test("still times out after the reconnect: the alarm is not left behind", async () => {
    const charger = await away();
    const id = await give(charger, ...CHANGE("A", "1"), { offline: "queue" });
    const again = await connectCharger(charger.id);
    await again.next();
    await runInDurableObject(actorOf(charger), async (_instance, state) => {
      const alarm = (await state.storage.getAlarm()) ?? 0;
      expect(alarm).toBeGreaterThan(Date.now() - 1000);
    });
    for (const later of [1_000, 6_000, 25_000]) await ring(charger, later);
    expect(await statusOf(charger, id)).toBe("unknown");
  });

  test("expires on time, and is not sent after it even if the alarm is late", async () => {
    const charger = await away();
    const [early, late] = [
      await give(charger, ...CHANGE("A", "1"), { offline: "queue", expiresAt: Date.now() + 60_000 }),
      await give(charger, ...CHANGE("B", "1"), { offline: "queue", expiresAt: Date.now() + 120_000 }),
    ];
    await ring(charger, 61_000);
    expect(await statusOf(charger, early)).toBe("expired");
    expect(await statusOf(charger, late)).toBe("queued");
    vi.setSystemTime(Date.now() + 61_000);
    const again = await connectCharger(charger.id);
    await again.call("Heartbeat", {});
    expect(again.received).toHaveLength(1);
    expect(await statusOf(charger, late)).toBe("expired");
    expect(await inD1(charger)).toEqual([
      ["ChangeConfiguration", "expired"],
      ["ChangeConfiguration", "expired"],
    ]);
  });

  test("can be cancelled, once, and only before it is sent", async () => {
    const charger = await away();
    const id = await give(charger, ...CHANGE("A", "1"), { offline: "queue" });
    expect(await actorOf(charger).cancelCommand(id)).toBe(true);
    expect(await actorOf(charger).cancelCommand(id)).toBe(false);
    expect(await actorOf(charger).cancelCommand("nonsense")).toBe(false);
    const again = await connectCharger(charger.id);
    const sent = await give(again, ...CHANGE("A", "1"));
    expect((await again.next())[1]).toBe(sent);
    expect(await actorOf(charger).cancelCommand(sent)).toBe(false);
  });

  test("is superseded by a later one for the same thing, and by nothing else", async () => {
    const charger = await away();
    const first = await give(charger, ...CHANGE("A", "1"), { offline: "queue" });
    const other = await give(charger, ...CHANGE("B", "1"), { offline: "queue" });
    const second = await give(charger, ...CHANGE("A", "2"), { offline: "queue" });
    expect(await statusOf(charger, first)).toBe("cancelled");
    const again = await connectCharger(charger.id);
    for (const id of [other, second]) {
      expect((await again.next())[1]).toBe(id);
      again.send([3, id, { status: "Accepted" }]);
    }
  });

  test("that sets state is sent again when the socket is lost under it, but not for ever", async () => {
    const charger = await away();
    const id = await give(charger, ...CHANGE("A", "1"), { offline: "queue" });
    for (let i = 0; i < 4; i += 1) {
      const again = await connectCharger(charger.id);
      expect((await again.next())[1]).toBe(id);
      again.close();
      await again.closed;
    }
    expect(await actorOf(charger).commandNow(id)).toMatchObject({
      status: "unknown",
      error: { code: "ConnectionLost" },
    });
  });

  test("of another version than the charger comes back with is not sent", async () => {
    const charger = await away();
    const id = await give(charger, ...CHANGE("A", "1"), { offline: "queue" });
    const again = await connectCharger(charger.id, { subprotocols: "ocpp2.0.1" });
    await again.call("Heartbeat", {});
    expect(again.received).toHaveLength(1);
    expect(await actorOf(charger).commandNow(id)).toMatchObject({
      status: "cancelled",
      error: { code: "OtherVersion" },
    });
  });

  test("that may not wait is given up when the socket is lost before it is sent", async () => {
    const charger = await booted();
    const [sent, waiting] = [
      await give(charger, "UnlockConnector", { connectorId: 1 }),
      await give(charger, "UnlockConnector", { connectorId: 2 }),
    ];
    charger.close();
    await charger.closed;
    await eventually(
      async () => ((await statusOf(charger, waiting)) === "cancelled" ? true : undefined),
      "the cancellation",
    );
    expect(await statusOf(charger, sent)).toBe("unknown");
  });
});

describe("a charger that never booted", () => {
  test("is called after its boot", async () => {
    const charger = await online();
    const id = await give(charger, "UnlockConnector", { connectorId: 1 });
    expect(await charger.call("Heartbeat", {}, "h")).toMatchObject([3, "h", {}]);
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", {}]);
    expect(await charger.next()).toEqual([2, id, "UnlockConnector", { connectorId: 1 }]);
  });

  test("is called all the same after a while", async () => {
    const charger = await online();
    const id = await give(charger, "UnlockConnector", { connectorId: 1 });
    await ring(charger, 5_000);
    await charger.call("Heartbeat", {});
    expect(charger.received).toHaveLength(1);
    await ring(charger, 6_000);
    expect((await charger.next())[1]).toBe(id);
  });
});

describe("a remote start", () => {
  test("is named by the transaction that it begets, once", async () => {
    const charger = await booted();
    const result = command(charger, "RemoteStartTransaction", { idTag: "APP-1", connectorId: 1 });
    const [, id] = await charger.next();
    charger.send([3, id, { status: "Accepted" }]);
    await result;
    await start(charger, { idTag: "other", connectorId: 1 });
    await start(charger, { idTag: "app-1", connectorId: 2, timestamp: at(1) });
    await start(charger, { idTag: "app-1", connectorId: 1, timestamp: at(2) });
    await start(charger, { idTag: "app-1", connectorId: 1, timestamp: at(3) });
    expect((await transactionsOf(charger)).map(({ command_id }) => command_id)).toEqual([null, null, id, null]);
  });

  test("is named in OCPP 2.x by its remoteStartId, wherever the cable is", async () => {
    const charger = await online({}, { subprotocols: "ocpp2.0.1" });
    await charger.call("BootNotification", BOOT_2X);
    const id = await give(charger, "RequestStartTransaction", {
      remoteStartId: 77,
      evseId: 1,
      idToken: { idToken: "APP", type: "Central" },
    });
    await charger.next();
    charger.send([3, id, { status: "Accepted" }]);
    const event = {
      eventType: "Started",
      timestamp: at(0),
      triggerReason: "RemoteStart",
      seqNo: 0,
      transactionInfo: { transactionId: "t", remoteStartId: 77 },
    };
    await charger.call("TransactionEvent", event);
    expect(await transactionsOf(charger)).toMatchObject([{ command_id: id }]);
  });
});

describe("on-boot commands", () => {
  const onBoot = (charger: Charger, setting: string) => deployedWith(actorOf(charger), { ON_BOOT: setting });

  test("follow the answer to an accepted boot", async () => {
    const charger = await online();
    await onBoot(charger, '{"1.6":[{"action":"GetConfiguration","payload":{}}]}');
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect((await charger.next())[2]).toBe("GetConfiguration");
  });

  test.each(["2.0.1", "2.1"] as const)("wait for the first status, or a while, in OCPP %s", async (version) => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const report = { action: "GetBaseReport", payload: { requestId: 1, reportBase: "SummaryInventory" } };
    await onBoot(charger, JSON.stringify({ [version]: [report] }));
    await charger.call("BootNotification", BOOT_2X, "b");
    await charger.call("Heartbeat", {}, "h");
    expect(charger.received).toHaveLength(2);
    await charger.call("StatusNotification", STATUS_2X);
    const [, id, action] = await charger.next();
    expect(action).toBe("GetBaseReport");
    charger.send([3, id, { status: "Accepted" }]);

    await charger.call("BootNotification", BOOT_2X, "again");
    await charger.call("Heartbeat", {}, "h2");
    const before = charger.received.length;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
    await runDurableObjectAlarm(actorOf(charger));
    expect((await charger.next())[2]).toBe("GetBaseReport");
    expect(charger.received).toHaveLength(before + 1);
  });

  test("that are written wrongly are our trouble, not the charger's", async () => {
    const charger = await online();
    await onBoot(charger, "not json");
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await charger.call("Heartbeat", {}, "h")).toMatchObject([3, "h", {}]);
    expect(charger.received).toHaveLength(2);
  });
});

describe("the memory of commands", () => {
  test("is of a day, and holds what waits however old it is", async () => {
    const charger = await booted();
    const old = await give(charger, "UnlockConnector", { connectorId: 1 });
    charger.send([3, old, { status: "Unlocked" }]);
    await charger.call("Heartbeat", {});
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3_600_000 });
    const fresh = await give(charger, "UnlockConnector", { connectorId: 2 });
    expect(await statusOf(charger, old)).toBeUndefined();
    expect(await statusOf(charger, fresh)).toBe("sent");
  });
});
