// Webhooks: every event once it may be delivered, signed, in the order of its charger, whatever the receiver does.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fleetFeedOf, webhookOf } from "../../src/durable-objects/stubs.ts";
import { Queue } from "../../src/durable-objects/webhook/queue.ts";
import type { Webhook } from "../../src/durable-objects/webhook.ts";
import type { FleetEvent } from "../../src/events/event.ts";
import { type Answer, call, someone, walk } from "../support/worker/api.ts";
import { eventually, newIdentity } from "../support/worker/charger.ts";
import { isSigned, type Receiver, receiver } from "../support/worker/receiver.ts";
import { actorOf, BOOT_16, online, sample, start } from "../support/worker/sessions.ts";

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  // Other tests' events must not be offered to what this one made.
  const { token } = await someone("admin");
  for (const { id } of (await call("GET", "/api/webhooks?limit=500", { token })).body.items)
    await call("DELETE", `/api/webhooks/${id}`, { token });
});

interface Hook {
  id: string;
  secret: string;
  to: Receiver;
  /** As an operator of the moment: tokens do not outlast what these tests do to the clock. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  state(): Promise<Answer["body"]>;
}

async function hook(body: object = {}, to = receiver()): Promise<Hook> {
  const { token } = await someone("operator");
  const made = await call("POST", "/api/webhooks", { token, body: { url: to.url, ...body } });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const { id, secret } = made.body;
  const ask: Hook["call"] = async (method, path, body) =>
    call(method, `/api/webhooks/${id}${path}`, { token: (await someone("operator")).token, body });
  return {
    ...{ id, secret, to, call: ask },
    post: (path, more = {}) => ask("POST", `/${path}`, more),
    state: async () => (await ask("GET", "")).body.delivery,
  };
}

let made = 0;
const event = (chargePointId: string, type = "finding.noted"): FleetEvent => ({
  ...{ id: `${chargePointId.toLowerCase()}-${++made}-0`, type, at: new Date().toISOString(), chargePointId },
  data: { code: "odd", detail: "very" },
});
const tell = (...events: FleetEvent[]) => fleetFeedOf(env).announce(events);
const later = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
const ring = ({ id }: Hook) => runDurableObjectAlarm(webhookOf(env, id));
const taken = ({ to }: Hook, count: number) =>
  eventually(() => (to.taken.length >= count ? to.taken : undefined), `${count} deliveries`);
const idle = (one: Hook) =>
  eventually(async () => ((await one.state()).queued === 0 ? true : undefined), "the queue to be empty");

describe("a webhook", () => {
  test("gets what happens, signed, in the order of each charger", async () => {
    const one = await hook({ types: ["charge-point.*", "connector.status", "transaction.*"] });
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    await charger.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Preparing" });
    await start(charger);
    const got = (await taken(one, 4)).filter(({ chargePointId }) => chargePointId === charger.id);
    expect(got.map(({ type }) => type)).toEqual([
      "charge-point.connected",
      "charge-point.booted",
      "connector.status",
      "transaction.started",
    ]);
    for (const request of got) {
      expect(isSigned(request, one.secret)).toBe(true);
      expect(request.headers.get("webhook-id")).toBe(request.id);
      expect(JSON.parse(request.body)).toMatchObject({ timestamp: expect.any(String), at: expect.any(String) });
    }
  });

  test("gets meter values if it names them, and only then", async () => {
    const [plain, curious] = [await hook(), await hook({ types: ["meter.values"] })];
    const charger = await online();
    const transactionId = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1, "1100")] });
    // Its writer asks who wants them at most once a minute.
    later(61_000);
    await actorOf(charger).flush();
    expect(await taken(curious, 1)).toMatchObject([
      { type: "meter.values", data: { meterValue: [{ sampledValue: [{ value: 1100 }] }] } },
    ]);
    expect(plain.to.taken.map(({ type }) => type)).not.toContain("meter.values");
  });

  test("gets only the chargers that it names, and nothing while it is not active", async () => {
    const id = newIdentity();
    const one = await hook({ chargePointIds: [id.toUpperCase()] });
    await tell(event("somebody-else"), event(id));
    expect(await taken(one, 1)).toMatchObject([{ chargePointId: id }]);
    await one.call("PATCH", "", { active: false });
    await tell(event(id));
    await one.call("PATCH", "", { active: true });
    const last = event(id);
    await tell(last);
    expect((await taken(one, 2)).at(-1)?.id).toBe(last.id);
    expect(one.to.taken).toHaveLength(2);
  });

  test("gets an event that is told twice once", async () => {
    const one = await hook();
    const [first, second] = [event("CP-twice"), event("CP-twice")];
    await tell(first);
    await evictDurableObject(fleetFeedOf(env));
    await tell(first, second);
    await taken(one, 2);
    await idle(one);
    expect(one.to.taken.map(({ id }) => id)).toEqual([first.id, second.id]);
  });
});

describe("a receiver that is down for ten minutes", () => {
  test("gets everything once it is back, once each, in the order of each charger, and is not stormed meanwhile", async () => {
    const chargers = ["CP-A", "CP-B", "CP-C"];
    const one = await hook({ chargePointIds: chargers });
    one.to.answer = () => {
      throw new TypeError("connection refused");
    };
    const told: FleetEvent[] = [];
    for (let minute = 0; minute < 10; minute += 1) {
      const batch = chargers.map((id) => event(id));
      told.push(...batch);
      await tell(...batch);
      if (minute === 5) await evictDurableObject(webhookOf(env, one.id));
      later(60_000);
      await ring(one);
    }
    expect(await one.state()).toMatchObject({ queued: 30, lastError: expect.stringContaining("refused") });
    expect((await one.state()).failures).toBe(one.to.calls);
    expect(one.to.calls).toBeLessThan(12);
    one.to.answer = () => new Response("back");
    later(6 * 60_000);
    await ring(one);
    await idle(one);
    expect(one.to.taken).toHaveLength(30);
    for (const id of chargers) {
      const order = (events: { id: string; chargePointId: string | null }[]) =>
        events.filter(({ chargePointId }) => chargePointId === id).map((one) => one.id);
      expect(order(one.to.taken)).toEqual(order(told));
    }
    expect(await one.state()).toMatchObject({ failures: 0, retryAt: null, parked: 0, lastError: null });
  });
});

describe("a receiver", () => {
  test("that refuses one event holds up that charger alone, and after a day it is put aside until somebody says so", async () => {
    const one = await hook({ types: ["finding.noted"] });
    const [bad, behind, good] = [event("CP-BAD"), event("CP-BAD"), event("CP-GOOD")];
    one.to.answer = ({ id }) => (id === bad.id ? new Response("no!", { status: 422 }) : new Response("thanks"));
    await tell(bad, behind, good);
    expect(await taken(one, 1)).toMatchObject([{ id: good.id }]);
    await eventually(async () => ((await one.state()).lastError === "it answered 422" ? true : undefined), "a refusal");
    later(25 * 3_600_000);
    await ring(one);
    expect((await taken(one, 2)).map(({ id }) => id)).toEqual([good.id, behind.id]);
    expect(await one.state()).toMatchObject({ parked: 1, queued: 0, failures: 0 });
    const { body } = await one.call("GET", "/deliveries?status=parked");
    expect(body.items).toMatchObject([{ id: bad.id, statusCode: 422, response: "no!", nextAttemptAt: null }]);
    one.to.answer = () => new Response("thanks");
    expect((await one.post("resend", { ids: [bad.id] })).body).toEqual({ queued: 1 });
    expect((await taken(one, 3)).at(-1)?.id).toBe(bad.id);
  });

  test("that is away for a day is tried no more, and gets all of it when somebody says so", async () => {
    const one = await hook({ types: ["finding.noted"] });
    one.to.answer = () => new Response("down", { status: 503, headers: { "retry-after": "7" } });
    const events = [event("CP-A"), event("CP-A"), event("CP-B")];
    await tell(...events);
    await eventually(async () => ((await one.state()).failures > 0 ? true : undefined), "a failure");
    later(25 * 3_600_000);
    await ring(one);
    expect(await one.state()).toMatchObject({ queued: 0, parked: 3 });
    one.to.answer = () => new Response("thanks");
    expect((await one.post("resend")).body).toEqual({ queued: 3 });
    await taken(one, 3);
    const { token } = await someone("viewer");
    const items = await walk(`/api/webhooks/${one.id}/deliveries`, token, 2);
    expect(items.map(({ status }) => status)).toEqual(["delivered", "delivered", "delivered"]);
  });

  test.each([
    ["hangs", () => Promise.reject(new DOMException("timed out", "TimeoutError")), "away"],
    [
      "redirects inwards",
      () => new Response(null, { status: 302, headers: { location: "http://10.0.0.1/" } }),
      "refused",
    ],
    ["is overloaded", () => new Response("later", { status: 429 }), "away"],
    ["breaks", () => new Response("oops", { status: 500 }), "away"],
    [
      "talks without end",
      () => new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1024).fill(97)) })),
      "delivered",
    ],
    [
      "breaks off its answer",
      () => new Response(new ReadableStream({ pull: (to) => to.error(new Error("cut")) })),
      "delivered",
    ],
  ] as const)("that %s is understood", async (_what, answer, outcome) => {
    const one = await hook();
    one.to.answer = answer;
    const { status, body } = await one.post("test");
    expect(status).toBe(200);
    expect(body.outcome).toBe(outcome);
    expect((body.response ?? "").length).toBeLessThanOrEqual(1000);
    expect(one.to.calls).toBe(1);
  });

  test("whose name begins to lead inwards is not called any more", async () => {
    const one = await hook();
    one.to.addresses = ["93.184.216.34", "169.254.169.254"];
    expect((await one.post("test")).body).toMatchObject({ outcome: "away", error: expect.stringContaining("169.254") });
    expect(one.to.calls).toBe(0);
  });
});

describe("the queue", () => {
  const inQueue = (work: (queue: Queue, sql: SqlStorage) => void) =>
    runInDurableObject(webhookOf(env, crypto.randomUUID()), (_webhook: Webhook, { storage }) =>
      work(new Queue(storage.sql, { queued: 3, queuedChars: 10_000, delivered: 2, parked: 1 }), storage.sql),
    );
  const delivered = { outcome: "delivered", statusCode: 200, response: "", error: null, durationMs: 1 } as const;

  test("is bounded: what comes when it is full is counted and left out, what waits stays", async () => {
    await inQueue((queue, sql) => {
      const events = [1, 2, 3, 4, 5].map(() => event("CP"));
      expect(queue.add(events, 1)).toBe(2);
      expect(queue.lanes.get("cp")?.map(({ id }) => id)).toEqual(events.slice(0, 3).map(({ id }) => id));
      expect(new Queue(sql).lanes).toEqual(queue.lanes);
      expect(queue.add([{ ...event("CP"), data: { detail: "x".repeat(20_000) } }], 1)).toBe(1);
    });
  });

  test("forgets the oldest that were given up and says how many", async () => {
    await inQueue((queue) => {
      queue.add([event("A"), event("B"), event("C")], 1);
      const heads = [...queue.lanes.values()].map(([head]) => head);
      expect(heads.map((head) => head && queue.park(head, "a day"))).toEqual([0, 1, 1]);
      expect(queue.parked).toBe(1);
      expect(queue.queued).toBe(0);
    });
  });

  test("costs a row when an event comes and a row when it is delivered", async () => {
    await inQueue((queue, sql) => {
      let written = 0;
      const exec = sql.exec.bind(sql);
      Object.defineProperty(sql, "exec", {
        configurable: true,
        value: (query: string, ...bindings: unknown[]) => {
          const cursor = exec(query, ...bindings);
          written += cursor.rowsWritten;
          return cursor;
        },
      });
      queue.add([event("A")], 1);
      const [head] = queue.lanes.get("a") ?? [];
      if (head !== undefined) queue.delivered(head, delivered, 2);
      expect(written).toBe(2);
    });
  });
});

describe("the feed", () => {
  test("offers later what it could not offer, in order", async () => {
    const one = await hook();
    const offer = vi.spyOn((await import("../../src/durable-objects/webhook.ts")).Webhook.prototype, "offer");
    offer.mockImplementation(() => {
      throw new Error("out of order");
    });
    const [first, second] = [event("CP-late"), event("CP-late")];
    await tell(first);
    await tell(second);
    expect(await fleetFeedOf(env).counters()).toMatchObject({ webhooksBehind: 1 });
    offer.mockRestore();
    await evictDurableObject(fleetFeedOf(env));
    await runDurableObjectAlarm(fleetFeedOf(env));
    expect((await taken(one, 2)).map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(await fleetFeedOf(env).counters()).toMatchObject({ webhooksBehind: 0 });
  });
});

describe("/api/webhooks", () => {
  test("shows the secret once, and replaces it with an overlap", async () => {
    const one = await hook({ description: "billing" });
    const read = await one.call("GET", "");
    expect(read.body).toMatchObject({ url: one.to.url, description: "billing", types: null, active: true });
    expect(JSON.stringify(read.body)).not.toContain("secret");
    const { results } = await env.DB.prepare("SELECT * FROM webhooks WHERE id = ?").bind(one.id).all();
    expect(JSON.stringify(results)).not.toContain(one.secret.slice("whsec_".length));
    const rotated = await one.post("rotate-secret", { overlapHours: 1 });
    expect(rotated.body.secret).toMatch(/^whsec_/);
    await tell(event("CP"));
    const [both] = await taken(one, 1);
    expect([one.secret, rotated.body.secret].map((secret) => both && isSigned(both, secret))).toEqual([true, true]);
    later(2 * 3_600_000);
    await tell(event("CP"));
    const [, after] = await taken(one, 2);
    expect([one.secret, rotated.body.secret].map((secret) => after && isSigned(after, secret))).toEqual([false, true]);
  });

  test("refuses where it may not go and what does not exist, each with its place", async () => {
    const { token } = await someone("operator");
    const post = (body: object) => call("POST", "/api/webhooks", { token, body });
    expect(await post({ url: "https://127.0.0.1/", types: ["nothing.*"] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/url" }, { pointer: "/types" }] },
    });
    expect((await post({ url: "http://example.com/" })).status).toBe(422);
    expect((await post({})).status).toBe(422);
    for (const [method, path] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["GET", "/deliveries"],
      ["POST", "/resend"],
      ["POST", "/test"],
      ["POST", "/rotate-secret"],
    ] as const) {
      const body = method === "GET" || method === "DELETE" ? undefined : {};
      expect((await call(method, `/api/webhooks/nobody${path}`, { token, body })).status, path).toBe(404);
    }
    const { token: viewer } = await someone("viewer");
    expect((await call("POST", "/api/webhooks", { token: viewer, body: {} })).status).toBe(403);
    expect((await call("GET", "/api/webhooks", { token: viewer })).status).toBe(200);
  });

  test("removes a webhook with all that waits", async () => {
    const one = await hook();
    one.to.answer = () => new Response("down", { status: 503 });
    await tell(event("CP"));
    await eventually(async () => ((await one.state()).failures > 0 ? true : undefined), "a failure");
    expect((await one.call("DELETE", "")).status).toBe(204);
    const { calls } = one.to;
    await tell(event("CP"));
    later(3_600_000);
    await ring(one);
    expect(one.to.calls).toBe(calls);
    expect((await one.call("GET", "")).status).toBe(404);
  });
});
