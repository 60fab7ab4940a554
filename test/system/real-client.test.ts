// Someone else's OCPP client in strict mode against the real server: what both sides say must fit the official schemas.
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  connectForeignCharger,
  type ForeignCharger,
  type ForeignChargerOptions,
} from "../support/node/foreign-charger.ts";
import type { Payload } from "../support/node/ledger-charger.ts";
import { type Rest, restClient } from "../support/node/rest.ts";
import { type Server, startServer, temporaryState } from "../support/node/server.ts";

let server: Server;
let rest: Rest;
let removeState: () => Promise<void>;
const open: ForeignCharger[] = [];

beforeAll(async () => {
  const { stateDir, remove } = await temporaryState();
  removeState = remove;
  server = await startServer({ stateDir, env: { CHARGER_REGISTRATION: "closed" } });
  rest = restClient(server.url);
  await rest.post("/api/id-tokens", { idToken: "CARD-1", status: "accepted" });
  await rest.post("/api/id-tokens", { idToken: "CARD-2", status: "blocked" });
});

afterEach(async () => {
  for (const charger of open.splice(0)) {
    await charger.close();
    expect(charger.violations).toEqual([]);
  }
});

afterAll(async () => {
  await server?.kill();
  await removeState?.();
});

type Given = Omit<ForeignChargerOptions, "endpoint" | "protocols"> & Partial<ForeignChargerOptions>;

async function connect(options: Given): Promise<ForeignCharger> {
  const charger = await connectForeignCharger({ endpoint: server.chargerUrl, protocols: ["ocpp1.6"], ...options });
  open.push(charger);
  return charger;
}

const register = (id: string, more: Payload = {}) => rest.post("/api/charge-points", { id, ...more });
const boot16 = { chargePointVendor: "Someone", chargePointModel: "Else" };
const boot2 = { reason: "PowerUp", chargingStation: { vendorName: "Someone", model: "Else" } };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

