// Messages are found again: in one charger's log, and in those of all chargers, page by page and each once.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { Log, type LogEntry } from "../../src/durable-objects/charge-point/log.ts";
import { Storage } from "../../src/durable-objects/charge-point/storage.ts";
import { GROUP } from "../../src/workers/message-search.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import { newIdentity } from "../support/worker/charger.ts";
import { scene } from "../support/worker/operator.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, online } from "../support/worker/sessions.ts";

let token: string;
beforeAll(async () => {
  token = (await someone("viewer")).token;
});

interface Shown {
  chargePointId: string;
  seq: number;
  at: string;
  action: string | null;
  messageId: string | number | null;
  frame: string;
}

const find = async (path: string): Promise<Shown[]> => {
  const { status, body } = await call("GET", path, { token });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items;
};
const idsIn = (items: Shown[]) => items.map(({ messageId }) => messageId);

/** Entries straight into a charger's log, as if they had come at these times. */
async function logged(id: string, entries: Pick<LogEntry, "at" | "frame">[]): Promise<void> {
  await runInDurableObject(actorOf({ id }), (_, { storage }) => {
    const store = new Storage(storage);
    store.prepare();
    const log = new Log(store);
    store.transaction(() => {
      for (const entry of entries) log.append({ ...entry, direction: "in", facts: [] });
    });
  });
  await evictDurableObject(actorOf({ id }));
}

const data = (n: number, words: string) => JSON.stringify([2, `m${n}`, "DataTransfer", { vendorId: words }]);

describe("a charger's messages", () => {
  it("are found by their words, action, direction, id, errors and time", async () => {
    const charger = await online();
    const path = `/api/charge-points/${charger.id}/messages`;
    await charger.call("DataTransfer", { vendorId: "Ünder ÖBB", data: "100%_sure [2,4]" }, "first");
    await charger.call("Nonsense", { DataTransfer: 1 }, "second");
    charger.send("[2,not json at all: DataTransfer");
    await charger.call("DataTransfer", { vendorId: "other" }, 4711);

    expect(idsIn(await find(`${path}?text=%25_SURE`))).toEqual(["first"]);
    expect(idsIn(await find(`${path}?text=${encodeURIComponent("Ünder")}`))).toEqual(["first"]);
    expect(idsIn(await find(`${path}?action=DataTransfer`))).toEqual([4711, "first"]);
    expect(idsIn(await find(`${path}?action=DataTransfer&messageId=4711`))).toEqual([4711]);
    expect(idsIn(await find(`${path}?action=Nothing, DataTransfer,Nonsense`))).toEqual([4711, "second", "first"]);
    expect(idsIn(await find(`${path}?messageId=471`))).toEqual([]);
    expect((await find(`${path}?errors=true`)).map(({ messageId }) => messageId)).toContain("second");
    expect(idsIn(await find(`${path}?errors=true`))).not.toContain("first");
    expect(idsIn(await find(`${path}?errors=false&direction=in`))).toEqual([4711, "first"]);
    expect((await find(`${path}?direction=event`)).every(({ action }) => action === null)).toBe(true);
    const [newest] = await find(`${path}?action=DataTransfer`);
    const after = new Date(Date.parse(newest?.at ?? "") + 1).toISOString();
    expect(await find(`${path}?from=${after}`)).toEqual([]);
    expect(idsIn(await find(`${path}?to=${after}&direction=in`)).at(0)).toBe(4711);
    expect((await call("GET", `${path}?text=`, { token })).status).toBe(400);
    charger.close();
  });

  it("are found page by page over all tables of its log, however few fit", async () => {
    const id = await registerCharger();
    const begin = Date.UTC(2026, 0, 1);
    await logged(
      id,
      Array.from({ length: 9_000 }, (_, n) => ({ at: begin + n, frame: data(n, n % 1000 === 0 ? "needle" : "hay") })),
    );
    const found = await walk(`/api/charge-points/${id}/messages?text=needle`, token, 2);
    expect(idsIn(found)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].map((n) => `m${n * 1000}`));
    const everywhere = await walk(`/api/messages?text=needle&chargePointId=${id}`, token, 2);
    expect(idsIn(everywhere)).toEqual(idsIn(found));
    const noon = new Date(begin + 4_500).toISOString();
    expect(idsIn(await walk(`/api/messages?text=needle&chargePointId=${id}&from=${noon}`, token, 2))).toHaveLength(4);
    expect(idsIn(await walk(`/api/messages?text=needle&chargePointId=${id}&to=${noon}`, token, 2))).toHaveLength(5);
  });

  it("do not tell by being found what they do not show", async () => {
    const { charger, get, command } = await scene("2.0.1");
    await command(
      "CustomerInformation",
      { requestId: 9, report: true, clear: false, idToken: { idToken: "T", type: "Central" } },
      { status: "Accepted" },
    );
    await charger.call("NotifyCustomerInformation", {
      ...{ requestId: 9, seqNo: 0, tbc: true, generatedAt: new Date().toISOString(), data: "Secretive Person" },
    });
    expect((await get("messages?text=NotifyCustomer")).body.items).toHaveLength(1);
    expect((await get("messages?text=secretive")).body.items).toEqual([]);
    expect((await call("GET", "/api/messages?text=secretive", { token })).body.items).toEqual([]);
    charger.close();
  });
});

