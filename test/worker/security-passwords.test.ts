// Passwords over OCPP: at every step at which something can get lost, the charger is not locked out.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger, eventually, knock } from "../support/worker/charger.ts";
import { deployedWith } from "../support/worker/environment.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, BOOT_2X, BOOT_16, STATUS_2X, SUBPROTOCOLS, stationRow } from "../support/worker/sessions.ts";

const OLD = "old-password-of-the-charger";
const VERSIONS = [
  ["1.6", SUBPROTOCOLS["1.6"], BOOT_16],
  ["2.0.1", SUBPROTOCOLS["2.0.1"], BOOT_2X],
  ["2.1", SUBPROTOCOLS["2.1"], BOOT_2X],
] as const;

const basic = (id: string, password: string) => ({ authorization: `Basic ${btoa(`${id}:${password}`)}` });

async function knocks(id: string, password: string, subprotocols: string): Promise<number> {
  const response = await knock(id, { subprotocols, headers: basic(id, password) });
  response.webSocket?.accept();
  response.webSocket?.close();
  return response.status;
}

interface Told {
  charger: Charger;
  /** What the charger was told. */
  password: string;
  /** The frame that told it. */
  frame: unknown[];
}

interface Rotation extends Told {
  /** The answer of the REST API. */
  answered: ReturnType<typeof call>;
}

async function rotating(version: string, subprotocols: string, boot: object): Promise<Rotation> {
  const id = await registerCharger({ securityProfile: 1, password: OLD });
  const charger = await connectCharger(id, { subprotocols, headers: basic(id, OLD) });
  await charger.call("BootNotification", boot, "boot");
  return { charger, ...(await rotateAgain(charger, version)) };
}

