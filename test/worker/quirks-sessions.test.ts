// Sessions that real chargers leave in doubt, and settings that they take in part: docs/quirks.md says which row is shown where.
import { evictDurableObject } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Tuning } from "../../src/ocpp/tuning.ts";
import { moveOn, ring } from "../support/worker/alarm.ts";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger } from "../support/worker/charger.ts";
import { scene } from "../support/worker/operator.ts";
import { addIdToken } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_2X,
  BOOT_16,
  findingsOf,
  history,
  meterValuesOf,
  online,
  SUBPROTOCOLS,
  sample,
  start,
  transactionsOf,
} from "../support/worker/sessions.ts";

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
type Version = (typeof VERSIONS)[number];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const status = (charger: Charger, value: string, connectorId = 1) =>
  charger.call("StatusNotification", { connectorId, errorCode: "NoError", status: value });
const booted = async (version: Version, tuning: Partial<Tuning> = {}): Promise<Charger> => {
  const charger = await online({ tuning }, { subprotocols: SUBPROTOCOLS[version] });
  await charger.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
  return charger;
};
/** Begins a session with a token; its OCPP id. */
async function begin(charger: Charger, version: Version, token: string): Promise<string | number> {
  if (version === "1.6") return start(charger, { idTag: token });
  await charger.call("TransactionEvent", {
    ...{ eventType: "Started", timestamp: at(0), triggerReason: "Authorized", seqNo: 0 },
    ...{ transactionInfo: { transactionId: "t-1" }, evse: { id: 1, connectorId: 1 } },
    idToken: { idToken: token, type: "ISO14443" },
  });
  return "t-1";
}
const answered = async (charger: Charger, response: object): Promise<unknown[]> => {
  const [, id, action, payload] = await charger.next();
  charger.send([3, id, response]);
  return [action, payload];
};

/** The hourly sweep comes by. */
async function sweep(charger: Charger, laterMs: number): Promise<void> {
  moveOn(laterMs);
  await actorOf(charger).reconcile();
  await ring(charger, 0);
}

beforeAll(async () => {
  for (const token of ["GOOD", "TAG-1", "APP"]) await addIdToken(token);
});
afterEach(() => vi.useRealTimers());

describe("a connector that is Available with a transaction open", () => {
  test("ends it after a while at its last reading; the charger's late stop has the last word", async () => {
    const charger = await booted("1.6");
    const transactionId = await start(charger);
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(5, "1700")] });
    await status(charger, "Available");
    await evictDurableObject(actorOf(charger));
    await ring(charger, MINUTE);
    expect(await transactionsOf(charger)).toMatchObject([{ status: "active" }]);
    await ring(charger, 2 * MINUTE);
    expect(await transactionsOf(charger)).toMatchObject([
      { status: "completed", closed_by: "available", meter_stop: 1700 },
    ]);
    expect(await findingsOf(charger)).toEqual(["available_while_open"]);
    await charger.call("StopTransaction", { transactionId, meterStop: 1900, timestamp: at(60) });
    expect(await transactionsOf(charger)).toMatchObject([{ meter_stop: 1900, closed_by: null, stop_reason: "Local" }]);
  });

  test("leaves it alone if the stop follows, if it charges again, or if the word is older than the session", async () => {
    const stopped = await booted("1.6");
    const transactionId = await start(stopped);
    await status(stopped, "Available");
    await stopped.call("StopTransaction", { transactionId, meterStop: 1900, timestamp: at(60) });
    const again = await booted("1.6");
    await start(again);
    await status(again, "Available");
    await status(again, "Charging");
    const old = await booted("1.6");
    await start(old);
    const before = { connectorId: 1, errorCode: "NoError", status: "Available", timestamp: at(-60) };
    await old.call("StatusNotification", before);
    for (const charger of [stopped, again, old]) {
      await ring(charger, 5 * MINUTE);
      expect((await transactionsOf(charger))[0].closed_by).toBeNull();
      expect(await findingsOf(charger)).toEqual([]);
    }
  });
});

