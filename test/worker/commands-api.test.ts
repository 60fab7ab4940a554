// Commanding a charger over REST: every outcome that a charger can give it.
import { describe, expect, it } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger, newIdentity } from "../support/worker/charger.ts";

interface Setting {
  token: string;
  id: string;
  charger: Charger;
}

async function bootedCharger(subprotocols = "ocpp1.6"): Promise<Setting> {
  const { token } = await someone("operator");
  const id = newIdentity("Cmd");
  await call("POST", "/api/charge-points", { token, body: { id } });
  const charger = await connectCharger(id, { subprotocols });
  const is16 = subprotocols === "ocpp1.6";
  const payload = is16
    ? { chargePointVendor: "V", chargePointModel: "M" }
    : { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } };
  await charger.call("BootNotification", payload);
  return { token, id, charger };
}

const commands = (id: string) => `/api/charge-points/${id}/commands`;

/** Sends the command and lets the charger answer it. */
async function exchange({ token, id, charger }: Setting, body: object, answer: (messageId: unknown) => unknown) {
  const request = call("POST", commands(id), { token, body });
  const frame = await charger.next();
  charger.send(answer(frame[1]));
  return { frame, ...(await request) };
}

describe("a command to a connected charger", () => {
  it("comes back with the charger's answer, and stays readable under its id", async () => {
    const setting = await bootedCharger();
    const { frame, status, body } = await exchange(setting, { action: "Reset", payload: { type: "Soft" } }, (id) => [
      3,
      id,
      { status: "Accepted" },
    ]);
    expect(frame).toEqual([2, body.id, "Reset", { type: "Soft" }]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "accepted", response: { status: "Accepted" }, chargePointId: setting.id });
    const { token, id } = setting;
    expect((await call("GET", `/api/commands/${body.id}`, { token })).body).toMatchObject({
      status: "accepted",
      response: { status: "Accepted" },
    });
    expect((await call("GET", commands(id), { token })).body.items).toMatchObject([{ id: body.id, action: "Reset" }]);
  });

  it("has a path of its own per action and version, with the payload as the body", async () => {
    const { token, id, charger } = await bootedCharger();
    const request = call("POST", `/api/charge-points/${id}/ocpp1.6/ChangeConfiguration`, {
      token,
      body: { key: "K", value: "V" },
    });
    const [, messageId, action, payload] = await charger.next();
    expect([action, payload]).toEqual(["ChangeConfiguration", { key: "K", value: "V" }]);
    charger.send([3, messageId, { status: "Accepted" }]);
    expect((await request).status).toBe(200);
    expect((await call("GET", `/api/charge-points/${id}/configuration`, { token })).body.items).toMatchObject([
      { key: "K", value: "V" },
    ]);
    expect((await call("POST", `/api/charge-points/${id}/ocpp2.0.1/ClearCache`, { token, body: {} })).status).toBe(409);
  });

  it("answers 202 at once with wait 0, and the outcome appears under Location", async () => {
    const { token, id, charger } = await bootedCharger();
    const { status, headers, body } = await call("POST", commands(id), {
      token,
      body: { action: "ClearCache", wait: 0 },
    });
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/api/commands/${body.id}`);
    expect((await call("GET", `/api/commands/${body.id}`, { token })).body).toMatchObject({ status: "sent" });
    const [, messageId] = await charger.next();
    charger.send([3, messageId, { status: "Rejected" }]);
    // The socket keeps order: what is answered after that CALLRESULT was handled after it.
    await charger.call("Heartbeat", {});
    expect((await call("GET", `/api/commands/${body.id}`, { token })).body).toMatchObject({
      status: "accepted",
      response: { status: "Rejected" },
    });
  });

  it("is 502 with the charger's error when it answers with one", async () => {
    const { status, body } = await exchange(await bootedCharger(), { action: "ClearCache" }, (id) => [
      4,
      id,
      "NotSupported",
      "no cache",
      { hint: 1 },
    ]);
    expect(status).toBe(502);
    expect(body).toMatchObject({
      commandId: expect.any(String),
      error: { code: "NotSupported", description: "no cache", details: { hint: 1 } },
    });
  });

  it("is 504 with an unknown outcome when the socket is lost before the answer", async () => {
    const { token, id, charger } = await bootedCharger();
    const request = call("POST", commands(id), {
      token,
      body: { action: "UnlockConnector", payload: { connectorId: 1 } },
    });
    await charger.next();
    charger.close();
    const { status, body } = await request;
    expect(status).toBe(504);
    expect((await call("GET", `/api/commands/${body.commandId}`, { token })).body).toMatchObject({ status: "unknown" });
  });

  it("goes out as asked: member order kept, meaning not second-guessed", async () => {
    const { token, id, charger } = await bootedCharger();
    const payload = { idTag: "T", expiryDate: "2027-01-01T00:00:00Z", reservationId: 99, connectorId: 42 };
    void call("POST", commands(id), { token, body: { action: "ReserveNow", payload, wait: 0 } });
    await charger.next();
    expect(charger.received.at(-1)).toContain(JSON.stringify(payload));
  });

  it.each([
    ["an unknown action", { action: "Dance" }, "/action"],
    ["an action that only chargers send", { action: "Heartbeat" }, "/action"],
    ["a missing member", { action: "Reset", payload: {} }, "/payload/type"],
    ["a wrong value", { action: "Reset", payload: { type: "Medium" } }, "/payload/type"],
    ["a member too much", { action: "ClearCache", payload: { all: true } }, "/payload/all"],
    ["an expiry in the past", { action: "ClearCache", expiresAt: "2020-01-01T00:00:00Z" }, "/expiresAt"],
  ])("is 422 with a pointer for %s", async (_what, body, pointer) => {
    const { token, id } = await bootedCharger();
    const answer = await call("POST", commands(id), { token, body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });
});

describe("a command to a charger that is away", () => {
  it("fails at once by default, and is 404 for a charger that nobody registered", async () => {
    const { token, id, charger } = await bootedCharger();
    charger.close();
    await charger.call("Heartbeat", {}).catch(() => undefined);
    expect((await call("POST", commands(id), { token, body: { action: "ClearCache" } })).status).toBe(409);
    expect((await call("POST", commands("nobody"), { token, body: { action: "ClearCache" } })).status).toBe(404);
  }, 20_000);

  it("waits if asked to, is cancelled if asked to, and the rest goes out on return", async () => {
    const { token, id, charger } = await bootedCharger();
    charger.close();
    const keep = (key: string, value: string) =>
      call("POST", commands(id), {
        token,
        body: { action: "ChangeConfiguration", payload: { key, value }, offline: "queue", wait: 0 },
      });
    const [outdated, kept, cancelled] = [await keep("A", "1"), await keep("A", "2"), await keep("B", "1")];
    expect([outdated.status, kept.status, cancelled.status]).toEqual([202, 202, 202]);
    expect((await call("POST", `/api/commands/${cancelled.body.id}/cancel`, { token })).body).toMatchObject({
      status: "cancelled",
    });
    expect((await call("POST", `/api/commands/${cancelled.body.id}/cancel`, { token })).status).toBe(409);
    expect((await call("GET", `/api/commands/${outdated.body.id}`, { token })).body).toMatchObject({
      status: "cancelled",
    });

    const returned = await connectCharger(id);
    const [, messageId, , payload] = await returned.next();
    expect(payload).toEqual({ key: "A", value: "2" });
    returned.send([3, messageId, { status: "Accepted" }]);
    await returned.call("Heartbeat", {});
    expect(returned.received).toHaveLength(2);
    expect((await call("GET", `/api/commands/${kept.body.id}`, { token })).body).toMatchObject({ status: "accepted" });
  });
});

describe.each(["ocpp2.0.1", "ocpp2.1"])("on %s", (subprotocol) => {
  it("every CSMS action of the version can be sent", async () => {
    const setting = await bootedCharger(subprotocol);
    const payload = { getVariableData: [{ component: { name: "C" }, variable: { name: "V" } }] };
    const result = [{ attributeStatus: "UnknownComponent", component: { name: "C" }, variable: { name: "V" } }];
    const { frame, status } = await exchange(setting, { action: "GetVariables", payload }, (id) => [
      3,
      id,
      { getVariableResult: result },
    ]);
    expect(frame[2]).toBe("GetVariables");
    expect(status).toBe(200);
  });
});