describe("an OCPP 1.6 charger", () => {
  test("runs a session, and history has all of it", async () => {
    await register("REAL-1", { heartbeatInterval: 300 });
    const charger = await connect({ identity: "REAL-1" });
    expect(charger.protocol()).toBe("ocpp1.6");
    expect(await charger.call("BootNotification", boot16)).toMatchObject({ status: "Accepted", interval: 300 });
    for (const connectorId of [0, 1]) {
      const status = { connectorId, status: "Available", errorCode: "NoError", timestamp: at(0) };
      expect(await charger.call("StatusNotification", status)).toEqual({});
    }
    expect(await charger.call("Authorize", { idTag: "CARD-1" })).toEqual({ idTagInfo: { status: "Accepted" } });
    expect(await charger.call("Authorize", { idTag: "CARD-2" })).toEqual({ idTagInfo: { status: "Blocked" } });
    const started = await charger.call("StartTransaction", {
      connectorId: 1,
      idTag: "CARD-1",
      meterStart: 1000,
      timestamp: at(1),
    });
    expect(started).toEqual({ transactionId: expect.any(Number), idTagInfo: { status: "Accepted" } });
    const { transactionId } = started;
    for (let n = 1; n <= 10; n += 1) {
      const sampledValue = [
        { value: String(1000 + n * 10) },
        { value: "7.4", unit: "kW", measurand: "Power.Active.Import" },
      ];
      const meterValues = { connectorId: 1, transactionId, meterValue: [{ timestamp: at(1 + n), sampledValue }] };
      expect(await charger.call("MeterValues", meterValues)).toEqual({});
    }
    const stop = { transactionId, idTag: "CARD-1", meterStop: 1100, timestamp: at(20), reason: "EVDisconnected" };
    expect(await charger.call("StopTransaction", stop)).toEqual({ idTagInfo: { status: "Accepted" } });

    const { items } = await rest.get("/api/transactions?chargePointId=REAL-1");
    expect(items).toEqual([
      expect.objectContaining({
        ...{
          chargePointId: "REAL-1",
          connectorId: 1,
          ocppTransactionId: transactionId,
          idToken: "CARD-1",
          status: "completed",
        },
        ...{ startedAt: at(1), stoppedAt: at(20), meterStart: 1000, meterStop: 1100, stopReason: "EVDisconnected" },
      }),
    ]);
    const values = await rest.get(`/api/transactions/${items[0].id}/meter-values`);
    expect(values.items).toEqual(
      Array.from({ length: 10 }, (_, index) =>
        expect.objectContaining({
          sampledAt: at(2 + index),
          sampledValue: [
            expect.objectContaining({
              value: 1010 + index * 10,
              unit: "Wh",
              measurand: "Energy.Active.Import.Register",
            }),
            expect.objectContaining({ value: 7400, unit: "W", measurand: "Power.Active.Import" }),
          ],
        }),
      ),
    );
    expect(await rest.get("/api/charge-points/REAL-1")).toMatchObject({
      connected: true,
      ocppVersion: "1.6",
      vendor: "Someone",
    });
    expect(await rest.get("/api/charge-points/REAL-1/findings")).toMatchObject({ items: [] });
  });

  const chargingProfile = { idTag: "CARD-1", connectorId: 1 };
  const configurationKey = [{ key: "HeartbeatInterval", readonly: false, value: "300" }];
  const commands: [action: string, payload: Payload, answer: Payload][] = [
    ["RemoteStartTransaction", chargingProfile, { status: "Accepted" }],
    ["RemoteStopTransaction", { transactionId: 42 }, { status: "Rejected" }],
    ["Reset", { type: "Soft" }, { status: "Accepted" }],
    ["ChangeConfiguration", { key: "HeartbeatInterval", value: "60" }, { status: "RebootRequired" }],
    ["GetConfiguration", { key: ["HeartbeatInterval", "Nonsense"] }, { configurationKey, unknownKey: ["Nonsense"] }],
    ["GetConfiguration", {}, { configurationKey }],
    ["UnlockConnector", { connectorId: 1 }, { status: "NotSupported" }],
    ["ChangeAvailability", { connectorId: 0, type: "Inoperative" }, { status: "Scheduled" }],
    ["ClearCache", {}, { status: "Accepted" }],
    ["TriggerMessage", { requestedMessage: "Heartbeat" }, { status: "Accepted" }],
  ];
  const routes = [
    {
      route: "/commands",
      send: (action: string, payload: Payload) => rest.post("/api/charge-points/REAL-2/commands", { action, payload }),
    },
    {
      route: "/ocpp1.6/{Action}",
      send: (action: string, payload: Payload) => rest.post(`/api/charge-points/REAL-2/ocpp1.6/${action}`, payload),
    },
  ];

  test.for(routes)("obeys what is sent by $route, and its answers are in the REST answers", async ({ send }) => {
    await rest.call("DELETE", "/api/charge-points/REAL-2");
    await register("REAL-2");
    let answer: Payload = {};
    const answers = Object.fromEntries(commands.map(([action]) => [action, () => answer]));
    const charger = await connect({ identity: "REAL-2", answers });
    await charger.call("BootNotification", boot16);
    for (const [action, payload, response] of commands) {
      answer = response;
      const command = await send(action, payload);
      expect(command).toMatchObject({ chargePointId: "REAL-2", action, payload, status: "accepted", response });
      expect(charger.commands.at(-1)).toEqual([action, payload]);
      expect(await rest.get(`/api/commands/${command.id}`)).toMatchObject({ action, status: "accepted", response });
    }
    expect(charger.commands).toHaveLength(commands.length);
  });

  test("does not get what breaks the schema, and what it cannot do is told as 502", async () => {
    await register("REAL-3");
    const charger = await connect({ identity: "REAL-3" });
    await charger.call("BootNotification", boot16);
    expect(await rest.call("POST", "/api/charge-points/REAL-3/ocpp1.6/Reset", { type: "Gentle" })).toMatchObject({
      status: 422,
    });
    expect(await rest.call("POST", "/api/charge-points/REAL-3/ocpp1.6/ClearCache", {})).toMatchObject({
      status: 502,
      body: { commandId: expect.any(String), error: { code: "NotImplemented" } },
    });
    expect(charger.commands).toEqual([]);
  });

  test("tells by its transaction which remote start begot it", async () => {
    await register("REAL-4");
    const accepted = () => ({ status: "Accepted" });
    const charger = await connect({
      identity: "REAL-4",
      answers: { RemoteStartTransaction: accepted, RemoteStopTransaction: accepted },
    });
    await charger.call("BootNotification", boot16);
    const remoteStart = { action: "RemoteStartTransaction", payload: { idTag: "CARD-1", connectorId: 1 } };
    const command = await rest.post("/api/charge-points/REAL-4/commands", remoteStart);
    const { transactionId } = await charger.call("StartTransaction", {
      connectorId: 1,
      idTag: "CARD-1",
      meterStart: 0,
      timestamp: at(1),
    });
    expect(await rest.get("/api/transactions?chargePointId=REAL-4")).toMatchObject({
      items: [{ ocppTransactionId: transactionId, status: "active", commandId: command.id }],
    });
    await rest.post("/api/charge-points/REAL-4/ocpp1.6/RemoteStopTransaction", { transactionId });
    expect(charger.commands.at(-1)).toEqual(["RemoteStopTransaction", { transactionId }]);
    await charger.call("StopTransaction", { transactionId, meterStop: 10, timestamp: at(9), reason: "Remote" });
    expect(await rest.get("/api/transactions?chargePointId=REAL-4")).toMatchObject({
      items: [{ status: "completed", stopReason: "Remote", commandId: command.id }],
    });
  });
});

