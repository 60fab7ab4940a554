// Periodic event streams of OCPP 2.1, block N: opened and closed by the charger, adjusted and listed by us.
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type Ordered, ordered } from "../support/worker/ordered.ts";
import { actorOf, at, history } from "../support/worker/sessions.ts";

const ACCEPTED = { status: "Accepted" };
const stream = (id: number, values = 5) => ({ id, variableMonitoringId: 7, params: { interval: 10, values } });
const open = (setting: Ordered, id: number) =>
  setting.tell("OpenPeriodicEventStream", { constantStreamData: stream(id) });
const streams = async (setting: Ordered) => (await setting.list("event-streams")) as { key: string; data: object }[];

/** A SEND is not answered: the next thing that comes back is the answer to the heartbeat behind it. */
async function notify(setting: Ordered, id: number, second: number, data: unknown) {
  setting.charger.send([
    6,
    `s-${id}-${second}`,
    "NotifyPeriodicEventStream",
    { id, pending: 0, basetime: at(second), data },
  ]);
  expect(await setting.tell("Heartbeat", {})).toMatchObject({ currentTime: expect.any(String) });
}

test("a stream is shown from its opening to its closing, with the parameters that it has now", async () => {
  const setting = await ordered("2.1");
  expect(await open(setting, 1)).toEqual(ACCEPTED);
  await open(setting, 2);
  expect(await streams(setting)).toMatchObject([{ key: "1", data: stream(1) }, { key: "2" }]);
  await setting.order("AdjustPeriodicEventStream", { id: 1, params: { values: 50 } }, { status: "Rejected" });
  await setting.order("AdjustPeriodicEventStream", { id: 2, params: { interval: 10, values: 50 } }, ACCEPTED);
  expect(await streams(setting)).toMatchObject([{ data: stream(1) }, { data: stream(2, 50) }]);
  expect(await setting.tell("ClosePeriodicEventStream", { id: 1 })).toEqual({});
  expect((await streams(setting)).map(({ key }) => key)).toEqual(["2"]);
});

test("the streams that the charger lists are those that are open", async () => {
  const setting = await ordered("2.1");
  await open(setting, 1);
  await setting.order("GetPeriodicEventStream", {}, { constantStreamData: [stream(3)] });
  expect(await streams(setting)).toMatchObject([{ key: "3", data: stream(3) }]);
  await setting.order("GetPeriodicEventStream", {}, {});
  expect(await streams(setting)).toEqual([]);
});

test("values come with their own times, in order, stream by stream, also after the stream was closed", async () => {
  const setting = await ordered("2.1");
  await open(setting, 1);
  await notify(setting, 1, 0, [
    { t: 0, v: "230.1" },
    { t: 1.5, v: "230.2" },
  ]);
  await notify(setting, 2, 0, [{ t: 0, v: "other" }]);
  await notify(setting, 1, 10, [{ t: 0, v: "Faulted" }]);
  await setting.tell("ClosePeriodicEventStream", { id: 1 });
  expect(await setting.list("event-streams/1/values")).toEqual([
    { at: at(0), value: "230.1" },
    { at: "2026-01-01T12:00:01.500Z", value: "230.2" },
    { at: at(10), value: "Faulted" },
  ]);
  expect(await setting.list("event-streams/9/values")).toEqual([]);
});

test("what is no value is left out, and what has no sane time has that of its receipt", async () => {
  const setting = await ordered("2.1");
  const before = Date.now();
  setting.charger.send([
    6,
    "a",
    "NotifyPeriodicEventStream",
    { id: 1, basetime: "soon", data: [{ t: "x", v: 5 }, {}, 7, { t: 1e300, v: "far" }] },
  ]);
  setting.charger.send([6, "b", "NotifyPeriodicEventStream", { data: [{ t: 0, v: "whose" }] }]);
  const values = await setting.list("event-streams/1/values");
  expect(values.map(({ value }: { value: string }) => value)).toEqual(["5", "far"]);
  for (const value of values) expect(Date.parse(value.at)).toBeGreaterThanOrEqual(before);
});

test("many frames cost one row of history a stream and shipment, and pages end with them", async () => {
  const setting = await ordered("2.1");
  await history(setting.charger, "stream_chunks", "first_seq");
  for (let i = 0; i < 40; i += 1) {
    const data = [{ t: 0, v: String(i) }];
    setting.charger.send([6, `m${i}`, "NotifyPeriodicEventStream", { id: 4, pending: 0, basetime: at(i), data }]);
  }
  await setting.tell("Heartbeat", {});
  const { count } = (await env.DB.prepare("SELECT count(*) AS count FROM stream_chunks WHERE charge_point = ?")
    .bind(setting.charger.id.toLowerCase())
    .first<{ count: number }>()) ?? { count: -1 };
  expect(count).toBe(0);
  expect(await history(setting.charger, "stream_chunks", "first_seq")).toHaveLength(1);
  await notify(setting, 4, 50, [{ t: 0, v: "40" }]);
  await actorOf(setting.charger).flush();
  const first = await setting.get(`/api/charge-points/${setting.charger.id}/event-streams/4/values?limit=1`);
  expect(first.items).toHaveLength(40);
  const second = await setting.get(
    `/api/charge-points/${setting.charger.id}/event-streams/4/values?limit=1&cursor=${first.nextCursor}`,
  );
  expect(second).toEqual({ items: [{ at: at(50), value: "40" }], nextCursor: null });
});
