// npm start, as whoever installs it meets it: what it says, what it survives, how it ends.
import { execFileSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { connectForeignCharger, type ForeignCharger } from "../support/node/foreign-charger.ts";
import { gone, membersOf, spawnGroup } from "../support/node/processes.ts";
import { request, restClient, signIn } from "../support/node/rest.ts";
import {
  freePort,
  launch,
  type Server,
  type ServerOptions,
  startServer,
  temporaryState,
} from "../support/node/server.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function newState(): Promise<string> {
  const { stateDir, remove } = await temporaryState();
  cleanUp.push(remove);
  return stateDir;
}

async function start(options: ServerOptions): Promise<Server> {
  const server = await startServer(options);
  cleanUp.push(() => server.kill());
  return server;
}

/** For starts that have to fail. */
async function failure(options: ServerOptions) {
  const group = launch(options);
  cleanUp.push(() => group.kill());
  const { code } = await group.exited;
  await gone(group.pid);
  return { code, output: group.output() };
}

const connect = (server: Server, identity: string): Promise<ForeignCharger> =>
  connectForeignCharger({ endpoint: server.chargerUrl, identity, protocols: ["ocpp1.6"] });

describe("a first start", () => {
  test("makes everything it needs, and says where it is and how to sign in", async () => {
    const stateDir = await newState();
    const port = await freePort();
    const server = await start({ stateDir, port, env: { ADMIN_PASSWORD: undefined } });
    expect(server.url).toBe(`http://127.0.0.1:${port}`);
    const health = await request(`${server.url}/api/health`, "GET");
    expect(health).toMatchObject({ status: 200, body: { status: "ok", database: "ok" } });
    expect(server.output()).toContain(`${server.url}/api/`);
    expect(server.output()).toContain(`Console             ${server.url}/\n`);
    expect(server.output()).toContain(`${server.chargerUrl}/{identity}`);
    expect(server.output()).toContain(stateDir);
    const [, username, password] = /Sign in\s+(\S+) \/ (\S+)\n/.exec(server.output()) ?? [];
    expect(username).toBe("admin");
    expect(await signIn(server.url, password)).toMatchObject({ access: expect.any(String) });
  });

  test("keeps its secrets from other users of the machine", async () => {
    const stateDir = await newState();
    await start({ stateDir });
    expect((await stat(join(stateDir, "secrets.json"))).mode & 0o077).toBe(0);
  });

  test("warns loudly where any charger is let in, and only there", async () => {
    const open = await start({ stateDir: await newState(), env: { CHARGER_REGISTRATION: "open" } });
    await expect.poll(open.output).toContain("!! CHARGER_REGISTRATION=open");
    const closed = await start({ stateDir: await newState(), env: { CHARGER_REGISTRATION: "closed" } });
    await closed.stop();
    expect(closed.output()).not.toContain("!!");
  });
});

describe("SIGTERM and SIGINT", () => {
  test.for(["SIGTERM", "SIGINT"] as const)(
    "%s ends it with 0, its workerd too, while a charger is connected",
    async (signal) => {
      const server = await start({ stateDir: await newState(), env: { CHARGER_REGISTRATION: "open" } });
      expect(await membersOf(server.pid)).toContainEqual(expect.stringContaining("workerd"));
      const charger = await connect(server, "STOP-1");
      await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
      server.signal(signal);
      expect(await server.exited).toEqual({ code: 0, signal: null });
      await gone(server.pid);
      expect(server.output()).toContain("ov2x-edge stopped");
      await charger.close();
    },
  );
});

