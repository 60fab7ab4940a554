// Registering chargers over REST, and what that does to the chargers themselves.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { chargePointOf } from "../../src/durable-objects/stubs.ts";
import { call, someone } from "../support/worker/api.ts";
import { connectCharger, eventually, knock, newIdentity } from "../support/worker/charger.ts";

const basic = (username: string, password: string) => ({ authorization: `Basic ${btoa(`${username}:${password}`)}` });
const operator = async () => (await someone("operator")).token;
const boot = {
  chargePointVendor: "Vendor",
  chargePointModel: "Model",
  chargePointSerialNumber: "S1",
  firmwareVersion: "1.0",
};

describe("a charge point", () => {
  it("is registered, read under any case of its id, changed and removed", async () => {
    const token = await operator();
    const id = newIdentity("Reg");
    const created = await call("POST", "/api/charge-points", {
      token,
      body: { id, note: "at the gate", heartbeatInterval: 60 },
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      id,
      registration: "accepted",
      connected: false,
      hasPassword: false,
      heartbeatInterval: 60,
    });
    expect((await call("GET", `/api/charge-points/${id.toUpperCase()}`, { token })).body).toMatchObject({
      id,
      note: "at the gate",
    });
    expect((await call("POST", "/api/charge-points", { token, body: { id: id.toUpperCase() } })).status).toBe(409);
    const patched = await call("PATCH", `/api/charge-points/${id}`, { token, body: { policy: "strict", note: null } });
    expect(patched.body).toMatchObject({ policy: "strict", note: null });
    expect((await call("DELETE", `/api/charge-points/${id}`, { token })).status).toBe(204);
    expect((await call("GET", `/api/charge-points/${id}`, { token })).status).toBe(404);
    expect((await knock(id)).status).toBe(404);
  });

  it("is refused with a pointer to what is wrong", async () => {
    const token = await operator();
    const { status, body } = await call("POST", "/api/charge-points", {
      token,
      body: { id: "a/b", securityProfile: 7, colour: "red" },
    });
    expect(status).toBe(422);
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      "/colour",
      "/id",
      "/securityProfile",
    ]);
  });

  it("shows what it told about itself, and that it is connected, as soon as it did", async () => {
    const token = await operator();
    const id = newIdentity();
    await call("POST", "/api/charge-points", { token, body: { id, heartbeatInterval: 77 } });
    const charger = await connectCharger(id);
    expect(await charger.call("BootNotification", boot, "b")).toEqual([
      3,
      "b",
      { status: "Accepted", interval: 77, currentTime: expect.any(String) },
    ]);
    await charger.call("StatusNotification", { connectorId: 0, status: "Available", errorCode: "NoError" });
    await charger.call("StatusNotification", {
      connectorId: 1,
      status: "Faulted",
      errorCode: "GroundFailure",
      info: "wet",
    });
    expect((await call("GET", `/api/charge-points/${id}`, { token })).body).toMatchObject({
      connected: true,
      ocppVersion: "1.6",
      status: "Available",
      vendor: "Vendor",
      model: "Model",
      serialNumber: "S1",
      firmwareVersion: "1.0",
      lastSeenAt: expect.any(String),
    });
    expect((await call("GET", `/api/charge-points?connected=true&id=${id}`, { token })).body.items).toHaveLength(1);
    expect((await call("GET", `/api/charge-points/${id}/connectors`, { token })).body.items).toMatchObject([
      { connectorId: 0, status: "Available" },
      { connectorId: 1, status: "Faulted", errorCode: "GroundFailure", info: "wet" },
    ]);
    expect((await call("GET", `/api/charge-points/${id}/connectors/1/1/statuses`, { token })).body.items).toMatchObject(
      [{ status: "Faulted" }],
    );
    charger.close();
    await eventually(async () => {
      const { body } = await call("GET", `/api/charge-points/${id}`, { token });
      return body.connected === false ? true : undefined;
    }, "the charger to be shown offline");
    expect((await call("GET", `/api/charge-points?connected=true&id=${id}`, { token })).body.items).toHaveLength(0);
  });

  it("is found by a part of what is known of it, among others by name, and not by signs that mean something to SQL", async () => {
    const token = await operator();
    const [one, other] = [newIdentity(), newIdentity()];
    for (const id of [one, other])
      await call("POST", "/api/charge-points", { token, body: { id, note: `behind 100%_${id}` } });
    const found = async (query: string) =>
      (await call("GET", `/api/charge-points?${query}`, { token })).body.items.map(({ id }: { id: string }) => id);
    expect(await found(`search=${one.slice(1).toUpperCase()}`)).toEqual([one]);
    expect(await found(`search=${encodeURIComponent(`0%_${one}`)}`)).toEqual([one]);
    expect(await found(`search=${encodeURIComponent(`%${one}`)}`)).toEqual([]);
    expect(await found(`ids=${one},${other},nobody`)).toEqual([one, other].sort());
    const tooMany = Array.from({ length: 51 }, (_, index) => `c${index}`).join();
    expect((await call("GET", `/api/charge-points?ids=${tooMany}`, { token })).status).toBe(400);
  });

  it("gets a new password that works from the next connection on, and the old one no longer does", async () => {
    const token = await operator();
    const id = newIdentity();
    await call("POST", "/api/charge-points", { token, body: { id, securityProfile: 1, password: "first-password" } });
    const before = await connectCharger(id, { headers: basic(id, "first-password") });
    const { status, body } = await call("POST", `/api/charge-points/${id}/credentials`, { token });
    expect(status).toBe(200);
    expect(body).toEqual({ username: id, password: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await before.call("Heartbeat", {}, "h")).toEqual([3, "h", { currentTime: expect.any(String) }]);
    expect((await knock(id, { headers: basic(id, "first-password") })).status).toBe(401);
    expect((await knock(id)).status).toBe(401);
    await connectCharger(id, { headers: basic(id, body.password) });
    const attempts = await eventually(async () => {
      const answer = await call("GET", `/api/connection-attempts?chargePointId=${id}`, { token });
      return answer.body.items.length === 2 ? answer.body.items : undefined;
    }, "both refusals");
    expect(attempts.map(({ reason }: { reason: string }) => reason).sort()).toEqual([
      "missing_credentials",
      "wrong_password",
    ]);
  });

  it("that waits for registration is told Pending, and Accepted once an operator says so", async () => {
    const token = await operator();
    const id = newIdentity();
    await call("POST", "/api/charge-points", { token, body: { id, registration: "pending" } });
    const charger = await connectCharger(id);
    expect((await charger.call("BootNotification", boot))[2]).toMatchObject({ status: "Pending" });
    await call("PATCH", `/api/charge-points/${id}`, { token, body: { registration: "rejected" } });
    expect((await charger.call("BootNotification", boot))[2]).toMatchObject({ status: "Rejected" });
    await call("PATCH", `/api/charge-points/${id}`, { token, body: { registration: "accepted" } });
    expect((await charger.call("BootNotification", boot))[2]).toMatchObject({ status: "Accepted" });
  });

  it("keeps its transactions when it is removed, and begins anew when it returns", async () => {
    const token = await operator();
    const id = newIdentity();
    await call("POST", "/api/charge-points", { token, body: { id } });
    const charger = await connectCharger(id);
    const start = { connectorId: 1, idTag: "X", meterStart: 1, timestamp: new Date().toISOString() };
    const [, , first] = await charger.call("StartTransaction", start);
    await call("DELETE", `/api/charge-points/${id}`, { token });
    expect((await charger.closed).code).toBe(1008);
    await call("POST", "/api/charge-points", { token, body: { id } });
    const again = await connectCharger(id);
    const [, , second] = await again.call("StartTransaction", { ...start, meterStart: 2 });
    expect(second).not.toMatchObject({ transactionId: (first as { transactionId: number }).transactionId });
    expect((await call("GET", `/api/transactions?chargePointId=${id}`, { token })).body.items).toHaveLength(2);
  });
});

