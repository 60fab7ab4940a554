// kill -9 at any moment, under load: nothing that was answered is lost, and nothing is there twice.
// The short form by default; CRASH_KILLS=20 for the long one, CRASH_SEED=7 for other moments.
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { judge } from "../support/node/judge.ts";
import { LedgerCharger } from "../support/node/ledger-charger.ts";
import type { Group } from "../support/node/processes.ts";
import { type Random, seeded } from "../support/node/random.ts";
import { type Rest, restClient } from "../support/node/rest.ts";
import { freePort, launch, ready, type Server, startServer, temporaryState } from "../support/node/server.ts";
import { startFleet } from "../support/node/sessions.ts";

const KILLS = Number(process.env.CRASH_KILLS ?? "5");
const SEED = Number(process.env.CRASH_SEED ?? "1");
const CHARGERS = 20;
const ID_TOKENS = ["CRASH-A", "CRASH-B", "CRASH-C"];

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

test(`what was answered is in history exactly once after ${KILLS} kills`, {
  timeout: 60_000 + KILLS * 20_000,
}, async () => {
  const random = seeded(SEED);
  const { options } = await home();
  let server = await startServer(options);
  cleanUp.push(() => server.kill());
  const rest = restClient(server.url);
  await register(rest, ID_TOKENS);

  const fleet = startFleet(() => server.chargerUrl, CHARGERS, random.fork(), ID_TOKENS);
  for (let kills = 0; kills < KILLS; ) {
    await setTimeout(random.between(200, 2500));
    await server.kill();
    kills += 1;
    // Now and then it dies again while it starts.
    while (kills < KILLS && random.chance(0.25)) {
      await dieWhileStarting(launch(options), random);
      kills += 1;
    }
    server = await startServer(options);
  }
  await setTimeout(1000);
  await fleet.finish();

  const { figures, ...faults } = await judge(rest, fleet.chargers);
  console.log(
    `crash: seed ${SEED}, ${KILLS} kills, ${JSON.stringify(figures)}, lost ${faults.lost.length}, doubled ${faults.doubled.length}`,
  );
  expect(faults).toEqual({ lost: [], doubled: [], foreign: [], misordered: [], refused: [] });
  expect(figures.transactions).toBeGreaterThan(0);
});

test("what was answered before a crash reaches history though the charger never returns and nobody asks for it", async () => {
  const { options } = await home();
  const before = await startServer(options);
  cleanUp.push(() => before.kill());
  const charger = new LedgerCharger({
    url: () => before.chargerUrl,
    id: "GONE-1",
    random: seeded(SEED),
    bootsOnReconnect: false,
  });
  const start = { connectorId: 1, idTag: "T", meterStart: 5, timestamp: new Date().toISOString() };
  await charger.call("StartTransaction", start);
  await before.kill();

  const after = await startServer(options);
  cleanUp.push(() => after.kill());
  const rest = restClient(after.url);
  // Without chargePointId, which would make the charger's actor ship what it holds.
  await expect
    .poll(() => rest.get("/api/transactions"), { timeout: 30_000 })
    .toMatchObject({
      items: [{ chargePointId: "GONE-1", meterStart: 5, status: "active" }],
    });
  await expect
    .poll(() => rest.get("/api/charge-points"), { timeout: 30_000 })
    .toMatchObject({
      items: [{ id: "GONE-1", connected: false }],
    });
});

describe("a message whose answer got lost", () => {
  // Of this hour: a clock that is far off may start anew with each boot, and tell the same times of new events.
  const now = Date.now() - 60_000;
  const at = (second: number) => new Date(now + second * 1000).toISOString();
  const statuses = (id: string) => `/api/charge-points/${id}/connectors/1/1/statuses`;
  const transactions = (id: string) => `/api/transactions?chargePointId=${id}`;
  const status = { connectorId: 1, status: "Preparing", errorCode: "NoError", timestamp: at(1) };
  const start = { connectorId: 1, idTag: "T", meterStart: 77, timestamp: at(2) };
  // For a transaction that nobody knows: then history has it as an orphan.
  const stop = { transactionId: 3, meterStop: 88, timestamp: at(3) };
  const messages = [
    { action: "StatusNotification", payload: status, history: statuses },
    { action: "StartTransaction", payload: start, history: transactions },
    { action: "StopTransaction", payload: stop, history: transactions },
  ];
  const cases = messages.flatMap((message) => [true, false].map((boots) => ({ ...message, boots })));
  let server: Server;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const state = await temporaryState();
    remove = state.remove;
    server = await startServer({ stateDir: state.stateDir, env: { CHARGER_REGISTRATION: "open" } });
  });
  afterAll(async () => {
    await server?.kill();
    await remove?.();
  });

  test.for(cases)("is there once: $action, with a boot before its repetition: $boots", async (given) => {
    const id = `AGAIN-${given.action}-${given.boots}`;
    const url = () => server.chargerUrl;
    const charger = new LedgerCharger({ url, id, random: seeded(SEED), bootsOnReconnect: given.boots });
    const answer = await charger.call(given.action, given.payload);
    charger.drop();
    // The charger never saw the answer: the same bytes again, on the next connection.
    expect(await charger.repeat(given.action)).toEqual(answer);
    await charger.close();
    expect((await restClient(server.url).get(given.history(id))).items).toHaveLength(1);
  });
});

test("a first start that dies at any moment leaves nothing that the next one cannot use", async () => {
  const random = seeded(SEED);
  const { options } = await home();
  for (let kills = 0; kills < 3; kills += 1) await dieWhileStarting(launch(options), random);
  const server = await startServer(options);
  cleanUp.push(() => server.kill());
  expect(await restClient(server.url).get("/api/charge-points")).toEqual({ items: [], nextCursor: null });
});

async function home() {
  const { stateDir, remove } = await temporaryState();
  cleanUp.push(remove);
  return { options: { stateDir, port: await freePort(), env: { CHARGER_REGISTRATION: "open" } } };
}

/** Killed at some moment between its first breath and, at the latest, its readiness. */
async function dieWhileStarting(group: Group, random: Random): Promise<void> {
  const isReady: Promise<Server | undefined> = ready(group).catch(() => undefined);
  await Promise.race([setTimeout(random.between(100, 4000)), isReady]);
  await group.kill();
  await isReady;
}

async function register(rest: Rest, idTokens: readonly string[]): Promise<void> {
  for (const idToken of idTokens) await rest.post("/api/id-tokens", { idToken, status: "accepted" });
}
