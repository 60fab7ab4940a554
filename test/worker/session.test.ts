// A charger's ordinary day in OCPP 1.6, frame by frame, and what history keeps of it.
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { readChunk } from "../../src/db/meter-chunks.ts";
import { chargePointOf } from "../../src/durable-objects/stubs.ts";
import { connectCharger } from "../support/worker/charger.ts";
import { addIdToken, registerCharger } from "../support/worker/registry.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

describe("a session of a registered charger", () => {
  test("is answered message by message and is in D1 afterwards", async () => {
    const id = await registerCharger({ heartbeatInterval: 300 });
    await addIdToken("TAG-1", { groupId: "FLEET" });
    const charger = await connectCharger(id);
    expect(charger.response.headers.get("sec-websocket-protocol")).toBe("ocpp1.6");

    const boot = await charger.call(
      "BootNotification",
      { chargePointVendor: "V", chargePointModel: "M", firmwareVersion: "1.2" },
      "b1",
    );
    expect(boot).toEqual([
      3,
      "b1",
      { status: "Accepted", interval: 300, currentTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
    ]);
    expect(
      await charger.call(
        "StatusNotification",
        { connectorId: 1, errorCode: "NoError", status: "Preparing", timestamp: at(1) },
        7,
      ),
    ).toEqual([3, 7, {}]);
    expect(await charger.call("Authorize", { idTag: "tag-1" }, "a1")).toEqual([
      3,
      "a1",
      { idTagInfo: { status: "Accepted", parentIdTag: "FLEET" } },
    ]);
    const start = await charger.call(
      "StartTransaction",
      { connectorId: 1, idTag: "TAG-1", meterStart: 1000, timestamp: at(2) },
      "s1",
    );
    expect(start).toEqual([
      3,
      "s1",
      { transactionId: expect.any(Number), idTagInfo: { status: "Accepted", parentIdTag: "FLEET" } },
    ]);
    const { transactionId } = start[2] as { transactionId: number };
    for (let sample = 1; sample <= 10; sample += 1) {
      const meterValue = [
        {
          timestamp: at(2 + sample),
          sampledValue: [
            { value: String(1000 + sample * 10) },
            { value: "7.4", unit: "kW", measurand: "Power.Active.Import" },
          ],
        },
      ];
      expect(await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue }, `v${sample}`)).toEqual([
        3,
        `v${sample}`,
        {},
      ]);
    }
    expect(
      await charger.call(
        "StopTransaction",
        { transactionId, idTag: "TAG-1", meterStop: 1100, timestamp: at(20), reason: "EVDisconnected" },
        "e1",
      ),
    ).toEqual([3, "e1", { idTagInfo: { status: "Accepted", parentIdTag: "FLEET" } }]);
    await chargePointOf(env, id).flush();

    const transaction = await env.DB.prepare("SELECT * FROM transactions WHERE charge_point = ?")
      .bind(id.toLowerCase())
      .all();
    expect(transaction.results).toEqual([
      expect.objectContaining({
        ocpp_transaction_id: String(transactionId),
        status: "completed",
        meter_start: 1000,
        meter_stop: 1100,
        stop_reason: "EVDisconnected",
        connector_id: 1,
        started_at: Date.parse(at(2)),
        stopped_at: Date.parse(at(20)),
      }),
    ]);
    const chunks = await env.DB.prepare(
      "SELECT meter_values FROM meter_chunks WHERE charge_point = ? ORDER BY first_seq",
    )
      .bind(id.toLowerCase())
      .all<{ meter_values: string }>();
    const values = chunks.results.flatMap(({ meter_values }) => readChunk(meter_values));
    expect(values).toHaveLength(10);
    expect(values[0]).toEqual({
      sampledAt: at(3),
      receivedAt: expect.any(String),
      sampledValue: [
        {
          value: 1010,
          measurand: "Energy.Active.Import.Register",
          unit: "Wh",
          context: "Sample.Periodic",
          location: "Outlet",
        },
        expect.objectContaining({ value: 7400, measurand: "Power.Active.Import", unit: "W" }),
      ],
    });
  });
});