describe("a charger of security profile 1", () => {
  test("comes in with the password that was made for it", async () => {
    await register("REAL-5", { securityProfile: 1 });
    const { username, password } = await rest.post("/api/charge-points/REAL-5/credentials");
    expect(username).toBe("REAL-5");
    const charger = await connect({ identity: "REAL-5", password });
    expect(await charger.call("BootNotification", boot16)).toMatchObject({ status: "Accepted" });
  });

  test("is refused with 401 where the password is wrong or missing, and the operator sees why", async () => {
    await register("REAL-6", { securityProfile: 1 });
    await rest.post("/api/charge-points/REAL-6/credentials");
    await expect(connect({ identity: "REAL-6", password: "not the password" })).rejects.toMatchObject({ code: 401 });
    await expect(connect({ identity: "REAL-6", password: "not the password" })).rejects.toMatchObject({ code: 401 });
    await expect(connect({ identity: "REAL-6" })).rejects.toMatchObject({ code: 401 });
    const attempts = () => rest.get("/api/connection-attempts?chargePointId=REAL-6");
    await expect.poll(attempts).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ identity: "REAL-6", reason: "wrong_password", count: 2, subprotocols: "ocpp1.6" }),
        expect.objectContaining({ identity: "REAL-6", reason: "missing_credentials", count: 1 }),
      ]),
    });
  });

  test("does not come in with the old password once a new one was made", async () => {
    await register("REAL-7", { securityProfile: 1 });
    const old = await rest.post("/api/charge-points/REAL-7/credentials");
    const fresh = await rest.post("/api/charge-points/REAL-7/credentials");
    await expect(connect({ identity: "REAL-7", password: old.password })).rejects.toMatchObject({ code: 401 });
    await connect({ identity: "REAL-7", password: fresh.password });
  });
});