describe.each(VERSIONS)("a session of OCPP %s that never ends", (version) => {
  const ended = async (charger: Charger) => (await transactionsOf(charger))[0].closed_by;

  test("is closed in our books when nothing was heard of it for long, and not while it speaks", async () => {
    const charger = await booted(version, { closeSilentAfter: 6 * 3600 });
    const id = await begin(charger, version, "GOOD");
    await sweep(charger, 5 * HOUR);
    const meterValue = [
      { timestamp: new Date().toISOString(), sampledValue: [{ value: version === "1.6" ? "1500" : 1500 }] },
    ];
    const info = { transactionInfo: { transactionId: id }, eventType: "Updated", triggerReason: "MeterValuePeriodic" };
    if (version === "1.6") await charger.call("MeterValues", { connectorId: 1, transactionId: id, meterValue });
    else await charger.call("TransactionEvent", { ...info, seqNo: 1, timestamp: new Date().toISOString(), meterValue });
    await evictDurableObject(actorOf(charger));
    await sweep(charger, 2 * HOUR);
    expect(await ended(charger)).toBeNull();
    await sweep(charger, 5 * HOUR);
    expect(await ended(charger)).toBe("silence");
    expect((await transactionsOf(charger))[0]).toMatchObject({ status: "completed", meter_stop: 1500 });
    expect(await findingsOf(charger)).toContain("session_silent");
  });

  test("is left open where that is switched off, and while the charger is away", async () => {
    const off = await booted(version, { closeSilentAfter: 0 });
    await begin(off, version, "GOOD");
    const away = await booted(version, { closeSilentAfter: 3600 });
    await begin(away, version, "GOOD");
    away.close();
    await away.closed;
    await actorOf(away).flush();
    for (const charger of [off, away]) {
      await sweep(charger, 48 * HOUR);
      expect(await ended(charger)).toBeNull();
    }
    await connectCharger(away.id, { subprotocols: SUBPROTOCOLS[version] });
    await sweep(away, 10 * MINUTE);
    expect(await ended(away)).toBeNull();
    await sweep(away, HOUR);
    expect(await ended(away)).toBe("silence");
  });
});

describe.each(VERSIONS)("a remote start of OCPP %s that is accepted", (version) => {
  const command =
    version === "1.6"
      ? { action: "RemoteStartTransaction", payload: { idTag: "APP", connectorId: 1 } }
      : {
          action: "RequestStartTransaction",
          payload: { remoteStartId: 7, evseId: 1, idToken: { idToken: "APP", type: "Central" } },
        };
  async function order(charger: Charger, response: object): Promise<string> {
    const result = await actorOf(charger).command({ ...command, offline: "fail" }, 0);
    if (!result.ok) throw new Error(result.error.detail);
    await answered(charger, response);
    await charger.call("Heartbeat", {});
    return result.value.id;
  }

  test("and begets no session in time is remarked upon, and noted", async () => {
    const charger = await booted(version);
    const id = await order(charger, { status: "Accepted" });
    await ring(charger, 4 * MINUTE);
    expect(await findingsOf(charger)).toEqual([]);
    await ring(charger, 2 * MINUTE);
    expect(await findingsOf(charger)).toEqual(["start_without_session"]);
    expect(await actorOf(charger).commandNow(id)).toMatchObject({
      status: "accepted",
      remarks: ["no session came of it"],
    });
    await ring(charger, HOUR);
    expect(await history(charger, "findings", "code")).toMatchObject([{ count: 1 }]);
  });

  test("and one that begets a session, or is refused, are not", async () => {
    const charger = await booted(version);
    await order(charger, { status: "Accepted" });
    if (version === "1.6") await start(charger, { idTag: "APP" });
    else
      await charger.call("TransactionEvent", {
        ...{ eventType: "Started", timestamp: at(0), triggerReason: "RemoteStart", seqNo: 0 },
        transactionInfo: { transactionId: "t", remoteStartId: 7 },
      });
    await order(charger, { status: "Rejected" });
    await ring(charger, 6 * MINUTE);
    expect(await findingsOf(charger)).toEqual([]);
  });
});

describe.each(VERSIONS)("a session of OCPP %s that began with a token that is not accepted", (version) => {
  const stop =
    version === "1.6"
      ? (id: string | number) => ["RemoteStopTransaction", { transactionId: id }]
      : (id: string | number) => ["RequestStopTransaction", { transactionId: id }];

  test("is stopped after a while where the charger is set to stop such, and goes on", async () => {
    const charger = await booted(version);
    const [action, payload, response] =
      version === "1.6"
        ? [
            "GetConfiguration",
            {},
            { configurationKey: [{ key: "StopTransactionOnInvalidId", readonly: false, value: "true" }] },
          ]
        : [
            "GetVariables",
            { getVariableData: [{ component: { name: "TxCtrlr" }, variable: { name: "StopTxOnInvalidId" } }] },
            {
              getVariableResult: [
                {
                  ...{ attributeStatus: "Accepted", attributeValue: "true" },
                  ...{ component: { name: "TxCtrlr" }, variable: { name: "StopTxOnInvalidId" } },
                },
              ],
            },
          ];
    await actorOf(charger).command({ action: String(action), payload: Object(payload), offline: "fail" }, 0);
    await answered(charger, Object(response));
    const id = await begin(charger, version, "NOBODY");
    await ring(charger, MINUTE);
    await charger.call("Heartbeat", {});
    await ring(charger, 2 * MINUTE);
    expect(await answered(charger, { status: "Accepted" })).toEqual(stop(id));
    expect(await findingsOf(charger)).toContain("session_unauthorized");
    expect(await transactionsOf(charger)).toMatchObject([{ status: "active" }]);
  });

  test("is left to the charger where nothing says that it shall stop, and stopped where the operator wants it", async () => {
    const left = await booted(version);
    await begin(left, version, "NOBODY");
    await ring(left, 3 * MINUTE);
    await left.call("Heartbeat", {});
    expect(left.received.filter((frame) => frame.startsWith("[2,"))).toEqual([]);
    expect(await findingsOf(left)).toContain("session_unauthorized");
    const eager = await booted(version, { stopUnauthorized: "always" });
    const id = await begin(eager, version, "NOBODY");
    await ring(eager, 3 * MINUTE);
    expect(await answered(eager, { status: "Accepted" })).toEqual(stop(id));
    const fine = await booted(version, { stopUnauthorized: "always" });
    await begin(fine, version, "GOOD");
    await ring(fine, 3 * MINUTE);
    expect(await findingsOf(fine)).not.toContain("session_unauthorized");
  });
});

