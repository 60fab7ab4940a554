// Smart charging in the three versions: what a charger holds follows from what it accepted and reported.
import { describe, expect, test } from "vitest";
import { call } from "../support/worker/api.ts";
import { type Ordered, ordered, type Version } from "../support/worker/ordered.ts";
import { at, findingsOf } from "../support/worker/sessions.ts";

const profilesOf = async ({ get, charger }: Ordered, filter = "") =>
  (await get(`/api/charging-profiles?chargePointId=${charger.id}${filter}`)).items;
const idsOf = async (setting: Ordered, filter = "") =>
  (await profilesOf(setting, filter)).map((item: { chargingProfileId: number }) => item.chargingProfileId);

const PERIODS = [{ startPeriod: 0, limit: 16 }];

interface Profile {
  id: number;
  purpose?: string;
  stackLevel?: number;
  transactionId?: number | string;
}

const profile16 = ({ id, purpose = "TxDefaultProfile", stackLevel = 0, transactionId }: Profile) => ({
  chargingProfileId: id,
  stackLevel,
  chargingProfilePurpose: purpose,
  chargingProfileKind: "Relative",
  ...(transactionId === undefined ? {} : { transactionId }),
  chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod: PERIODS },
});
const profile2x = ({ id, purpose = "TxDefaultProfile", stackLevel = 0, transactionId }: Profile) => ({
  id,
  stackLevel,
  chargingProfilePurpose: purpose,
  chargingProfileKind: "Relative",
  ...(transactionId === undefined ? {} : { transactionId }),
  chargingSchedule: [{ id: 1, chargingRateUnit: "A", chargingSchedulePeriod: PERIODS }],
});

/** How each version spells the same orders. */
const SPELLING = {
  "1.6": {
    profile: profile16,
    set: (evseId: number, profile: Profile) => ({ connectorId: evseId, csChargingProfiles: profile16(profile) }),
    clearId: (id: number) => ({ id }),
    clear: ({ evseId, purpose, stackLevel }: { evseId?: number; purpose?: string; stackLevel?: number }) => ({
      connectorId: evseId,
      chargingProfilePurpose: purpose,
      stackLevel,
    }),
  },
  "2.x": {
    profile: profile2x,
    set: (evseId: number, profile: Profile) => ({ evseId, chargingProfile: profile2x(profile) }),
    clearId: (id: number) => ({ chargingProfileId: id }),
    clear: ({ evseId, purpose, stackLevel }: { evseId?: number; purpose?: string; stackLevel?: number }) => ({
      chargingProfileCriteria: { evseId, chargingProfilePurpose: purpose, stackLevel },
    }),
  },
};

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
const TWO_X = ["2.0.1", "2.1"] as const;
const spelling = (version: Version) => SPELLING[version === "1.6" ? "1.6" : "2.x"];
const ACCEPTED = { status: "Accepted" };

/** An open transaction on EVSE 1. */
async function begin(setting: Ordered, version: Version): Promise<number | string> {
  if (version === "1.6") {
    const payload = { connectorId: 1, idTag: "T", meterStart: 0, timestamp: at(0) };
    const { transactionId } = (await setting.tell("StartTransaction", payload)) as { transactionId: number };
    return transactionId;
  }
  await setting.tell("TransactionEvent", event("Started", 0));
  return "tx-1";
}

const event = (eventType: string, seqNo: number, more: object = {}) => ({
  eventType,
  timestamp: at(seqNo),
  triggerReason: "CablePluggedIn",
  seqNo,
  transactionInfo: { transactionId: "tx-1" },
  evse: { id: 1, connectorId: 1 },
  ...more,
});

const end = (setting: Ordered, version: Version, transactionId: number | string) =>
  version === "1.6"
    ? setting.tell("StopTransaction", { transactionId, meterStop: 10, timestamp: at(60) })
    : setting.tell("TransactionEvent", event("Ended", 2));

