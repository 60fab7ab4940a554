// Memory is a cache: an actor that is put to sleep before every single frame does what one does that never slept.
import { evictDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, test } from "vitest";
import { readChunk } from "../../src/db/meter-chunks.ts";
import type { CommandRequest } from "../../src/durable-objects/charge-point/command-request.ts";
import { connectCharger } from "../support/worker/charger.ts";
import { addIdToken } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_2X,
  BOOT_16,
  history,
  online,
  SUBPROTOCOLS,
  sample,
  stationRow,
} from "../support/worker/sessions.ts";

interface Stage {
  /** Sends a frame; what comes back is noted. */
  send(frame: unknown[], answers?: number): Promise<unknown[]>;
  /** Gives a command; the CALL that comes of it is noted. */
  command(action: string, payload: object, more?: Partial<CommandRequest>): Promise<unknown[]>;
  reconnect(): Promise<void>;
}

type Play = (stage: Stage) => Promise<void>;

const PLAYS: Record<string, { subprotocol: string; play: Play }> = {
  "a session in OCPP 1.6": {
    subprotocol: SUBPROTOCOLS["1.6"],
    async play({ send, command, reconnect }) {
      await send([2, "1", "BootNotification", BOOT_16]);
      await send([
        2,
        "2",
        "StatusNotification",
        { connectorId: 1, errorCode: "NoError", status: "Preparing", timestamp: at(0) },
      ]);
      await send([2, "3", "Authorize", { idTag: "SLEEPY" }]);
      const [, remote] = await command("RemoteStartTransaction", { idTag: "SLEEPY", connectorId: 1 });
      await send([3, remote, { status: "Accepted" }], 0);
      const begin = { connectorId: 1, idTag: "SLEEPY", meterStart: 100, timestamp: at(1) };
      const [, , started] = await send([2, "4", "StartTransaction", begin]);
      await send([2, "4", "StartTransaction", begin]);
      const { transactionId } = started as { transactionId: number };
      for (let i = 2; i < 6; i += 1)
        await send([
          2,
          i + 10,
          "MeterValues",
          { connectorId: 1, transactionId, meterValue: [sample(i, String(100 + i))] },
        ]);
      await send([2, "5", "MeterValues", { connectorId: 1, transactionId, meterValue: [sample(3, "103")] }]);
      await send([
        2,
        "6",
        "MeterValues",
        { connectorId: 1, transactionId: 0, meterValue: [sample(6, 106.5)], extra: true },
      ]);
      await send([2, "6b", "StatusNotification", {}]);
      await send([2, "6c", "Nonsense", {}]);
      await send(["not", "a frame"], 0);
      const [, config] = await command("GetConfiguration", {});
      await send([2, "7", "Heartbeat", {}]);
      await send([3, config, { configurationKey: [{ key: "K", readonly: false, value: "V" }], unknownKey: ["U"] }], 0);
      const [, unlock] = await command("UnlockConnector", { connectorId: 1 });
      await reconnect();
      await send([3, unlock, { status: "Unlocked" }], 0);
      await send([2, "8", "BootNotification", BOOT_16]);
      await send([
        2,
        "9",
        "StopTransaction",
        { transactionId, idTag: "SLEEPY", meterStop: 200, timestamp: at(20), transactionData: [sample(19, "199")] },
      ]);
      await send([
        2,
        "10",
        "StopTransaction",
        { transactionId, idTag: "SLEEPY", meterStop: 200, timestamp: at(20), transactionData: [sample(19, "199")] },
      ]);
      await send([
        2,
        "11",
        "StatusNotification",
        { connectorId: 1, errorCode: "NoError", status: "Available", timestamp: at(21) },
      ]);
      const [, reset] = await command("Reset", { type: "Soft" });
      await send([4, reset, "InternalError", "no", {}], 0);
      await send([2, "12", "Heartbeat", {}]);
    },
  },
  "a session in OCPP 2.0.1": {
    subprotocol: SUBPROTOCOLS["2.0.1"],
    async play({ send, command, reconnect }) {
      let seqNo = 0;
      const event = (eventType: string, second: number, more = {}) => ({
        eventType,
        timestamp: at(second),
        triggerReason: "CablePluggedIn",
        seqNo: seqNo++,
        transactionInfo: { transactionId: "T" },
        ...more,
      });
      const values = (second: number) => ({
        meterValue: [{ timestamp: at(second), sampledValue: [{ value: 100 + second }] }],
      });
      await send([2, "1", "BootNotification", BOOT_2X]);
      await send([
        2,
        "2",
        "StatusNotification",
        { timestamp: at(0), connectorStatus: "Occupied", evseId: 1, connectorId: 1 },
      ]);
      const started = event("Started", 1, { evse: { id: 1, connectorId: 1 }, ...values(1) });
      await send([2, "3", "TransactionEvent", started]);
      await send([2, "4", "TransactionEvent", started]);
      await send([
        2,
        "5",
        "TransactionEvent",
        event("Updated", 2, { idToken: { idToken: "SLEEPY", type: "Central" } }),
      ]);
      const [, call] = await command("GetVariables", {
        getVariableData: [{ component: { name: "C" }, variable: { name: "V" } }],
      });
      await send([2, "6", "TransactionEvent", event("Updated", 3, values(3))]);
      await send(
        [
          3,
          call,
          {
            getVariableResult: [
              { attributeStatus: "Accepted", attributeValue: "1", component: { name: "C" }, variable: { name: "V" } },
            ],
          },
        ],
        0,
      );
      await reconnect();
      await send([
        2,
        "1",
        "TransactionEvent",
        event("Ended", 9, { ...values(9), transactionInfo: { transactionId: "T", stoppedReason: "Remote" } }),
      ]);
      await send([2, "2", "Heartbeat", {}]);
    },
  },
};

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TABLES = ["transactions", "meter_chunks", "connectors", "connector_statuses", "findings", "commands"] as const;
/** Columns that hold sequence numbers and times of receipt: they differ from run to run. */
const VOLATILE =
  /^(charge_point|first_at|last_at|received_at|created_at|sent_at|finished_at|expires_at|updated_at|last_seen_at|last_boot_at|.*seq)$/;

