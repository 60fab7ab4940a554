// Firmware campaigns, turn by turn: the tests take the turns that the workflow would, at the times that they choose.
import { introspectWorkflow } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reviveCampaigns } from "../../src/workers/campaigns/driver.ts";
import { takeTurn } from "../../src/workers/campaigns/turn.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import { type Charger, connectCharger, eventually, newIdentity } from "../support/worker/charger.ts";
import { addImage } from "../support/worker/firmware.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, SUBPROTOCOLS } from "../support/worker/sessions.ts";

type Version = keyof typeof SUBPROTOCOLS;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A workflow of its own would take turns, too. */
let introspector: Awaited<ReturnType<typeof introspectWorkflow>>;
beforeAll(async () => {
  introspector = await introspectWorkflow(env.FIRMWARE_CAMPAIGNS);
  await introspector.modifyAll(async (m) => {
    await m.mockStepResult({ name: "turn 0" }, null);
  });
});
afterAll(() => introspector.dispose());

const bootOf = (version: Version, vendor: string, firmwareVersion: string) =>
  version === "1.6"
    ? { chargePointVendor: vendor, chargePointModel: "M", firmwareVersion }
    : { reason: "PowerUp", chargingStation: { vendorName: vendor, model: "M", firmwareVersion } };

interface Member {
  charger: Charger;
  version: Version;
  boot(firmwareVersion: string): Promise<unknown>;
  /** Takes the command, and goes through with it. */
  obey(outcome?: "installed" | "failed" | "other"): Promise<void>;
}

async function member(vendor: string, version: Version = "1.6"): Promise<Member> {
  const id = await registerCharger();
  const charger = await connectCharger(id, { subprotocols: SUBPROTOCOLS[version] });
  const boot = (firmwareVersion: string) => charger.call("BootNotification", bootOf(version, vendor, firmwareVersion));
  await boot("1.0.0");
  await actorOf(charger).flush();
  return {
    ...{ charger, version, boot },
    async obey(outcome = "installed") {
      const [, messageId, , payload] = await charger.next();
      const { requestId } = payload as { requestId?: number };
      charger.send([3, messageId, version === "1.6" ? {} : { status: "Accepted" }]);
      const tell = (status: string) =>
        charger.call("FirmwareStatusNotification", { status, ...(requestId === undefined ? {} : { requestId }) });
      await tell("Downloading");
      if (outcome === "failed") await tell("InstallationFailed");
      else {
        await tell("Installing");
        await boot(outcome === "installed" ? "2.0.0" : "1.0.0");
        await tell("Installed");
      }
      await actorOf(charger).flush();
    },
  };
}

interface Scene {
  token: string;
  id: string;
  vendor: string;
  /** One turn. @returns the rest in milliseconds, or null */
  turn(now?: number): Promise<number | null>;
  /** Turns until the campaign wants to rest. */
  go(now?: number): Promise<number | null>;
  post(order: string, body?: object): ReturnType<typeof call>;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  read(): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  report(): Promise<any[]>;
}

async function campaign(vendor: string, settings: object = {}): Promise<Scene> {
  const { token } = await someone("operator");
  const firmwareId = await addImage(token, { version: "2.0.0", vendor });
  const { status, body } = await call("POST", "/api/firmware-campaigns", {
    token,
    body: { name: "Roll-out", firmwareId, retry: { attempts: 1, pauseMinutes: 10 }, ...settings },
  });
  expect(status).toBe(201);
  const path = `/api/firmware-campaigns/${body.id}`;
  const generation = async () =>
    (await env.DB.prepare("SELECT generation FROM firmware_campaigns WHERE id = ?")
      .bind(body.id)
      .first<number>("generation")) ?? 0;
  const turn = async (now = Date.now()) => takeTurn(env, body.id, await generation(), now);
  return {
    ...{ token, id: body.id, vendor, turn },
    async go(now = Date.now()) {
      for (let rest = await turn(now); ; rest = await turn(now)) if (rest !== 0) return rest;
    },
    post: (order, given = {}) => call("POST", `${path}/${order}`, { token, body: given }),
    read: async () => (await call("GET", path, { token })).body,
    report: () => walk(`${path}/charge-points`, token, 2),
  };
}

const newVendor = () => newIdentity("V");

