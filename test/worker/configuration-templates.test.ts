// Configuration templates: read first, write only what differs, never by themselves unless they say so.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { connectCharger, eventually } from "../support/worker/charger.ts";
import { type Scene, scene } from "../support/worker/operator.ts";
import { actorOf, at, BOOT_2X, BOOT_16, findingsOf, STATUS_2X, SUBPROTOCOLS } from "../support/worker/sessions.ts";

afterEach(() => {
  vi.useRealTimers();
});

const ROOT = "/api/configuration-templates";
interface Asked {
  component: object;
  variable: { name: string };
}

async function template(token: string, body: object) {
  const answer = await call("POST", ROOT, { token, body: { name: "T", ...body } });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

const outcomes = (job: { items: { key?: string; variable?: string; outcome: string }[] }) =>
  Object.fromEntries(job.items.map(({ key, variable, outcome }) => [key ?? variable, outcome]));

/** What the charger is set to: it answers reads, and takes over what it is told. */
const key = (name: string, value: string) => ({ key: name, value, readonly: false });

it("on OCPP 1.6 only the keys that differ are written, and each tells what came of it", async () => {
  const s = await scene("1.6");
  const { id: templateId } = await template(s.token, {
    configuration: [
      { key: "Same", value: "TRUE" },
      { key: "Other", value: "2" },
      { key: "Reboots", value: "2" },
      { key: "Fixed", value: "2" },
      { key: "Nowhere", value: "2" },
    ],
  });
  const request = s.post("apply-template", { templateId });
  const read = await s.answer({
    configurationKey: [key("Same", "true"), key("other", "1"), key("Reboots", "1"), key("Fixed", "1")],
    unknownKey: ["Nowhere"],
  });
  expect(read).toEqual({
    action: "GetConfiguration",
    payload: { key: ["Same", "Other", "Reboots", "Fixed", "Nowhere"] },
  });
  const written = [];
  for (const status of ["Accepted", "RebootRequired", "Rejected", "NotSupported"])
    written.push(await s.answer({ status }));
  expect(written.map(({ payload }) => payload)).toEqual([
    { key: "Other", value: "2" },
    { key: "Reboots", value: "2" },
    { key: "Fixed", value: "2" },
    { key: "Nowhere", value: "2" },
  ]);
  const { status, body } = await request;
  expect(status).toBe(200);
  expect(body).toMatchObject({ kind: "template", state: "finished", template: { id: templateId, version: 1 } });
  expect(outcomes(body)).toEqual({
    ...{ Same: "unchanged", Other: "written", Reboots: "rebootRequired" },
    ...{ Fixed: "rejected", Nowhere: "rejected" },
  });
});

it.each(["2.0.1", "2.1"] as const)("on OCPP %s only the variables that differ are written", async (version) => {
  const s = await scene(version);
  const { id: templateId } = await template(s.token, {
    configuration: [{ key: "Not", value: "of this version" }],
    variables: ["Same", "Other"].map((variable) => ({ component: "C", variable, value: "2" })),
  });
  const request = s.post("apply-template", { templateId });
  await s.answer(({ getVariableData }: { getVariableData: Asked[] }) => ({
    getVariableResult: getVariableData.map((asked) => ({
      ...asked,
      ...{ attributeStatus: "Accepted", attributeValue: asked.variable.name === "Same" ? "2" : "1" },
    })),
  }));
  const { payload } = await s.answer({
    setVariableResult: [{ attributeStatus: "RebootRequired", component: { name: "C" }, variable: { name: "Other" } }],
  });
  expect(payload).toEqual({
    setVariableData: [{ attributeValue: "2", component: { name: "C" }, variable: { name: "Other" } }],
  });
  expect(outcomes((await request).body)).toEqual({ Same: "unchanged", Other: "rebootRequired" });
});

it("a charger that answers only some keys is asked for the others one by one, then told them unread", async () => {
  const s = await scene("1.6");
  const { id: templateId } = await template(s.token, {
    configuration: ["A", "B"].map((name) => ({ key: name, value: "2" })),
  });
  const request = s.post("apply-template", { templateId });
  await s.answer({ configurationKey: [key("A", "2")] });
  expect(await s.answer({})).toMatchObject({ action: "GetConfiguration", payload: { key: ["B"] } });
  expect(await s.answer({ status: "Accepted" })).toMatchObject({ action: "ChangeConfiguration" });
  expect(outcomes((await request).body)).toEqual({ A: "unchanged", B: "written" });
});

it("a template is for the vendor and model that it names", async () => {
  const s = await scene("1.6");
  await s.get("jobs");
  const configuration = [{ key: "A", value: "1" }];
  const other = await template(s.token, { vendor: "Other", configuration });
  expect((await s.post("apply-template", { templateId: other.id })).status).toBe(409);
  const unfit = await template(s.token, { variables: [{ component: "C", variable: "V", value: "1" }] });
  expect((await s.post("apply-template", { templateId: unfit.id })).status).toBe(409);
  expect((await s.post("apply-template", { templateId: "none" })).status).toBe(422);
});

/** A vendor of its own, so that no other test's charger is meant. */
const bootAs = (s: Scene, version: string, vendor: string) =>
  s.charger.call(
    "BootNotification",
    version === "1.6"
      ? { ...BOOT_16, chargePointVendor: vendor }
      : { ...BOOT_2X, chargingStation: { vendorName: vendor, model: "M" } },
  );

const VARIABLE = { component: { name: "C" }, variable: { name: "A" } };
const onBoot = (s: Scene, vendor: string) =>
  template(s.token, {
    ...{ vendor, onBoot: true },
    configuration: [{ key: "A", value: "2" }],
    variables: [{ component: "C", variable: "A", value: "2" }],
  });
const valueIs = (attributeValue: string) => ({
  getVariableResult: [{ ...VARIABLE, attributeStatus: "Accepted", attributeValue }],
});
const TRIGGER = { action: "TriggerMessage", payload: { requestedMessage: "BootNotification" } };

it.each(["1.6", "2.0.1", "2.1"] as const)(
  "onBoot applies it after a boot, until the charger boots too often (OCPP %s)",
  async (version) => {
    const s = await scene(version);
    const vendor = `Vendor-${version}-${Date.now()}`;
    await onBoot(s, vendor);
    // The scene's own boot was the first within the hour; one that is pending is followed by another, and counts as one.
    for (let boot = 2; boot <= 3; boot += 1) {
      await bootAs(s, version, vendor);
      const read = await s.answer(version === "1.6" ? { configurationKey: [key("A", "2")] } : valueIs("2"));
      expect(read.action).toBe(version === "1.6" ? "GetConfiguration" : "GetVariables");
      if (version !== "1.6") {
        await s.answer({ status: "Accepted" });
        await bootAs(s, version, vendor);
      }
      await s.charger.call("Heartbeat", {});
    }
    expect((await bootAs(s, version, vendor))[2]).toMatchObject({ status: "Accepted" });
    if (version !== "1.6") await s.charger.call("StatusNotification", STATUS_2X);
    await eventually(
      async () => ((await findingsOf(s.charger)).includes("template_boot_loop") ? true : undefined),
      "a finding",
    );
    const { body } = await s.get("jobs?kind=template");
    expect(body.items).toHaveLength(2);
    expect(body.items[0]).toMatchObject({ state: "finished", requestedBy: "on-boot" });
  },
);

describe.each(["2.0.1", "2.1"] as const)("a charger of OCPP %s that is to be configured", (version) => {
  const status = async (s: Scene, vendor: string) => (await bootAs(s, version, vendor))[2];

  it("is pending meanwhile, then boots again and is accepted, though its actor sleeps between any two frames", async () => {
    const s = await scene(version);
    const vendor = `Setup-${version}-${Date.now()}`;
    await onBoot(s, vendor);
    const evict = async () => {
      await runInDurableObject(actorOf(s.charger), () => undefined);
      await evictDurableObject(actorOf(s.charger));
    };
    expect(await status(s, vendor)).toMatchObject({ status: "Pending", interval: 20 });
    await evict();
    const start = {
      action: "RequestStartTransaction",
      payload: { idToken: { idToken: "T", type: "Local" }, remoteStartId: 1 },
    };
    expect((await s.post("commands", start)).status).toBe(409);
    expect((await s.answer(valueIs("1"))).action).toBe("GetVariables");
    await evict();
    const written = { setVariableResult: [{ ...VARIABLE, attributeStatus: "Accepted" }] };
    expect((await s.answer(written)).action).toBe("SetVariables");
    await evict();
    expect(await s.answer({ status: "Accepted" })).toEqual(TRIGGER);
    await evict();
    expect(await status(s, vendor)).toMatchObject({ status: "Accepted" });
    await evict();
    await s.charger.call("StatusNotification", STATUS_2X);
    const before = s.charger.received.length;
    await s.charger.call("Heartbeat", {});
    expect(s.charger.received).toHaveLength(before + 1);
    const { body } = await s.get("jobs?kind=template");
    expect(body.items).toMatchObject([{ state: "finished", requestedBy: "on-boot" }]);
  });

  it("is accepted at its next boot, whatever became of the trigger, and is never pending twice in a row", async () => {
    const s = await scene(version);
    const vendor = `Deaf-${version}-${Date.now()}`;
    await onBoot(s, vendor);
    expect(await status(s, vendor)).toMatchObject({ status: "Pending" });
    await s.answer(valueIs("2"));
    expect((await s.charger.next())[2]).toBe("TriggerMessage");
    expect(await status(s, vendor)).toMatchObject({ status: "Accepted" });
  });

  it("is configured after it was accepted where its socket closed in the midst of it", async () => {
    const s = await scene(version);
    const vendor = `Lost-${version}-${Date.now()}`;
    await onBoot(s, vendor);
    expect(await status(s, vendor)).toMatchObject({ status: "Pending" });
    expect((await s.charger.next())[2]).toBe("GetVariables");
    s.charger.close();
    await eventually(
      async () => ((await s.get("jobs?kind=template")).body.items[0]?.state === "failed" ? true : undefined),
      "the job to fail",
    );
    const back = await connectCharger(s.charger.id, { subprotocols: SUBPROTOCOLS[version] });
    expect((await bootAs({ ...s, charger: back }, version, vendor))[2]).toMatchObject({ status: "Accepted" });
    await back.call("StatusNotification", STATUS_2X);
    expect((await back.next())[2]).toBe("GetVariables");
  });

  it("is asked to boot again where it leaves the template unanswered, and is served meanwhile", async () => {
    const s = await scene(version);
    const vendor = `Silent-${version}-${Date.now()}`;
    await onBoot(s, vendor);
    expect(await status(s, vendor)).toMatchObject({ status: "Pending" });
    const [, messageId] = await s.charger.next();
    const event = {
      ...{ eventType: "Started", triggerReason: "Authorized", seqNo: 0, timestamp: at(0) },
      ...{ transactionInfo: { transactionId: "T-1" }, evse: { id: 1, connectorId: 1 } },
    };
    expect((await s.charger.call("TransactionEvent", event))[0]).toBe(3);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 21_000 });
    await runDurableObjectAlarm(actorOf(s.charger));
    s.charger.send([3, messageId, valueIs("2")]);
    expect((await s.charger.next())[2]).toBe("TriggerMessage");
    expect(await status(s, vendor)).toMatchObject({ status: "Accepted" });
  });

  it("is accepted at once while the database is away, and configured when it has told of a connector", async () => {
    const s = await scene(version);
    const vendor = `Away-${version}-${Date.now()}`;
    await onBoot(s, vendor);
    await env.DB.exec("ALTER TABLE configuration_templates RENAME TO configuration_templates_away");
    try {
      expect(await status(s, vendor)).toMatchObject({ status: "Accepted" });
    } finally {
      await env.DB.exec("ALTER TABLE configuration_templates_away RENAME TO configuration_templates");
    }
    await s.charger.call("Heartbeat", {});
    await evictDurableObject(actorOf(s.charger));
    await s.charger.call("StatusNotification", STATUS_2X);
    expect((await s.answer(valueIs("2"))).action).toBe("GetVariables");
  });
});

