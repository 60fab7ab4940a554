// Security events: kept as told, found by type, charger and time, and alarming ones made findings.
import { describe, expect, test } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { at, findingsOf, online, SUBPROTOCOLS } from "../support/worker/sessions.ts";

describe.each(Object.entries(SUBPROTOCOLS))("OCPP %s, SecurityEventNotification", (_version, subprotocols) => {
  test("is answered, kept, and found by what it is about", async () => {
    const charger = await online({}, { subprotocols });
    const type = `SettingSystemTime`;
    expect(await charger.call("SecurityEventNotification", { type, timestamp: at(1) }, "a")).toEqual([3, "a", {}]);
    await charger.call("SecurityEventNotification", { type: "InvalidMessages", timestamp: at(2), techInfo: "x" }, "b");
    const { token } = await someone("viewer");
    const path = `/api/charge-points/${charger.id}/security-events`;
    const { body } = await call("GET", path, { token });
    expect(body.items).toMatchObject([
      { chargePointId: charger.id, type: "InvalidMessages", critical: false, techInfo: "x", occurredAt: at(2) },
      { chargePointId: charger.id, type, critical: true, techInfo: null, occurredAt: at(1) },
    ]);
    const found = async (query: string) =>
      (await call("GET", `/api/security-events?chargePointId=${charger.id}&${query}`, { token })).body.items.length;
    expect(await found(`type=${type}`)).toBe(1);
    expect(await found("critical=true")).toBe(1);
    expect(await found(`from=${at(2)}`)).toBe(1);
    expect(await found(`to=${at(2)}`)).toBe(1);
    const page = await call("GET", `${path}?limit=1`, { token });
    const next = await call("GET", `${path}?limit=1&cursor=${page.body.nextCursor}`, { token });
    expect([...page.body.items, ...next.body.items]).toEqual(body.items);
    expect(next.body.nextCursor).toBeNull();
  });

  test("of tampering is a finding, of a start is none", async () => {
    const charger = await online({}, { subprotocols });
    await charger.call("SecurityEventNotification", { type: "StartupOfTheDevice", timestamp: at(1) });
    expect(await findingsOf(charger)).toEqual([]);
    await charger.call("SecurityEventNotification", {
      type: "TamperDetectionActivated",
      timestamp: at(1),
      techInfo: "lid",
    });
    expect(await findingsOf(charger)).toEqual(["security:TamperDetectionActivated"]);
  });

  test("told again after its answer got lost is kept once, and an equal one of another time is another one", async () => {
    const charger = await online({}, { subprotocols });
    const recently = (second: number) => new Date(Date.now() - 60_000 + second * 1000).toISOString();
    const event = { type: "InvalidMessages", timestamp: recently(1), techInfo: "x" };
    await charger.call("SecurityEventNotification", event, "a");
    // Over a new connection message ids start anew: the payload has to tell.
    expect(await charger.call("SecurityEventNotification", event, "b")).toEqual([3, "b", {}]);
    const { token } = await someone("viewer");
    const path = `/api/charge-points/${charger.id}/security-events`;
    expect((await call("GET", path, { token })).body.items).toHaveLength(1);
    await charger.call("SecurityEventNotification", { ...event, timestamp: recently(2) }, "c");
    expect((await call("GET", path, { token })).body.items).toHaveLength(2);
  });

  test("with a time that cannot be is kept with the time of receipt", async () => {
    const charger = await online({}, { subprotocols });
    await charger.call(
      "SecurityEventNotification",
      { type: "InvalidMessages", timestamp: "1970-01-01T00:00:00Z" },
      "a",
    );
    const { token } = await someone("viewer");
    const [event] = (await call("GET", `/api/charge-points/${charger.id}/security-events`, { token })).body.items;
    expect(event.occurredAt).toBe(event.receivedAt);
  });
});

test.each([
  ["1.6", "InvalidFirmwareSignature", false],
  ["2.0.1", "InvalidFirmwareSignature", true],
  ["2.1", "InvalidFirmwareSignature", true],
  ["1.6", "InvalidCentralSystemCertificate", false],
  ["2.1", "InvalidCsmsCertificate", true],
  ["1.6", "TamperDetectionActivated", true],
  ["2.0.1", "AttemptedReplayAttacks", false],
] as const)("in OCPP %s %s is critical: %s, by the list of its version", async (version, type, critical) => {
  const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
  await charger.call("SecurityEventNotification", { type, timestamp: at(1) });
  const { token } = await someone("viewer");
  const { body } = await call("GET", `/api/charge-points/${charger.id}/security-events`, { token });
  expect(body.items).toMatchObject([{ type, critical }]);
});
