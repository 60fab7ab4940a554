// What bills are made of in tests: a tariff, a location, a driver with a card, and sessions of every version.
import { env } from "cloudflare:workers";
import { database } from "../../../src/db/client.ts";
import { idTokens } from "../../../src/db/schema.ts";
import { call, someone } from "./api.ts";
import type { Charger } from "./charger.ts";
import { at, sample, start } from "./sessions.ts";

let token: Promise<string> | undefined;
/** One operator for all that a file of tests does. */
export const operator = (): Promise<string> => {
  token ??= someone("operator").then((one) => one.token);
  return token;
};

export const ELEMENTS = [
  {
    priceComponents: [
      { type: "FLAT", price: 0.5, vat: 20 },
      { type: "ENERGY", price: 0.25, vat: 10 },
    ],
  },
];

export async function addTariff(elements: unknown = ELEMENTS, more: object = {}): Promise<string> {
  const { status, body } = await call("POST", "/api/tariffs", {
    token: await operator(),
    body: { currency: "EUR", elements, ...more },
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

export const place = (chargePointId: string, tariffIds: string[] = [], more: object = {}) => ({
  name: "Depot",
  address: "Odos 1",
  city: "Athens",
  country: "GRC",
  coordinates: { latitude: "37.98", longitude: "23.73" },
  timeZone: "Europe/Athens",
  evses: [
    {
      chargePointId,
      ocppEvseId: 1,
      connectors: [
        {
          ...{ id: "1", standard: "IEC_62196_T2", format: "SOCKET", powerType: "AC_3_PHASE" },
          ...{ maxVoltage: 230, maxAmperage: 32, tariffIds },
        },
      ],
    },
  ],
  ...more,
});

export async function addLocation(chargePointId: string, tariffIds: string[] = [], more: object = {}): Promise<string> {
  const { status, body } = await call("POST", "/api/locations", {
    token: await operator(),
    body: place(chargePointId, tariffIds, more),
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id;
}

/** A driver with a card. */
export async function driver() {
  const { id, token } = await someone("driver");
  const card = `CARD-${id.slice(0, 8)}`;
  const now = new Date();
  await database(env)
    .insert(idTokens)
    .values({
      ...{ key: card.toLowerCase(), idToken: card, status: "accepted", userId: id, createdAt: now, updatedAt: now },
    });
  return { id, token, card };
}

export const bills = async (transactionId: string) =>
  (await call("GET", `/api/cdrs?transactionId=${transactionId}`, { token: await operator() })).body.items;
export const account = async (userId: string) =>
  (await call("GET", `/api/users/${userId}/credit`, { token: await operator() })).body;

/** 20 kWh within two hours, in the words of a version. The stop is given, so that it can be repeated. */
export const SESSIONS = {
  "1.6": async (charger: Charger, card: string) => {
    const transactionId = await start(charger, { idTag: card, meterStart: 1000 });
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [sample(1800, "11000")] });
    return () =>
      charger.call("StopTransaction", { transactionId, meterStop: 21_000, timestamp: at(7200), reason: "Local" });
  },
  "2.0.1": twoPointX,
  "2.1": twoPointX,
};

async function twoPointX(charger: Charger, card: string) {
  const event = (eventType: string, seqNo: number, second: number, wh: number, triggerReason: string) =>
    charger.call("TransactionEvent", {
      ...{ eventType, seqNo, triggerReason, timestamp: at(second) },
      transactionInfo: { transactionId: `tx-${card}`, ...(eventType === "Ended" ? { stoppedReason: "Local" } : {}) },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: card, type: "ISO14443" },
      meterValue: [sample(second, wh)],
    });
  await event("Started", 0, 0, 1000, "Authorized");
  await event("Updated", 1, 1800, 11_000, "MeterValuePeriodic");
  return () => event("Ended", 2, 7200, 21_000, "StopAuthorized");
}