it("templates are made, changed, listed and deleted; the version counts changes of what they set", async () => {
  const { token } = await someone("operator");
  const configuration = [{ key: "A", value: "1" }];
  const made = await template(token, { name: "First", vendor: "ACME", configuration });
  expect(made).toMatchObject({ version: 1, vendor: "acme", onBoot: false, variables: [], configuration });
  const patch = (body: object) => call("PATCH", `${ROOT}/${made.id}`, { token, body });
  expect((await patch({ name: "Second" })).body).toMatchObject({ version: 1, name: "Second", configuration });
  expect((await patch({ configuration: [] })).body).toMatchObject({ version: 2, configuration: [] });
  expect((await call("GET", `${ROOT}?vendor=Acme`, { token })).body.items).toMatchObject([{ id: made.id }]);
  expect((await call("DELETE", `${ROOT}/${made.id}`, { token })).status).toBe(204);
  expect((await call("GET", `${ROOT}/${made.id}`, { token })).status).toBe(404);
  expect((await patch({ name: "Third" })).status).toBe(404);

  const { token: viewer } = await someone("viewer");
  expect((await call("POST", ROOT, { token: viewer, body: { name: "T" } })).status).toBe(403);
  const secret = { name: "T", configuration: [{ key: "AuthorizationKey", value: "00" }] };
  expect((await call("POST", ROOT, { token, body: secret })).status).toBe(422);
});
