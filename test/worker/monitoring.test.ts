// Monitoring, display messages, customer information and data transfer: OCPP 2.0.1 part 2, blocks N, O and P.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { walk } from "../support/worker/api.ts";
import { type Scene, scene } from "../support/worker/operator.ts";
import { actorOf, at } from "../support/worker/sessions.ts";

const ACCEPTED = { status: "Accepted" };
const name = (component: string, variable: string) => ({
  component: { name: component },
  variable: { name: variable },
});

const event = (eventId: number, component = "Connector", variable = "Temperature") => ({
  ...{ eventId, timestamp: at(eventId), trigger: "Alerting", actualValue: "91", variableMonitoringId: 4 },
  ...{ eventNotificationType: "CustomMonitor", ...name(component, variable) },
});

const monitor = (version: string, id: number) => ({
  ...{ id, transaction: false, value: 80, type: "UpperThreshold", severity: 3 },
  ...(version === "2.1" ? { eventNotificationType: "CustomMonitor" } : {}),
});

describe.each(["2.0.1", "2.1"] as const)("on OCPP %s", (version) => {
  it("every event is kept and shown, newest first, by component and variable", async () => {
    const s = await scene(version);
    const notify = (seqNo: number, tbc: boolean, eventData: object[]) =>
      s.charger.call("NotifyEvent", { generatedAt: at(0), seqNo, tbc, eventData }, `e${seqNo}`);
    expect(await notify(0, true, [event(1), event(2, "EVSE", "Problem")])).toEqual([3, "e0", {}]);
    await notify(1, false, [{ ...event(3), cleared: true }]);
    const ids = async (query: string) =>
      (await walk(`/api/charge-points/${s.charger.id}/events${query}`, s.token, 2)).map(({ eventId }) => eventId);
    expect(await ids("")).toEqual([3, 2, 1]);
    expect(await ids("?component=connector")).toEqual([3, 1]);
    expect(await ids("?component=EVSE&variable=problem")).toEqual([2]);
    expect((await s.get("events?variable=Problem")).status).toBe(400);
    expect((await s.get("events")).body.items[0]).toMatchObject({
      ...{ at: at(3), component: "Connector", variable: "Temperature", cleared: true, trigger: "Alerting" },
      ...{ actualValue: "91", variableMonitoringId: 4 },
    });
  });

  it("events that are told again after the answer got lost are kept once", async () => {
    const s = await scene(version);
    const generatedAt = new Date(Date.now() - 60_000).toISOString();
    const notice = { generatedAt, seqNo: 0, tbc: false, eventData: [event(1)] };
    await s.charger.call("NotifyEvent", notice, "a");
    expect(await s.charger.call("NotifyEvent", notice, "b")).toEqual([3, "b", {}]);
    expect((await s.get("events")).body.items).toHaveLength(1);
  });

  const monitored = async ({ get }: Scene) =>
    (await get("variables?monitored=true")).body.items.map((item: { variable: string; monitors: { id: number }[] }) => [
      item.variable,
      item.monitors.map(({ id }) => id),
    ]);

  it("monitors are known from reports and answers, and forgotten when cleared", async () => {
    const s = await scene(version);
    await s.command("GetMonitoringReport", { requestId: 1 }, ACCEPTED);
    const report = (seqNo: number, tbc: boolean, monitors: object[]) =>
      s.charger.call("NotifyMonitoringReport", { requestId: 1, generatedAt: at(0), seqNo, tbc, monitor: monitors });
    await report(1, false, [{ ...name("C", "B"), variableMonitoring: [monitor(version, 12)] }]);
    await report(0, true, [{ ...name("C", "A"), variableMonitoring: [monitor(version, 10), monitor(version, 11)] }]);
    expect(await monitored(s)).toEqual([
      ["A", [10, 11]],
      ["B", [12]],
    ]);
    expect((await s.get("reports?report=monitors")).body.items).toMatchObject([{ complete: true, full: true }]);

    const wanted = { value: 5, type: "Delta", severity: 6, ...name("C", "B") };
    await s.command(
      "SetVariableMonitoring",
      { setMonitoringData: [wanted, { ...wanted, type: "Periodic" }] },
      {
        setMonitoringResult: [
          { id: 13, status: "Accepted", type: "Delta", severity: 6, ...name("C", "B") },
          { status: "Rejected", type: "Periodic", severity: 6, ...name("C", "B") },
        ],
      },
    );
    await s.command(
      "ClearVariableMonitoring",
      { id: [10, 12, 99] },
      {
        clearMonitoringResult: [
          { id: 10, status: "Accepted" },
          { id: 12, status: "Rejected" },
          { id: 99, status: "NotFound" },
        ],
      },
    );
    expect(await monitored(s)).toEqual([
      ["A", [11]],
      ["B", [12, 13]],
    ]);
    const [, b] = (await s.get("variables?monitored=true")).body.items;
    expect(b.monitors[1]).toMatchObject({ id: 13, value: 5, type: "Delta", severity: 6 });
    await s.command("SetMonitoringBase", { monitoringBase: "HardWiredOnly" }, ACCEPTED);
    expect(await monitored(s)).toEqual([]);
  });

  const message = (id: number, more: object = {}) => ({
    ...{ id, priority: "NormalCycle", message: { format: "UTF8", content: `text ${id}` } },
    ...more,
  });
  const shown = async ({ get }: Scene) =>
    (await get("display-messages")).body.items.map(
      ({ message }: { message: { message: { content: string } } }) => message.message.content,
    );

  it("display messages are those that the charger agreed to and reported", async () => {
    const s = await scene(version);
    await s.command("SetDisplayMessage", { message: message(1) }, ACCEPTED);
    await s.command("SetDisplayMessage", { message: message(2) }, { status: "NotSupportedPriority" });
    await s.command("SetDisplayMessage", { message: message(3, { endDateTime: "2026-01-01T00:00:00Z" }) }, ACCEPTED);
    expect(await shown(s)).toEqual(["text 1"]);

    await s.command("GetDisplayMessages", { requestId: 5 }, ACCEPTED);
    await s.charger.call("NotifyDisplayMessages", { requestId: 5, tbc: true, messageInfo: [message(4)] });
    expect(await shown(s)).toEqual(["text 1", "text 4"]);
    await s.charger.call("NotifyDisplayMessages", { requestId: 5, messageInfo: [message(5)] });
    expect(await shown(s)).toEqual(["text 4", "text 5"]);

    await s.command("ClearDisplayMessage", { id: 4 }, { status: "Unknown" });
    expect(await shown(s)).toEqual(["text 5"]);
    await s.command("GetDisplayMessages", { requestId: 6 }, { status: "Unknown" });
    expect(await shown(s)).toEqual([]);
  });

  it("customer information is told once, joined in order, and is nowhere else", async () => {
    const s = await scene(version);
    const take = () => s.post("customer-information/8/take");
    const notify = (seqNo: number, tbc: boolean, data: string) =>
      s.charger.call("NotifyCustomerInformation", { requestId: 8, seqNo, tbc, data, generatedAt: at(0) });
    expect((await take()).status).toBe(404);
    await s.command(
      "CustomerInformation",
      { requestId: 8, report: true, clear: false, customerIdentifier: "c" },
      ACCEPTED,
    );
    await notify(1, false, "Doe; VISA 42");
    expect((await take()).status).toBe(409);
    await notify(0, true, "John ");
    const seen = async () =>
      JSON.stringify((await s.get("messages")).body) + JSON.stringify((await s.get("notices")).body);
    expect(await seen()).not.toContain("VISA");
    expect((await take()).body).toEqual({ requestId: 8, data: "John Doe; VISA 42" });
    expect((await take()).status).toBe(404);
    expect(await seen()).not.toContain("VISA");
  });

  it("customer information that nobody takes is erased after a day", async () => {
    const s = await scene(version);
    const request = { requestId: 9, report: true, clear: false, customerIdentifier: "c" };
    await s.command("CustomerInformation", request, ACCEPTED);
    await s.charger.call("NotifyCustomerInformation", {
      ...{ requestId: 9, seqNo: 0, data: "John Doe; VISA 42", generatedAt: at(0) },
    });
    const keptAfter = async (hours: number) => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + hours * 3_600_000 });
      try {
        await runDurableObjectAlarm(actorOf(s.charger));
      } finally {
        vi.useRealTimers();
      }
      return runInDurableObject(actorOf(s.charger), (_, { storage }) => {
        const tables = storage.sql.exec<{ name: string }>(
          "SELECT name FROM sqlite_master WHERE name LIKE 'log~_%' ESCAPE '~'",
        );
        return tables
          .toArray()
          .map(({ name }) => JSON.stringify(storage.sql.exec(`SELECT * FROM ${name}`).toArray()))
          .join();
      });
    };
    expect(await keptAfter(23)).toContain("VISA");
    expect(await keptAfter(25)).not.toContain("VISA");
    expect((await s.post("customer-information/9/take")).status).toBe(404);
  });
});

describe.each(["1.6", "2.0.1", "2.1"] as const)("DataTransfer on OCPP %s", (version) => {
  it.each([
    [
      { vendorId: "ov2x-edge", messageId: "echo", data: "x" },
      { status: "Accepted", data: "x" },
    ],
    [{ vendorId: "ov2x-edge", messageId: "sing" }, { status: "UnknownMessageId" }],
    [{ vendorId: "nobody" }, { status: "UnknownVendorId" }],
  ])("%j is answered %j", async (payload, answer) => {
    const s = await scene(version);
    expect(await s.charger.call("DataTransfer", payload, "d")).toEqual([3, "d", answer]);
  });
});
