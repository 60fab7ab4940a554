// The device model of 2.x chargers: OCPP 2.0.1 part 2, use cases B05 to B08.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { walk } from "../support/worker/api.ts";
import { type Scene, scene } from "../support/worker/operator.ts";
import { countRows } from "../support/worker/rows.ts";
import { actorOf, at } from "../support/worker/sessions.ts";

const variable = (name: string, value: string, component: object = { name: "OCPPCommCtrlr" }) => ({
  component,
  variable: { name },
  variableAttribute: [{ value, mutability: "ReadWrite" }],
  variableCharacteristics: { dataType: "integer", unit: "s", supportsMonitoring: true },
});

const part = (requestId: number, seqNo: number, tbc: boolean, reportData: unknown[]) => ({
  ...{ requestId, seqNo, tbc, reportData },
  generatedAt: at(seqNo),
});

const base = (requestId: number, reportBase = "FullInventory") => ({ requestId, reportBase });
const ACCEPTED = { status: "Accepted" };

async function reportOf({ get }: Scene, requestId: number) {
  const { body } = await get("reports?report=variables");
  return body.items.find((report: { requestId: number }) => report.requestId === requestId);
}

async function values({ charger, token }: Scene, query = "") {
  const items = await walk(`/api/charge-points/${charger.id}/variables${query}`, token, 2);
  return Object.fromEntries(items.map((item) => [item.variable, item.attributes[0]?.value]));
}

