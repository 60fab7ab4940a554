// Availability: what operators set, what chargers tell, and what is still true of a charger that is away.
import { describe, expect, test } from "vitest";
import { eventually } from "../support/worker/charger.ts";
import { command, commanded, get, type Setting, send, type Version } from "../support/worker/commanding.ts";

const VERSIONS: Version[] = ["1.6", "2.0.1", "2.1"];

const status = ({ charger, version }: Setting, connector: number, status: string) =>
  charger.call(
    "StatusNotification",
    version === "1.6"
      ? { connectorId: connector, status, errorCode: "NoError" }
      : { evseId: connector, connectorId: 1, connectorStatus: status, timestamp: new Date().toISOString() },
  );
const connectorsOf = async (setting: Setting) =>
  (await get(setting, `/api/charge-points/${setting.id}/connectors`)).items;
const chargerOf = (setting: Setting) => get(setting, `/api/charge-points/${setting.id}`);

describe.each(VERSIONS)("in OCPP %s", (version) => {
  const busy = version === "1.6" ? "Charging" : "Occupied";

  test("what a connector was set to is shown with it, the latest word last", async () => {
    const setting = await commanded(version);
    await status(setting, 1, "Available");
    await status(setting, 2, "Available");
    expect(await connectorsOf(setting)).toMatchObject([{ availability: null }, { availability: null }]);
    await command(setting, "availability", { evseId: 1, operative: false });
    expect(await connectorsOf(setting)).toMatchObject([
      { availability: { operative: false, scheduled: false } },
      { availability: null },
    ]);
    await command(setting, "availability", { operative: true });
    expect(await connectorsOf(setting)).toMatchObject([
      { availability: { operative: true } },
      { availability: { operative: true } },
    ]);
  });

  test("what is scheduled stays so until the connector tells that it has come about", async () => {
    const setting = await commanded(version);
    await status(setting, 1, busy);
    await command(setting, "availability", { evseId: 1, operative: false }, { status: "Scheduled" });
    expect(await connectorsOf(setting)).toMatchObject([
      { status: busy, availability: { operative: false, scheduled: true } },
    ]);
    await status(setting, 1, "Unavailable");
    expect(await connectorsOf(setting)).toMatchObject([{ status: "Unavailable", availability: { scheduled: false } }]);
  });

  test("what the charger rejects changes nothing", async () => {
    const setting = await commanded(version);
    await status(setting, 1, "Available");
    await command(setting, "availability", { evseId: 1, operative: false }, { status: "Rejected" });
    expect(await connectorsOf(setting)).toMatchObject([{ availability: null }]);
  });

  test("a charger that is away shows its connectors' last status as stale", async () => {
    const setting = await commanded(version);
    await status(setting, 1, "Available");
    expect(await connectorsOf(setting)).toMatchObject([{ status: "Available", stale: false }]);
    setting.charger.close();
    const stale = await eventually(async () => {
      const items = await connectorsOf(setting);
      return items[0].stale ? items : undefined;
    }, "a stale connector");
    expect(stale).toMatchObject([{ status: "Available", stale: true }]);
    expect(await chargerOf(setting)).toMatchObject({ connected: false, status: "Available" });
  });

  test("a charger that never tells a status of its own has the best one of its connectors", async () => {
    const setting = await commanded(version);
    expect(await chargerOf(setting)).toMatchObject({ status: null });
    await status(setting, 1, "Faulted");
    await status(setting, 2, "Unavailable");
    expect(await chargerOf(setting)).toMatchObject({ status: "Faulted" });
    await status(setting, 2, busy);
    expect(await chargerOf(setting)).toMatchObject({ status: busy });
    await status(setting, 1, "Available");
    expect(await chargerOf(setting)).toMatchObject({ status: "Available" });
    const found = await get(setting, "/api/charge-points?status=Available&limit=500");
    expect(found.items.map(({ id }: { id: string }) => id)).toContain(setting.id);
  });
});

test("a 1.6 charger's own status, told of connector 0, has the last word", async () => {
  const setting = await commanded("1.6");
  await status(setting, 1, "Available");
  await status(setting, 0, "Unavailable");
  await status(setting, 1, "Available");
  expect(await chargerOf(setting)).toMatchObject({ status: "Unavailable" });
});

test("in OCPP 2.x a single connector of an EVSE can be set", async () => {
  const setting = await commanded("2.0.1");
  const { payload } = await command(setting, "availability", { evseId: 1, connectorId: 2, operative: false });
  expect(payload).toEqual({ operationalStatus: "Inoperative", evse: { id: 1, connectorId: 2 } });
  const plain = await send(setting, "ChangeAvailability", { operationalStatus: "Operative", evse: { id: 1 } });
  expect(plain.status).toBe(200);
});
