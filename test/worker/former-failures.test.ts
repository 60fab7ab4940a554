// Eleven commands that the system before this one could not send, or only in part: each goes out whole, and its answer
// has its effect.
import { describe, expect, test } from "vitest";
import { commanded, get, send } from "../support/worker/commanding.ts";

describe("in OCPP 1.6", () => {
  test("ReserveNow, the very first one, is stored when the charger accepts", async () => {
    const setting = await commanded("1.6");
    const payload = { connectorId: 1, expiryDate: "2040-01-01T00:00:00Z", idTag: "TAG", reservationId: 1 };
    expect(await send(setting, "ReserveNow", payload)).toMatchObject({ status: 200, payload });
    const { items } = await get(setting, `/api/reservations?chargePointId=${setting.id}`);
    expect(items).toMatchObject([{ reservationId: 1, connectorId: 1, idToken: "TAG", status: "active" }]);
  });

  test("ChangeAvailability goes out, and stays with the connector", async () => {
    const setting = await commanded("1.6");
    await setting.charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    const payload = { connectorId: 1, type: "Inoperative" };
    expect(await send(setting, "ChangeAvailability", payload)).toMatchObject({ status: 200, payload });
    const { items } = await get(setting, `/api/charge-points/${setting.id}/connectors`);
    expect(items).toMatchObject([{ availability: { operative: false, scheduled: false } }]);
  });

  test("GetCompositeSchedule brings the schedule back", async () => {
    const setting = await commanded("1.6");
    const chargingSchedule = { chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000 }] };
    const response = { status: "Accepted", connectorId: 1, scheduleStart: "2026-01-01T00:00:00Z", chargingSchedule };
    const payload = { connectorId: 1, duration: 3600, chargingRateUnit: "W" };
    expect(await send(setting, "GetCompositeSchedule", payload, response)).toMatchObject({
      status: 200,
      payload,
      body: { response },
    });
  });

  test("SendLocalList has its version and its type in their places", async () => {
    const setting = await commanded("1.6");
    const payload = {
      listVersion: 3,
      updateType: "Full",
      localAuthorizationList: [{ idTag: "TAG", idTagInfo: { status: "Accepted" } }],
    };
    expect(await send(setting, "SendLocalList", payload)).toMatchObject({ status: 200, payload });
    expect(await get(setting, `/api/charge-points/${setting.id}/local-list`)).toMatchObject({
      version: 3,
      items: [{ idToken: "TAG" }],
    });
  });

  test("RemoteStartTransaction goes out without a connector, and with a whole profile", async () => {
    const setting = await commanded("1.6");
    expect(await send(setting, "RemoteStartTransaction", { idTag: "TAG" })).toMatchObject({
      status: 200,
      payload: { idTag: "TAG" },
    });
    const chargingProfile = {
      ...{ chargingProfileId: 1, stackLevel: 0, chargingProfilePurpose: "TxProfile", chargingProfileKind: "Relative" },
      chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.1 }] },
    };
    const payload = { idTag: "TAG", connectorId: 1, chargingProfile };
    expect(await send(setting, "RemoteStartTransaction", payload)).toMatchObject({ status: 200, payload });
  });
});

describe("in OCPP 2.0.1", () => {
  test("ClearCache needs no payload", async () => {
    expect(await send(await commanded("2.0.1"), "ClearCache", {})).toMatchObject({ status: 200, payload: {} });
  });

  test("ClearDisplayMessage names its message", async () => {
    expect(await send(await commanded("2.0.1"), "ClearDisplayMessage", { id: 7 })).toMatchObject({
      status: 200,
      payload: { id: 7 },
    });
  });

  test("GetDisplayMessages goes out, and what it brings is taken", async () => {
    const setting = await commanded("2.0.1");
    const payload = { requestId: 4, id: [7] };
    expect(await send(setting, "GetDisplayMessages", payload)).toMatchObject({ status: 200, payload });
    const messageInfo = [{ id: 7, priority: "NormalCycle", message: { format: "UTF8", content: "Hello" } }];
    expect((await setting.charger.call("NotifyDisplayMessages", { requestId: 4, tbc: false, messageInfo }))[2]).toEqual(
      {},
    );
    const { items } = await get(setting, `/api/charge-points/${setting.id}/display-messages`);
    expect(items).toMatchObject([{ message: { id: 7, message: { content: "Hello" } } }]);
  });

  test("ClearChargingProfile goes by criteria", async () => {
    const payload = {
      chargingProfileCriteria: { evseId: 1, chargingProfilePurpose: "TxDefaultProfile", stackLevel: 0 },
    };
    expect(await send(await commanded("2.0.1"), "ClearChargingProfile", payload)).toMatchObject({
      status: 200,
      payload,
    });
  });

  test("ChangeAvailability goes to the whole charger, without an EVSE", async () => {
    const payload = { operationalStatus: "Inoperative" };
    const sent = await send(await commanded("2.0.1"), "ChangeAvailability", payload);
    expect([sent.status, sent.payload]).toEqual([200, payload]);
  });

  test("SetChargingProfile goes out with a schedule that has no start", async () => {
    const chargingSchedule = [
      { id: 1, chargingRateUnit: "A", chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
    ];
    const chargingProfile = {
      ...{
        id: 1,
        stackLevel: 0,
        chargingProfilePurpose: "TxDefaultProfile",
        chargingProfileKind: "Relative",
        chargingSchedule,
      },
    };
    const payload = { evseId: 1, chargingProfile };
    const setting = await commanded("2.0.1");
    expect(await send(setting, "SetChargingProfile", payload)).toMatchObject({ status: 200, payload });
    const { items } = await get(setting, `/api/charging-profiles?chargePointId=${setting.id}`);
    expect(items).toMatchObject([{ evseId: 1 }]);
  });
});