describe.each(VERSIONS)("a charging profile in OCPP %s", (version) => {
  const { set, profile, clear, clearId } = spelling(version);

  test("is held once the charger accepted it, as it was sent", async () => {
    const setting = await ordered(version);
    const sent = set(2, { id: 7, stackLevel: 3 });
    expect(await setting.order("SetChargingProfile", sent, ACCEPTED)).toEqual(sent);
    expect(await profilesOf(setting)).toEqual([
      {
        chargePointId: setting.charger.id,
        chargingProfileId: 7,
        evseId: 2,
        purpose: "TxDefaultProfile",
        stackLevel: 3,
        transactionId: null,
        source: "CSO",
        profile: profile({ id: 7, stackLevel: 3 }),
        updatedAt: expect.any(String),
      },
    ]);
    expect(await idsOf(setting, "&purpose=TxDefaultProfile&evseId=2")).toEqual([7]);
    expect(await idsOf(setting, "&evseId=1")).toEqual([]);
  });

  test("is not held if the charger refused it", async () => {
    const setting = await ordered(version);
    await setting.order("SetChargingProfile", set(1, { id: 1 }), { status: "Rejected" });
    expect(await profilesOf(setting)).toEqual([]);
  });

  test("takes the place of the one with its id", async () => {
    const setting = await ordered(version);
    await setting.order("SetChargingProfile", set(1, { id: 1, stackLevel: 1 }), ACCEPTED);
    await setting.order("SetChargingProfile", set(1, { id: 1, stackLevel: 5 }), ACCEPTED);
    expect(await profilesOf(setting)).toMatchObject([{ chargingProfileId: 1, stackLevel: 5 }]);
  });

  test("is cleared by its id, or by EVSE, purpose and stack level together", async () => {
    const setting = await ordered(version);
    for (const [id, stackLevel] of [
      [1, 1],
      [2, 2],
      [3, 3],
    ] as const) {
      await setting.order("SetChargingProfile", set(1, { id, stackLevel }), ACCEPTED);
    }
    await setting.order("ClearChargingProfile", clearId(1), ACCEPTED);
    expect(await idsOf(setting)).toEqual([2, 3]);
    const criteria = { evseId: 1, purpose: "TxDefaultProfile", stackLevel: 2 };
    await setting.order("ClearChargingProfile", clear({ ...criteria, stackLevel: 9 }), { status: "Unknown" });
    expect(await idsOf(setting)).toEqual([2, 3]);
    await setting.order("ClearChargingProfile", clear(criteria), ACCEPTED);
    expect(await idsOf(setting)).toEqual([3]);
    // The charger says that it has none: whatever was believed before is gone.
    await setting.order("ClearChargingProfile", clearId(3), { status: "Unknown" });
    expect(await idsOf(setting)).toEqual([]);
  });

  test("of a transaction dies with it, and no other does", async () => {
    const setting = await ordered(version);
    const transactionId = await begin(setting, version);
    await setting.order("SetChargingProfile", set(1, { id: 1, purpose: "TxProfile", transactionId }), ACCEPTED);
    await setting.order("SetChargingProfile", set(1, { id: 2 }), ACCEPTED);
    expect(await idsOf(setting, `&transactionId=${transactionId}`)).toEqual([1]);
    await end(setting, version, transactionId);
    expect(await idsOf(setting)).toEqual([2]);
  });

  test("shows in the last composite schedule that the charger worked out", async () => {
    const setting = await ordered(version);
    const answer = (limit: number) => {
      const chargingSchedulePeriod = [{ startPeriod: 0, limit }];
      return version === "1.6"
        ? {
            ...ACCEPTED,
            connectorId: 1,
            scheduleStart: at(0),
            chargingSchedule: { chargingRateUnit: "A", chargingSchedulePeriod },
          }
        : {
            ...ACCEPTED,
            schedule: { evseId: 1, duration: 60, scheduleStart: at(0), chargingRateUnit: "A", chargingSchedulePeriod },
          };
    };
    const request = version === "1.6" ? { connectorId: 1, duration: 60 } : { evseId: 1, duration: 60 };
    await setting.order("GetCompositeSchedule", request, answer(10));
    await setting.order("GetCompositeSchedule", request, answer(6));
    await setting.order("GetCompositeSchedule", request, { status: "Rejected" });
    const data = {
      scheduleStart: at(0),
      chargingRateUnit: "A",
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
    };
    expect(await setting.list("composite-schedules")).toMatchObject([{ key: "1", evseId: 1, data }]);
  });
});

test.each(VERSIONS)(
  "in OCPP %s a profile that came along with a start is held, and dies with the transaction",
  async (version) => {
    const setting = await ordered(version);
    const chargingProfile = spelling(version).profile({ id: 6, purpose: "TxProfile" });
    const [action, payload] =
      version === "1.6"
        ? ["RemoteStartTransaction", { connectorId: 1, idTag: "T", chargingProfile }]
        : [
            "RequestStartTransaction",
            { evseId: 1, remoteStartId: 3, idToken: { idToken: "T", type: "Central" }, chargingProfile },
          ];
    await setting.order(action, payload, { status: "Rejected" });
    expect(await idsOf(setting)).toEqual([]);
    await setting.order(action, payload, ACCEPTED);
    expect(await profilesOf(setting)).toMatchObject([{ chargingProfileId: 6, evseId: 1, purpose: "TxProfile" }]);
    await end(setting, version, await begin(setting, version));
    expect(await idsOf(setting)).toEqual([]);
  },
);

