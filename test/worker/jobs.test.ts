// Firmware updates and log uploads as jobs: OCPP 1.6 sections 4.4, 4.5, 5.9, 5.19 and security whitepaper chapter 5;
// OCPP 2.0.1 part 2, blocks L and N.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { call } from "../support/worker/api.ts";
import { type Scene, scene } from "../support/worker/operator.ts";
import { actorOf, at, stationRow } from "../support/worker/sessions.ts";

const ACCEPTED = { status: "Accepted" };
const firmware = {
  location: "https://files.test/f.bin",
  retrieveDateTime: at(0),
  signature: "s",
  signingCertificate: "c",
};
const log = { remoteLocation: "https://files.test/up" };

interface Case {
  version: "1.6" | "2.0.1" | "2.1";
  action: string;
  request: object;
  answer: object;
  notification: string;
  /** Statuses that lead to the end. */
  good: string[];
  bad: string;
  kind: string;
}

/** Some actions have a request id, by which statuses find their job. */
const withId = (requestId: unknown) => (requestId === undefined ? {} : { requestId });

const CASES: Case[] = [
  {
    ...{ version: "1.6", kind: "firmware", action: "UpdateFirmware", notification: "FirmwareStatusNotification" },
    ...{ request: { location: "ftp://files.test/f.bin", retrieveDate: at(0) }, answer: {} },
    ...{ good: ["Downloading", "Downloaded", "Installing", "Installed"], bad: "DownloadFailed" },
  },
  {
    ...{ version: "1.6", kind: "firmware", action: "SignedUpdateFirmware" },
    ...{ notification: "SignedFirmwareStatusNotification", request: { requestId: 1, firmware }, answer: ACCEPTED },
    ...{ good: ["Downloading", "SignatureVerified", "InstallRebooting", "Installed"], bad: "InvalidSignature" },
  },
  {
    ...{ version: "1.6", kind: "diagnostics", action: "GetDiagnostics", notification: "DiagnosticsStatusNotification" },
    ...{ request: { location: "ftp://files.test/" }, answer: { fileName: "d.zip" } },
    ...{ good: ["Uploading", "Uploaded"], bad: "UploadFailed" },
  },
  ...(["1.6", "2.0.1", "2.1"] as const).map((version) => ({
    ...{ version, kind: "log", action: "GetLog", notification: "LogStatusNotification" },
    ...{ request: { requestId: 2, logType: "DiagnosticsLog", log }, answer: { ...ACCEPTED, filename: "l.zip" } },
    ...{ good: ["Uploading", "Uploaded"], bad: "UploadFailure" },
  })),
  ...(["2.0.1", "2.1"] as const).flatMap((version) => [
    {
      ...{ version, kind: "firmware", action: "UpdateFirmware", notification: "FirmwareStatusNotification" },
      ...{ request: { requestId: 3, firmware }, answer: ACCEPTED },
      ...{
        good: ["DownloadScheduled", "Downloading", "Downloaded", "Installing", "Installed"],
        bad: "InstallationFailed",
      },
    },
    {
      ...{ version, kind: "publishFirmware", action: "PublishFirmware" },
      notification: "PublishFirmwareStatusNotification",
      request: { requestId: 4, location: "https://files.test/f.bin", checksum: "0123456789abcdef0123456789abcdef" },
      ...{ answer: ACCEPTED, good: ["Downloading", "ChecksumVerified", "Published"], bad: "InvalidChecksum" },
    },
  ]),
];

const jobsOf = async ({ get }: Scene) => (await get("jobs")).body.items;
const statusesOf = (job: { statuses: { status: string }[] }) => job.statuses.map(({ status }) => status);

