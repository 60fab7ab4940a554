// The feed of the whole fleet: what is told to whom, once each, and how a watcher who was away gets what it missed.
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { coalesced } from "../../src/durable-objects/fleet-feed/coalesce.ts";
import { FeedLog } from "../../src/durable-objects/fleet-feed/log.ts";
import { recap } from "../../src/durable-objects/fleet-feed/recap.ts";
import type { FleetFeed } from "../../src/durable-objects/fleet-feed.ts";
import { fleetFeedOf, historyWriterOf } from "../../src/durable-objects/stubs.ts";
import type { FleetEvent } from "../../src/events/event.ts";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger, eventually, newIdentity } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, BOOT_16, online, sample, start } from "../support/worker/sessions.ts";
import { ticketOf, upgrade, watch } from "../support/worker/watcher.ts";

const feed = () => fleetFeedOf(env);
const status = (charger: Charger, name: string) =>
  charger.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: name });
const mine = (charger: { id: string }, query = "") => `/api/events?chargePointId=${charger.id}${query}`;

let made = 0;
const event = (chargePointId: string, type = "finding.noted", data = {}): FleetEvent => ({
  ...{ id: `${chargePointId}-${++made}-0`, type, at: new Date().toISOString(), chargePointId, data },
});
const heartbeat = { type: "hello", cursor: expect.any(Number) };

describe("whoever watches the fleet", () => {
  test("hears of each charger that comes, does something and goes, with the ids that history gave", async () => {
    const { token } = await someone("viewer");
    const id = await registerCharger();
    const watcher = await watch(mine({ id }), token);
    const charger = await connectCharger(id);
    await charger.call("BootNotification", BOOT_16);
    await status(charger, "Preparing");
    const transactionId = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1, "1100")] });
    await charger.call("StopTransaction", { transactionId, meterStop: 1200, timestamp: new Date().toISOString() });
    charger.close();
    await watcher.event("charge-point.disconnected");
    expect(watcher.messages[0]).toEqual(heartbeat);
    expect(watcher.events().map(({ type }) => type)).toEqual([
      "charge-point.connected",
      "charge-point.booted",
      "connector.status",
      "transaction.started",
      "transaction.ended",
      "charge-point.disconnected",
    ]);
    const ids = watcher.events().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((one) => one.startsWith(`${id.toLowerCase()}-`))).toBe(true);
  });

  test("may choose types and chargers, and is told of a type that does not exist", async () => {
    const { token } = await someone("viewer");
    const [one, other] = [await online(), await online()];
    const watcher = await watch(
      `/api/events?types=connector.*,security.event&chargePointId=${one.id.toUpperCase()}`,
      token,
    );
    await status(other, "Charging");
    await one.call("BootNotification", BOOT_16);
    await status(one, "Charging");
    await watcher.event("connector.status", one.id);
    expect(watcher.events()).toHaveLength(1);
    const refused = await call("GET", "/api/events?types=connector.status,nothing.*", {
      token,
      headers: { upgrade: "websocket" },
    });
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ detail: "nothing.* is no type of event here" }] },
    });
  });

  test("is not told what came of a frame that is shipped twice", async () => {
    const { token } = await someone("viewer");
    const id = await registerCharger();
    const watcher = await watch(mine({ id }), token);
    const chargePoint = id.toLowerCase();
    const row = { seq: 7, at: Date.now(), frame: "", facts: [{ kind: "finding", code: "odd", detail: "" }] as const };
    const ship = (...seqs: number[]) =>
      historyWriterOf(env, id).write({ chargePoint, identity: id, rows: seqs.map((seq) => ({ ...row, seq })) });
    await ship(7);
    await evictDurableObject(feed());
    await ship(7, 8);
    await eventually(() => (watcher.events().length >= 2 ? true : undefined), "both findings");
    await ship(9);
    await eventually(() => (watcher.events().length >= 3 ? true : undefined), "the third finding");
    expect(watcher.events().map(({ id }) => id)).toEqual([7, 8, 9].map((seq) => `${chargePoint}-${seq}-0`));
  });

  test("has to be somebody, and no driver to watch one charger", async () => {
    const { token } = await someone("driver");
    const charger = await registerCharger();
    expect((await upgrade(`/api/charge-points/${charger}/live?ticket=${await ticketOf(token)}`)).status).toBe(403);
    expect((await upgrade("/api/events")).status).toBe(401);
  });

  test("is closed when its time is over, instead of being told more", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const watcher = await watch(mine(charger), token);
    await runInDurableObject(feed(), (_feed: FleetFeed, state) => {
      for (const socket of state.getWebSockets("watcher"))
        socket.serializeAttachment({ ...socket.deserializeAttachment(), until: Date.now() - 1 });
    });
    await status(charger, "Charging");
    expect(await watcher.closed).toMatchObject({ code: 4401 });
    expect(watcher.events().filter(({ type }) => type === "connector.status")).toEqual([]);
  });

  test("is dropped when it never says a word, and others go on hearing", async () => {
    const { token } = await someone("viewer");
    const id = newIdentity();
    const [mute, polite] = [await watch(mine({ id }), token), await watch(mine({ id }), token)];
    polite.socket.addEventListener("message", ({ data }) => {
      if (data === '{"type":"ping"}') polite.socket.send("here");
    });
    const large = () => event(id, "finding.noted", { detail: "x".repeat(40_000) });
    for (let i = 1; i <= 6; i += 1) {
      await feed().announce([large()]);
      await eventually(() => (polite.events().length >= i ? true : undefined), `event ${i}`);
    }
    expect(await mute.closed).toMatchObject({ code: 4408 });
    expect(polite.events()).toHaveLength(6);
  });
});

