// Reservations: taken, refused, used, cancelled, lost and expired, on chargers that tell of it and on those that do not.
import { runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { call } from "../support/worker/api.ts";
import { eventually } from "../support/worker/charger.ts";
import { commanded, exchange, get, type Setting, send, type Version } from "../support/worker/commanding.ts";
import { actorOf, findingsOf } from "../support/worker/sessions.ts";

const VERSIONS: Version[] = ["1.6", "2.0.1", "2.1"];
const inMs = (offset: number): string => new Date(Date.now() + offset).toISOString();
const HOUR_MS = 3_600_000;

const reserve = (setting: Setting, body: object = {}, status = "Accepted") =>
  exchange(
    setting,
    "POST",
    "/api/reservations",
    { chargePointId: setting.id, evseId: 1, idToken: "HOLDER", expiresAt: inMs(HOUR_MS), ...body },
    { status },
  );
const refusedReserve = async (setting: Setting, status: string) => {
  const request = call("POST", "/api/reservations", {
    token: setting.token,
    body: { chargePointId: setting.id, connectorId: 1, idToken: "HOLDER", expiresAt: inMs(HOUR_MS) },
  });
  const [, messageId] = await setting.charger.next();
  setting.charger.send([3, messageId, { status }]);
  return request;
};
const reservationsOf = async (setting: Setting, filter = "") =>
  (await get(setting, `/api/reservations?chargePointId=${setting.id}${filter}`)).items;

/** A start that names the reservation. */
async function startWith({ charger, version }: Setting, reservationId: number, timestamp = inMs(0)) {
  if (version === "1.6")
    return charger.call("StartTransaction", {
      connectorId: 1,
      idTag: "HOLDER",
      meterStart: 0,
      timestamp,
      reservationId,
    });
  return charger.call("TransactionEvent", {
    ...{ eventType: "Started", triggerReason: "Authorized", seqNo: 0, timestamp, reservationId },
    ...{ transactionInfo: { transactionId: "t" }, evse: { id: 1, connectorId: 1 } },
  });
}

describe.each(VERSIONS)("in OCPP %s", (version) => {
  const here = () => commanded(version);

  test("a reservation that the charger accepts exists, with a number of ours", async () => {
    const setting = await here();
    const made = await reserve(setting);
    expect(made.status).toBe(201);
    expect(made.action).toBe("ReserveNow");
    const number = version === "1.6" ? made.payload.reservationId : made.payload.id;
    expect(made.body).toMatchObject({
      ...{ chargePointId: setting.id, evseId: 1, idToken: "HOLDER", status: "active", reason: null, endedAt: null },
      ...{ reservationId: number, transactionId: null },
    });
    expect(made.headers.get("location")).toBe(`/api/reservations/${made.body.id}`);
    expect(await get(setting, `/api/reservations/${made.body.id}`)).toEqual(made.body);
    expect(await reservationsOf(setting, "&status=active")).toEqual([made.body]);
    expect(await reservationsOf(setting, "&status=used")).toEqual([]);
    expect(await reservationsOf(setting, "&idToken=holder")).toHaveLength(1);
    const next = await reserve(setting);
    expect(next.body.reservationId).toBeGreaterThan(number);
  });

  test("one that it refuses is told as a conflict, and listed as rejected with its word", async () => {
    const setting = await here();
    const { status, body } = await refusedReserve(setting, "Occupied");
    expect({ status, detail: body.detail }).toEqual({ status: 409, detail: "The charger answered Occupied." });
    expect(await reservationsOf(setting)).toMatchObject([{ status: "rejected", reason: "Occupied" }]);
  });

  test("it is used by the transaction that names it", async () => {
    const setting = await here();
    const { body } = await reserve(setting);
    await startWith(setting, body.reservationId);
    const [transaction] = (await get(setting, `/api/transactions?chargePointId=${setting.id}`)).items;
    expect(transaction).toMatchObject({ reservationId: body.reservationId });
    expect(await reservationsOf(setting)).toMatchObject([{ status: "used", transactionId: transaction.id }]);
  });

  test("DELETE cancels it; a second time is a conflict", async () => {
    const setting = await here();
    const { body } = await reserve(setting);
    const path = `/api/reservations/${body.id}`;
    const cancelled = await exchange(setting, "DELETE", path, undefined, { status: "Accepted" });
    expect([cancelled.action, cancelled.payload]).toEqual(["CancelReservation", { reservationId: body.reservationId }]);
    expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled", endedAt: expect.any(String) } });
    expect((await call("DELETE", path, { token: setting.token })).status).toBe(409);
    expect((await call("DELETE", "/api/reservations/none", { token: setting.token })).status).toBe(404);
  });

  test("one that the charger no longer holds is gone when it is cancelled", async () => {
    const setting = await here();
    const { body } = await reserve(setting);
    const answer = await exchange(setting, "DELETE", `/api/reservations/${body.id}`, undefined, { status: "Rejected" });
    expect(answer.body).toMatchObject({ status: "removed" });
  });

  test("it expires by itself, and a start that was told late still used it", async () => {
    const setting = await here();
    const { body } = await reserve(setting, { expiresAt: inMs(1_500) });
    await eventually(async () => {
      await runDurableObjectAlarm(actorOf(setting));
      return (await reservationsOf(setting, "&status=expired")).length > 0 || undefined;
    }, "the expiry");
    await startWith(setting, body.reservationId, inMs(-1_000));
    expect(await reservationsOf(setting)).toMatchObject([{ status: "used" }]);
  });

  test("the whole charger can be reserved", async () => {
    const setting = await here();
    const { payload, body } = await reserve(setting, { evseId: undefined });
    if (version === "1.6") expect(payload.connectorId).toBe(0);
    else expect(payload).not.toHaveProperty("evseId");
    expect(body).toMatchObject({ evseId: 0, connectorId: 0 });
  });

  test("a reservation by the plain OCPP action is kept as well, and the same number replaces it", async () => {
    const setting = await here();
    const action = (expiry: string) =>
      version === "1.6"
        ? { connectorId: 1, idTag: "RAW", expiryDate: expiry, reservationId: 7 }
        : { id: 7, evseId: 1, idToken: { idToken: "RAW", type: "Central" }, expiryDateTime: expiry };
    await send(setting, "ReserveNow", action(inMs(HOUR_MS)));
    const later = inMs(2 * HOUR_MS);
    await send(setting, "ReserveNow", action(later));
    expect(await reservationsOf(setting)).toMatchObject([{ reservationId: 7, expiresAt: later, status: "active" }]);
  });

  test("a charger that is away cannot be reserved", async () => {
    const setting = await here();
    setting.charger.close();
    await setting.charger.closed;
    const body = { chargePointId: setting.id, idToken: "HOLDER", expiresAt: inMs(HOUR_MS) };
    expect((await call("POST", "/api/reservations", { token: setting.token, body })).status).toBe(409);
    expect(
      (await call("POST", "/api/reservations", { token: setting.token, body: { ...body, chargePointId: "none" } }))
        .status,
    ).toBe(404);
  });
});

describe("in OCPP 1.6", () => {
  const status = ({ charger }: Setting, status: string) =>
    charger.call("StatusNotification", { connectorId: 1, status, errorCode: "NoError" });

  test.each(["Available", "Faulted", "Unavailable"])(
    "a connector that turns from Reserved to %s has lost its reservation",
    async (after) => {
      const setting = await commanded("1.6");
      await reserve(setting);
      await status(setting, "Reserved");
      await status(setting, after);
      expect(await reservationsOf(setting)).toMatchObject([{ status: "removed" }]);
    },
  );

  test("one that turns from Reserved to Preparing waits for the start", async () => {
    const setting = await commanded("1.6");
    await reserve(setting);
    await status(setting, "Reserved");
    await status(setting, "Preparing");
    expect(await reservationsOf(setting)).toMatchObject([{ status: "active" }]);
  });

  test("the type of a connector cannot be reserved", async () => {
    const { token, id } = await commanded("1.6");
    const body = { chargePointId: id, idToken: "H", expiresAt: inMs(HOUR_MS), connectorType: "cCCS2" };
    expect(await call("POST", "/api/reservations", { token, body })).toMatchObject({ status: 409 });
  });
});

describe.each(["2.0.1", "2.1"] as const)("in OCPP %s", (version) => {
  const update = ({ charger }: Setting, reservationId: number, reservationUpdateStatus: string) =>
    charger.call("ReservationStatusUpdate", { reservationId, reservationUpdateStatus });

  test.each([
    ["Expired", { status: "expired", reason: null }],
    ["Removed", { status: "removed", reason: "Removed" }],
  ])("ReservationStatusUpdate %s ends it", async (word, expected) => {
    const setting = await commanded(version);
    const { body } = await reserve(setting, { connectorType: "cCCS2", evseId: undefined });
    expect(body).toMatchObject({ connectorType: "cCCS2" });
    expect((await update(setting, body.reservationId, word))[2]).toEqual({});
    expect(await reservationsOf(setting)).toMatchObject([expected]);
  });

  test("an update of a reservation that nobody knows is answered, and noted", async () => {
    const setting = await commanded(version);
    expect((await update(setting, 4711, "Removed"))[2]).toEqual({});
    expect(await findingsOf(setting)).toEqual(["unknown_reservation"]);
  });
});
