// Tariffs, costs and payment at the charger: OCPP 2.0.1 and 2.1, blocks I and C.
import { describe, expect, test } from "vitest";
import { type Ordered, ordered } from "../support/worker/ordered.ts";
import { at } from "../support/worker/sessions.ts";

const ACCEPTED = { status: "Accepted" };
const event = (eventType: string, seqNo: number, more: object = {}) => ({
  eventType,
  timestamp: at(seqNo),
  triggerReason: "MeterValuePeriodic",
  seqNo,
  transactionInfo: { transactionId: "tx-1" },
  evse: { id: 1, connectorId: 1 },
  ...more,
});
const tariff = (tariffId: string, more: object = {}) => ({
  tariffId,
  currency: "EUR",
  energy: { prices: [{ priceKwh: 0.45 }] },
  ...more,
});
const details = async (setting: Ordered) => {
  const { items } = await setting.get(`/api/transactions?chargePointId=${setting.charger.id}`);
  return (await setting.get(`/api/transactions/${items[0].id}`)).details;
};
const held = async (setting: Ordered) =>
  (await setting.list("tariffs")).map(({ key, evseId }: { key: string; evseId: number }) => `${key}@${evseId}`);

test.each(["2.0.1", "2.1"] as const)(
  "in OCPP %s the cost that the charger shows is shown on the transaction",
  async (version) => {
    const setting = await ordered(version);
    await setting.tell("TransactionEvent", event("Started", 0));
    for (const totalCost of [1.5, 2.75]) await setting.order("CostUpdated", { totalCost, transactionId: "tx-1" }, {});
    expect((await details(setting)).runningCost.data).toEqual({ totalCost: 2.75 });
  },
);

