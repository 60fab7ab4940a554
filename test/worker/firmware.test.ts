// Logs to, and firmware from, addresses of ours, as operators ask for them: POST get-log, POST update-firmware, /api/firmware.
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { baseOf, downloadAddress, uploadAddress } from "../../src/workers/firmware/address.ts";
import { call, someone } from "../support/worker/api.ts";
import { eventually } from "../support/worker/charger.ts";
import { addFirmwareFile, addImage } from "../support/worker/firmware.ts";
import { type Scene, scene } from "../support/worker/operator.ts";
import { actorOf } from "../support/worker/sessions.ts";

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
type Version = (typeof VERSIONS)[number];

const jobsOf = async ({ get }: Scene) => (await get("jobs")).body.items;

/** One neutral command, and what the charger is asked by it. */
async function order(s: Scene, path: string, body: object, answer: object) {
  const sent = s.post(path, body);
  const { action, payload } = await s.answer(answer);
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  return { action, payload: payload as any, ...(await sent) };
}

const logAnswer = (version: Version) =>
  version === "1.6" ? { fileName: "d.log" } : { status: "Accepted", filename: "d.log" };
// biome-ignore lint/suspicious/noExplicitAny: it is 1.6's or 2.x's
const logAddress = (payload: any): string => payload.location ?? payload.log.remoteLocation;

describe.each(VERSIONS)("get-log without a location (OCPP %s)", (version) => {
  it("makes an address for this one file, and links the file to the job", async () => {
    const s = await scene(version);
    const { status, payload, body } = await order(s, "get-log", {}, logAnswer(version));
    expect(status).toBe(200);
    const address = logAddress(payload);
    expect(address).toMatch(/^https:\/\/csms\.test\/http\/upload\/t\/[\w-]+\/$/);
    expect(address.length).toBeLessThanOrEqual(512);
    const put = (name: string) => exports.default.fetch(address + name, { method: "PUT", body: "all is well" });
    const uploaded = await put("d.log");
    expect(uploaded.status).toBe(201);
    const stored = JSON.parse(new TextDecoder().decode(await uploaded.arrayBuffer()));
    const notification = version === "1.6" ? "DiagnosticsStatusNotification" : "LogStatusNotification";
    const requestId = version === "1.6" ? {} : { requestId: payload.requestId };
    await s.charger.call(notification, { status: "Uploaded", ...requestId });
    const job = await eventually(
      async () => (await jobsOf(s)).find(({ state }: { state: string }) => state === "finished"),
      "the end of the job",
    );
    expect(job).toMatchObject({ commandId: body.id, file: { id: stored.id, name: "d.log", size: 11 } });
    expect(job.file.url).toBe(`/api/files/${stored.id}/content`);
    const second = await put("e.log");
    expect(second.status).toBeGreaterThanOrEqual(400);
    await second.arrayBuffer();
  });

  it("goes by the charger's own protocols, its setting here, or what the operator says", async () => {
    const s = await scene(version);
    await tellProtocols(s, version, "FTP");
    expect((await s.post("get-log", {})).body.detail).toContain("FTP only, and there is HTTPS here");
    expect((await s.post("get-log", { protocol: "ftp" })).body.detail).toContain("FTP_PUBLIC_URL");
    const { payload } = await order(s, "get-log", { protocol: "http" }, logAnswer(version));
    expect(logAddress(payload)).toMatch(/^https:/);
    await call("PATCH", `/api/charge-points/${s.charger.id}`, { token: s.token, body: { fileTransfer: "http" } });
    expect((await order(s, "get-log", {}, logAnswer(version))).status).toBe(200);
  });
});

async function tellProtocols(s: Scene, version: Version, value: string): Promise<void> {
  const key = "SupportedFileTransferProtocols";
  if (version === "1.6") {
    await s.command("GetConfiguration", {}, { configurationKey: [{ key, readonly: true, value }] });
    return;
  }
  const name = { component: { name: "OCPPCommCtrlr" }, variable: { name: "FileTransferProtocols" } };
  const getVariableResult = [{ attributeStatus: "Accepted", attributeValue: value, ...name }];
  await s.command("GetVariables", { getVariableData: [name] }, { getVariableResult });
}

describe("the address of a file", () => {
  const DEPLOYMENT = { ...env, PUBLIC_URL: "", FTP_PUBLIC_URL: "ftp://files.test:2121/" };
  const ORIGIN = "http://csms.test";

  it.each([
    [null, null, "http"],
    [["FTP"], null, "ftp"],
    [["FTP", "HTTP"], null, "http"],
    [["FTP", "HTTPS"], null, "ftp"],
    [["HTTP"], "ftp", "ftp"],
    [["SFTP"], null, undefined],
  ] as const)("of a charger that supports %o, with %o wanted, is %s", (supported, wanted, expected) => {
    const base = baseOf(DEPLOYMENT, { supported, wanted, origin: ORIGIN });
    expect(base.ok ? base.value.protocol : undefined).toBe(expected);
  });

  it("prefers the public address of the deployment to the one that the operator uses", () => {
    const base = baseOf(
      { ...DEPLOYMENT, PUBLIC_URL: "https://public.test" },
      { supported: null, wanted: null, origin: ORIGIN },
    );
    expect(base).toEqual({ ok: true, value: { protocol: "http", url: "https://public.test" } });
  });

  it("over FTP has the identity as the user and the permission as the password", () => {
    const base = { protocol: "ftp" as const, url: "ftp://files.test:2121" };
    const grant = { chargePointId: "CP é 1", jobId: crypto.randomUUID(), kind: "log" as const, expiresAt: new Date() };
    const up = new URL(uploadAddress(DEPLOYMENT, base, grant));
    expect(decodeURIComponent(up.username)).toBe("CP é 1");
    expect(up.password.length).toBeGreaterThan(20);
    expect(up.pathname).toBe("/");
    const down = new URL(downloadAddress(DEPLOYMENT, base, grant, { id: "f", name: "a b.bin" }));
    expect(down.pathname).toBe("/firmware/a%20b.bin");
  });
});