describe("the messages of all chargers", () => {
  it("come newest first and each once, also where many of them fall on one moment", async () => {
    const words = newIdentity("words");
    const begin = Date.UTC(2026, 0, 2);
    const ids = await Promise.all([1, 2, 3].map(() => registerCharger()));
    // Three chargers, many entries a millisecond, and some that were written later than they came.
    for (const [which, id] of ids.entries()) {
      const times = Array.from({ length: 40 }, (_, n) => begin + Math.floor(n / (7 + which)) - (n % 11 === 0 ? 2 : 0));
      await logged(
        id,
        times.map((at, n) => ({ at, frame: data(n, `${words} ${id}`) })),
      );
    }
    for (const limit of [1, 5, 500]) {
      const found: Shown[] = await walk(`/api/messages?text=${words}`, token, limit);
      expect(new Set(found.map(({ frame }) => frame)).size).toBe(120);
      expect(found).toHaveLength(120);
      const times = found.map(({ at }) => at);
      expect(times).toEqual(times.toSorted().reverse());
      expect(new Set(found.map(({ chargePointId }) => chargePointId))).toEqual(new Set(ids));
    }
  });

  it("are searched in groups of chargers, and the answer says how many are left", async () => {
    const prefix = newIdentity("group");
    const ids = Array.from({ length: GROUP + 5 }, (_, n) => `${prefix}-${String(n).padStart(3, "0")}`);
    for (const id of ids) await registerCharger({}, id);
    const last = ids.at(-1) ?? "";
    await logged(last, [{ at: Date.now(), frame: data(1, prefix) }]);
    const first = await call("GET", `/api/messages?text=${prefix}`, { token });
    expect(first.body.searched.chargePoints).toBe(GROUP);
    expect(first.body.searched.remaining).toBeGreaterThanOrEqual(5);
    expect(first.body.nextCursor).not.toBeNull();
    const found: Shown[] = await walk(`/api/messages?text=${prefix}`, token, 50);
    expect(found.map(({ chargePointId }) => chargePointId)).toEqual([last]);
    const connected = await call("GET", `/api/messages?text=${prefix}&connected=true`, { token });
    expect(connected.body).toMatchObject({ items: [], searched: { remaining: 0, unanswered: [] } });
  });

  it("of a charger that nobody knows are not found", async () => {
    expect((await call("GET", "/api/messages?chargePointId=nobody", { token })).status).toBe(404);
  });
});
