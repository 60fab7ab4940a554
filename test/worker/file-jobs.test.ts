// Jobs whose file comes to, or from, an address of ours: OCPP 1.6 sections 5.9 and 5.19, security whitepaper chapter 5;
// OCPP 2.0.1 part 2, blocks L and N. Statuses and files come doubled, late and out of order.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { TransferPlan } from "../../src/durable-objects/charge-point/transfers.ts";
import type { NeutralRequest } from "../../src/ocpp/neutral.ts";
import { type Scene, scene } from "../support/worker/operator.ts";
import { actorOf } from "../support/worker/sessions.ts";

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
const OPTIONS = { offline: "fail" as const, requestedBy: "operator" };

const jobsOf = async ({ get }: Scene) => (await get("jobs")).body.items;
const statusesOf = (job: { statuses: { status: string }[] }) => job.statuses.map(({ status }) => status);

async function begin(s: Scene, request: NeutralRequest, answer: object | undefined, plan: Partial<TransferPlan>) {
  const jobId = crypto.randomUUID();
  const sent = actorOf(s.charger).neutralCommand(request, OPTIONS, 5_000, { jobId, ...plan });
  const [, messageId, action, payload] = await s.charger.next();
  const asked = { action, payload: payload as { requestId?: number } };
  if (answer !== undefined) {
    s.charger.send([3, messageId, answer]);
    await sent;
  }
  return { jobId, asked, messageId, sent };
}

const GET_LOG: NeutralRequest = {
  kind: "getLog",
  params: { type: "diagnostics", location: "https://csms.test/http/upload/t/secret/" },
};
const UPDATE: NeutralRequest = {
  kind: "updateFirmware",
  params: { location: "https://csms.test/http/files/s/secret/f" },
};
const IMAGE = { imageId: "image-1", version: "2.0.0" };

/** How each version asks for diagnostics, and speaks of them. */
const LOGS = [
  { version: "1.6", answer: { fileName: "d.log" }, notification: "DiagnosticsStatusNotification", bad: "UploadFailed" },
  ...(["2.0.1", "2.1"] as const).map((version) => ({
    ...{ version, answer: { status: "Accepted", filename: "d.log" } },
    ...{ notification: "LogStatusNotification", bad: "UploadFailure" },
  })),
] as const;