async function rotateAgain(charger: Charger, version: string): Promise<Omit<Rotation, "charger">> {
  const { token } = await someone("operator");
  const answered = call("POST", `/api/charge-points/${charger.id}/credentials/rotate?wait=5`, { token });
  const frame = await charger.next();
  return { password: passwordIn(frame, version), frame, answered };
}

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
function passwordIn([, , action, payload]: any[], version: string): string {
  if (version === "1.6") {
    expect({ action, key: payload.key }).toEqual({ action: "ChangeConfiguration", key: "AuthorizationKey" });
    return payload.value;
  }
  expect(action).toBe("SetVariables");
  const [data] = payload.setVariableData;
  expect(data).toMatchObject({ component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" } });
  return data.attributeValue;
}

function reply({ charger, frame }: Told, version: string, status: string): void {
  const payload = frame[3] as { setVariableData?: { component: object; variable: object }[] };
  const [data] = payload.setVariableData ?? [];
  const result = { attributeStatus: status, component: data?.component, variable: data?.variable };
  charger.send([3, frame[1], version === "1.6" ? { status } : { setVariableResult: [result] }]);
}

const pending = async (charger: { id: string }) => (await actorOf(charger).securityStatus()).pendingPasswords;
const settled = (charger: { id: string }, outcome: string) =>
  eventually(async () => ((await pending(charger)).some((one) => one.outcome === outcome) ? true : undefined), outcome);

describe.each(VERSIONS)("OCPP %s, a new password", (version, subprotocols, boot) => {
  test("is shown once, works with the old one, and ends it when the charger comes with it", async () => {
    const rotation = await rotating(version, subprotocols, boot);
    const { charger, password, answered } = rotation;
    expect(password).toMatch(/^[0-9a-f]{40}$/);
    reply(rotation, version, "Accepted");
    const { status, body } = await answered;
    expect({ status, body }).toMatchObject({ status: 200, body: { username: charger.id, password, outcome: "taken" } });
    expect(await knocks(charger.id, OLD, subprotocols)).toBe(101);
    expect(await knocks(charger.id, "neither", subprotocols)).toBe(401);
    expect(await knocks(charger.id, password, subprotocols)).toBe(101);
    expect(await knocks(charger.id, OLD, subprotocols)).toBe(401);
    expect(await pending(charger)).toEqual([]);
  });

  test("is seen by nobody in commands, messages or the database", async () => {
    const rotation = await rotating(version, subprotocols, boot);
    const { charger, password, answered } = rotation;
    reply(rotation, version, "Accepted");
    expect((await answered).body.command.payload).not.toMatchObject({ value: password });
    const { token } = await someone("viewer");
    for (const part of ["commands", "messages", "configuration", "variables"]) {
      const { body } = await call("GET", `/api/charge-points/${charger.id}/${part}`, { token });
      expect(JSON.stringify(body)).not.toContain(password);
    }
    expect(JSON.stringify(await stationRow(charger))).not.toContain(password);
  });

  test("that the charger refuses is worth nothing", async () => {
    const rotation = await rotating(version, subprotocols, boot);
    const { charger, password, answered } = rotation;
    reply(rotation, version, "Rejected");
    expect((await answered).body.outcome).toBe("refused");
    await eventually(async () => ((await pending(charger)).length === 0 ? true : undefined), "its end");
    expect(await knocks(charger.id, password, subprotocols)).toBe(401);
    expect(await knocks(charger.id, OLD, subprotocols)).toBe(101);
  });

  test.each([
    ["the socket closes before the answer", async ({ charger }: Rotation) => charger.close()],
    ["the actor dies before the answer", async ({ charger }: Rotation) => evictDurableObject(actorOf(charger))],
    [
      "the charger answers with an error",
      async ({ charger, frame }: Rotation) => charger.send([4, frame[1], "InternalError", "", {}]),
    ],
  ])("lets the charger in with either when %s", async (_, interrupt) => {
    for (const has of ["old", "new"]) {
      const rotation = await rotating(version, subprotocols, boot);
      const { charger, password } = rotation;
      await interrupt(rotation);
      await scheduler.wait(20);
      expect(await knocks(charger.id, has === "old" ? OLD : password, subprotocols)).toBe(101);
      expect(await knocks(charger.id, password, subprotocols)).toBe(101);
      expect(await knocks(charger.id, OLD, subprotocols)).toBe(401);
    }
  });

  test("that is applied long after the answer still lets the charger in, also when the database lags", async () => {
    const rotation = await rotating(version, subprotocols, boot);
    const { charger, password } = rotation;
    reply(rotation, version, "RebootRequired");
    await settled(charger, "taken");
    for (let i = 0; i < 3; i += 1) expect(await knocks(charger.id, OLD, subprotocols)).toBe(101);
    await evictDurableObject(actorOf(charger));
    expect(await knocks(charger.id, password, subprotocols)).toBe(101);
    // An operator's change of something else, made from a row that does not know of it yet.
    const { token } = await someone("operator");
    await env.DB.prepare("UPDATE charge_points SET credential_hash = 'stale' WHERE key = ?")
      .bind(charger.id.toLowerCase())
      .run();
    await call("PATCH", `/api/charge-points/${charger.id}`, { token, body: { note: "hello" } });
    expect(await knocks(charger.id, password, subprotocols)).toBe(101);
    expect(await knocks(charger.id, OLD, subprotocols)).toBe(401);
  });

  test("after one whose fate is unknown leaves both of them in, until the charger comes with one", async () => {
    const first = await rotating(version, subprotocols, boot);
    first.charger.close();
    await first.charger.closed;
    const back = await connectCharger(first.charger.id, { subprotocols, headers: basic(first.charger.id, OLD) });
    const second = { charger: back, ...(await rotateAgain(back, version)) };
    reply(second, version, "Accepted");
    await settled(back, "taken");
    expect(await knocks(back.id, first.password, subprotocols)).toBe(101);
    expect(await knocks(back.id, OLD, subprotocols)).toBe(401);
    expect(await knocks(back.id, second.password, subprotocols)).toBe(101);
    expect(await knocks(back.id, first.password, subprotocols)).toBe(401);
  });

  test("that an operator sets by a command of its own lets the charger in, too, and is seen by nobody", async () => {
    const id = await registerCharger({ securityProfile: 1, password: OLD });
    const charger = await connectCharger(id, { subprotocols, headers: basic(id, OLD) });
    await charger.call("BootNotification", boot, "boot");
    const { token } = await someone("operator");
    const value = "0123456789abcdef0123456789abcdef";
    const variable = { component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" } };
    const [action, payload] =
      version === "1.6"
        ? ["ChangeConfiguration", { key: "AuthorizationKey", value }]
        : ["SetVariables", { setVariableData: [{ attributeValue: value, ...variable }] }];
    const sending = call("POST", `/api/charge-points/${id}/commands`, { token, body: { action, payload } });
    const frame = await charger.next();
    expect(frame[3]).toEqual(payload);
    reply({ charger, password: value, frame }, version, "Accepted");
    expect(JSON.stringify((await sending).body)).not.toContain(value);
    expect(await knocks(id, OLD, subprotocols)).toBe(101);
    expect(await knocks(id, value, subprotocols)).toBe(101);
    expect(await knocks(id, OLD, subprotocols)).toBe(401);
  });

  test("that the deployment sends at each boot lets the charger in, too, and does not pile up", async () => {
    const id = await registerCharger({ securityProfile: 1, password: OLD });
    const value = "fedcba9876543210fedcba9876543210";
    const variable = { component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" } };
    const said =
      version === "1.6"
        ? { action: "ChangeConfiguration", payload: { key: "AuthorizationKey", value } }
        : { action: "SetVariables", payload: { setVariableData: [{ attributeValue: value, ...variable }] } };
    await deployedWith(actorOf({ id }), { ON_BOOT: JSON.stringify({ [version]: [said] }) });
    for (const reboot of ["1", "2"]) {
      const charger = await connectCharger(id, { subprotocols, headers: basic(id, OLD) });
      await charger.call("BootNotification", boot, reboot);
      // From 2.x on, nothing is asked before the charger has told of a connector.
      if (version !== "1.6") await charger.call("StatusNotification", STATUS_2X);
      const frame = await charger.next();
      expect(frame.slice(2)).toEqual([said.action, said.payload]);
      reply({ charger, password: value, frame }, version, "Accepted");
      await settled(charger, "taken");
    }
    expect(await pending({ id })).toHaveLength(1);
    expect(await knocks(id, value, subprotocols)).toBe(101);
    expect(await knocks(id, OLD, subprotocols)).toBe(401);
  });

  test("set by hand ends those that are on their way", async () => {
    const rotation = await rotating(version, subprotocols, boot);
    reply(rotation, version, "Accepted");
    await settled(rotation.charger, "taken");
    const { token } = await someone("operator");
    const { body } = await call("POST", `/api/charge-points/${rotation.charger.id}/credentials`, { token });
    expect(await knocks(rotation.charger.id, rotation.password, subprotocols)).toBe(401);
    expect(await knocks(rotation.charger.id, OLD, subprotocols)).toBe(401);
    expect(await knocks(rotation.charger.id, body.password, subprotocols)).toBe(101);
  });
});

describe("a new password", () => {
  test("is not made for a charger that is away", async () => {
    const id = await registerCharger({ securityProfile: 1, password: OLD });
    const { token } = await someone("operator");
    expect(await call("POST", `/api/charge-points/${id}/credentials/rotate`, { token })).toMatchObject({ status: 409 });
    expect(await pending({ id })).toEqual([]);
  });

  test("is refused a viewer", async () => {
    const id = await registerCharger({ securityProfile: 1, password: OLD });
    const { token } = await someone("viewer");
    expect(await call("POST", `/api/charge-points/${id}/credentials/rotate`, { token })).toMatchObject({ status: 403 });
  });

  test("is not made again and again while the fate of eight is unknown", async () => {
    const id = await registerCharger({ securityProfile: 1, password: OLD });
    const { token } = await someone("operator");
    for (let round = 0; round < 8; round += 1) {
      const charger = await connectCharger(id, { headers: basic(id, OLD) });
      if (round === 0) await charger.call("BootNotification", BOOT_16);
      const answered = call("POST", `/api/charge-points/${id}/credentials/rotate?wait=0`, { token });
      await charger.next();
      expect((await answered).status).toBe(200);
      charger.close();
      await charger.closed;
    }
    await connectCharger(id, { headers: basic(id, OLD) });
    expect(await call("POST", `/api/charge-points/${id}/credentials/rotate`, { token })).toMatchObject({ status: 409 });
  });
});