describe.each(["2.0.1", "2.1"] as const)("on OCPP %s", (version) => {
  it("a report is assembled into the device model, paged and filtered", async () => {
    const s = await scene(version);
    await s.command("GetBaseReport", base(7), ACCEPTED);
    const evse = { name: "EVSE", evse: { id: 1 } };
    expect(
      await s.charger.call("NotifyReport", part(7, 0, true, [variable("A", "1"), variable("B", "2")]), "r0"),
    ).toEqual([3, "r0", {}]);
    expect(await reportOf(s, 7)).toMatchObject({ complete: false, parts: 1, full: true });
    await s.charger.call("NotifyReport", part(7, 1, false, [variable("C", "3", evse)]));
    expect(await reportOf(s, 7)).toMatchObject({ complete: true, parts: 2, missing: [] });
    expect(await values(s)).toEqual({ A: "1", B: "2", C: "3" });
    expect(await values(s, "?component=ocppcommctrlr")).toEqual({ A: "1", B: "2" });
    expect(await values(s, "?evseId=1")).toEqual({ C: "3" });
    expect(await values(s, "?variable=b")).toEqual({ B: "2" });
    expect((await s.get("variables?variable=A")).body.items[0]).toMatchObject({
      component: "OCPPCommCtrlr",
      evseId: null,
      attributes: [{ type: "Actual", value: "1", mutability: "ReadWrite" }],
      characteristics: { dataType: "integer", unit: "s", supportsMonitoring: true },
    });
  });

  it("parts out of order and twice make the same report, and a missing one is named", async () => {
    const s = await scene(version);
    await s.command("GetBaseReport", base(8), ACCEPTED);
    await s.charger.call("NotifyReport", part(8, 3, false, [variable("D", "4")]));
    await s.charger.call("NotifyReport", part(8, 0, true, [variable("A", "1")]));
    await s.charger.call("NotifyReport", part(8, 0, true, [variable("A", "1")]));
    expect(await reportOf(s, 8)).toMatchObject({ complete: false, parts: 2, missing: [1, 2] });
    await s.charger.call("NotifyReport", part(8, 2, true, [variable("C", "3")]));
    await s.charger.call("NotifyReport", part(8, 1, true, [variable("B", "2")]));
    expect(await reportOf(s, 8)).toMatchObject({ complete: true, parts: 4, missing: [] });
    expect(await values(s)).toEqual({ A: "1", B: "2", C: "3", D: "4" });
  });

  it("what a complete inventory does not name is gone; a lesser or incomplete one removes nothing", async () => {
    const s = await scene(version);
    await s.command("GetBaseReport", base(1), ACCEPTED);
    await s.charger.call(
      "NotifyReport",
      part(1, 0, false, [variable("A", "1"), variable("Old", "1", { name: "Gone" })]),
    );
    await s.command("GetBaseReport", base(2, "SummaryInventory"), ACCEPTED);
    await s.charger.call("NotifyReport", part(2, 0, false, [variable("A", "2")]));
    await s.command("GetBaseReport", base(3), ACCEPTED);
    await s.charger.call("NotifyReport", part(3, 1, false, [variable("B", "1")]));
    expect(await values(s)).toEqual({ A: "2", Old: "1", B: "1" });
    await s.charger.call("NotifyReport", part(3, 0, true, [variable("A", "3")]));
    expect(await values(s)).toEqual({ A: "3", B: "1" });
  });

  it("a report that begins before its request is answered is the same report", async () => {
    const s = await scene(version);
    const sent = s.post("commands", { action: "GetBaseReport", payload: base(4) });
    const [, messageId] = await s.charger.next();
    await s.charger.call("NotifyReport", part(4, 0, true, [variable("A", "1")]));
    s.charger.send([3, messageId, ACCEPTED]);
    const { body } = await sent;
    // Against the schema, but seen: an empty list in the part that only says that there are no more.
    await s.charger.call("NotifyReport", part(4, 1, false, []));
    expect(await reportOf(s, 4)).toMatchObject({ complete: true, parts: 2, commandId: body.id, full: true });
  });

  it("an empty result set is a complete report, and a rejected request none", async () => {
    const s = await scene(version);
    await s.command("GetReport", { requestId: 5 }, { status: "EmptyResultSet" });
    await s.command("GetReport", { requestId: 6 }, { status: "NotSupported" });
    expect(await reportOf(s, 5)).toMatchObject({ complete: true, parts: 0 });
    expect(await reportOf(s, 6)).toBeUndefined();
  });

  it("answers to GetVariables and accepted SetVariables fill it, too", async () => {
    const s = await scene(version);
    const name = (variable: string) => ({ component: { name: "C" }, variable: { name: variable } });
    await s.command(
      "GetVariables",
      { getVariableData: [name("Read"), name("Missing")] },
      {
        getVariableResult: [
          { ...name("Read"), attributeStatus: "Accepted", attributeValue: "r" },
          { ...name("Missing"), attributeStatus: "UnknownVariable" },
        ],
      },
    );
    const wanted = (variable: string, value: string) => ({ ...name(variable), attributeValue: value });
    await s.command(
      "SetVariables",
      {
        setVariableData: [
          wanted("Set", "s"),
          wanted("Later", "l"),
          wanted("No", "n"),
          { component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" }, attributeValue: "secret" },
        ],
      },
      {
        setVariableResult: [
          { ...name("Set"), attributeStatus: "Accepted" },
          { ...name("Later"), attributeStatus: "RebootRequired" },
          { ...name("No"), attributeStatus: "Rejected" },
          {
            ...{ component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" } },
            attributeStatus: "Accepted",
          },
        ],
      },
    );
    const { body } = await s.get("variables");
    const known = body.items.map((item: { variable: string; attributes: object[] }) => [
      item.variable,
      item.attributes,
    ]);
    expect(known).toEqual([
      ["Later", [{ type: "Actual", valueAfterReboot: "l" }]],
      ["Read", [{ type: "Actual", value: "r" }]],
      ["Set", [{ type: "Actual", value: "s" }]],
    ]);
  });

  it("a thousand variables in fifty parts cost a few rows a part", async () => {
    const s = await scene(version);
    await s.command("GetBaseReport", base(9), ACCEPTED);
    const counted = await countRows(actorOf(s.charger));
    const all = Array.from({ length: 1000 }, (_, index) =>
      variable(`V${index}`, "1", { name: `C${Math.floor(index / 25)}` }),
    );
    for (let seqNo = 0; seqNo < 50; seqNo += 1) {
      const reportData = all.slice(seqNo * 20, seqNo * 20 + 20);
      await s.charger.call("NotifyReport", part(9, seqNo, seqNo < 49, reportData));
    }
    // Log entry, two components or less, and how far the report is.
    expect(counted.sql).toBeLessThanOrEqual(50 * 4 + 10);
    expect(Object.keys(await values(s, "?component=C39"))).toHaveLength(25);
    expect(await reportOf(s, 9)).toMatchObject({ complete: true, parts: 50 });
  });

  it("the reasons of its boots are kept", async () => {
    const s = await scene(version);
    await s.charger.call("BootNotification", {
      reason: "Watchdog",
      chargingStation: { vendorName: "V", model: "M" },
    });
    const { body } = await s.get("boots");
    expect(body.items.map(({ reason }: { reason: string }) => reason)).toEqual(["Watchdog", "PowerUp"]);
  });
});

describe("reading and writing many variables", () => {
  const limits = [
    { name: "GetVariables", items: "3" },
    { name: "SetVariables", items: "2" },
  ].map(({ name, items }) => ({
    component: { name: "DeviceDataCtrlr" },
    variable: { name: "ItemsPerMessage", instance: name },
    variableAttribute: [{ value: items }],
  }));
  const names = (count: number) => Array.from({ length: count }, (_, i) => ({ component: "C", variable: `V${i}` }));
  interface Asked {
    component: object;
    variable: { name: string };
    attributeValue?: string;
  }

  it("is split to the charger's own limits, and joined into one answer in the order asked", async () => {
    const s = await scene("2.0.1");
    await s.charger.call("NotifyReport", part(1, 0, false, limits));
    const request = s.post("variables/get", { variables: names(7) });
    const sizes: number[] = [];
    for (let call = 0; call < 3; call += 1) {
      await s.answer(({ getVariableData }: { getVariableData: Asked[] }) => {
        sizes.push(getVariableData.length);
        return {
          getVariableResult: getVariableData.toReversed().map(({ component, variable }) => ({
            ...{ component, variable, attributeStatus: variable.name === "V5" ? "UnknownVariable" : "Accepted" },
            ...(variable.name === "V5" ? {} : { attributeValue: `value of ${variable.name}` }),
          })),
        };
      });
    }
    const { status, body } = await request;
    expect(sizes).toEqual([3, 3, 1]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: "getVariables", state: "finished" });
    expect(body.items.map(({ variable }: { variable: string }) => variable)).toEqual(names(7).map((n) => n.variable));
    expect(body.items[4]).toMatchObject({ found: "value of V4", outcome: "read" });
    expect(body.items[5]).toMatchObject({ outcome: "rejected", detail: "UnknownVariable" });
  });

  it("respects the bytes that a message may have", async () => {
    const s = await scene("2.0.1");
    const bytes = {
      component: { name: "DeviceDataCtrlr" },
      variable: { name: "BytesPerMessage", instance: "SetVariables" },
      variableAttribute: [{ value: "750" }],
    };
    await s.charger.call("NotifyReport", part(1, 0, false, [bytes]));
    const variables = names(3).map((name) => ({ ...name, value: "x".repeat(200) }));
    const request = s.post("variables/set", { variables });
    const sizes: number[] = [];
    for (let call = 0; call < 2; call += 1) {
      await s.answer((payload: { setVariableData: Asked[] }) => {
        sizes.push(payload.setVariableData.length);
        expect(JSON.stringify(payload).length).toBeLessThanOrEqual(750);
        const setVariableResult = payload.setVariableData.map(({ component, variable }) => ({
          ...{ component, variable, attributeStatus: "Accepted" },
        }));
        return { setVariableResult };
      });
    }
    expect((await request).body).toMatchObject({ state: "finished", items: [{ outcome: "written" }, {}, {}] });
    expect(sizes).toEqual([2, 1]);
  });

  it("asks one by one where the charger refuses them together, and says which it refuses alone", async () => {
    const s = await scene("2.1");
    const request = s.post("variables/get", { variables: names(2) });
    const [, first] = await s.charger.next();
    s.charger.send([4, first, "OccurrenceConstraintViolation", "too many", {}]);
    const [, second, , payload] = await s.charger.next();
    const { getVariableData } = payload as { getVariableData: Asked[] };
    expect(getVariableData).toHaveLength(1);
    s.charger.send([
      3,
      second,
      { getVariableResult: [{ ...getVariableData[0], attributeStatus: "Accepted", attributeValue: "1" }] },
    ]);
    const [, third] = await s.charger.next();
    s.charger.send([4, third, "InternalError", "broken", {}]);
    expect((await request).body.items).toMatchObject([
      { outcome: "read", found: "1" },
      { outcome: "rejected", detail: "InternalError: broken" },
    ]);
  });

  it("is one at a time, fails when the charger leaves, and is not for 1.6", async () => {
    const s = await scene("2.0.1");
    const started = await s.post("variables/get", { variables: names(1), wait: 0 });
    expect(started.status).toBe(202);
    expect(started.headers.get("location")).toBe(`/api/jobs/${started.body.id}`);
    expect((await s.post("variables/get", { variables: names(1) })).status).toBe(409);
    s.charger.close();
    await s.charger.closed.catch(() => undefined);
    const { body } = await s.get("jobs?state=failed");
    expect(body.items[0]).toMatchObject({ id: started.body.id, reason: expect.stringContaining("not connected") });
    expect((await s.post("variables/get", { variables: names(1) })).status).toBe(409);

    const old = await scene("1.6");
    expect((await old.post("variables/get", { variables: names(1) })).status).toBe(409);
  });

  it("goes on after the actor was evicted between two calls", async () => {
    const s = await scene("2.0.1");
    await s.charger.call("NotifyReport", part(1, 0, false, limits));
    const started = await s.post("variables/get", { variables: names(4), wait: 0 });
    const reply = ({ getVariableData }: { getVariableData: Asked[] }) => ({
      getVariableResult: getVariableData.map((asked) => ({
        ...asked,
        attributeStatus: "Accepted",
        attributeValue: "1",
      })),
    });
    await evictDurableObject(actorOf(s.charger));
    await s.answer(reply);
    await s.answer(reply);
    await s.charger.call("Heartbeat", {});
    const { body } = await s.get("jobs");
    expect(body.items[0]).toMatchObject({ id: started.body.id, state: "finished" });
    expect(body.items[0].items.every(({ outcome }: { outcome: string }) => outcome === "read")).toBe(true);
  });

  it("takes a call that was lost with the process for one that nobody answered, and ends", async () => {
    const s = await scene("2.0.1");
    const started = await s.post("variables/get", { variables: names(1), wait: 0 });
    const actor = actorOf(s.charger);
    await s.answer({});
    await runInDurableObject(actor, (_instance, { storage: { sql } }) => {
      const { id, data } = sql.exec<{ id: string; data: string }>("SELECT id, data FROM jobs").one();
      const job = { ...JSON.parse(data), commandId: "never sent", updatedAt: 0 };
      sql.exec("UPDATE jobs SET data = ? WHERE id = ?", JSON.stringify(job), id);
    });
    await evictDurableObject(actor);
    await runDurableObjectAlarm(actor);
    const { body } = await s.get("jobs");
    expect(body.items[0]).toMatchObject({ id: started.body.id, state: "finished", items: [{ outcome: "unanswered" }] });
  });

  it("does not take a password", async () => {
    const s = await scene("2.0.1");
    const variables = [{ component: "SecurityCtrlr", variable: "BasicAuthPassword", value: "x" }];
    expect((await s.post("variables/set", { variables })).status).toBe(422);
  });
});