test("in OCPP 1.6 a profile takes the place of the one on its level, and a TxProfile may mean its connector's transaction", async () => {
  const setting = await ordered("1.6");
  const { set } = SPELLING["1.6"];
  await setting.order("SetChargingProfile", set(1, { id: 1, stackLevel: 1 }), ACCEPTED);
  await setting.order("SetChargingProfile", set(2, { id: 2, stackLevel: 1 }), ACCEPTED);
  await setting.order("SetChargingProfile", set(1, { id: 3, stackLevel: 1 }), ACCEPTED);
  expect(await idsOf(setting)).toEqual([2, 3]);
  const transactionId = await begin(setting, "1.6");
  await setting.order("SetChargingProfile", set(1, { id: 4, purpose: "TxProfile" }), ACCEPTED);
  await setting.order("SetChargingProfile", set(2, { id: 5, purpose: "TxProfile" }), ACCEPTED);
  await end(setting, "1.6", transactionId);
  expect(await idsOf(setting)).toEqual([2, 3, 5]);
});

describe.each(TWO_X)("a report of charging profiles in OCPP %s", (version) => {
  const { set, profile } = SPELLING["2.x"];
  const report = (setting: Ordered, requestId: number, ids: number[], tbc?: boolean, source = "CSO") =>
    setting.tell("ReportChargingProfiles", {
      requestId,
      chargingLimitSource: source,
      evseId: 1,
      chargingProfile: ids.map((id) => profile({ id })),
      ...(tbc === undefined ? {} : { tbc }),
    });

  test("of several parts is what the charger holds, once the last part is there", async () => {
    const setting = await ordered(version);
    for (const id of [1, 2]) await setting.order("SetChargingProfile", set(1, { id, stackLevel: id }), ACCEPTED);
    await setting.order("GetChargingProfiles", { requestId: 4, chargingProfile: {} }, ACCEPTED);
    expect(await report(setting, 4, [2], true)).toEqual({});
    await report(setting, 4, [10], true, "EMS");
    expect(await idsOf(setting)).toEqual([1, 2, 10]);
    await report(setting, 4, [11], false);
    expect(await idsOf(setting)).toEqual([2, 10, 11]);
    expect((await profilesOf(setting)).map(({ source }: { source: string }) => source)).toEqual(["CSO", "EMS", "CSO"]);
  });

  test("says nothing about profiles that were not asked for", async () => {
    const setting = await ordered(version);
    for (const id of [1, 2, 3]) await setting.order("SetChargingProfile", set(1, { id, stackLevel: id }), ACCEPTED);
    await setting.order(
      "GetChargingProfiles",
      { requestId: 5, chargingProfile: { chargingProfileId: [1, 2] } },
      ACCEPTED,
    );
    await report(setting, 5, [2]);
    expect(await idsOf(setting)).toEqual([2, 3]);
    await setting.order(
      "GetChargingProfiles",
      { requestId: 6, chargingProfile: { chargingProfileId: [2] } },
      { status: "NoProfiles" },
    );
    expect(await idsOf(setting)).toEqual([3]);
  });

  test("that nobody asked for is kept and noted, and clears nothing", async () => {
    const setting = await ordered(version);
    await setting.order("SetChargingProfile", set(1, { id: 1 }), ACCEPTED);
    await report(setting, 99, [2]);
    expect(await idsOf(setting)).toEqual([1, 2]);
    expect(await findingsOf(setting.charger)).toContain("unasked_report");
  });

  test("may hold constraints of others, which clearing by criteria does not touch", async () => {
    const setting = await ordered(version);
    await report(setting, 99, [-1], false, "SO");
    await setting.order("SetChargingProfile", set(1, { id: 1 }), ACCEPTED);
    await setting.order("ClearChargingProfile", { chargingProfileCriteria: { evseId: 1 } }, ACCEPTED);
    expect(await idsOf(setting)).toEqual([-1]);
  });
});

