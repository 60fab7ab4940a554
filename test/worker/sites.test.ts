// A site's power on the wires: who charges gets its share, what falls goes first, and the grid's word reaches the chargers.
import { beforeAll, describe, expect, it } from "vitest";
import { call, someone, walk } from "../support/worker/api.ts";
import { at } from "../support/worker/sessions.ts";
import { buildSite, settled } from "../support/worker/site.ts";

let operator: string;

beforeAll(async () => {
  operator = (await someone("operator")).token;
});

const site = (...given: Parameters<typeof buildSite> extends [string, ...infer Rest] ? Rest : never) =>
  buildSite(operator, ...given);

const status = async (id: string) => (await call("GET", `/api/sites/${id}/status`, { token: operator })).body;

describe("a site with a charger of each version", () => {
  it("holds all at nothing until they charge, shares anew when one comes or goes, and lets go in the end", async () => {
    const { id, chargers } = await site(["1.6", "2.0.1", "2.1"]);
    const [first, second, third] = chargers;
    await settled(chargers, [0, 0, 0]);
    await first?.plugIn();
    await settled(chargers, [32, 0, 0]);
    await second?.plugIn();
    await settled(chargers, [20, 20, 0]);
    await third?.plugIn();
    await settled(chargers, [13.3, 13.3, 13.3]);
    await second?.unplug();
    await settled(chargers, [20, 0, 20]);
    const { nodes, loads } = await status(id);
    expect(nodes).toEqual([{ id: "grid", slack: [0, 0, 0], baseLoad: 0 }]);
    expect(
      loads.map(({ wanted, confirmed, charging }: Record<string, unknown>) => [wanted, confirmed, charging]),
    ).toEqual([
      [20, 20, true],
      [0, 0, false],
      [20, 20, true],
    ]);
    expect((await call("DELETE", `/api/sites/${id}`, { token: operator })).status).toBe(204);
    await settled(chargers, [undefined, undefined, undefined]);
  });
});

describe("a charger that does not obey", () => {
  it("keeps the room that it may be using: the others share what that leaves", async () => {
    const { id, chargers } = await site(["1.6", "1.6"], { site: { lookSeconds: 1 } });
    const [first, second] = chargers;
    await settled(chargers, [0, 0]);
    await first?.plugIn();
    await settled(chargers, [32, 0]);
    if (first) first.answer = "Rejected";
    await second?.plugIn();
    // 40 A, of which the first one holds on to 32.
    await settled(chargers, [32, 8]);
    expect((await status(id)).loads).toMatchObject([
      { wanted: 20, confirmed: 32, worst: 32, doubt: "refuses" },
      { wanted: 8, doubt: null },
    ]);
    // Asked again by the site's own alarm.
    if (first) first.answer = "Accepted";
    await settled(chargers, [20, 20]);
  });

  it("that goes away counts at its worst, also for those that charge already", async () => {
    const { id, chargers } = await site(["2.0.1", "1.6"]);
    const [first, second] = chargers;
    await settled(chargers, [0, 0]);
    await first?.plugIn();
    await second?.plugIn();
    await settled(chargers, [20, 20]);
    first?.charger.close();
    await settled(chargers, [20, 8]);
    const { nodes, loads } = await status(id);
    expect(nodes[0].slack).toEqual([0, 0, 0]);
    expect(loads[0]).toMatchObject({ reachable: false, worst: 32, doubt: "away" });
  });
});

