// Logs and firmware over real sockets: simulated chargers of each version, HTTP and FTP, and a campaign that is killed.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Charger, type ChargerOptions, createCharger } from "../../scripts/charger/create.ts";
import { addImage } from "../support/node/files.ts";
import { type Rest, restClient } from "../support/node/rest.ts";
import { type Server, startServer, temporaryState } from "../support/node/server.ts";

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
const ENV = { CHARGER_REGISTRATION: "open", CAMPAIGN_TURN_SECONDS: "0.5" };
const PATIENCE_MS = 90_000;

let stateDir: string;
let server: Server;
let rest: Rest;
let removeState: () => Promise<void>;
const chargers: Charger[] = [];

beforeAll(async () => {
  const state = await temporaryState();
  stateDir = state.stateDir;
  removeState = state.remove;
  server = await startServer({ stateDir, env: ENV });
  rest = restClient(server.url);
});

afterEach(async () => {
  await Promise.all(chargers.splice(0).map((charger) => charger.close()));
});

afterAll(async () => {
  await server?.kill();
  await removeState?.();
});

async function connect(options: ChargerOptions): Promise<Charger> {
  const charger = createCharger({ url: server.chargerUrl, rebootMs: 50, installMs: 50, ...options });
  chargers.push(charger);
  await charger.connect();
  return charger;
}

/** Every version by every protocol, all at once. */
const WAYS = VERSIONS.flatMap((version) => (["http", "ftp"] as const).map((protocol) => ({ version, protocol })));

test("a charger of each version uploads its log by HTTP and by FTP, and the file is linked to the job", async () => {
  const jobs = await Promise.all(
    WAYS.map(async ({ version, protocol }) => {
      const { id } = await connect({ id: `LOG-${version}-${protocol}`, version });
      const { id: commandId } = await rest.post(`/api/charge-points/${id}/get-log`, { protocol });
      return ended(id, commandId);
    }),
  );
  for (const job of jobs) {
    expect(job).toMatchObject({ state: "finished", reason: null, file: { name: job.fileName } });
    expect(job.file.size).toBeGreaterThan(100);
  }
});

test("a charger of each version installs an image by HTTP and by FTP, and proves it by its boot", async () => {
  const jobs = await Promise.all(
    WAYS.map(async ({ version, protocol }) => {
      const vendor = `V${version}-${protocol}`;
      const { id } = await connect({ id: `FW-${version}-${protocol}`, version, vendor });
      const firmwareId = await addImage(server.url, rest, "2.0.0", vendor);
      const { id: commandId } = await rest.post(`/api/charge-points/${id}/update-firmware`, { firmwareId, protocol });
      return ended(id, commandId);
    }),
  );
  for (const job of jobs) {
    const firmware = { before: "1.0.0", booted: "2.0.0", verification: "verified" };
    expect(job).toMatchObject({ state: "finished", firmware });
  }
});

test("a campaign over 50 chargers of which 5 fail pauses, survives kill -9, resumes, and reports the truth", async () => {
  const vendor = "Fleet";
  const fails = (n: number) => n % 10 === 3;
  const ids = Array.from({ length: 50 }, (_, n) => `FLEET-${String(n).padStart(2, "0")}`);
  const firmwareId = await addImage(server.url, rest, "2.0.0", vendor);
  await Promise.all(
    ids.map((id, n) =>
      connect({
        ...{ id, vendor, version: VERSIONS[n % 3], logLines: 0, firstRetryMs: 200, maxRetryMs: 1000 },
        ...(fails(n) ? { failFirmware: "install" as const } : {}),
      }),
    ),
  );
  await until(
    () => rest.get(`/api/charge-points?vendor=${vendor}&limit=100`),
    ({ items }) => items.length === 50,
  );
  const { id: campaignId, matching } = await rest.post("/api/firmware-campaigns", {
    ...{ name: "Fleet", firmwareId, waves: [{ size: 15 }, { percent: 100 }], concurrency: 25 },
    ...{ pauseOnFailures: { percent: 10, atLeast: 2 }, retry: { attempts: 1, pauseMinutes: 0 } },
    // Downloads are cut by the kill, too.
    downloadRetryInterval: 1,
  });
  expect(matching).toBe(50);
  const path = `/api/firmware-campaigns/${campaignId}`;
  await rest.post(`${path}/start`, {});
  // 3 and 13 are in the first wave: 2 of at most 15.
  const paused = await until(
    () => rest.get(path),
    ({ state }) => state === "paused",
  );
  expect(paused.reason).toMatch(/^2 of \d+ updates have failed$/);
  expect(paused.progress).toMatchObject({ total: 50, failed: 2, waiting: 35 });
  await rest.post(`${path}/resume`, {});
  await until(
    () => rest.get(path),
    ({ progress }) => progress.updating > 5,
  );
  const port = Number(new URL(server.url).port);
  await server.kill();
  server = await startServer({ stateDir, port, env: ENV });
  // The other three are spread over the rest: an operator may have to say so again.
  const over = await until(
    async () => {
      const now = await rest.get(path);
      if (now.state === "paused") await rest.post(`${path}/resume`, {});
      return now;
    },
    ({ state }) => state === "finished",
  );
  expect(over.progress).toMatchObject({ total: 50, installed: 45, failed: 5, waiting: 0, updating: 0, notReached: 0 });
  const report = await rest.walk(`${path}/charge-points`);
  const truth = ids.map((chargePointId, n) =>
    fails(n)
      ? { chargePointId, state: "failed", reason: "InstallationFailed", versionAfter: null }
      : { chargePointId, state: "installed", reason: "verified", versionAfter: "2.0.0" },
  );
  expect(report).toMatchObject(truth);
  // What the report says is what the chargers say.
  const told = await rest.walk(`/api/charge-points?vendor=${vendor}`);
  const versions = ids.map((id, n) => ({ id, firmwareVersion: fails(n) ? "1.0.0" : "2.0.0" }));
  expect(told).toMatchObject(versions);
});

/** The job of a command when it has ended. */
async function ended(id: string, commandId: string) {
  const jobs = async () => (await rest.get(`/api/charge-points/${id}/jobs`)).items;
  const [job] = await until(
    async () => (await jobs()).filter((one: { commandId: string }) => one.commandId === commandId),
    ([one]) =>
      one !== undefined && !["requested", "running"].includes(one.state) && one.firmware?.verification !== "pending",
  );
  return job;
}

async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`waited in vain; at last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