describe("a list of measurands that is refused as a whole", () => {
  test("is tried one by one on OCPP 1.6, and what was accepted is kept", async () => {
    const s = await scene("1.6");
    const key = "MeterValuesSampledData";
    const body = { name: "T", configuration: [{ key, value: "Power.Active.Import,SoC,Voltage" }] };
    const { body: made } = await call("POST", "/api/configuration-templates", { token: s.token, body });
    const request = s.post("apply-template", { templateId: made.id });
    await s.answer({ configurationKey: [{ key, value: "Voltage", readonly: false }] });
    const written: unknown[] = [];
    for (const outcome of ["Rejected", "Accepted", "Rejected", "Accepted"])
      written.push((await s.answer({ status: outcome })).payload);
    expect(written.map((payload) => Object(payload).value)).toEqual([
      "Power.Active.Import,SoC,Voltage",
      "Power.Active.Import",
      "Power.Active.Import,SoC",
      "Power.Active.Import,Voltage",
    ]);
    expect((await request).body).toMatchObject({
      state: "finished",
      items: [{ key, outcome: "written", detail: "without SoC" }],
    });
    expect((await s.get("configuration")).body.items).toMatchObject([{ key, value: "Power.Active.Import,Voltage" }]);
  });

  test("is tried one by one on OCPP 2.0.1; one of which nothing is taken is rejected", async () => {
    const s = await scene("2.0.1");
    const name = { component: "SampledDataCtrlr", variable: "TxUpdatedMeasurands" };
    const body = { name: "T", variables: [{ ...name, value: "SoC,Voltage" }] };
    const { body: made } = await call("POST", "/api/configuration-templates", { token: s.token, body });
    const request = s.post("apply-template", { templateId: made.id });
    const wire = { component: { name: name.component }, variable: { name: name.variable } };
    await s.answer({ getVariableResult: [{ ...wire, attributeStatus: "Rejected" }] });
    for (let tried = 0; tried < 3; tried += 1)
      await s.answer({ setVariableResult: [{ ...wire, attributeStatus: "Rejected" }] });
    expect((await request).body).toMatchObject({ state: "finished", items: [{ outcome: "rejected" }] });
  });
});

describe("samples that come more often than the operator wants to keep them", () => {
  test("are thinned, never what bills, and the page says so once", async () => {
    const charger = await booted("1.6", { sampleInterval: 60 });
    const transactionId = await start(charger);
    for (let second = 0; second < 120; second += 10) {
      const sampledValue = [
        { value: String(1000 + second), measurand: "Energy.Active.Import.Register" },
        { value: "7000", measurand: "Power.Active.Import" },
        ...(second === 50 ? [{ value: "1", measurand: "Voltage", context: "Transaction.End" }] : []),
      ];
      await charger.call("MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: at(second), sampledValue }],
      });
    }
    const [{ id }] = await transactionsOf(charger);
    const { token } = await someone("viewer");
    const { items } = (await call("GET", `/api/transactions/${id}/meter-values`, { token })).body;
    const measurands = items.flatMap(({ sampledValue }: { sampledValue: { measurand: string }[] }) =>
      sampledValue.map(({ measurand }) => measurand),
    );
    const count = (name: string) => measurands.filter((one: string) => one === name).length;
    expect([count("Energy.Active.Import.Register"), count("Power.Active.Import"), count("Voltage")]).toEqual([
      12, 2, 1,
    ]);
    expect(await history(charger, "findings", "code")).toMatchObject([{ code: "samples_thinned", count: 1 }]);
    expect(
      (await actorOf(charger).messages(null, 50)).filter(({ frame }) => frame.includes("Power.Active")),
    ).toHaveLength(12);
  });

  test("are all kept as long as nobody says otherwise", async () => {
    const charger = await booted("1.6");
    for (let second = 0; second < 30; second += 10) {
      const sampledValue = [{ value: "7000", measurand: "Power.Active.Import" }];
      await charger.call("MeterValues", { connectorId: 1, meterValue: [{ timestamp: at(second), sampledValue }] });
    }
    expect(await meterValuesOf(charger)).toHaveLength(3);
  });
});