describe.each([
  ["2.0.1", "Processing"],
  ["2.1", "NoChargingProfile"],
] as const)("the needs of an EV in OCPP %s", (version, status) => {
  const needs = (energy: number) => ({
    evseId: 1,
    maxScheduleTuples: 3,
    chargingNeeds: {
      requestedEnergyTransfer: "DC",
      departureTime: at(50),
      dcChargingParameters: { evMaxCurrent: 100, evMaxVoltage: 400, energyAmount: energy },
    },
  });
  const readTransaction = async (setting: Ordered) => {
    const { items } = await setting.get(`/api/transactions?chargePointId=${setting.charger.id}`);
    return setting.get(`/api/transactions/${items[0].id}`);
  };

  test("are answered as understood and shown on its transaction, the latest ones", async () => {
    const setting = await ordered(version);
    await begin(setting, version);
    expect(await setting.tell("NotifyEVChargingNeeds", needs(10))).toEqual({ status });
    await setting.tell("NotifyEVChargingNeeds", needs(20));
    const { details } = await readTransaction(setting);
    expect(details).toEqual({ chargingNeeds: { updatedAt: expect.any(String), data: needs(20) } });
  });

  test("that come before the transaction belong to it all the same", async () => {
    const setting = await ordered(version);
    await setting.tell("NotifyEVChargingNeeds", needs(30));
    await setting.tell("NotifyEVChargingNeeds", { ...needs(99), evseId: 2 });
    await begin(setting, version);
    expect((await readTransaction(setting)).details.chargingNeeds.data).toEqual(needs(30));
  });

  test("are followed by the schedule that the EV made of it", async () => {
    const setting = await ordered(version);
    await begin(setting, version);
    const schedule = {
      timeBase: at(0),
      evseId: 1,
      chargingSchedule: { id: 1, chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, limit: 7000 }] },
    };
    expect(await setting.tell("NotifyEVChargingSchedule", schedule)).toEqual(ACCEPTED);
    expect((await readTransaction(setting)).details.evChargingSchedule.data).toEqual(schedule);
  });
});

describe.each(TWO_X)("an external limit in OCPP %s", (version) => {
  test("is shown per EVSE and source until it is cleared", async () => {
    const setting = await ordered(version);
    const limit = (evseId: number, source: string) => ({
      evseId,
      chargingLimit: { chargingLimitSource: source, isGridCritical: true },
      chargingSchedule: [{ id: 1, chargingRateUnit: "A", chargingSchedulePeriod: PERIODS }],
    });
    expect(await setting.tell("NotifyChargingLimit", limit(1, "EMS"))).toEqual({});
    await setting.tell("NotifyChargingLimit", limit(2, "EMS"));
    await setting.tell("NotifyChargingLimit", limit(1, "SO"));
    expect(await setting.list("charging-limits")).toMatchObject([
      {
        key: "1/EMS",
        evseId: 1,
        data: { chargingLimitSource: "EMS", isGridCritical: true, chargingSchedule: [{ id: 1 }] },
      },
      { key: "1/SO" },
      { key: "2/EMS" },
    ]);
    expect(await setting.tell("ClearedChargingLimit", { chargingLimitSource: "EMS", evseId: 1 })).toEqual({});
    expect((await setting.list("charging-limits")).map(({ key }: { key: string }) => key)).toEqual(["1/SO", "2/EMS"]);
    await setting.tell("ClearedChargingLimit", { chargingLimitSource: "EMS" });
    expect((await setting.list("charging-limits")).map(({ key }: { key: string }) => key)).toEqual(["1/SO"]);
    expect((await setting.list("notices")).map(({ action }: { action: string }) => action)).toContain(
      "ClearedChargingLimit",
    );
  });
});