describe.each(VERSIONS)("update-firmware with an image of ours (OCPP %s)", (version) => {
  const answer = version === "1.6" ? {} : { status: "Accepted" };
  // biome-ignore lint/suspicious/noExplicitAny: it is 1.6's or 2.x's
  const locationOf = (payload: any): string => payload.location ?? payload.firmware.location;

  it("sends a signed address of its file, and the job knows the image", async () => {
    const s = await scene(version);
    const firmwareId = await addImage(s.token, { version: "2.0.0" });
    const { status, payload, action } = await order(s, "update-firmware", { firmwareId, retries: 2 }, answer);
    expect({ status, action }).toEqual({ status: 200, action: "UpdateFirmware" });
    expect(locationOf(payload)).toMatch(/^https:\/\/csms\.test\/http\/files\/s\/[\w-]+\/firmware-/);
    expect(payload.retries).toBe(2);
    expect(await jobsOf(s)).toMatchObject([
      { kind: "firmware", firmware: { id: firmwareId, version: "2.0.0", verification: "pending" } },
    ]);
  });

  it("sends the image's signature with it, unless told not to", async () => {
    const s = await scene(version);
    const firmwareId = await addImage(s.token, { version: "2.0.0", signature: "c2ln", signingCertificate: "PEM" });
    const signed = await order(s, "update-firmware", { firmwareId }, { status: "Accepted" });
    expect(signed.action).toBe(version === "1.6" ? "SignedUpdateFirmware" : "UpdateFirmware");
    expect(signed.payload.firmware).toMatchObject({ signature: "c2ln", signingCertificate: "PEM" });
    const plain = await order(s, "update-firmware", { firmwareId, signed: false }, answer);
    expect(plain.action).toBe("UpdateFirmware");
    expect(JSON.stringify(plain.payload)).not.toContain("c2ln");
  });

  it("refuses an image for another vendor, unless forced", async () => {
    const s = await scene(version);
    await actorOf(s.charger).flush();
    const firmwareId = await addImage(s.token, { version: "2.0.0", vendor: "Other" });
    expect(await s.post("update-firmware", { firmwareId })).toMatchObject({ status: 409 });
    expect((await order(s, "update-firmware", { firmwareId, force: true }, answer)).status).toBe(200);
  });
});

describe("update-firmware", () => {
  it.each([
    [{}, 422],
    [{ firmwareId: "a", location: "https://files.test/f" }, 422],
    [{ firmwareId: "nothing" }, 404],
    [{ firmwareId: "a", signature: "b" }, 422],
  ])("of %o is answered with %i", async (body, status) => {
    const s = await scene("2.0.1");
    expect((await s.post("update-firmware", body)).status).toBe(status);
  });
});

describe("/api/firmware", () => {
  it("registers a file of the shared folder, lists it, and deletes it", async () => {
    const { token } = await someone("operator");
    const vendor = `Vendor-${crypto.randomUUID()}`;
    const fileId = await addFirmwareFile();
    const { status, body } = await call("POST", "/api/firmware", { token, body: { fileId, version: "1.2.3", vendor } });
    expect(status).toBe(201);
    expect(body).toMatchObject({ fileId, version: "1.2.3", vendor: vendor.toLowerCase(), model: null, size: 7 });
    const path = `/api/firmware/${body.id}`;
    expect((await call("GET", path, { token })).body).toEqual(body);
    expect((await call("GET", `/api/firmware?vendor=${vendor}`, { token })).body.items).toEqual([body]);
    expect((await call("DELETE", path, { token })).status).toBe(204);
    expect((await call("GET", path, { token })).status).toBe(404);
  });

  it("keeps an image that a campaign needs", async () => {
    const { token } = await someone("operator");
    const firmwareId = await addImage(token, { version: "2.0.0" });
    const campaign = await call("POST", "/api/firmware-campaigns", { token, body: { name: "C", firmwareId } });
    expect((await call("DELETE", `/api/firmware/${firmwareId}`, { token })).status).toBe(409);
    await call("DELETE", `/api/firmware-campaigns/${campaign.body.id}`, { token });
    expect((await call("DELETE", `/api/firmware/${firmwareId}`, { token })).status).toBe(204);
  });

  it.each([
    ["an unknown file", async () => ({ fileId: "nothing" }), "/fileId"],
    ["a charger's own file", async () => ({ fileId: await addFirmwareFile("own.bin", "cp1") }), "/fileId"],
    ["another checksum", async () => ({ fileId: await addFirmwareFile(), checksum: "1".repeat(64) }), "/checksum"],
    ["half a signature", async () => ({ fileId: await addFirmwareFile(), signature: "s" }), "/signature"],
  ] as const)("refuses %s", async (_what, image, pointer) => {
    const { token } = await someone("operator");
    const answer = await call("POST", "/api/firmware", { token, body: { version: "1", ...(await image()) } });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });

  it("is read by viewers and changed by operators", async () => {
    const { token } = await someone("viewer");
    expect((await call("GET", "/api/firmware", { token })).status).toBe(200);
    expect((await call("POST", "/api/firmware", { token, body: { fileId: "x", version: "1" } })).status).toBe(403);
    expect((await call("POST", "/api/firmware-campaigns/x/start", { token, body: {} })).status).toBe(403);
  });
});