/** Runs a play; `sleep` happens before every frame of either side. @returns all that was told and kept, comparable */
async function perform({ subprotocol, play }: { subprotocol: string; play: Play }, isSleepy: boolean) {
  const told: unknown[] = [];
  // Without one of its own, two chargers are told different intervals.
  let charger = await online({ heartbeatInterval: 300 }, { subprotocols: subprotocol });
  const sleep = async () => {
    if (isSleepy) await evictDurableObject(actorOf(charger));
  };
  const take = async () => {
    const frame = await charger.next();
    told.push(frame);
    return frame;
  };
  await play({
    async send(frame, answers = 1) {
      await sleep();
      charger.send(frame);
      if (answers > 0) return take();
      // Handled in order: once this is answered, the frame before it is done with.
      await charger.call("Heartbeat", {}, "flush");
      return [];
    },
    async command(action, payload, more = {}) {
      await sleep();
      const result = await actorOf(charger).command({ action, payload, offline: "fail", ...more }, 0);
      if (!result.ok) throw new Error(JSON.stringify(result.error));
      return take();
    },
    async reconnect() {
      await sleep();
      charger = await connectCharger(charger.id, { subprotocols: subprotocol });
    },
  });
  await sleep();
  const kept: Record<string, unknown> = {};
  for (const table of TABLES) {
    const order =
      table === "findings"
        ? "code"
        : table === "connector_statuses"
          ? "seq"
          : table === "meter_chunks"
            ? "first_seq"
            : "history_seq";
    kept[table] = await history(charger, table, order);
  }
  kept.meter_chunks = (kept.meter_chunks as { meter_values: string }[]).flatMap(({ meter_values }) =>
    readChunk(meter_values).map(({ receivedAt: _, ...value }) => value),
  );
  kept.station = await stationRow(charger);
  kept.live = await actorOf(charger).live();
  kept.configuration = (await actorOf(charger).configuration()).items.map(({ key, value }) => [key, value]);
  return normalised({ told, kept }, charger.id);
}

function normalised(value: unknown, id: string): unknown {
  const uuids: string[] = [];
  const numbers: string[] = [];
  const text = JSON.stringify(value, (key, member) => {
    if (VOLATILE.test(key) || /^(connectedAt|lastSeenAt|bootedAt|statusAt|currentTime)$/.test(key)) return undefined;
    if (key === "transactionId" || key === "ocpp_transaction_id") return nth(numbers, String(member));
    return member;
  });
  const same = text.replaceAll(UUID, (uuid) => nth(uuids, uuid)).replaceAll(new RegExp(id, "gi"), "CP");
  return JSON.parse(same);
}

function nth(seen: string[], one: string): string {
  if (!seen.includes(one)) seen.push(one);
  return `#${seen.indexOf(one)}`;
}

beforeAll(() => void addIdToken("SLEEPY", { groupId: "G" }));

describe.each(Object.entries(PLAYS))("%s", (_name, play) => {
  test("is the same for an actor that is evicted before every frame", async () => {
    const [awake, sleepy] = [await perform(play, false), await perform(play, true)];
    expect(sleepy).toEqual(awake);
    expect(awake).toMatchObject({
      kept: {
        transactions: [{ status: "completed" }],
        live: { connected: true, openTransactions: [], pendingCommands: 0 },
      },
    });
  });
});