describe.each(LOGS)(
  "a log that comes to an address of ours (OCPP $version)",
  ({ version, answer, notification, bad }) => {
    async function asked() {
      const s = await scene(version);
      const begun = await begin(s, GET_LOG, answer, { awaitsFile: true });
      const { requestId } = begun.asked.payload;
      const tell = (status: string) =>
        s.charger.call(notification, { status, ...(requestId === undefined ? {} : { requestId }) });
      const arrive = (more: object = { jobId: begun.jobId }, fileId = "file-1") =>
        actorOf(s.charger).fileArrived({ fileId, name: "d.log", size: 7, ...more });
      return { ...begun, s, tell, arrive };
    }
    const FILE = { id: "file-1", name: "d.log", size: 7, url: "/api/files/file-1/content" };

    it("is done when the charger has said so and the file is here", async () => {
      const { s, jobId, tell, arrive } = await asked();
      await tell("Uploading");
      expect(await arrive()).toEqual({ jobId, commandId: expect.any(String) });
      expect(await jobsOf(s)).toMatchObject([{ id: jobId, state: "running", file: FILE }]);
      await tell("Uploaded");
      const [job] = await jobsOf(s);
      expect(job).toMatchObject({ state: "finished", file: FILE, fileName: "d.log", reason: null });
      expect(statusesOf(job).slice(-3)).toEqual(["Uploading", "FileArrived", "Uploaded"]);
    });

    it("is done in the other order as well, and whatever comes twice changes nothing", async () => {
      const { s, tell, arrive } = await asked();
      await tell("Uploading");
      await tell("Uploaded");
      expect(await jobsOf(s)).toMatchObject([{ state: "running", file: null }]);
      await tell("Uploaded");
      await evictDurableObject(actorOf(s.charger));
      await arrive();
      await arrive();
      await tell("Uploaded");
      const [job, ...others] = await jobsOf(s);
      expect(others).toEqual([]);
      expect(job).toMatchObject({ state: "finished", file: FILE });
      expect(statusesOf(job).filter((status) => status === "FileArrived")).toHaveLength(1);
    });

    it("finds its job by the name that the charger told, or as the only one, but not by any name among several", async () => {
      const { s, jobId, arrive } = await asked();
      expect(await arrive({ name: "logs/d.log" })).toMatchObject({ jobId });
      const second = await begin(s, GET_LOG, { ...answer, ...renamed(answer, "e.log") }, { awaitsFile: true });
      expect(await arrive({ name: "e.log" }, "file-2")).toMatchObject({ jobId: second.jobId });
      expect(await arrive({ name: "other.log" }, "file-3")).toBeNull();
    });

    it("has failed when the charger says Uploaded and no file comes, and says what was refused", async () => {
      const { s, jobId, tell, arrive } = await asked();
      await actorOf(s.charger).fileRefused({ jobId, detail: "the quota is used up" });
      await tell("Uploaded");
      await overdue(s);
      const [job] = await jobsOf(s);
      expect(job).toMatchObject({ state: "failed", reason: expect.stringContaining("the quota is used up") });
      await arrive();
      expect(await jobsOf(s)).toMatchObject([{ state: "finished", file: FILE, reason: null }]);
    });

    it("is done with a remark when the file is here and the charger never says so", async () => {
      const { s, tell, arrive } = await asked();
      await tell("Uploading");
      await arrive();
      await overdue(s);
      expect(await jobsOf(s)).toMatchObject([
        { state: "finished", file: FILE, reason: expect.stringContaining("never said") },
      ]);
    });

    it("fails with the charger's word, and is revived by the file of a later try", async () => {
      const { s, tell, arrive } = await asked();
      await tell("Uploading");
      await tell(bad);
      expect(await jobsOf(s)).toMatchObject([{ state: "failed", reason: bad }]);
      await arrive();
      await tell("Uploaded");
      expect(await jobsOf(s)).toMatchObject([{ state: "finished", reason: null, file: FILE }]);
    });

    it("begins with its command, so that a status faster than the answer belongs to it", async () => {
      const s = await scene(version);
      const { jobId, asked, messageId, sent } = await begin(s, GET_LOG, undefined, { awaitsFile: true });
      const { requestId } = asked.payload;
      await s.charger.call(notification, { status: "Uploading", ...(requestId === undefined ? {} : { requestId }) });
      s.charger.send([3, messageId, answer]);
      await sent;
      const [job, ...others] = await jobsOf(s);
      expect(others).toEqual([]);
      expect(job).toMatchObject({ id: jobId, state: "running", fileName: "d.log" });
    });

    it("has failed when the charger answers with an error, and times out when it does not answer", async () => {
      const s = await scene(version);
      const one = await begin(s, GET_LOG, undefined, { awaitsFile: true });
      s.charger.send([4, one.messageId, "NotSupported", "no logs here", {}]);
      expect(await one.sent).toMatchObject({ ok: true, value: { status: "error" } });
      expect(await jobsOf(s)).toMatchObject([{ state: "failed", reason: "NotSupported: no logs here" }]);
      const two = await begin(s, GET_LOG, undefined, { awaitsFile: true });
      s.charger.close();
      expect(await two.sent).toMatchObject({ ok: true, value: { status: "unknown" } });
      expect((await jobsOf(s))[0]).toMatchObject({ id: two.jobId, state: "timedOut" });
    });

    it("keeps the secret of the address out of the command and the log", async () => {
      const { s } = await asked();
      const [command, messages] = [await s.get("commands"), await s.get("messages")];
      expect(JSON.stringify([command.body, messages.body])).not.toContain("secret");
    });
  },
);

const renamed = (answer: object, name: string) => ("fileName" in answer ? { fileName: name } : { filename: name });

