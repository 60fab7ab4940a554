// Commands that real chargers refuse as they are said, and accept otherwise: docs/quirks.md says which row is shown where.
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { call } from "../support/worker/api.ts";
import { eventually } from "../support/worker/charger.ts";
import { commanded, type Setting } from "../support/worker/commanding.ts";
import { actorOf, at } from "../support/worker/sessions.ts";

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
type Version = (typeof VERSIONS)[number];

/** What the charger was asked, and its answer to each, in turn. */
async function conversation({ charger, id, token }: Setting, name: string, body: object, statuses: readonly string[]) {
  const request = call("POST", `/api/charge-points/${id}/${name}`, { token, body });
  const asked: Record<string, unknown>[] = [];
  for (const status of statuses) {
    const [, messageId, , payload] = await charger.next();
    asked.push(Object(payload));
    charger.send(status === "CALLERROR" ? [4, messageId, "NotSupported", "", {}] : [3, messageId, { status }]);
  }
  return { asked, answer: await request };
}

async function withTwoPlaces(version: Version): Promise<Setting> {
  const setting = await commanded(version);
  for (const place of [1, 2])
    await setting.charger.call(
      "StatusNotification",
      version === "1.6"
        ? { connectorId: place, errorCode: "NoError", status: "Available" }
        : { timestamp: at(0), connectorStatus: "Available", evseId: place, connectorId: 1 },
    );
  return setting;
}

const acceptsOf = async ({ id, token }: Setting) =>
  (await call("GET", `/api/charge-points/${id}`, { token })).body.accepts;

/** Limit and unit of a SetChargingProfile, and its place. */
function limitOf(payload: Record<string, unknown>): unknown[] {
  const profile = Object(payload.csChargingProfiles ?? payload.chargingProfile);
  const [schedule] = [profile.chargingSchedule].flat();
  return [payload.connectorId ?? payload.evseId, schedule.chargingSchedulePeriod[0].limit, schedule.chargingRateUnit];
}

describe.each(VERSIONS)("a command to OCPP %s for the whole charger that is refused", (version) => {
  const placeOf = ({ connectorId, evse }: Record<string, unknown>) => connectorId ?? Object(evse).id;

  test("goes to each of its places, which is tried first from then on", async () => {
    const setting = await withTwoPlaces(version);
    const first = await conversation(setting, "availability", { operative: false }, [
      "Rejected",
      "Accepted",
      "Accepted",
    ]);
    expect(first.asked.slice(1).map(placeOf)).toEqual([1, 2]);
    expect(first.answer).toMatchObject({ status: 200, body: { status: "accepted", response: { status: "Accepted" } } });
    expect(first.answer.body.remarks).toEqual([expect.stringContaining("follows")]);
    expect(await acceptsOf(setting)).toEqual({ availability: "each" });
    await evictDurableObject(actorOf(setting));
    const second = await conversation(setting, "availability", { operative: true }, ["Accepted", "Accepted"]);
    expect(second.asked.map(placeOf)).toEqual([1, 2]);
  });

  test("is refused for good where no place is known, or the places refuse as well", async () => {
    const bare = await commanded(version);
    const { answer } = await conversation(bare, "availability", { operative: false }, ["Rejected"]);
    expect(answer.body).toMatchObject({ status: "accepted", response: { status: "Rejected" } });
    const stubborn = await withTwoPlaces(version);
    const told = await conversation(stubborn, "availability", { operative: false }, ["CALLERROR", "Rejected"]);
    expect(told.answer.body).toMatchObject({ response: { status: "Rejected" } });
    expect(await acceptsOf(stubborn)).toEqual({});
  });
});

describe.each(VERSIONS)("a limit that a charger of OCPP %s refuses", (version) => {
  test("is said in the other unit, never higher, and in that one first from then on", async () => {
    const setting = await withTwoPlaces(version);
    const place = { evseId: 1 };
    const first = await conversation(setting, "set-limit", { ...place, limit: 11_000, unit: "W" }, [
      "Rejected",
      "Accepted",
    ]);
    expect(first.asked.map(limitOf)).toEqual([
      [1, 11_000, "W"],
      [1, 15.9, "A"],
    ]);
    expect(first.answer.body).toMatchObject({ response: { status: "Accepted" } });
    expect(await acceptsOf(setting)).toEqual({ "set-limit": "A" });
    const second = await conversation(setting, "set-limit", { ...place, limit: 3_680, unit: "W", phases: 1 }, [
      "Accepted",
    ]);
    expect(second.asked.map(limitOf)).toEqual([[1, 16, "A"]]);
  });

  test("is not turned into another unit where it was accepted as it is", async () => {
    const setting = await withTwoPlaces(version);
    const limits = [
      { limit: 7_000, unit: "W" },
      { limit: 16, unit: "A" },
    ];
    for (const limit of limits) {
      const { asked } = await conversation(setting, "set-limit", { evseId: 1, ...limit }, ["Accepted"]);
      expect(asked.map(limitOf)).toEqual([[1, limit.limit, limit.unit]]);
    }
  });

  test("of the whole charger is shared out among its places", async () => {
    const setting = await withTwoPlaces(version);
    const statuses = ["Rejected", "CALLERROR", "Accepted", "Accepted"];
    const { asked } = await conversation(setting, "set-limit", { limit: 32, unit: "A" }, statuses);
    expect(asked.map(limitOf)).toEqual([
      [0, 32, "A"],
      [0, 22_080, "W"],
      [1, 16, "A"],
      [2, 16, "A"],
    ]);
    expect(await acceptsOf(setting)).toEqual({ "set-limit": "A each" });
  });
});

describe.each(VERSIONS)("a start without a place that a charger of OCPP %s refuses", (version) => {
  const placeOf = ({ connectorId, evseId }: Record<string, unknown>) => connectorId ?? evseId;

  test("is tried at each free place, one after the other, until one takes it", async () => {
    const setting = await withTwoPlaces(version);
    const { asked, answer } = await conversation(setting, "start", { idToken: "APP" }, [
      "Rejected",
      "Rejected",
      "Accepted",
    ]);
    expect(asked.map(placeOf)).toEqual([1, 1, 2]);
    expect(answer.body).toMatchObject({ response: { status: "Accepted" } });
    expect(await acceptsOf(setting)).toEqual({});
  });

  test("is not tried elsewhere when it is not answered, nor when it names a place", async () => {
    const setting = await withTwoPlaces(version);
    const named = await conversation(setting, "start", { idToken: "APP", evseId: 2 }, ["Rejected"]);
    expect(named.answer.body).toMatchObject({ response: { status: "Rejected" } });
    const { charger, id, token } = setting;
    const silent = await call("POST", `/api/charge-points/${id}/start`, { token, body: { idToken: "APP", wait: 0 } });
    expect(silent.status).toBe(202);
    await charger.next();
    charger.close();
    await eventually(
      async () => ((await actorOf(setting).commandNow(silent.body.id))?.status === "unknown" ? true : undefined),
      "the outcome",
    );
    expect((await call("GET", `/api/charge-points/${id}/commands`, { token })).body.items).toHaveLength(2);
  });
});