describe("a grid signal", () => {
  const hours = (from: number, to: number, value: unknown) => {
    const told = (offset: number) => new Date(Date.now() + offset * 3_600_000).toISOString();
    return { from: told(from), to: told(to), value };
  };

  it("limits every site below the transformer by its size, and its withdrawal sets them free", async () => {
    const transformer = `T-${crypto.randomUUID()}`;
    const large = await site(["1.6", "2.0.1"], { transformer });
    const small = await site(["2.1"], { transformer, site: { nodes: [{ id: "grid", maxCurrent: 20 }] } });
    const chargers = [...large.chargers, ...small.chargers];
    for (const one of chargers) await one.plugIn();
    await settled(chargers, [20, 20, 20]);
    // 20.7 kW: 30 A on three phases, two thirds of them for the site of 40 A.
    const body = {
      id: 7,
      type: "capacityLimit",
      transformerId: transformer,
      unit: "kW",
      periods: [hours(-1, 1, 20.7)],
    };
    const made = await call("POST", "/api/dso-signals", {
      token: operator,
      body: { ...body, id: `S-${transformer}` },
    }).catch((e) => e);
    expect(made.status).toBe(422);
    const signal = { ...body, id: transformer.slice(0, 30) };
    const taken = await call("POST", "/api/dso-signals", { token: operator, body: signal });
    expect(taken).toMatchObject({ status: 201, body: { unit: "W", periods: [{ value: 20_700 }] } });
    expect(taken.body.siteIds.sort()).toEqual([large.id, small.id].sort());
    await settled(chargers, [10, 10, 10]);
    expect((await status(large.id)).gridLimit).toBeCloseTo(13_800, 6);
    expect((await call("POST", "/api/dso-signals", { token: operator, body: signal })).status).toBe(200);
    const other = { ...signal, periods: [hours(-1, 1, 5)] };
    expect((await call("POST", "/api/dso-signals", { token: operator, body: other })).status).toBe(409);
    expect((await call("DELETE", `/api/dso-signals/${signal.id}`, { token: operator })).status).toBe(204);
    await settled(chargers, [20, 20, 20]);
    const [listed] = await walk(`/api/dso-signals?transformerId=${transformer}`, operator, 10);
    expect(listed).toMatchObject({ id: signal.id, cancelledAt: expect.any(String) });
  });

  it("begins and ends at its time, by the site's own alarm", async () => {
    const transformer = `T-${crypto.randomUUID()}`;
    const { chargers } = await site(["1.6"], { transformer });
    await chargers[0]?.plugIn();
    await settled(chargers, [32]);
    const told = (ms: number) => new Date(Date.now() + ms).toISOString();
    const periods = [{ from: told(300), to: told(2_000), value: 6.9 }];
    await call("POST", "/api/dso-signals", {
      token: operator,
      body: { type: "capacityLimit", transformerId: transformer, unit: "kW", periods },
    });
    await settled(chargers, [10]);
    await settled(chargers, [32]);
  });

  it("is shown as a curve, the tightest where several overlap", async () => {
    const transformerId = `T-${crypto.randomUUID()}`;
    const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour)).toISOString();
    const post = (periods: object[]) =>
      call("POST", "/api/dso-signals", {
        token: operator,
        body: { type: "capacityLimit", transformerId, periods },
      });
    await post([{ from: at(8), to: at(12), value: 5000 }]);
    await post([{ from: at(10), to: at(14), value: [-10_000, 3000] }]);
    const { body } = await call(
      "GET",
      `/api/dso-signals/curve?transformerId=${transformerId}&from=${at(6)}&to=${at(16)}`,
      {
        token: operator,
      },
    );
    expect(body.items).toEqual([
      { from: at(6), to: at(8), value: null, least: null },
      { from: at(8), to: at(10), value: 5000, least: null },
      { from: at(10), to: at(14), value: 3000, least: -10_000 },
      { from: at(14), to: at(16), value: null, least: null },
    ]);
  });

  it.each([
    ["a period that ends before it begins", { periods: [{ from: at(10), to: at(5), value: 1 }] }],
    ["a band upside down", { periods: [{ from: at(0), to: at(5), value: [3, 1] }] }],
    ["a unit that is none of power", { unit: "kWh" }],
    ["a tariff without a currency", { type: "duosTariff", unit: "kWh" }],
    [
      "a tariff of two prices",
      { type: "duosTariff", unit: "EUR/kWh", periods: [{ from: at(0), to: at(5), value: [0, 1] }] },
    ],
    ["no period", { periods: [] }],
    ["no transformer", { transformerId: "" }],
  ])("with %s is refused", async (_name, wrong) => {
    const body = {
      type: "capacityLimit",
      transformerId: "T",
      periods: [{ from: at(0), to: at(5), value: 1 }],
      ...wrong,
    };
    expect((await call("POST", "/api/dso-signals", { token: operator, body })).status).toBe(422);
  });
});

describe("a site's configuration", () => {
  it.each([
    ["a policy that does not exist", { policy: "random" }, "/policy"],
    ["two roots", { nodes: [{ id: "a" }, { id: "b" }] }, "/nodes"],
    ["a parent that is not there", { nodes: [{ id: "a" }, { id: "b", parent: "c" }] }, "/nodes"],
    ["a circle", { nodes: [{ id: "a" }, { id: "b", parent: "c" }, { id: "c", parent: "b" }] }, "/nodes"],
    ["a node twice", { nodes: [{ id: "a" }, { id: "a", parent: "a" }] }, "/nodes"],
    ["a connection to nowhere", { nodes: [{ id: "a" }] }, "/connections/0/node"],
    [
      "an EVSE of elsewhere",
      { connections: [{ chargePointId: "X", ocppEvseId: 1, node: "grid", maxCurrent: 1 }] },
      "/connections/0",
    ],
  ])("with %s is refused", async (_name, wrong, pointer) => {
    const { put } = await site(["1.6"]);
    const { status, body } = await put(wrong);
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe(pointer);
  });

  it("of no location, or by a viewer, is not taken", async () => {
    const body = { policy: "equalShare", nodes: [{ id: "grid" }] };
    expect((await call("PUT", "/api/sites/none", { token: operator, body })).status).toBe(404);
    const viewer = await someone("viewer");
    expect((await call("PUT", "/api/sites/none", { token: viewer.token, body })).status).toBe(403);
  });
});