describe.each(VERSIONS)("firmware of ours (OCPP %s)", (version) => {
  const answer = version === "1.6" ? {} : { status: "Accepted" };
  async function updating(plan: Partial<TransferPlan> = { firmware: IMAGE }) {
    const s = await scene(version);
    const begun = await begin(s, UPDATE, answer, plan);
    const { requestId } = begun.asked.payload;
    const tell = (status: string) =>
      s.charger.call("FirmwareStatusNotification", { status, ...(requestId === undefined ? {} : { requestId }) });
    return {
      ...begun,
      s,
      tell,
      boot: (firmwareVersion: string) => s.charger.call("BootNotification", bootOf(firmwareVersion)),
    };
  }
  const bootOf = (firmwareVersion: string) =>
    version === "1.6"
      ? { chargePointVendor: "V", chargePointModel: "M", firmwareVersion }
      : { reason: "FirmwareUpdate", chargingStation: { vendorName: "V", model: "M", firmwareVersion } };

  it("is verified by the boot that follows, whether Installed comes before or after it", async () => {
    const { s, tell, boot } = await updating();
    await tell("Downloading");
    await tell("Installed");
    expect(await jobsOf(s)).toMatchObject([{ state: "finished", firmware: { verification: "pending", booted: null } }]);
    await evictDurableObject(actorOf(s.charger));
    await boot("2.0.0");
    expect(await jobsOf(s)).toMatchObject([
      { state: "finished", firmware: { verification: "verified", id: "image-1" } },
    ]);

    const other = await updating();
    await other.tell("Installing");
    await other.boot("2.0.0");
    await other.tell("Installed");
    expect(await jobsOf(other.s)).toMatchObject([{ state: "finished", firmware: { verification: "verified" } }]);
  });

  it("is a mismatch when it boots with another version, until a boot with the right one", async () => {
    const { s, tell, boot } = await updating();
    await boot("1.0.0");
    expect(await jobsOf(s)).toMatchObject([
      { state: "requested", firmware: { verification: "pending", booted: "1.0.0" } },
    ]);
    await tell("Installed");
    await boot("1.0.0");
    expect(await jobsOf(s)).toMatchObject([{ state: "finished", firmware: { verification: "mismatch" } }]);
    await boot("2.0.0");
    expect(await jobsOf(s)).toMatchObject([{ state: "finished", firmware: { verification: "verified" } }]);
  });

  it("is done with the boot when the charger never says Installed", async () => {
    const { s, tell, boot } = await updating();
    await tell("Installing");
    await boot("2.0.0");
    const [job] = await jobsOf(s);
    expect(job).toMatchObject({ state: "finished", firmware: { verification: "verified" } });
    expect(statusesOf(job).at(-1)).toBe("Booted");
  });

  it("is refused while another update goes on or a transaction runs, where that was asked", async () => {
    const { s } = await updating();
    const again = await actorOf(s.charger).neutralCommand(UPDATE, OPTIONS, 0, {
      ...{ jobId: crypto.randomUUID(), firmware: IMAGE, unlessBusy: true },
    });
    expect(again).toMatchObject({ ok: false, error: { reason: "busy" } });
  });

  it("asked for twice under one job id goes out once", async () => {
    const { s, jobId } = await updating();
    const again = await actorOf(s.charger).neutralCommand(UPDATE, OPTIONS, 0, {
      jobId,
      firmware: IMAGE,
      unlessBusy: true,
    });
    expect(again).toMatchObject({ ok: true });
    expect(await jobsOf(s)).toHaveLength(1);
    expect((await s.get("commands")).body.items).toHaveLength(1);
  });
});

it.each(["2.0.1", "2.1"] as const)("a newer request of ours cancels the older one (OCPP %s)", async (version) => {
  const s = await scene(version);
  const one = await begin(s, UPDATE, { status: "Accepted" }, { firmware: IMAGE });
  const two = await begin(s, UPDATE, { status: "AcceptedCanceled" }, { firmware: IMAGE });
  expect(await jobsOf(s)).toMatchObject([
    { id: two.jobId, state: "requested" },
    { id: one.jobId, state: "cancelled" },
  ]);
});

describe.each([
  [
    "1.6",
    "GetConfiguration",
    {},
    { configurationKey: [{ key: "SupportedFileTransferProtocols", readonly: true, value: "FTP, http" }] },
  ],
  [
    "2.0.1",
    "GetVariables",
    { getVariableData: [{ component: { name: "OCPPCommCtrlr" }, variable: { name: "FileTransferProtocols" } }] },
    {
      getVariableResult: [
        {
          ...{ attributeStatus: "Accepted", attributeValue: "FTP,HTTP" },
          ...{ component: { name: "OCPPCommCtrlr" }, variable: { name: "FileTransferProtocols" } },
        },
      ],
    },
  ],
] as const)("the protocols of a charger (OCPP %s)", (version, action, request, answer) => {
  it("are what it told of them, and unknown before", async () => {
    const s = await scene(version);
    expect(await actorOf(s.charger).fileTransferProtocols()).toBeNull();
    await s.command(action, request, answer);
    expect(await actorOf(s.charger).fileTransferProtocols()).toEqual(["FTP", "HTTP"]);
  });
});

/** Lets every job's patience end, as if the time had passed. */
async function overdue({ charger }: Scene): Promise<void> {
  const actor = actorOf(charger);
  await runInDurableObject(actor, (_instance, { storage: { sql } }) => {
    for (const { id, data } of sql.exec<{ id: string; data: string }>("SELECT id, data FROM jobs").toArray()) {
      const job = { ...JSON.parse(data), updatedAt: 0, notBefore: 0, patienceMs: 1 };
      sql.exec("UPDATE jobs SET data = ? WHERE id = ?", JSON.stringify(job), id);
    }
  });
  await evictDurableObject(actor);
  await runDurableObjectAlarm(actor);
}