describe.each(CASES)(
  "$action on OCPP $version",
  ({ version, action, request, answer, notification, good, bad, kind }) => {
    const id = withId("requestId" in request ? request.requestId : undefined);
    const tell = (s: Scene, status: string) => {
      const location = status === "Published" ? { location: ["http://10.0.0.2/f.bin"] } : {};
      return s.charger.call(notification, { status, ...id, ...location });
    };

    it("is a job from the charger's answer to its last status, with all statuses kept", async () => {
      const s = await scene(version);
      const { id: commandId } = await s.command(action, request, answer);
      expect(await jobsOf(s)).toMatchObject([{ kind, state: "requested", commandId, finishedAt: null }]);
      for (const status of good) expect(await tell(s, status)).toMatchObject([3, expect.anything(), {}]);
      const [job, ...others] = await jobsOf(s);
      expect(others).toEqual([]);
      expect(statusesOf(job)).toEqual(["Accepted", ...good]);
      expect(job).toMatchObject({ state: "finished", commandId, finishedAt: expect.any(String), reason: null });
      const { body } = await call("GET", `/api/jobs/${job.id}`, { token: s.token });
      expect(body).toEqual(job);
      if (kind === "log") expect(job.fileName).toBe("l.zip");
      if (kind === "publishFirmware") expect(job.locations).toEqual(["http://10.0.0.2/f.bin"]);
    });

    it("fails with the status that said so, and goes on when the charger tries again", async () => {
      const s = await scene(version);
      await s.command(action, request, answer);
      await tell(s, good[0] ?? "");
      await tell(s, bad);
      expect(await jobsOf(s)).toMatchObject([{ state: "failed", reason: bad }]);
      if (!("requestId" in request)) return;
      await tell(s, good[0] ?? "");
      expect(await jobsOf(s)).toMatchObject([{ state: "running", finishedAt: null }]);
    });

    it("times out when nothing more is heard, and what comes late still counts", async () => {
      const s = await scene(version);
      await s.command(action, request, answer);
      await overdue(s);
      const [job] = await jobsOf(s);
      expect(job).toMatchObject({ state: "timedOut" });
      await tell(s, good.at(-1) ?? "");
      expect(await jobsOf(s)).toMatchObject([{ id: job.id, state: "finished" }]);
    });

    it("is no job's business when the charger says that it is idle", async () => {
      const s = await scene(version);
      await tell(s, "Idle");
      expect(await jobsOf(s)).toEqual([]);
    });

    it("that the charger began by itself is a job without a command", async () => {
      const s = await scene(version);
      await tell(s, good[0] ?? "");
      expect(await jobsOf(s)).toMatchObject([{ kind, state: "running", commandId: null }]);
    });
  },
);

/** Lets every job's patience end, as if the time had passed. */
async function overdue({ charger }: Scene): Promise<void> {
  const actor = actorOf(charger);
  await runInDurableObject(actor, (_instance, { storage: { sql } }) => {
    for (const { id, data } of sql.exec<{ id: string; data: string }>("SELECT id, data FROM jobs").toArray()) {
      const job = { ...JSON.parse(data), updatedAt: 0, notBefore: 0, patienceMs: 1 };
      sql.exec("UPDATE jobs SET data = ? WHERE id = ?", JSON.stringify(job), id);
    }
  });
  // What it had in memory is what it was before.
  await evictDurableObject(actor);
  await runDurableObjectAlarm(actor);
}

describe("two requests", () => {
  it.each(["2.0.1", "2.1"] as const)(
    "are told apart by their ids; the newer cancels the older (OCPP %s)",
    async (version) => {
      const s = await scene(version);
      await s.command("UpdateFirmware", { requestId: 1, firmware }, ACCEPTED);
      await s.command("UpdateFirmware", { requestId: 2, firmware }, { status: "AcceptedCanceled" });
      await s.charger.call("FirmwareStatusNotification", { status: "Downloading", requestId: 2 });
      expect(await jobsOf(s)).toMatchObject([
        { requestId: 2, state: "running" },
        { requestId: 1, state: "cancelled" },
      ]);
    },
  );

  it("on OCPP 1.6 the newest that goes on is meant, and an end told again begins nothing", async () => {
    const s = await scene("1.6");
    const update = { location: "ftp://files.test/f.bin", retrieveDate: at(0) };
    await s.command("UpdateFirmware", update, {});
    await s.charger.call("FirmwareStatusNotification", { status: "Installed" });
    await s.charger.call("FirmwareStatusNotification", { status: "Installed" });
    expect(await jobsOf(s)).toHaveLength(1);
    await s.charger.call("FirmwareStatusNotification", { status: "Downloading" });
    expect(await jobsOf(s)).toMatchObject([{ commandId: null, state: "running" }, { state: "finished" }]);
  });
});