describe("a restart on the same state", () => {
  test.for(["stop", "kill"] as const)("after %s knows its chargers, transactions, tokens and sign-ins", async (end) => {
    const options = { stateDir: await newState(), port: await freePort(), env: { CHARGER_REGISTRATION: "closed" } };
    const before = await start(options);
    const rest = restClient(before.url);
    const tokens = await signIn(before.url);
    await rest.post("/api/id-tokens", { idToken: "CARD", status: "blocked" });
    await rest.post("/api/charge-points", { id: "KEPT-1", securityProfile: 1 });
    const { password } = await rest.post("/api/charge-points/KEPT-1/credentials");
    const connectAgain = (server: Server) =>
      connectForeignCharger({ endpoint: server.chargerUrl, identity: "KEPT-1", protocols: ["ocpp1.6"], password });
    const charger = await connectAgain(before);
    await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
    const timestamp = new Date().toISOString();
    const started = await charger.call("StartTransaction", { connectorId: 1, idTag: "CARD", meterStart: 5, timestamp });
    const { transactionId } = started;
    const sampledValue = [{ value: "6" }];
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [{ timestamp, sampledValue }] });
    await before[end]();
    await charger.close();

    const after = await start({ ...options, env: { ...options.env, ADMIN_PASSWORD: undefined } });
    expect(after.output()).not.toContain("admin-password-of-the-tests");
    const verified = await request(`${after.url}/api/token/verify`, "POST", undefined, { token: tokens.access });
    expect(verified.status).toBe(200);
    const refreshed = await request(`${after.url}/api/token/refresh`, "POST", undefined, { refresh: tokens.refresh });
    expect(refreshed.status).toBe(200);
    const restAfter = restClient(after.url);
    expect(await restAfter.get("/api/id-tokens/CARD")).toMatchObject({ status: "blocked" });
    expect(await restAfter.get("/api/charge-points/KEPT-1")).toMatchObject({ connected: false, vendor: "V" });
    const { items } = await restAfter.get("/api/transactions?chargePointId=KEPT-1");
    expect(items).toMatchObject([{ ocppTransactionId: transactionId, status: "active", meterStart: 5 }]);
    const values = await restAfter.get(`/api/transactions/${items[0].id}/meter-values`);
    expect(values.items).toMatchObject([{ sampledAt: timestamp, sampledValue: [{ value: 6 }] }]);

    const returned = await connectAgain(after);
    await returned.call("StopTransaction", { transactionId, meterStop: 9, timestamp });
    expect(await restAfter.get(`/api/transactions/${items[0].id}`)).toMatchObject({
      status: "completed",
      meterStop: 9,
    });
    await returned.close();
  });

  test("never makes new secrets over damaged ones", async () => {
    const stateDir = await newState();
    await writeFile(join(stateDir, "secrets.json"), '{ "JWT_SECRET": "half of');
    expect(await failure({ stateDir })).toEqual({ code: 1, output: expect.stringMatching(/secrets\.json is damaged/) });
    expect(await readFile(join(stateDir, "secrets.json"), "utf8")).toBe('{ "JWT_SECRET": "half of');
  });
});

describe("what cannot work is said in one line", () => {
  test("a second start on the same port", async () => {
    const port = await freePort();
    const server = await start({ stateDir: await newState(), port });
    const { code, output } = await failure({ stateDir: await newState(), port });
    expect(code).toBe(1);
    expect(output).toBe(
      `ov2x-edge did not start: port ${port} on 127.0.0.1 is already in use. Is another ov2x-edge running? Choose one with PORT=…\n`,
    );
    expect((await request(`${server.url}/api/health`, "GET")).status).toBe(200);
  });

  test("a second start on the same state", async () => {
    const stateDir = await newState();
    await start({ stateDir });
    const { code, output } = await failure({ stateDir });
    expect({ code, output }).toEqual({
      code: 1,
      output: `ov2x-edge did not start: another ov2x-edge uses ${stateDir}. Choose another with STATE_DIR=…\n`,
    });
  });

  const mistakes: [name: string, value: string, says: string][] = [
    ["PORT", "eighty", "PORT is eighty"],
    ["PORT", "70000", "PORT is 70000"],
    ["PORT", "-1", "PORT is -1"],
    ["PORT", "80.5", "PORT is 80.5"],
    ["CHARGER_REGISTRATION", "everyone", "CHARGER_REGISTRATION is everyone: it is open, pending or closed"],
  ];
  test.for(mistakes)("%s=%s", async ([name, value, says]) => {
    const { code, output } = await failure({ stateDir: await newState(), env: { [name]: value } });
    expect(code).toBe(1);
    expect(output).toMatch(/^ov2x-edge did not start: .*\n$/);
    expect(output).toContain(says);
  });
});

describe("without a network", () => {
  const isolate = ["-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
  const canIsolate = (() => {
    try {
      execFileSync("unshare", [...isolate, "true"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();

  test.skipIf(!canIsolate)("it starts and serves chargers", async () => {
    const script = [process.execPath, "--import", "tsx", "test/support/node/offline.ts", await newState()];
    const group = spawnGroup("unshare", [...isolate, ...script], process.env);
    cleanUp.push(() => group.kill());
    const { code } = await group.exited;
    expect({ code, output: group.output().trim() }).toEqual({ code: 0, output: '{"transactions":1}' });
  });

  test("it does not even look beyond this machine", async () => {
    const stateDir = await newState();
    const spyFile = join(stateDir, "spied");
    await writeFile(spyFile, "");
    const spy = new URL("../support/node/net-spy.cjs", import.meta.url).pathname;
    const server = await start({ stateDir, env: { NODE_OPTIONS: `--require ${spy}`, SPY_FILE: spyFile } });
    await signIn(server.url);
    await server.stop();
    expect(await readFile(spyFile, "utf8")).toBe("");
  });
});