describe("the messages of a charge point", () => {
  it("are listed newest first, page by page, without heartbeats", async () => {
    const token = await operator();
    const id = newIdentity();
    await call("POST", "/api/charge-points", { token, body: { id } });
    const charger = await connectCharger(id);
    await charger.call("BootNotification", boot, "b");
    await charger.call("Heartbeat", {}, "h");
    await charger.call("DataTransfer", { vendorId: "nobody" }, 17);
    const first = await call("GET", `/api/charge-points/${id}/messages?limit=1`, { token });
    expect(first.body.items).toMatchObject([
      { direction: "in", action: "DataTransfer", messageId: 17, answer: '[3,17,{"status":"UnknownVendorId"}]' },
    ]);
    const rest = await call("GET", `/api/charge-points/${id}/messages?cursor=${first.body.nextCursor}`, { token });
    expect(rest.body.items).toMatchObject([{ action: "BootNotification" }, { direction: "event" }]);
    expect(rest.body.nextCursor).toBeNull();
  });
});

describe("who may do what", () => {
  it("a viewer reads, and neither registers nor commands", async () => {
    const { token } = await someone("viewer");
    const id = newIdentity();
    await call("POST", "/api/charge-points", { token: await operator(), body: { id } });
    expect((await call("GET", `/api/charge-points/${id}`, { token })).status).toBe(200);
    for (const [method, path, body] of [
      ["POST", "/api/charge-points", { id: "x" }],
      ["PATCH", `/api/charge-points/${id}`, { note: "x" }],
      ["DELETE", `/api/charge-points/${id}`, undefined],
      ["POST", `/api/charge-points/${id}/credentials`, undefined],
      ["POST", `/api/charge-points/${id}/commands`, { action: "ClearCache", payload: {} }],
      ["POST", `/api/charge-points/${id}/ocpp1.6/ClearCache`, {}],
    ] as const) {
      expect((await call(method, path, { token, body })).status, `${method} ${path}`).toBe(403);
    }
  });

  it("a driver sees no charge points at all, and nobody anything without signing in", async () => {
    const { token } = await someone("driver");
    expect((await call("GET", "/api/charge-points", { token })).status).toBe(403);
    expect((await call("GET", "/api/commands", { token })).status).toBe(403);
    expect((await call("GET", "/api/charge-points")).status).toBe(401);
    expect((await call("POST", "/api/charge-points/x/ocpp1.6/Reset", { body: { type: "Hard" } })).status).toBe(401);
  });
});

