// A charger that sends more than any charger should: it is slowed down, its junk is answered but no longer kept, it is
// thrown out for abuse alone, and nothing that it was answered is lost by any of it.
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { connectCharger, knock } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, at, BOOT_16, findingsOf, history, online } from "../support/worker/sessions.ts";

const status = (id: string, second: number) => [
  2,
  id,
  "StatusNotification",
  { connectorId: 1, errorCode: "NoError", status: "Available", info: id, timestamp: at(second) },
];
const bulky = (id: string, second: number) => {
  const [type, messageId, action, payload] = status(id, second);
  return [type, messageId, action, Object.assign({}, payload, { filler: "x".repeat(300_000) })];
};
const ids = (count: number, prefix = "s") => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const infosOf = async (charger: { id: string }) =>
  (await history(charger, "connector_statuses", "seq")).map(({ info }) => info);

/** Why its last connection ended. */
async function goodbyeOf(charger: { id: string }): Promise<unknown> {
  const events = (await actorOf(charger).messages(null, 50)).filter(({ direction }) => direction === "event");
  const told = events.map(({ frame }) => JSON.parse(frame)).find(({ event }) => event === "disconnected");
  return told?.reason;
}

describe("a charger that waits for each answer", () => {
  test("may send as many messages as it likes", async () => {
    const charger = await online({ tuning: { messagesPerSecond: 20 } });
    for (const id of ids(150)) expect(await charger.call("Heartbeat", {}, id)).toMatchObject([3, id, {}]);
    expect(await findingsOf(charger)).toEqual([]);
  });
});

describe("a charger that does not wait for answers", () => {
  test("gets them all in order, at its limit, and the operator is told", async () => {
    const charger = await online({ tuning: { messagesPerSecond: 1 } });
    const sent = ids(7);
    sent.forEach((id, index) => void charger.send(status(id, index)));
    for (const id of sent) expect(await charger.next()).toEqual([3, id, {}]);
    expect(await findingsOf(charger)).toEqual(["flood"]);
    expect(await infosOf(charger)).toEqual(sent);
  });

  test("may do so where the operator set no limit", async () => {
    const charger = await online({ tuning: { messagesPerSecond: 0 } });
    const sent = ids(300);
    sent.forEach((id, index) => void charger.send(status(id, index)));
    for (const id of sent) expect(await charger.next()).toEqual([3, id, {}]);
    expect(await findingsOf(charger)).toEqual([]);
  });

  test("is not answered to what was still waiting when its actor died, and that is there once when it is sent again", async () => {
    const charger = await online({ tuning: { messagesPerSecond: 1 } });
    const sent = ids(12);
    sent.forEach((id, index) => void charger.send(status(id, index)));
    const answered: unknown[] = [];
    while (answered.length < 3) answered.push((await charger.next())[1]);
    await runInDurableObject(actorOf(charger), (_actor, state) => state.abort("a crash")).catch(() => undefined);
    const again = await connectCharger(charger.id);
    expect((await infosOf(charger)).length).toBeLessThan(sent.length);
    for (const [index, id] of sent.entries()) {
      if (!answered.includes(id)) expect(await again.call(...callOf(status(id, index)))).toEqual([3, id, {}]);
    }
    expect(await infosOf(charger)).toEqual(sent);
  });

  test("is thrown out when more waits than can be held; what was not answered was not taken", async () => {
    const charger = await online({ tuning: { messagesPerSecond: 1 } });
    // Fifteen of them are more than 4 MiB.
    for (const [index, id] of ids(30).entries()) charger.send(bulky(id, index));
    const { code, reason } = await charger.closed;
    expect(code).toBe(1008);
    expect(reason).toBe("more messages are waiting than can be held");
    const answered = charger.received.map((frame) => JSON.parse(frame)[1]);
    expect(answered.length).toBeGreaterThan(0);
    expect(await infosOf(charger)).toEqual(answered);
    expect(await findingsOf(charger)).toContain("thrown_out");
    expect(await goodbyeOf(charger)).toBe("more messages are waiting than can be held");
    const again = await connectCharger(charger.id);
    const id = `s${answered.length}`;
    expect(await again.call(...callOf(status(id, answered.length)))).toEqual([3, id, {}]);
    expect(await infosOf(charger)).toEqual([...answered, id]);
  });
});

const callOf = ([, id, action, payload]: unknown[]): [string, unknown, string] => [String(action), payload, String(id)];

describe("junk", () => {
  test("is always answered, but after a hundred no longer kept, and the operator is told", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    for (const id of ids(150, "j"))
      expect(await charger.call("Nonsense", {}, id)).toMatchObject([4, id, "NotImplemented", "Nonsense", {}]);
    expect(await charger.call(...callOf(status("s", 1)))).toEqual([3, "s", {}]);
    const kept = (await actorOf(charger).messages(null, 500)).filter(({ frame }) => frame.includes("Nonsense"));
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThan(110);
    expect(await findingsOf(charger)).toEqual(["junk_not_kept", "refused:NotImplemented"]);
    expect(await infosOf(charger)).toEqual(["s"]);
  });

  test("by the thousand costs the connection, with a recorded reason; and the next connection may come at once", {
    timeout: 120_000,
  }, async () => {
    const charger = await online({ tuning: { messagesPerSecond: 0 } });
    for (const id of ids(2_300, "j")) charger.send([2, id, "Nonsense", {}]);
    const { code, reason } = await charger.closed;
    expect([code, reason]).toEqual([1008, "thousands of its frames were no OCPP"]);
    expect(await findingsOf(charger)).toContain("thrown_out");
    expect(await goodbyeOf(charger)).toBe("thousands of its frames were no OCPP");
    const again = await connectCharger(charger.id);
    expect(await again.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await again.call("Nonsense", {}, "n")).toMatchObject([4, "n", "NotImplemented", "Nonsense", {}]);
    expect(await again.call("Heartbeat", {}, "h")).toMatchObject([3, "h", {}]);
  });
});

describe("knocking", () => {
  const attempts = (id: string) => history({ id }, "connection_attempts", "reason");

  test("more often than any charger should is put off, and recorded", async () => {
    const id = await registerCharger();
    for (let times = 0; times < 30; times += 1) (await connectCharger(id)).close();
    const response = await knock(id);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await attempts(id)).toMatchObject([{ reason: "too_many_connections" }]);
  });

  test("with a wrong password, again and again, is refused each time and seldom written down, and keeps nobody out", async () => {
    const id = await registerCharger({ securityProfile: 1, password: "the right password" });
    const basic = (password: string) => ({ headers: { authorization: `Basic ${btoa(`${id}:${password}`)}` } });
    for (let times = 0; times < 50; times += 1) expect((await knock(id, basic("wrong"))).status).toBe(401);
    const [attempt] = await attempts(id);
    expect(attempt).toMatchObject({ reason: "wrong_password" });
    expect(attempt.count).toBeGreaterThanOrEqual(10);
    expect(attempt.count).toBeLessThan(20);
    const charger = await connectCharger(id, basic("the right password"));
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
  });
});
