// The lists of what chargers hold: paged, filtered, for those who may see them; and what outlives an actor's sleep.
import { evictDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { call, someone, walk } from "../support/worker/api.ts";
import { ordered } from "../support/worker/ordered.ts";
import { actorOf } from "../support/worker/sessions.ts";

const LISTS = [
  "composite-schedules",
  "charging-limits",
  "schedule-updates",
  "der-controls",
  "der-alarms",
  "tariffs",
  "event-streams",
  "event-streams/1/values",
  "battery-swaps",
];
const limit = (evseId: number) => ({ evseId, chargingLimit: { chargingLimitSource: "EMS" } });

test.each(LISTS)("%s are empty for a charger that told nothing, and unknown for an unknown charger", async (list) => {
  const { charger } = await ordered("2.1");
  const { token } = await someone("viewer");
  expect((await call("GET", `/api/charge-points/${charger.id}/${list}`, { token })).body).toEqual({
    items: [],
    nextCursor: null,
  });
  expect((await call("GET", `/api/charge-points/nobody/${list}`, { token })).status).toBe(404);
  expect((await call("GET", `/api/charge-points/${charger.id}/${list}?color=red`, { token })).status).toBe(400);
  expect((await call("GET", `/api/charge-points/${charger.id}/${list}`)).status).toBe(401);
});

test("a list is paged by its key, and may be narrowed to an EVSE", async () => {
  const { charger, token, tell, list } = await ordered("2.1");
  for (let evseId = 1; evseId <= 5; evseId += 1) await tell("NotifyChargingLimit", limit(evseId));
  const items = await walk(`/api/charge-points/${charger.id}/charging-limits`, token, 2);
  expect(items.map(({ evseId }: { evseId: number }) => evseId)).toEqual([1, 2, 3, 4, 5]);
  expect(await list("charging-limits?evseId=3")).toMatchObject([{ evseId: 3 }]);
});

test("charging profiles are paged over chargers", async () => {
  const { charger, token, order } = await ordered("1.6");
  for (let id = 1; id <= 5; id += 1) {
    const chargingSchedule = { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: id }] };
    const profile = {
      chargingProfileId: id,
      stackLevel: id,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Relative",
      chargingSchedule,
    };
    await order("SetChargingProfile", { connectorId: 1, csChargingProfiles: profile }, { status: "Accepted" });
  }
  const own = await walk(`/api/charging-profiles?chargePointId=${charger.id.toLowerCase()}`, token, 2);
  expect(own.map(({ chargingProfileId }: { chargingProfileId: number }) => chargingProfileId)).toEqual([1, 2, 3, 4, 5]);
  const all = await walk("/api/charging-profiles", token, 2);
  expect(all.filter(({ chargePointId }: { chargePointId: string }) => chargePointId === charger.id)).toHaveLength(5);
});

test("a viewer sees schedule updates and sets none; what an operator set outlives the actor's sleep", async () => {
  const { charger, token, tell } = await ordered("2.1");
  const path = `/api/charge-points/${charger.id}/schedule-updates/3`;
  const viewer = await someone("viewer");
  expect((await call("PUT", path, { token: viewer.token, body: { limit: 7 } })).status).toBe(403);
  expect((await call("PUT", path, { token, body: { limit: 7 } })).status).toBe(204);
  await evictDurableObject(actorOf(charger));
  expect(await tell("PullDynamicScheduleUpdate", { chargingProfileId: 3 })).toEqual({
    status: "Accepted",
    scheduleUpdate: { limit: 7 },
  });
});

test("a report that the actor slept through is still matched with the request for it", async () => {
  const { charger, tell, order, list } = await ordered("2.1");
  const control = {
    isDefault: false,
    controlId: "old",
    controlType: "LimitMaxDischarge",
    limitMaxDischarge: { priority: 1, pctMaxDischargePower: 5 },
  };
  await order("SetDERControl", control, { status: "Accepted" });
  await order("GetDERControl", { requestId: 9 }, { status: "Accepted" });
  await evictDurableObject(actorOf(charger));
  await tell("ReportDERControl", { requestId: 9 });
  expect(await list("der-controls")).toEqual([]);
});
