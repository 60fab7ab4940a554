// D1 fails under load: the chargers notice nothing, and afterwards everything arrives, once.
// OUTAGE_SECONDS=60 for a long outage.
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { hideTables, lockWrites } from "../support/node/broken-database.ts";
import { judge } from "../support/node/judge.ts";
import { LedgerCharger } from "../support/node/ledger-charger.ts";
import { seeded } from "../support/node/random.ts";
import { request, restClient } from "../support/node/rest.ts";
import { startServer, temporaryState } from "../support/node/server.ts";
import { startFleet } from "../support/node/sessions.ts";

const OUTAGE_S = Number(process.env.OUTAGE_SECONDS ?? "15");
const CHARGERS = 20;
const ID_TOKENS = ["OUTAGE-A", "OUTAGE-B"];
const NO_FAULTS = { lost: [], doubled: [], foreign: [], misordered: [], refused: [] };

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function start(env: Record<string, string> = {}) {
  const { stateDir, remove } = await temporaryState();
  cleanUp.push(remove);
  const server = await startServer({ stateDir, env: { CHARGER_REGISTRATION: "open", ...env } });
  cleanUp.push(() => server.kill());
  const rest = restClient(server.url);
  const health = () => request(`${server.url}/api/health`, "GET");
  return { stateDir, server, rest, health };
}

const ledgerCharger = (url: string, id: string) =>
  new LedgerCharger({ url: () => url, id, random: seeded(1), bootsOnReconnect: false });

const faults = [
  { fault: "is away", breakIt: hideTables },
  { fault: "takes no writes", breakIt: lockWrites },
];

test.for(faults)("a database that $fault is not noticed by chargers, and is filled afterwards", async ({ breakIt }) => {
  const { stateDir, server, rest, health } = await start();
  for (const idToken of ID_TOKENS) await rest.post("/api/id-tokens", { idToken, status: "accepted" });
  const fleet = startFleet(() => server.chargerUrl, CHARGERS, seeded(OUTAGE_S), ID_TOKENS);
  await setTimeout(2000);

  const answered = () =>
    fleet.chargers.map(({ entries }) => entries.filter(({ answer }) => answer !== undefined).length);
  const repair = breakIt(stateDir);
  const before = answered();
  // The proof that something is broken.
  if (breakIt === hideTables) expect((await health()).status).toBe(503);
  for (let second = 0; second < OUTAGE_S; second += 1) {
    await setTimeout(1000);
    // Reconnecting must not need the database either.
    fleet.chargers[second % CHARGERS]?.drop();
  }
  const after = answered();
  repair();
  await setTimeout(1000);
  await fleet.finish();

  const { figures, ...found } = await judge(rest, fleet.chargers);
  console.log(
    `outage: ${OUTAGE_S} s, ${JSON.stringify(figures)}, lost ${found.lost.length}, doubled ${found.doubled.length}`,
  );
  expect(found).toEqual(NO_FAULTS);
  const verdicts = fleet.chargers.flatMap(({ entries }) => entries).flatMap(({ answer }) => answer?.idTagInfo ?? []);
  expect(verdicts.filter((verdict) => JSON.stringify(verdict) !== '{"status":"Accepted"}')).toEqual([]);
  expect(after.filter((count, index) => count <= (before[index] ?? 0))).toEqual([]);
  expect((await health()).status).toBe(200);
});

test("what came in during an outage arrives by itself when it is over", async () => {
  const { stateDir, server, rest } = await start();
  const charger = ledgerCharger(server.chargerUrl, "ALONE-1");
  await charger.call("Heartbeat", {});
  const repair = hideTables(stateDir);
  const start16 = { connectorId: 1, idTag: "T", meterStart: 7, timestamp: new Date().toISOString() };
  await charger.call("StartTransaction", start16);
  await setTimeout(2000);
  repair();
  // Without chargePointId, which would make the charger's actor ship what it holds.
  await expect
    .poll(() => rest.get("/api/transactions"), { timeout: 30_000 })
    .toMatchObject({ items: [{ meterStart: 7 }] });
  await charger.close();
});

const policies = [
  { policy: "accept", blind: "Accepted" },
  { policy: "reject", blind: "Invalid" },
];

test.for(policies)(
  "without the database a known id token counts as before, and an unknown one by policy ($policy)",
  async ({ policy, blind }) => {
    const { stateDir, server, rest } = await start({ AUTHORIZATION_OUTAGE: policy });
    await rest.post("/api/id-tokens", { idToken: "KNOWN", status: "accepted" });
    await rest.post("/api/id-tokens", { idToken: "BLOCKED", status: "blocked" });
    const charger = ledgerCharger(server.chargerUrl, "POLICY-1");
    const verdict = async (idTag: string) => {
      const answer = await charger.call("Authorize", { idTag });
      return (answer?.idTagInfo as { status: string } | undefined)?.status;
    };
    const all = async () => [await verdict("KNOWN"), await verdict("BLOCKED"), await verdict("UNKNOWN")];
    expect(await all()).toEqual(["Accepted", "Blocked", "Invalid"]);
    const repair = hideTables(stateDir);
    expect(await all()).toEqual(["Accepted", "Blocked", blind]);
    repair();
    expect(await all()).toEqual(["Accepted", "Blocked", "Invalid"]);
    await charger.close();
  },
);