describe("a request that the charger refuses", () => {
  it.each([
    ["1.6", "SignedUpdateFirmware", { requestId: 1, firmware }, { status: "InvalidCertificate" }, "InvalidCertificate"],
    ["1.6", "GetDiagnostics", { location: "ftp://files.test/" }, {}, "NoDiagnostics"],
    ["2.0.1", "UpdateFirmware", { requestId: 1, firmware }, { status: "RevokedCertificate" }, "RevokedCertificate"],
    ["2.1", "GetLog", { requestId: 1, logType: "SecurityLog", log }, { status: "Rejected" }, "Rejected"],
    ["2.1", "UnpublishFirmware", { checksum: "abc" }, { status: "DownloadOngoing" }, "DownloadOngoing"],
  ] as const)("has failed with its word (%s %s)", async (version, action, request, answer, reason) => {
    const s = await scene(version);
    await s.command(action, request, answer);
    expect(await jobsOf(s)).toMatchObject([{ state: "failed", reason }]);
  });

  it("and unpublishing is done with the answer", async () => {
    const s = await scene("2.0.1");
    await s.command("UnpublishFirmware", { checksum: "abc" }, { status: "Unpublished" });
    expect(await jobsOf(s)).toMatchObject([{ kind: "unpublishFirmware", state: "finished" }]);
  });
});

it("a status that is faster than the answer belongs to the same job", async () => {
  const s = await scene("2.0.1");
  const sent = s.post("commands", { action: "GetLog", payload: { requestId: 9, logType: "DiagnosticsLog", log } });
  const [, messageId] = await s.charger.next();
  await s.charger.call("LogStatusNotification", { status: "Uploading", requestId: 9 });
  s.charger.send([3, messageId, { ...ACCEPTED, filename: "f" }]);
  const { body } = await sent;
  expect(await jobsOf(s)).toMatchObject([{ state: "running", commandId: body.id, fileName: "f", requestId: 9 }]);
});

it("the last status of each kind is shown on the charger", async () => {
  const s = await scene("2.1");
  await s.charger.call("FirmwareStatusNotification", { status: "Downloading", requestId: 1 });
  await s.charger.call("LogStatusNotification", { status: "Uploading", requestId: 2 });
  expect(await stationRow(s.charger)).toMatchObject({
    firmware_status: "Downloading",
    diagnostics_status: "Uploading",
  });
});

it("jobs of all chargers are one list, by kind, state and charger", async () => {
  const [one, two] = [await scene("2.0.1"), await scene("1.6")];
  await one.charger.call("FirmwareStatusNotification", { status: "Downloading", requestId: 1 });
  await two.charger.call("FirmwareStatusNotification", { status: "Installed" });
  await jobsOf(one);
  await jobsOf(two);
  const list = async (query: string) =>
    (await call("GET", `/api/jobs?${query}`, { token: one.token })).body.items.map(
      ({ chargePointId }: { chargePointId: string }) => chargePointId,
    );
  expect(await list(`chargePointId=${one.charger.id}`)).toEqual([one.charger.id]);
  expect(await list("kind=firmware&state=running")).toContain(one.charger.id);
  expect(await list("kind=firmware&state=running")).not.toContain(two.charger.id);
  expect((await call("GET", "/api/jobs/nothing", { token: one.token })).status).toBe(404);
});