describe("a watcher that was away", () => {
  test("resumes after the cursor of its last message, or after the id of an event", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const watcher = await watch(mine(charger), token);
    await status(charger, "Preparing");
    const first = await watcher.event("connector.status");
    const { cursor } = watcher.messages.at(-1);
    watcher.socket.close(1000, "");
    await status(charger, "Charging");
    await status(charger, "Finishing");
    await actorOf(charger).flush();
    await evictDurableObject(feed());
    for (const after of [cursor, encodeURIComponent(first.id)]) {
      const again = await watch(mine(charger, `&after=${after}`), token);
      await again.event("connector.status");
      await status(charger, "Available");
      await eventually(() => (again.events().length >= 3 ? true : undefined), "what came after");
      expect(again.events().slice(0, 2)).toMatchObject([
        { data: { status: "Charging" } },
        { data: { status: "Finishing" } },
      ]);
    }
  });

  test("is told of a gap when its cursor is not known any more, and of what happens from then on", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    await status(charger, "Preparing");
    await actorOf(charger).flush();
    for (const after of ["1", "9999999999999999", "nobody-1-0"]) {
      const watcher = await watch(mine(charger, `&after=${after}`), token);
      await status(charger, after === "1" ? "Charging" : "Available");
      await watcher.event("connector.status");
      expect(watcher.messages.map(({ type }) => type)).toEqual(["hello", "gap", "events"]);
      expect(watcher.messages[1]).toMatchObject({ reason: "unknown", cursor: expect.any(Number) });
    }
  });

  test("by server-sent events resumes by Last-Event-ID", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const listen = async (headers: Record<string, string>, until: RegExp) => {
      const response = await exports.default.fetch(`https://csms.test${mine(charger)}`, {
        headers: { accept: "text/event-stream", authorization: `Bearer ${token}`, ...headers },
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let seen = "";
      const more = async () => {
        while (!until.test(seen)) seen += (await reader?.read())?.value ?? "";
        await reader?.cancel();
        return seen;
      };
      return { more };
    };
    const first = await listen({}, /event: connector.status\nid: \d+\n/);
    await status(charger, "Preparing");
    const seen = await first.more();
    const id = /event: connector.status\nid: (\d+)\n/.exec(seen)?.[1] ?? "";
    await status(charger, "Charging");
    await actorOf(charger).flush();
    const second = await (await listen({ "last-event-id": id }, /event: connector.status\n/)).more();
    expect(second).toContain('"status":"Charging"');
    expect(second).not.toContain('"status":"Preparing"');
  });
});

describe("the log of the feed", () => {
  test("forgets its oldest part, and knows that it did", async () => {
    const stub = env.FLEET_FEED.getByName("a feed of its own");
    await runInDurableObject(stub, (_feed: FleetFeed, { storage }) => {
      const log = new FeedLog(storage);
      const first = log.append([event("a")], 1_000);
      expect(first).toBe(1_000_000);
      for (let i = 0; i < 34 * 1024; i += 1) log.append([event("a")], 2_000);
      expect(log.oldest).toBeGreaterThan(first);
      expect(recap(log, {}, String(first))[1]).toContain('"gap"');
      expect(recap(log, {}, String(log.cursor - 1))).toHaveLength(2);
      expect(recap(log, {}, String(log.oldest))[1]).toContain('"too_much"');
      expect(new FeedLog(storage).cursor).toBe(log.cursor);
      expect(log.newest(3)).toHaveLength(3);
    });
  });

  test("is one row a batch", async () => {
    const stub = env.FLEET_FEED.getByName("another feed");
    await runInDurableObject(stub, (_feed: FleetFeed, { storage }) => {
      const log = new FeedLog(storage);
      log.append([event("a")], 1_000);
      let written = 0;
      const exec = storage.sql.exec.bind(storage.sql);
      Object.defineProperty(storage.sql, "exec", {
        configurable: true,
        value: (query: string, ...bindings: unknown[]) => {
          const cursor = exec(query, ...bindings);
          written += cursor.rowsWritten;
          return cursor;
        },
      });
      log.append([event("a"), event("b")], 1_000);
      expect(written).toBe(1);
    });
  });
});

test("of states that replace each other within a beat only the last is told", () => {
  const state = (id: string, connectorId: number, name: string) =>
    event(id, "connector.status", { evseId: 1, connectorId, status: name });
  const events = [state("a", 1, "1"), event("a"), state("a", 2, "2"), state("b", 1, "3"), state("a", 1, "4")];
  expect(coalesced(events)).toEqual(events.slice(1));
});
