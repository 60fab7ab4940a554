// Drivers by their own hand: finding a place, starting, watching, stopping, reserving; and nothing of anybody else's.
import {
  createExecutionContext,
  evictDurableObject,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { database } from "../../src/db/client.ts";
import { idTokens } from "../../src/db/schema.ts";
import { fleetFeedOf, registryReaderOf } from "../../src/durable-objects/stubs.ts";
import { app } from "../../src/workers/app.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import { addLocation, addTariff, driver, operator } from "../support/worker/money.ts";
import { scene } from "../support/worker/operator.ts";
import { at, STATUS_2X, type SUBPROTOCOLS, start, transactionsOf } from "../support/worker/sessions.ts";
import { watch } from "../support/worker/watcher.ts";

const status16 = (status: string) => ({
  connectorId: 1,
  errorCode: "NoError",
  status,
  vendorErrorCode: "E7",
  timestamp: at(1),
});

/** A charger at a published location, and a driver with a card. */
async function street(version: keyof typeof SUBPROTOCOLS = "1.6", more: object = {}) {
  const tariff = await addTariff();
  const { charger, answer } = await scene(version);
  const locationId = await addLocation(charger.id, [tariff], more);
  const status = version === "1.6" ? status16("Available") : STATUS_2X;
  await charger.call("StatusNotification", status);
  const one = await driver();
  const post = (path: string, body: object = {}) => call("POST", `/api/driver/${path}`, { token: one.token, body });
  return {
    ...one,
    charger,
    answer,
    locationId,
    tariff,
    post,
    get: (path: string) => call("GET", path, { token: one.token }),
  };
}

/** In a deployment with other variables. */
async function elsewhere(changes: Partial<Env>, path: string, token: string, body: object) {
  const ctx = createExecutionContext();
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const init = { method: "POST", body: JSON.stringify(body), headers };
  const response = await app.request(path, init, { ...env, ...changes }, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

describe("the places where a driver may charge", () => {
  it("are told with what is public of them: where, whether free, at what price", async () => {
    const { charger, get, locationId, tariff } = await street();
    await transactionsOf(charger);
    const { status, body } = await get(`/api/driver/charge-points/${charger.id.toUpperCase()}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: charger.id,
      locations: [{ id: locationId, city: "Athens", timeZone: "Europe/Athens" }],
    });
    expect(body.locations[0].evses).toEqual([
      {
        ...{ chargePointId: charger.id, evseId: 1, connected: true, physicalReference: null, floorLevel: null },
        connectors: [
          {
            ...{ connectorId: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
            ...{
              maxElectricPower: null,
              status: "available",
              tariff: expect.objectContaining({ id: tariff, currency: "EUR" }),
            },
          },
        ],
      },
    ]);
    await charger.call("StatusNotification", status16("Charging"));
    await transactionsOf(charger);
    const busy = (await get(`/api/driver/charge-points/${charger.id}`)).body;
    expect(busy.locations[0].evses[0].connectors[0].status).toBe("occupied");
    expect(JSON.stringify(busy)).not.toContain("E7");
  });

  it("are listed page by page, and those that are not published are nowhere", async () => {
    const open = await street();
    const hidden = await street("1.6", { publish: false });
    const items = await walk("/api/driver/locations", open.token, 2);
    const ids = items.map(({ id }: { id: string }) => id);
    expect(ids).toContain(open.locationId);
    expect(ids).not.toContain(hidden.locationId);
    expect((await open.get(`/api/driver/charge-points/${hidden.charger.id}`)).status).toBe(404);
    expect((await open.post(`charge-points/${hidden.charger.id}/start`)).status).toBe(404);
    expect((await open.get("/api/driver/charge-points/NOBODY")).status).toBe(404);
  });
});

describe.each(["1.6", "2.0.1", "2.1"] as const)("a driver at a charger of OCPP %s", (version) => {
  it("starts with the own card, and stops", async () => {
    const { charger, answer, card, post, get } = await street(version);
    const started = post(`charge-points/${charger.id}/start`);
    const asked = await answer({ status: "Accepted" });
    expect(JSON.stringify(asked.payload)).toContain(card);
    expect(await started).toMatchObject({
      status: 200,
      body: { accepted: true, answer: "Accepted", commandId: expect.any(String) },
    });
    if (version === "1.6") await start(charger, { idTag: card });
    else
      await charger.call("TransactionEvent", {
        ...{ eventType: "Started", seqNo: 0, triggerReason: "RemoteStart", timestamp: at(0) },
        ...{ transactionInfo: { transactionId: `tx-${card}` }, evse: { id: 1, connectorId: 1 } },
        idToken: { idToken: card, type: "Central" },
      });
    await transactionsOf(charger);
    const [session] = (await get("/api/transactions?status=active")).body.items;
    expect(session).toMatchObject({ chargePointId: charger.id, idToken: card });
    const stopped = post(`transactions/${session.id}/stop`);
    await answer({ status: "Rejected" });
    expect(await stopped).toMatchObject({ status: 200, body: { accepted: false, answer: "Rejected" } });
    const stranger = await driver();
    const theirs = await call("POST", `/api/driver/transactions/${session.id}/stop`, {
      token: stranger.token,
      body: {},
    });
    expect(theirs.status).toBe(404);
    expect((await call("GET", `/api/transactions/${session.id}`, { token: stranger.token })).status).toBe(404);
    expect((await call("GET", `/api/transactions/${session.id}/meter-values`, { token: stranger.token })).status).toBe(
      404,
    );
  });
});

describe("a driver's start", () => {
  it("takes no card of somebody else's, no blocked and no expired one", async () => {
    const { charger, card, post, token } = await street();
    const other = await driver();
    const to = `charge-points/${charger.id}/start`;
    expect((await post(to, { idToken: other.card })).status).toBe(404);
    const operatorToken = await operator();
    const patch = (body: object) => call("PATCH", `/api/id-tokens/${card}`, { token: operatorToken, body });
    await patch({ status: "blocked" });
    expect((await post(to)).status).toBe(409);
    await patch({ status: "accepted", expiresAt: "2020-01-01T00:00:00Z" });
    expect((await post(to, { idToken: card })).status).toBe(409);
    expect(
      (await call("POST", `/api/charge-points/${charger.id}/start`, { token, body: { idToken: card } })).status,
    ).toBe(403);
  });

  it("is at an EVSE that is open to drivers", async () => {
    const { charger, post } = await street();
    expect(await post(`charge-points/${charger.id}/start`, { evseId: 2 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/evseId" }] },
    });
  });

  it("needs credit where policy says so, and says 402 without", async () => {
    const { charger, answer, token, id, card } = await street();
    const path = `/api/driver/charge-points/${charger.id}/start`;
    const policy = { REQUIRE_CREDIT: "yes" } as Partial<Env>;
    expect((await elsewhere(policy, path, token, {})).status).toBe(402);
    const payment = { amount: 10, currency: "EUR" };
    expect((await call("POST", `/api/users/${id}/credit`, { token: await operator(), body: payment })).status).toBe(
      204,
    );
    const started = elsewhere(policy, path, token, {});
    await answer({ status: "Accepted" });
    expect((await started).status).toBe(200);
    expect(card).toBeDefined();
  });

  it("is nothing for an API key", async () => {
    const { token } = await someone("admin");
    const { body } = await call("POST", "/api/api-keys", { token, body: { name: "k", role: "admin" } });
    expect((await call("GET", "/api/driver/locations", { token: body.key })).status).toBe(403);
  });
});

describe("a token whose owner has no credit", () => {
  const requiring = (key: string, policy: string) =>
    runInDurableObject(registryReaderOf(env, key), (instance) => {
      Object.assign(instance, { env: { ...env, REQUIRE_CREDIT: policy } });
    });
  const authorize = async (version: "1.6" | "2.0.1", idToken: string) => {
    const { charger } = await scene(version);
    await requiring(charger.id.toLowerCase(), "yes");
    const payload = version === "1.6" ? { idTag: idToken } : { idToken: { idToken, type: "ISO14443" } };
    const [, , answer] = await charger.call("Authorize", payload);
    await requiring(charger.id.toLowerCase(), "no");
    const { idTagInfo, idTokenInfo } = answer as { idTagInfo?: { status: string }; idTokenInfo?: { status: string } };
    return (idTagInfo ?? idTokenInfo)?.status;
  };

  it("gets NoCredit, in 1.6 Blocked, until something is paid in", async () => {
    const { id, card } = await driver();
    expect(await authorize("1.6", card)).toBe("Blocked");
    expect(await authorize("2.0.1", card)).toBe("NoCredit");
    const pay = async (amount: number, currency: string) =>
      call("POST", `/api/users/${id}/credit`, { token: await operator(), body: { amount, currency } });
    await pay(-5, "SEK");
    await pay(5, "EUR");
    expect(await authorize("2.0.1", card)).toBe("Accepted");
    await pay(-5, "EUR");
    expect(await authorize("2.0.1", card)).toBe("NoCredit");
  });

  it("is no matter where the token has no owner", async () => {
    const { card, id } = await driver();
    await database(env).update(idTokens).set({ userId: null }).where(eq(idTokens.userId, id));
    expect(await authorize("2.0.1", card)).toBe("Accepted");
  });
});

describe("a driver's own id tokens", () => {
  const add = (token: string, body: object) => call("POST", "/api/driver/id-tokens", { token, body });
  const addUnder = async (DRIVER_ID_TOKENS: string, token: string, body: object) => {
    const response = await elsewhere({ DRIVER_ID_TOKENS } as Partial<Env>, "/api/driver/id-tokens", token, body);
    const added: { idToken: string; status: string } = await response.json();
    return { status: response.status, body: added };
  };

  it("wait for an operator, unless policy has them charge at once", async () => {
    const { token, id } = await someone("driver");
    const card = `WISH-${id.slice(0, 8)}`;
    const made = await add(token, { idToken: card });
    expect(made).toMatchObject({
      status: 201,
      body: { idToken: card, status: "blocked", driverWish: "add", userId: id },
    });
    const accepted = await call("PATCH", `/api/id-tokens/${card}`, {
      token: await operator(),
      body: { status: "accepted" },
    });
    expect(accepted.body).toMatchObject({ status: "accepted", driverWish: null });
    const open = await addUnder("open", token, {});
    expect(open.body).toMatchObject({ status: "accepted", driverWish: null });
    expect(open.body.idToken).toMatch(/^OVX[0-9A-F]{16}$/);
    expect((await addUnder("closed", token, {})).status).toBe(403);
    expect((await addUnder("Open", token, {})).status).toBe(403);
    expect((await call("GET", "/api/driver/id-tokens", { token })).body.items).toHaveLength(2);
  });

  it("are nobody else's, and a card that has charged before needs an operator under every policy", async () => {
    const { charger } = await street();
    const { token } = await someone("driver");
    const other = await driver();
    expect((await add(token, { idToken: other.card.toLowerCase() })).status).toBe(409);
    const used = `USED-${crypto.randomUUID().slice(0, 8)}`;
    await start(charger, { idTag: used });
    await transactionsOf(charger);
    expect((await addUnder("open", token, { idToken: used })).body.status).toBe("blocked");
  });

  it("are blocked when they are given up, and keep their sessions from the next who has the number", async () => {
    const { token, card } = await driver();
    const stranger = await someone("driver");
    const drop = (who: string) => call("DELETE", `/api/driver/id-tokens/${card}`, { token: who });
    expect((await drop(stranger.token)).status).toBe(404);
    expect((await drop(token)).status).toBe(204);
    expect((await call("GET", `/api/id-tokens/${card}`, { token })).body).toMatchObject({
      status: "blocked",
      driverWish: "remove",
    });
    expect((await add(stranger.token, { idToken: card })).status).toBe(409);
  });

  it("are ten at most", async () => {
    const { token } = await someone("driver");
    for (let i = 0; i < 10; i++) expect((await add(token, {})).status).toBe(201);
    expect((await add(token, {})).status).toBe(409);
  });
});

describe("a driver's reservations", () => {
  const soon = (minutes = 30) => new Date(Date.now() + minutes * 60_000).toISOString();

  it("are made, listed and cancelled, and are nobody else's", async () => {
    const { charger, answer, card, post, get, token } = await street();
    const making = post("reservations", { chargePointId: charger.id, expiresAt: soon() });
    await answer({ status: "Accepted" });
    const made = await making;
    expect(made).toMatchObject({ status: 201, body: { idToken: card, status: "active", chargePointId: charger.id } });
    expect((await get("/api/driver/reservations")).body.items).toMatchObject([{ id: made.body.id }]);
    const stranger = await driver();
    expect((await call("GET", "/api/driver/reservations", { token: stranger.token })).body.items).toEqual([]);
    const cancel = (who: string) => call("DELETE", `/api/driver/reservations/${made.body.id}`, { token: who });
    expect((await cancel(stranger.token)).status).toBe(404);
    const cancelling = cancel(token);
    await answer({ status: "Accepted" });
    expect(await cancelling).toMatchObject({ status: 200, body: { status: "cancelled" } });
  });

  it("end within a day", async () => {
    const { charger, post } = await street();
    for (const expiresAt of [soon(-1), soon(25 * 60)]) {
      expect((await post("reservations", { chargePointId: charger.id, expiresAt })).status).toBe(422);
    }
  });
});

describe("the feed of a driver", () => {
  it("tells of the own session from its start to its end, and of no other", async () => {
    const { charger, card, token } = await street();
    const other = await driver();
    const watcher = await watch("/api/events", token);
    const theirs = await watch("/api/events", other.token);
    const begin = watcher.messages.length;
    const transactionId = await start(charger, { idTag: card });
    await watcher.event("transaction.started");
    await charger.call("StopTransaction", { transactionId, meterStop: 2000, timestamp: at(60) });
    await watcher.event("transaction.ended");
    await start(charger, { idTag: other.card, timestamp: at(120) });
    await theirs.event("transaction.started");
    expect(begin).toBe(1);
    expect(watcher.events().map(({ type }) => type)).toEqual(["transaction.started", "transaction.ended"]);
    expect(theirs.events().map(({ type }) => type)).toEqual(["transaction.started"]);
  });

  it("knows a session that began before it, and what was missed", async () => {
    const { charger, card, token } = await street();
    const first = await watch("/api/events", token);
    const transactionId = await start(charger, { idTag: card });
    const { id: startedId } = await first.event("transaction.started");
    first.socket.close(1000);
    await charger.call("StopTransaction", { transactionId, meterStop: 2000, timestamp: at(60) });
    await transactionsOf(charger);
    const again = await watch(`/api/events?after=${encodeURIComponent(startedId)}`, token);
    expect(await again.event("transaction.ended")).toMatchObject({ data: { meterStop: 2000 } });
  });

  it("tells whether the chargers that it names are free, with nothing that is the operator's", async () => {
    const { charger, token } = await street();
    const hidden = await street("1.6", { publish: false });
    const watcher = await watch(`/api/events?chargePointId=${charger.id},${hidden.charger.id}`, token);
    await hidden.charger.call("StatusNotification", status16("Faulted"));
    await transactionsOf(hidden.charger);
    await charger.call("StatusNotification", status16("Faulted"));
    // What it told before may come first.
    const told = () =>
      watcher
        .events()
        .findLast(({ type, chargePointId }) => type === "connector.status" && chargePointId === charger.id);
    await expect
      .poll(() => told()?.data, { timeout: 10_000 })
      .toEqual({ evseId: 1, connectorId: 1, status: "Faulted" });
    expect(watcher.events().filter(({ chargePointId }) => chargePointId === hidden.charger.id)).toEqual([]);
  });

  it("knows whose session ends though its start was not asked for, also after an eviction", async () => {
    const { charger, card, token } = await street();
    const watcher = await watch("/api/events?types=transaction.ended", token);
    const all = await watch("/api/events", token);
    const transactionId = await start(charger, { idTag: card });
    await all.event("transaction.started");
    await evictDurableObject(fleetFeedOf(env));
    await charger.call("StopTransaction", { transactionId, meterStop: 2000, timestamp: at(60) });
    await watcher.event("transaction.ended");
    expect(watcher.events()).toHaveLength(1);
  });

  it("has no types that drivers have no part in", async () => {
    const { token } = await someone("driver");
    const headers = { accept: "text/event-stream" };
    expect((await call("GET", "/api/events?types=security.event", { token, headers })).status).toBe(400);
  });
});
