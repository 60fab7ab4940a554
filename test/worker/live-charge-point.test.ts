// Watching one charger: what is seen, by whom, and that the charger notices nothing of it.
import { evictDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger, eventually } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, BOOT_2X, BOOT_16, online, SUBPROTOCOLS, sample, start } from "../support/worker/sessions.ts";
import { ticketOf, upgrade, watch } from "../support/worker/watcher.ts";

const live = ({ id }: { id: string }, query = "") => `/api/charge-points/${id}/live${query}`;
const status = (charger: Charger, name: string) =>
  charger.call("StatusNotification", { connectorId: 1, errorCode: "NoError", status: name });

describe.each(["1.6", "2.0.1", "2.1"] as const)("a charger of OCPP %s that is watched", (version) => {
  test("shows what it is first, then each frame with its answer and what follows from it", async () => {
    const { token } = await someone("viewer");
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    const watcher = await watch(live(charger), token);
    const answer = await charger.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X, "boot-1");
    const booted = await watcher.event("charge-point.booted");
    expect(booted).toMatchObject({
      id: expect.stringContaining(charger.id.toLowerCase()),
      chargePointId: charger.id,
      data: { registration: "accepted", station: { vendor: "V", model: "M" } },
    });
    expect(watcher.messages[0]).toMatchObject({
      type: "snapshot",
      data: { chargePointId: charger.id, connected: true, ocppVersion: version, connectors: [], transactions: [] },
    });
    const frames = watcher.messages.flatMap(({ type, message }) => (type === "message" ? [message] : []));
    expect(frames).toMatchObject([{ direction: "in", action: "BootNotification", messageId: "boot-1" }]);
    expect(JSON.parse(frames[0].answer)).toEqual(answer);
  });
});

describe("whoever watches a charger", () => {
  test("sees commands, their results, transactions and meter values at once", async () => {
    const { token } = await someone("operator");
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    const watcher = await watch(live(charger), token);
    const transactionId = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1, "1100")] });
    const sent = call("POST", `/api/charge-points/${charger.id}/commands`, {
      token,
      body: { action: "ClearCache", payload: {} },
    });
    const [, messageId] = await charger.next();
    charger.send([3, messageId, { status: "Accepted" }]);
    await sent;
    expect(await watcher.event("command.finished")).toMatchObject({
      data: { id: messageId, action: "ClearCache", status: "accepted", response: { status: "Accepted" } },
    });
    const started = await watcher.event("transaction.started");
    expect(await watcher.event("meter.values")).toMatchObject({
      data: {
        transactionId: started.data.transactionId,
        meterValue: [{ sampledValue: [{ value: 1100, unit: "Wh" }] }],
      },
    });
    expect(watcher.events().map(({ type }) => type)).toEqual([
      "transaction.started",
      "meter.values",
      "command.sent",
      "command.finished",
    ]);
  });

  test("still sees everything after the actor slept, and the charger's own socket is not mistaken for theirs", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const watcher = await watch(live(charger), token);
    await evictDurableObject(actorOf(charger));
    await status(charger, "Charging");
    expect(await watcher.event("connector.status")).toMatchObject({ data: { status: "Charging" } });
    watcher.socket.send('[2,"x","Heartbeat",{}]');
    watcher.socket.close(1000, "bye");
    await watcher.closed;
    await evictDurableObject(actorOf(charger));
    expect(await status(charger, "Available")).toEqual([3, expect.anything(), {}]);
    expect((await actorOf(charger).live())?.connected).toBe(true);
  });

  test("sees the charger come and go, and goes on watching", async () => {
    const { token } = await someone("viewer");
    const id = await registerCharger();
    const watcher = await watch(live({ id }), token);
    expect(watcher.messages).toMatchObject([]);
    const charger = await connectCharger(id);
    await watcher.event("charge-point.connected");
    charger.close(1000, "unplugged");
    expect(await watcher.event("charge-point.disconnected")).toMatchObject({
      data: { reason: "closed with 1000 unplugged" },
    });
    expect(watcher.messages[0]).toMatchObject({ type: "snapshot", data: { connected: false, bootedAt: null } });
    await connectCharger(id);
    await eventually(
      () => (watcher.events().filter(({ type }) => type === "charge-point.connected").length === 2 ? true : undefined),
      "the charger to come again",
    );
  });

  test("may choose what to see", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const watcher = await watch(live(charger, "?types=connector.*"), token);
    await charger.call("BootNotification", BOOT_16);
    await status(charger, "Charging");
    await watcher.event("connector.status");
    expect(watcher.messages.map(({ type }) => type)).toEqual(["snapshot", "events"]);
    expect((await upgrade(`${live(charger, "?types=nonsense")}`, { authorization: `Bearer ${token}` })).status).toBe(
      400,
    );
  });

  test("gets server-sent events instead, if that is asked for", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const response = await exports.default.fetch(`https://csms.test${live(charger)}?ticket=${await ticketOf(token)}`, {
      headers: { accept: "text/event-stream" },
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    await status(charger, "Charging");
    while (!seen.includes("event: connector.status\n")) seen += (await reader?.read())?.value ?? "";
    expect(seen).toMatch(/^retry: 2000\n\nevent: snapshot\ndata: \{/);
    expect(seen).toMatch(/event: message\ndata: \{"message":\{/);
    await reader?.cancel();
  });

  test("has to be an operator or viewer, and the charger has to exist", async () => {
    const charger = await online();
    const { token: driver } = await someone("driver");
    const { token } = await someone("viewer");
    const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
    expect((await upgrade(live(charger))).status).toBe(401);
    expect((await upgrade(live(charger), bearer(driver))).status).toBe(403);
    expect((await upgrade(live({ id: "nobody" }), bearer(token))).status).toBe(404);
    expect((await call("GET", live(charger), { token })).status).toBe(426);
    expect((await upgrade(live(charger), bearer(token))).status).toBe(101);
  });

  test("is one of twenty at most, and those who leave make room", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const bearer = { authorization: `Bearer ${token}` };
    const first = await watch(live(charger), token);
    for (let i = 1; i < 20; i += 1) (await upgrade(live(charger), bearer)).webSocket?.accept();
    expect((await upgrade(live(charger), bearer)).status).toBe(429);
    first.socket.close(1000, "");
    await first.closed;
    expect((await upgrade(live(charger), bearer)).status).toBe(101);
    expect(await status(charger, "Charging")).toEqual([3, expect.anything(), {}]);
  });
});

describe("a ticket", () => {
  test("opens one feed once, and nothing else", async () => {
    const { token } = await someone("viewer");
    const charger = await online();
    const ticket = await ticketOf(token);
    expect((await call("GET", `/api/charge-points?ticket=${ticket}`)).status).toBe(401);
    expect((await upgrade(live(charger, `?ticket=${ticket}`))).status).toBe(101);
    expect((await upgrade(live(charger, `?ticket=${ticket}`))).status).toBe(401);
  });

  test("is worth what its holder is worth when it is used", async () => {
    const { token, id } = await someone("viewer");
    const charger = await online();
    const ticket = await ticketOf(token);
    await env.DB.prepare("UPDATE users SET active = 0 WHERE id = ?").bind(id).run();
    expect((await upgrade(live(charger, `?ticket=${ticket}`))).status).toBe(401);
  });

  test("runs out", async () => {
    const { token } = await someone("viewer");
    const ticket = await ticketOf(token);
    await env.DB.prepare("UPDATE tickets SET expires_at = ?")
      .bind(Date.now() - 1)
      .run();
    expect((await upgrade(`/api/events?ticket=${ticket}`)).status).toBe(401);
  });
});