describe("in OCPP 2.1", () => {
  test("a V2X profile goes out with its operation modes and set points as they were given, and is held so", async () => {
    const setting = await ordered("2.1");
    const chargingSchedulePeriod = [
      { startPeriod: 0, operationMode: "CentralSetpoint", setpoint: -5000, limit: 11000, dischargeLimit: -6000 },
      {
        startPeriod: 600,
        operationMode: "LocalFrequency",
        v2xFreqWattCurve: [
          { frequency: 49.9, power: -2000 },
          { frequency: 50.1, power: 2000 },
        ],
        v2xBaseline: 0,
      },
      { startPeriod: 1200, operationMode: "Idle", evseSleep: true },
    ];
    const profile = {
      id: 8,
      stackLevel: 0,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Dynamic",
      dynUpdateInterval: 60,
      chargingSchedule: [{ id: 1, chargingRateUnit: "W", chargingSchedulePeriod }],
    };
    const got = await setting.order("SetChargingProfile", { evseId: 1, chargingProfile: profile }, ACCEPTED);
    expect(JSON.stringify(got)).toBe(JSON.stringify({ evseId: 1, chargingProfile: profile }));
    expect((await profilesOf(setting))[0].profile).toEqual(profile);
  });

  test("the update of a dynamic schedule is pulled as it was set last, by an operator or by an accepted push", async () => {
    const setting = await ordered("2.1");
    const { charger, token } = setting;
    const path = `/api/charge-points/${charger.id}/schedule-updates/8`;
    const pull = () => setting.tell("PullDynamicScheduleUpdate", { chargingProfileId: 8 });
    expect(await pull()).toEqual({ status: "Rejected", statusInfo: { reasonCode: "NoUpdate" } });
    expect((await call("PUT", path, { token, body: { setpoint: -3000, setpoint_L2: 1 } })).status).toBe(204);
    expect(await pull()).toEqual({ ...ACCEPTED, scheduleUpdate: { setpoint: -3000, setpoint_L2: 1 } });
    await setting.order(
      "UpdateDynamicSchedule",
      { chargingProfileId: 8, scheduleUpdate: { limit: 5 } },
      { status: "Rejected" },
    );
    expect(await pull()).toMatchObject({ scheduleUpdate: { setpoint: -3000 } });
    await setting.order("UpdateDynamicSchedule", { chargingProfileId: 8, scheduleUpdate: { limit: 6 } }, ACCEPTED);
    expect(await pull()).toEqual({ ...ACCEPTED, scheduleUpdate: { limit: 6 } });
    expect(await setting.list("schedule-updates")).toMatchObject([{ key: "8", data: { limit: 6 } }]);
    expect((await call("DELETE", path, { token })).status).toBe(204);
    expect(await pull()).toMatchObject({ status: "Rejected" });
    expect(await setting.list("schedule-updates")).toEqual([]);
  });

  test("a schedule update without a limit, or with one that OCPP does not know, is refused", async () => {
    const { charger, token } = await ordered("2.1");
    const path = `/api/charge-points/${charger.id}/schedule-updates/8`;
    for (const body of [{}, { limit: "5" }, { power: 5 }])
      expect((await call("PUT", path, { token, body })).status).toBe(422);
    expect(
      (await call("PUT", "/api/charge-points/nobody/schedule-updates/8", { token, body: { limit: 1 } })).status,
    ).toBe(404);
  });

  test("priority charging and the allowed energy transfer are shown on the transaction, whoever decided it", async () => {
    const setting = await ordered("2.1");
    await begin(setting, "2.1");
    const read = async () => {
      const { items } = await setting.get(`/api/transactions?chargePointId=${setting.charger.id}`);
      return (await setting.get(`/api/transactions/${items[0].id}`)).details;
    };
    expect(await setting.tell("NotifyPriorityCharging", { transactionId: "tx-1", activated: true })).toEqual({});
    expect((await read()).priorityCharging.data).toEqual({ activated: true });
    await setting.order("UsePriorityCharging", { transactionId: "tx-1", activate: false }, { status: "NoProfile" });
    expect((await read()).priorityCharging.data).toEqual({ activated: true });
    await setting.order("UsePriorityCharging", { transactionId: "tx-1", activate: false }, ACCEPTED);
    const transfer = { transactionId: "tx-1", allowedEnergyTransfer: ["DC", "DC_BPT"] };
    await setting.order("NotifyAllowedEnergyTransfer", transfer, ACCEPTED);
    expect(await read()).toMatchObject({
      priorityCharging: { data: { activated: false } },
      allowedEnergyTransfer: { data: { allowedEnergyTransfer: ["DC", "DC_BPT"] } },
    });
    await setting.tell("NotifyPriorityCharging", { transactionId: "unheard-of", activated: true });
    expect(await findingsOf(setting.charger)).toContain("unknown_transaction");
  });

  test("the needs of an EV may tell of V2X and DER", async () => {
    const setting = await ordered("2.1");
    await begin(setting, "2.1");
    const payload = {
      evseId: 1,
      timestamp: at(1),
      chargingNeeds: {
        requestedEnergyTransfer: "AC_BPT_DER",
        availableEnergyTransfer: ["AC_BPT_DER", "AC_BPT"],
        controlMode: "DynamicControl",
        v2xChargingParameters: { maxChargePower: 11000, maxDischargePower: 8000, targetSoC: 80 },
        derChargingParameters: { evSupportedDERControl: ["VoltVar"], maxApparentPower: 11000 },
      },
    };
    expect(await setting.tell("NotifyEVChargingNeeds", payload)).toEqual({ status: "NoChargingProfile" });
    expect(await findingsOf(setting.charger)).toEqual([]);
    const { items } = await setting.get(`/api/transactions?chargePointId=${setting.charger.id}`);
    expect((await setting.get(`/api/transactions/${items[0].id}`)).details.chargingNeeds.data).toEqual(payload);
  });
});