describe("a campaign", () => {
  it("is drafted, counts whom it would be for, and does nothing before it is started", async () => {
    const vendor = newVendor();
    await member(vendor);
    const s = await campaign(vendor);
    expect(await s.read()).toMatchObject({ state: "draft", matching: 1, progress: { total: 0 } });
    expect(await s.turn()).toBeNull();
    expect((await s.post("pause")).status).toBe(409);
  });

  it.each(["1.6", "2.0.1", "2.1"] as const)(
    "updates a charger and proves it by its boot (OCPP %s)",
    async (version) => {
      const vendor = newVendor();
      const one = await member(vendor, version);
      const s = await campaign(vendor);
      expect((await s.post("start")).body).toMatchObject({ state: "scheduled" });
      expect(await s.go()).toBeGreaterThan(0);
      expect(await s.read()).toMatchObject({ state: "running", progress: { updating: 1 } });
      await one.obey();
      expect(await s.go()).toBeNull();
      expect(await s.read()).toMatchObject({ state: "finished", reason: null, progress: { total: 1, installed: 1 } });
      expect(await s.report()).toMatchObject([
        {
          ...{ chargePointId: one.charger.id, state: "installed", reason: "verified", attempts: 1, wave: 1 },
          ...{ versionBefore: "1.0.0", versionAfter: "2.0.0", jobId: expect.any(String) },
        },
      ]);
      expect((await s.post("abort")).status).toBe(409);
    },
  );

  it("leaves out who has the version already and who is not the image's", async () => {
    const vendor = newVendor();
    const [one, two] = [await member(vendor), await member(vendor)];
    await member(newVendor());
    await two.boot("2.0.0");
    await actorOf(two.charger).flush();
    const s = await campaign(vendor);
    await s.post("start");
    await s.go();
    expect(await s.report()).toMatchObject([{ chargePointId: one.charger.id }]);
  });

  it("goes wave by wave: the next one begins when the one before has ended", async () => {
    const vendor = newVendor();
    const members = [await member(vendor), await member(vendor), await member(vendor)];
    const s = await campaign(vendor, { waves: [{ size: 1 }, { percent: 100 }] });
    await s.post("start");
    await s.go();
    expect(await s.read()).toMatchObject({ wave: 1, waveCount: 2, progress: { updating: 1, waiting: 2 } });
    const first = await firstAsked(members);
    await first.obey();
    await s.go();
    expect(await s.read()).toMatchObject({ wave: 2, progress: { updating: 2, installed: 1 } });
    for (const other of members) if (other !== first) await other.obey();
    expect(await s.go()).toBeNull();
    expect(await s.read()).toMatchObject({ state: "finished", progress: { installed: 3 } });
  });

  it("updates no more chargers at a time than it may", async () => {
    const vendor = newVendor();
    for (let n = 0; n < 3; n += 1) await member(vendor);
    const s = await campaign(vendor, { concurrency: 2 });
    await s.post("start");
    await s.go();
    await s.go();
    expect(await s.read()).toMatchObject({ progress: { updating: 2, waiting: 1 } });
  });

  it("pauses when too many fail, and goes on when an operator says so, without pausing for the same again", async () => {
    const vendor = newVendor();
    const members = [await member(vendor), await member(vendor), await member(vendor)];
    const s = await campaign(vendor, { waves: [{ size: 1 }], pauseOnFailures: { percent: 50, atLeast: 1 } });
    await s.post("start");
    await s.go();
    const first = await firstAsked(members);
    await first.obey("failed");
    expect(await s.go()).toBeNull();
    expect(await s.read()).toMatchObject({ state: "paused", reason: "1 of 1 updates have failed" });
    expect((await s.post("resume")).body).toMatchObject({ state: "running", reason: null });
    await s.go();
    const rest = members.filter((other) => other !== first);
    const second = await firstAsked(rest);
    await second.obey();
    await s.go();
    const [third] = rest.filter((other) => other !== second);
    await third?.obey();
    expect(await s.go()).toBeNull();
    expect(await s.read()).toMatchObject({ state: "finished", progress: { installed: 2, failed: 1 } });
    expect((await s.report()).find(({ state }) => state === "failed")).toMatchObject({
      ...{ chargePointId: first.charger.id, reason: "InstallationFailed" },
    });
  });

  it("tries a charger again as often as it may, after a pause", async () => {
    const vendor = newVendor();
    const one = await member(vendor);
    const s = await campaign(vendor, { retry: { attempts: 2, pauseMinutes: 10 } });
    await s.post("start");
    await s.go();
    await one.obey("failed");
    await s.go();
    expect(await s.report()).toMatchObject([{ state: "waiting", reason: "retry", attempts: 1 }]);
    await s.go(Date.now() + 11 * MINUTE);
    await one.obey();
    expect(await s.go()).toBeNull();
    expect(await s.report()).toMatchObject([{ state: "installed", attempts: 2 }]);
  });

  it("gives the failed another turn when it is resumed with them", async () => {
    const vendor = newVendor();
    const one = await member(vendor);
    const s = await campaign(vendor, { pauseOnFailures: { percent: 1, atLeast: 1 } });
    await s.post("start");
    await s.go();
    await one.obey("failed");
    await s.go();
    await s.post("resume", { retryFailed: true });
    await s.go();
    await one.obey();
    expect(await s.go()).toBeNull();
    expect(await s.read()).toMatchObject({ state: "finished", progress: { installed: 1, failed: 0 } });
  });

  it("counts as failed what says Installed and boots with another version, after a while", async () => {
    const vendor = newVendor();
    const one = await member(vendor);
    const s = await campaign(vendor);
    await s.post("start");
    await s.go();
    await one.obey("other");
    expect(await s.go()).toBeGreaterThan(0);
    await s.go(Date.now() + 11 * MINUTE);
    expect(await s.report()).toMatchObject([
      { state: "failed", reason: expect.stringContaining("runs 1.0.0"), versionAfter: "1.0.0" },
    ]);
  });

  it("waits for who is offline until the end, and reports who did not come", async () => {
    const vendor = newVendor();
    const [one, two] = [await member(vendor), await member(vendor)];
    two.charger.close();
    await eventually(async () => ((await actorOf(two.charger).live())?.connected ? undefined : true), "the end of it");
    await actorOf(two.charger).flush();
    const s = await campaign(vendor);
    await s.post("start");
    await s.go();
    await one.obey();
    expect(await s.go()).toBeGreaterThan(0);
    expect((await s.report()).find(({ state }) => state === "waiting")).toMatchObject({ reason: "offline" });
    expect(await s.go(Date.now() + 25 * HOUR)).toBeNull();
    expect(await s.read()).toMatchObject({ state: "finished", progress: { installed: 1, notReached: 1 } });
    expect((await s.report()).find(({ state }) => state === "notReached")).toMatchObject({
      ...{ chargePointId: two.charger.id, reason: "offline", attempts: 0 },
    });
  });

  it("begins nothing outside its window", async () => {
    const vendor = newVendor();
    await member(vendor);
    // Hours from now: the campaign's own driver takes turns by the real clock, too.
    const now = Date.now();
    const hour = (later: number) => `${String(new Date(now + later * HOUR).getUTCHours()).padStart(2, "0")}:00`;
    const s = await campaign(vendor, { window: { timeZone: "UTC", start: hour(6), end: hour(12) } });
    await s.post("start");
    await env.DB.prepare("UPDATE firmware_campaigns SET starts_at = 0 WHERE id = ?").bind(s.id).run();
    expect(await s.go(now)).toBe(HOUR);
    expect(await s.read()).toMatchObject({ progress: { waiting: 1 } });
    await s.go(now + 8 * HOUR);
    expect(await s.read()).toMatchObject({ progress: { updating: 1 } });
  });

  it.each([
    ["wait", { state: "waiting", reason: "charging", attempts: 0 }],
    ["skip", { state: "skipped", finishedAt: expect.any(String) }],
    ["ignore", { state: "updating" }],
  ] as const)("of a charger that is charging: %s", async (charging, expected) => {
    const vendor = newVendor();
    const { charger } = await member(vendor);
    await charger.call("StartTransaction", {
      ...{ connectorId: 1, idTag: "T", meterStart: 0, timestamp: new Date().toISOString() },
    });
    const s = await campaign(vendor, { charging });
    await s.post("start");
    await s.go();
    expect(await s.report()).toMatchObject([expected]);
  });

  it("begins nothing more once it is aborted, and still reports what was under way", async () => {
    const vendor = newVendor();
    const members = [await member(vendor), await member(vendor)];
    const s = await campaign(vendor, { concurrency: 1 });
    await s.post("start");
    await s.go();
    expect((await s.post("abort")).body).toMatchObject({ state: "aborted", progress: { aborted: 1, updating: 1 } });
    expect(await s.go()).toBeGreaterThan(0);
    await (await firstAsked(members)).obey();
    expect(await s.go()).toBeNull();
    expect(await s.read()).toMatchObject({ state: "aborted", progress: { aborted: 1, installed: 1 } });
  });

  it("calls nobody twice when a turn dies between the claim and the call, or after the call", async () => {
    const vendor = newVendor();
    const one = await member(vendor);
    const s = await campaign(vendor);
    await s.post("start");
    await s.go();
    const { jobId } = (await s.report())[0];
    // As if D1 had not yet heard of the job.
    await env.DB.prepare("DELETE FROM jobs WHERE id = ?").bind(jobId).run();
    await s.go(Date.now() + 2 * MINUTE);
    await one.obey();
    expect(one.charger.received.filter((frame) => frame.includes("UpdateFirmware"))).toHaveLength(1);
    expect(await s.go()).toBeNull();
    expect(await s.report()).toMatchObject([{ state: "installed", attempts: 1, jobId }]);
  });

  it("keeps going under a driver of the next generation when its own is lost, and the old one finds its work gone", async () => {
    const vendor = newVendor();
    const one = await member(vendor);
    const s = await campaign(vendor);
    await s.post("start");
    await s.go();
    const old = await env.DB.prepare("SELECT generation FROM firmware_campaigns WHERE id = ?")
      .bind(s.id)
      .first<number>("generation");
    expect(await reviveCampaigns(env, Date.now() + HOUR)).toBeGreaterThan(0);
    expect(await takeTurn(env, s.id, old ?? 0, Date.now())).toBeNull();
    await one.obey();
    expect(await s.go()).toBeNull();
    expect(await s.read()).toMatchObject({ state: "finished" });
  });

  it("can be changed as a draft, and only in part once it has begun", async () => {
    const vendor = newVendor();
    await member(vendor);
    const s = await campaign(vendor);
    const patch = (body: object) => call("PATCH", `/api/firmware-campaigns/${s.id}`, { token: s.token, body });
    expect((await patch({ waves: [{ size: 5 }], name: "Other" })).body).toMatchObject({
      name: "Other",
      waves: [{ size: 5 }],
    });
    await s.post("start");
    await s.go();
    expect((await patch({ concurrency: 1 })).status).toBe(409);
    await s.post("pause");
    expect((await patch({ waves: [{ size: 1 }] })).status).toBe(409);
    expect((await patch({ concurrency: 1 })).body).toMatchObject({ concurrency: 1, state: "paused" });
    expect((await call("DELETE", `/api/firmware-campaigns/${s.id}`, { token: s.token })).status).toBe(409);
    await s.post("abort");
    expect((await call("DELETE", `/api/firmware-campaigns/${s.id}`, { token: s.token })).status).toBe(204);
    expect((await call("GET", `/api/firmware-campaigns/${s.id}`, { token: s.token })).status).toBe(404);
  });

  it.each([
    [{ waves: [] }, "/waves"],
    [{ waves: [{ size: 0 }] }, "/waves/0"],
    [{ window: { timeZone: "Mars/Base", start: "22:00", end: "04:00" } }, "/window/timeZone"],
    [{ window: { timeZone: "UTC", start: "24:00", end: "04:00" } }, "/window/start"],
    [{ concurrency: 0 }, "/concurrency"],
    [{ colour: "red" }, "/colour"],
  ])("refuses %o", async (settings, pointer) => {
    const { token } = await someone("operator");
    const body = { name: "N", firmwareId: "x", ...settings };
    const answer = await call("POST", "/api/firmware-campaigns", { token, body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toContain(pointer);
  });
});

/** Whoever of them has been called. */
async function firstAsked(members: Member[]): Promise<Member> {
  return eventually(
    () => members.find(({ charger }) => charger.received.some((frame) => frame.includes("UpdateFirmware"))),
    "a charger that was called",
  );
}