describe("in OCPP 2.1", () => {
  test("a default tariff takes the place of the present one of its EVSE, one for later waits beside it", async () => {
    const setting = await ordered("2.1");
    const set = (evseId: number, tariffId: string, more: object = {}, answer: object = ACCEPTED) =>
      setting.order("SetDefaultTariff", { evseId, tariff: tariff(tariffId, more) }, answer);
    await set(1, "a");
    await set(2, "b");
    await set(1, "no", {}, { status: "ConditionNotSupported" });
    expect(await held(setting)).toEqual(["a@1", "b@2"]);
    await set(1, "c");
    await set(2, "later", { validFrom: "2031-01-01T00:00:00Z" });
    expect(await held(setting)).toEqual(["b@2", "c@1", "later@2"]);
    await set(0, "everywhere");
    expect(await held(setting)).toEqual(["everywhere@0"]);
    expect((await setting.list("tariffs"))[0].data).toMatchObject({
      tariffKind: "DefaultTariff",
      tariff: tariff("everywhere"),
    });
  });

  test("the tariffs that the charger lists are those it holds, and what is known of them stays known", async () => {
    const setting = await ordered("2.1");
    await setting.order("SetDefaultTariff", { evseId: 1, tariff: tariff("a") }, ACCEPTED);
    await setting.order("SetDefaultTariff", { evseId: 2, tariff: tariff("gone") }, ACCEPTED);
    const tariffAssignments = [
      { tariffId: "a", tariffKind: "DefaultTariff", evseIds: [1] },
      { tariffId: "driver", tariffKind: "DriverTariff", evseIds: [1, 2], idTokens: ["T"] },
    ];
    await setting.order("GetTariffs", { evseId: 0 }, { ...ACCEPTED, tariffAssignments });
    expect(await setting.list("tariffs")).toMatchObject([
      { key: "a", evseId: 1, data: { tariff: tariff("a") } },
      { key: "driver", evseId: 0, data: { idTokens: ["T"] } },
    ]);
    await setting.order("GetTariffs", { evseId: 0 }, { status: "Rejected" });
    expect(await held(setting)).toHaveLength(2);
    await setting.order("GetTariffs", { evseId: 0 }, { status: "NoTariff" });
    expect(await held(setting)).toEqual([]);
  });

  test("tariffs are cleared as the charger says for each", async () => {
    const setting = await ordered("2.1");
    const tariffAssignments = ["a", "b", "c"].map((tariffId) => ({
      tariffId,
      tariffKind: "DefaultTariff",
      evseIds: [1],
    }));
    await setting.order("GetTariffs", { evseId: 0 }, { ...ACCEPTED, tariffAssignments });
    const clearTariffsResult = [
      { tariffId: "a", status: "Accepted" },
      { tariffId: "b", status: "Rejected" },
      { tariffId: "c", status: "NoTariff" },
    ];
    await setting.order("ClearTariffs", { tariffIds: ["a", "b", "c"] }, { clearTariffsResult });
    expect(await held(setting)).toEqual(["b@1"]);
    await setting.order("ClearTariffs", { evseId: 1 }, { clearTariffsResult: [{ status: "Accepted" }] });
    expect(await held(setting)).toEqual([]);
  });

  test("a transaction shows the tariff that it was changed to and what the charger reckoned", async () => {
    const setting = await ordered("2.1");
    await setting.tell("TransactionEvent", event("Started", 0));
    const change = { transactionId: "tx-1", tariff: tariff("night") };
    await setting.order("ChangeTransactionTariff", change, { status: "TxNotFound" });
    await setting.order("ChangeTransactionTariff", change, ACCEPTED);
    const cost = (total: number) => ({
      totalCost: { currency: "EUR", typeOfCost: "NormalCost", total: { exclTax: total } },
      totalUsage: { energy: 10, chargingTime: 60, idleTime: 0 },
    });
    await setting.tell("TransactionEvent", event("Updated", 1, { costDetails: cost(1) }));
    await setting.tell("TransactionEvent", event("Ended", 2, { costDetails: cost(4.5) }));
    expect(await details(setting)).toMatchObject({
      tariff: { data: tariff("night") },
      costDetails: { data: cost(4.5) },
    });
  });

  test("a settlement is kept with its transaction, and among the notices also without one", async () => {
    const setting = await ordered("2.1");
    await setting.tell("TransactionEvent", event("Started", 0));
    await setting.tell("TransactionEvent", event("Ended", 1));
    const settlement = {
      pspRef: "psp-1",
      status: "Settled",
      settlementAmount: 4.5,
      settlementTime: at(2),
      transactionId: "tx-1",
    };
    expect(await setting.tell("NotifySettlement", settlement)).toEqual({});
    const { transactionId: _, ...cancelled } = { ...settlement, status: "Canceled", settlementAmount: 0 };
    expect(await setting.tell("NotifySettlement", cancelled)).toEqual({});
    expect((await details(setting)).settlement.data).toEqual(settlement);
    expect(await setting.list("notices?action=NotifySettlement")).toHaveLength(2);
  });

  test.each([
    ["DE123456789", "Accepted", "FormChecked"],
    ["nl 001234567B01", "Accepted", "FormChecked"],
    ["ATU12345678", "Accepted", "FormChecked"],
    ["CHE-123.456.789 MWST", "Accepted", "FormChecked"],
    ["DE12345678", "Rejected", "InvalidForm"],
    ["XX123456789", "Rejected", "UnknownCountry"],
  ])("the VAT number %s is %s: %s", async (vatNumber, status, reasonCode) => {
    const setting = await ordered("2.1");
    expect(await setting.tell("VatNumberValidation", { vatNumber, evseId: 1 })).toEqual({
      vatNumber,
      evseId: 1,
      status,
      statusInfo: { reasonCode, additionalInfo: expect.any(String) },
    });
  });

  test("a web payment and a frequency signal are told to the charger; their outcome stays with the command", async () => {
    const setting = await ordered("2.1");
    const payment = { evseId: 1, timeout: 60 };
    expect(await setting.order("NotifyWebPaymentStarted", payment, {})).toEqual(payment);
    const signal = { timestamp: at(1), signal: -40 };
    expect(await setting.order("AFRRSignal", signal, ACCEPTED)).toEqual(signal);
    expect(
      (await setting.list("commands")).map(({ action, status }: { action: string; status: string }) => [
        action,
        status,
      ]),
    ).toEqual([
      ["AFRRSignal", "accepted"],
      ["NotifyWebPaymentStarted", "accepted"],
    ]);
  });

  test("a battery swap shows its order, the batteries in and the batteries out", async () => {
    const setting = await ordered("2.1");
    const idToken = { idToken: "T", type: "ISO14443" };
    await setting.order("RequestBatterySwap", { requestId: 5, idToken }, ACCEPTED);
    const battery = (evseId: number, serialNumber: string) => ({ evseId, serialNumber, soC: 50, soH: 90 });
    const swap = (eventType: string, battery: object) =>
      setting.tell("BatterySwap", { requestId: 5, idToken, eventType, batteryData: [battery] });
    expect(await swap("BatteryIn", battery(1, "old"))).toEqual({});
    await swap("BatteryOut", battery(2, "new"));
    expect(await setting.list("battery-swaps")).toMatchObject([
      {
        key: "5",
        data: {
          idToken,
          batteriesIn: [{ serialNumber: "old" }],
          batteriesOut: [{ serialNumber: "new" }],
          lastEvent: "BatteryOut",
        },
      },
    ]);
  });
});