describe("closing a transaction by hand", () => {
  it("ends it at the last reading; the charger's own stop, when it comes, has the last word", async () => {
    const token = await operator();
    const id = newIdentity();
    await call("POST", "/api/charge-points", { token, body: { id } });
    const charger = await connectCharger(id);
    const timestamp = new Date().toISOString();
    const [, , answer] = await charger.call("StartTransaction", {
      connectorId: 1,
      idTag: "X",
      meterStart: 100,
      timestamp,
    });
    const { transactionId } = answer as { transactionId: number };
    await charger.call("MeterValues", {
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp, sampledValue: [{ value: "450" }] }],
    });
    const [transaction] = (await call("GET", `/api/transactions?chargePointId=${id}`, { token })).body.items;
    expect(transaction).toMatchObject({ status: "active", ocppTransactionId: transactionId, chargePointId: id });
    const live = await call("GET", `/api/transactions/${transaction.id}/meter-values`, { token });
    expect(live.body.items).toMatchObject([{ sampledAt: timestamp, sampledValue: [{ value: 450, unit: "Wh" }] }]);
    // Looking at them does not make the charger's actor ship them early: rows are the cost.
    await charger.call("MeterValues", {
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp: new Date(Date.parse(timestamp) + 1).toISOString(), sampledValue: [{ value: "450" }] }],
    });
    const again = await call("GET", `/api/transactions/${transaction.id}/meter-values`, { token });
    expect(again.body.items).toHaveLength(2);
    expect(await chargePointOf(env, id).live()).toMatchObject({ historyBacklog: 1 });

    const closed = await call("POST", `/api/transactions/${transaction.id}/close`, {
      token,
      body: { reason: "cable cut" },
    });
    expect(closed.body).toMatchObject({
      status: "completed",
      meterStop: 450,
      closedBy: expect.stringContaining("cable cut"),
    });
    expect(
      (await call("POST", `/api/transactions/${transaction.id}/close`, { token, body: { reason: "again" } })).status,
    ).toBe(409);

    await charger.call("StopTransaction", { transactionId, meterStop: 470, timestamp, reason: "PowerLoss" });
    await eventually(async () => {
      const { body } = await call("GET", `/api/transactions?chargePointId=${id}`, { token });
      return body.items[0].meterStop === 470 ? body.items[0] : undefined;
    }, "the charger's own stop");
    const { results } = await env.DB.prepare("SELECT count(*) AS n FROM transactions WHERE charge_point = ?")
      .bind(id.toLowerCase())
      .all();
    expect(results).toEqual([{ n: 1 }]);
  });
});