test("a charger that nobody registered is refused with 404 where registration is closed", async () => {
  await expect(connect({ identity: "STRANGER" })).rejects.toMatchObject({ code: 404 });
  await expect
    .poll(() => rest.get("/api/connection-attempts?identity=STRANGER"))
    .toMatchObject({
      items: [{ identity: "STRANGER", reason: "unknown_charge_point" }],
    });
});

const newer = [
  {
    ...{ protocol: "ocpp2.0.1" as const, id: "REAL-201", action: "GetVariables" },
    payload: { getVariableData: [{ component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" } }] },
    answer: {
      getVariableResult: [
        {
          attributeStatus: "Accepted",
          attributeValue: "300",
          component: { name: "OCPPCommCtrlr" },
          variable: { name: "HeartbeatInterval" },
        },
      ],
    },
  },
  {
    // An action that only 2.1 has.
    ...{ protocol: "ocpp2.1" as const, id: "REAL-21", action: "AFRRSignal" },
    payload: { timestamp: at(5), signal: 7 },
    answer: { status: "Accepted" },
  },
];

test.for(newer)("an $protocol charger boots and obeys $action", async ({ protocol, id, action, payload, answer }) => {
  await register(id, { heartbeatInterval: 300 });
  // Ours is the choice among what it offers: the newest.
  const protocols = ["ocpp1.6" as const, protocol];
  const charger = await connect({ identity: id, protocols, answers: { [action]: () => answer } });
  expect(charger.protocol()).toBe(protocol);
  expect(await charger.call("BootNotification", boot2)).toMatchObject({ status: "Accepted", interval: 300 });
  const status = { timestamp: at(1), connectorStatus: "Available", evseId: 1, connectorId: 2 };
  expect(await charger.call("StatusNotification", status)).toEqual({});
  const byName = await rest.post(`/api/charge-points/${id}/commands`, { action, payload });
  expect(byName).toMatchObject({ action, payload, status: "accepted", response: answer });
  const byPath = await rest.post(`/api/charge-points/${id}/${protocol}/${action}`, payload);
  expect(byPath).toMatchObject({ action, payload, status: "accepted", response: answer, remarks: [] });
  expect(charger.commands).toEqual([
    [action, payload],
    [action, payload],
  ]);
  expect(await rest.get(`/api/charge-points/${id}/connectors`)).toMatchObject({
    items: [{ evseId: 1, connectorId: 2, status: "Available" }],
  });
});

describe("a socket of a charger", () => {
  async function dial(id: string, options: { perMessageDeflate?: boolean; autoPong?: boolean }) {
    await register(id);
    const socket = new WebSocket(`${server.chargerUrl}/${id}`, ["ocpp1.6"], options);
    const pings: unknown[] = [];
    socket.on("ping", (data) => pings.push(data));
    await once(socket, "open");
    const say = async (payload: object) => {
      socket.send(JSON.stringify([2, "1", "DataTransfer", payload]));
      const [answer] = await once(socket, "message");
      return JSON.parse(String(answer));
    };
    return { socket, pings, say };
  }

  // Many letters, so that a compressed frame is one.
  const LONG = { vendorId: "someone", data: "long ".repeat(2_000) };

  test.each([true, false])("is understood whether it offers to compress its frames or not: %j", async (offer) => {
    const { socket, say } = await dial(`DEFLATE-${offer}`, { perMessageDeflate: offer });
    expect(await say(LONG)).toEqual([3, "1", { status: "UnknownVendorId" }]);
    expect(socket.extensions).toBe(offer ? "permessage-deflate" : "");
    socket.terminate();
  });

  test("is not pinged, and stays though it would answer no ping", async () => {
    const { socket, pings, say } = await dial("NO-PONG", { autoPong: false });
    await say(LONG);
    await setTimeout(2_000);
    expect(await say({ vendorId: "still there" })).toMatchObject([3, "1", {}]);
    expect(pings).toEqual([]);
    expect(await rest.get("/api/charge-points/NO-PONG")).toMatchObject({ connected: true });
    socket.terminate();
  });
});
