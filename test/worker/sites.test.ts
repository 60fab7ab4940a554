// A site's power on the wires: who charges gets its share, what falls goes first, and the grid's word reaches the chargers.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { siteOf } from "../../src/durable-objects/stubs.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import { type Charger, connectCharger, eventually } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { at, BOOT_2X, BOOT_16, SUBPROTOCOLS } from "../support/worker/sessions.ts";

type Version = keyof typeof SUBPROTOCOLS;

let operator: string;

beforeAll(async () => {
  operator = (await someone("operator")).token;
});

/** A charger that takes every limit, and tells which one is in force. */
class Obedient {
  readonly charger: Charger;
  readonly version: Version;
  limit: number | undefined;
  answer: "Accepted" | "Rejected" | "silence" = "Accepted";
  #transactionId = 0;
  readonly #answers = new Map<string, (frame: unknown[]) => void>();

  constructor(charger: Charger, version: Version) {
    this.charger = charger;
    this.version = version;
    charger.socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data))));
  }

  static async online(version: Version, id?: string): Promise<Obedient> {
    const identity = await registerCharger({}, id);
    const charger = await connectCharger(identity, { subprotocols: SUBPROTOCOLS[version] });
    const obedient = new Obedient(charger, version);
    await obedient.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
    return obedient;
  }

  call(action: string, payload: object): Promise<unknown[]> {
    const id = crypto.randomUUID();
    const { promise, resolve } = Promise.withResolvers<unknown[]>();
    this.#answers.set(id, resolve);
    this.charger.send([2, id, action, payload]);
    return promise;
  }

  async plugIn(idTag = "TAG"): Promise<void> {
    if (this.version === "1.6") {
      const [, , answer] = await this.call("StartTransaction", {
        ...{ connectorId: 1, idTag, meterStart: 0, timestamp: new Date().toISOString() },
      });
      this.#transactionId = (answer as { transactionId: number }).transactionId;
    } else await this.#event("Started", "CablePluggedIn");
  }

  async unplug(): Promise<void> {
    if (this.version === "1.6") {
      const transactionId = this.#transactionId;
      await this.call("StopTransaction", { transactionId, meterStop: 10, timestamp: new Date().toISOString() });
    } else await this.#event("Ended", "EVCommunicationLost");
  }

  #event(eventType: string, triggerReason: string): Promise<unknown[]> {
    return this.call("TransactionEvent", {
      ...{ eventType, triggerReason, seqNo: eventType === "Started" ? 0 : 1, timestamp: new Date().toISOString() },
      transactionInfo: { transactionId: `tx-${this.charger.id}` },
      evse: { id: 1, connectorId: 1 },
    });
  }

  #hear(frame: unknown[]): void {
    const [type, id, action, payload] = frame as [number, string, string, object];
    if (type !== 2) {
      this.#answers.get(id)?.(frame);
      return;
    }
    if (this.answer === "silence") return;
    if (action === "SetChargingProfile" && this.answer === "Accepted") this.limit = limitIn(payload);
    if (action === "ClearChargingProfile") this.limit = undefined;
    this.charger.send([3, id, { status: this.answer }]);
  }
}

/** The limit of the only period, in A: a charger that refused it in amperes is asked in watts. */
function limitIn(payload: object): number {
  const text = JSON.stringify(payload);
  const [, limit] = /"limit":(-?[\d.]+)/.exec(text) ?? [];
  return Number(limit) / (text.includes('"chargingRateUnit":"W"') ? 3 * 230 : 1);
}

interface Built {
  id: string;
  chargers: Obedient[];
  put: (more?: object) => ReturnType<typeof call>;
}

async function site(versions: readonly Version[], more: { transformer?: string; site?: object } = {}): Promise<Built> {
  const chargers = await Promise.all(versions.map((version) => Obedient.online(version)));
  const connector = {
    ...{ id: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
    ...{ maxVoltage: 230, maxAmperage: 32 },
  };
  const location = {
    ...{ address: "Odos 1", city: "Athens", country: "GRC", timeZone: "Europe/Athens", substationId: more.transformer },
    coordinates: { latitude: "37.98", longitude: "23.73" },
    evses: chargers.map(({ charger }) => ({ chargePointId: charger.id, ocppEvseId: 1, connectors: [connector] })),
  };
  const { body } = await call("POST", "/api/locations", { token: operator, body: location });
  const put = (changes: object = {}) =>
    call("PUT", `/api/sites/${body.id}`, {
      token: operator,
      body: {
        policy: "equalShare",
        nodes: [{ id: "grid", maxCurrent: 40 }],
        connections: chargers.map(({ charger }) => ({
          ...{ chargePointId: charger.id, ocppEvseId: 1, node: "grid", maxCurrent: 32 },
        })),
        ...more.site,
        ...changes,
      },
    });
  const made = await put();
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  return { id: body.id, chargers, put };
}

const settled = (chargers: readonly Obedient[], limits: (number | undefined)[]) =>
  eventually(
    () => (JSON.stringify(chargers.map(({ limit }) => limit)) === JSON.stringify(limits) ? true : undefined),
    `limits of ${limits} instead of ${chargers.map(({ limit }) => limit)}`,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; they are ${chargers.map(({ limit }) => limit)}`);
  });

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
    expect(nodes).toEqual([{ id: "grid", slack: [0, 0, 0] }]);
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
  it("keeps the room that it may be using: nobody else rises into it", async () => {
    const { id, chargers } = await site(["1.6", "1.6"]);
    const [first, second] = chargers;
    await settled(chargers, [0, 0]);
    await first?.plugIn();
    await settled(chargers, [32, 0]);
    if (first) first.answer = "Rejected";
    await second?.plugIn();
    // 40 A, of which the first one holds on to 32: the second would need 20 and gets nothing.
    await eventually(async () => ((await status(id)).loads[1].wanted === 20 ? true : undefined), "the second's share");
    expect(second?.limit).toBe(0);
    if (first) first.answer = "Accepted";
    // A refusal may still be on its way: then the site would ask again only after a while.
    await eventually(async () => {
      await siteOf(env, id).poke();
      return first?.limit === 20 ? true : undefined;
    }, "the first to obey");
    await settled(chargers, [20, 20]);
  });

  it("that goes away still counts with what it was told last", async () => {
    const { id, chargers } = await site(["1.6", "1.6"]);
    const [first, second] = chargers;
    await settled(chargers, [0, 0]);
    await first?.plugIn();
    await settled(chargers, [32, 0]);
    first?.charger.close();
    await eventually(async () => ((await status(id)).loads[0].reachable ? undefined : true), "the first to be away");
    await second?.plugIn();
    await eventually(async () => ((await status(id)).loads[1].wanted === 20 ? true : undefined), "the second's share");
    expect(second?.limit).toBe(0);
    expect((await status(id)).nodes[0].slack).toEqual([8, 8, 8]);
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
    ["a policy that nothing feeds", { policy: "solar" }, "/policy"],
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
