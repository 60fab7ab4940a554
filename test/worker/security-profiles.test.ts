// Security profiles: client certificates as the edge verified them, and moving a charger from one profile to another.
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { readClientCertificate } from "../../src/workers/client-certificate.ts";
import { call, someone } from "../support/worker/api.ts";
import { type Charger, connectCharger, eventually, knock } from "../support/worker/charger.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, BOOT_2X, BOOT_16, findingsOf, start, stationRow } from "../support/worker/sessions.ts";

const basic = (id: string, password: string) => ({ authorization: `Basic ${btoa(`${id}:${password}`)}` });
const tls = (subject: string, verdict = "SUCCESS") => ({
  tlsClientAuth: {
    certPresented: "1",
    certVerified: verdict,
    certRevoked: "0",
    certSubjectDN: subject,
    certFingerprintSHA256: "ab",
  },
});

/** Knocks as the edge would forward it. */
async function knocksWith(
  id: string,
  cf: RequestInitCfProperties | undefined,
  scheme = "https",
  headers = {},
): Promise<number> {
  const request = new Request(`${scheme}://csms.test/ws/ocpp/${encodeURIComponent(id)}`, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": "ocpp1.6", ...headers },
    ...(cf === undefined ? {} : { cf }),
  });
  const response = await exports.default.fetch(request);
  response.webSocket?.accept();
  response.webSocket?.close();
  return response.status;
}

describe("a charger of security profile 3", () => {
  test("comes in with a verified certificate of its name, in any case, and with nothing else", async () => {
    const id = await registerCharger({ securityProfile: 3, password: "secret-password" });
    expect(await knocksWith(id, tls(`CN=${id},O=Acme`))).toBe(101);
    expect(await knocksWith(id, tls(`O=Acme,CN=${id.toUpperCase()}`))).toBe(101);
    expect(await knocksWith(id, undefined, "https", basic(id, "secret-password"))).toBe(403);
    expect(await knocksWith(id, tls("CN=another,O=Acme"))).toBe(403);
    expect(await knocksWith(id, tls(`CN=${id}`, "FAILED:certificate has expired"))).toBe(403);
    expect(await knocksWith(id, { tlsClientAuth: { ...tls(`CN=${id}`).tlsClientAuth, certRevoked: "1" } })).toBe(403);
    expect(await knocksWith(id, tls(`CN=${id}`), "http")).toBe(403);
  });

  test("is told nothing, and the operator the reason", async () => {
    const id = await registerCharger({ securityProfile: 3 });
    await knocksWith(id, tls("CN=another"));
    const { token } = await someone("viewer");
    const attempt = await eventually(async () => {
      const { body } = await call("GET", `/api/connection-attempts?chargePointId=${id}`, { token });
      return body.items[0];
    }, "the attempt");
    expect(attempt).toMatchObject({ reason: "wrong_certificate", detail: expect.stringContaining("another") });
  });

  test("may be named by the serial number that it booted with", async () => {
    const id = await registerCharger({});
    const charger = await connectCharger(id);
    await charger.call("BootNotification", { ...BOOT_16, chargePointSerialNumber: "SN-4711" });
    const { token } = await someone("operator");
    await call("PATCH", `/api/charge-points/${id}`, { token, body: { securityProfile: 3 } });
    expect(await knocksWith(id, tls("CN=SN-4711"))).toBe(101);
    expect(await knocksWith(id, tls("CN=SN-4712"))).toBe(403);
  });
});

describe("the edge's word on a client certificate", () => {
  test("is read with escapes, and absent without one", () => {
    expect(readClientCertificate(tls("CN=CP\\,1,O=Acme\\, Inc.,O=Other"))).toMatchObject({
      verified: true,
      commonName: "CP,1",
      organisations: ["Acme, Inc.", "Other"],
    });
    for (const cf of [undefined, {}, { tlsClientAuth: { certPresented: "0" } }])
      expect(readClientCertificate(cf)).toBeUndefined();
  });
});

const VERSIONS = [
  ["1.6", "ocpp1.6", BOOT_16],
  ["2.0.1", "ocpp2.0.1", BOOT_2X],
  ["2.1", "ocpp2.1", BOOT_2X],
] as const;

describe.each(VERSIONS)("OCPP %s, moving a charger to another security profile", (version, subprotocols, boot) => {
  const booted = async (securityProfile: number): Promise<Charger> => {
    const id = await registerCharger({ securityProfile, password: "secret-password" });
    const charger = await connectCharger(id, { subprotocols, headers: basic(id, "secret-password"), scheme: "https" });
    await charger.call("BootNotification", boot, "boot");
    return charger;
  };
  const network = { slot: 1, url: "wss://csms.test/ws/ocpp", interface: "Wired0" };
  const steps =
    version === "1.6"
      ? ["ChangeConfiguration", "Reset"]
      : ["GetVariables", "SetNetworkProfile", "SetVariables", "Reset"];
  const PRIORITY = { component: { name: "OCPPCommCtrlr" }, variable: { name: "NetworkConfigurationPriority" } };
  const move = async (id: string, body: object) => {
    const { token } = await someone("operator");
    return call("POST", `/api/charge-points/${id}/security-profile`, { token, body: { network, wait: 3, ...body } });
  };
  const answer = async (charger: Charger, status = "Accepted") => {
    // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
    const [, id, action, payload]: any[] = await charger.next();
    const [data] = payload.setVariableData ?? [];
    const result = { attributeStatus: status, component: data?.component, variable: data?.variable };
    const priority = { attributeStatus: "Accepted", attributeValue: "3,0", ...PRIORITY };
    const response =
      action === "SetVariables"
        ? { setVariableResult: [result] }
        : action === "GetVariables"
          ? { getVariableResult: [priority] }
          : { status };
    charger.send([3, id, response]);
    return { action, payload };
  };
  const told = async (charger: Charger, body: object = {}) => {
    const moving = move(charger.id, { profile: 2, ...body });
    const asked = [];
    for (const _ of steps) asked.push(await answer(charger));
    return { asked, moved: await moving };
  };
  const back = async (charger: Charger, scheme: "http" | "https") => {
    charger.close();
    await charger.closed;
    const headers = basic(charger.id, "secret-password");
    const again = await connectCharger(charger.id, { subprotocols, scheme, headers });
    await again.call("BootNotification", boot, "again");
    return again;
  };

  test("tells it first, lets it in under both, and raises the registry when it comes under the new one", async () => {
    const charger = await booted(1);
    const { asked, moved } = await told(charger);
    expect(asked.map(({ action }) => action)).toEqual(steps);
    if (version === "1.6") {
      expect(asked.map(({ payload }) => payload)).toEqual([{ key: "SecurityProfile", value: "2" }, { type: "Hard" }]);
    } else {
      expect(asked.map(({ payload }) => payload)).toEqual([
        { getVariableData: [PRIORITY] },
        {
          configurationSlot: 1,
          connectionData: expect.objectContaining({ securityProfile: 2, ocppTransport: "JSON" }),
        },
        // What it has stays behind the new one: without it there would be nothing to fall back to.
        { setVariableData: [{ attributeValue: "1,3,0", ...PRIORITY }] },
        { type: "OnIdle" },
      ]);
    }
    expect(moved).toMatchObject({ status: 200, body: { securityProfile: 1, targetSecurityProfile: 2 } });

    const knocks = async (scheme: "http" | "https") =>
      (await knock(charger.id, { subprotocols, scheme, headers: basic(charger.id, "secret-password") })).status;
    expect(await knocks("http")).toBe(101);
    expect(await knocks("https")).toBe(101);
    expect(await knocks("http")).toBe(403);
    expect(await actorOf(charger).securityStatus()).toMatchObject({ securityProfile: 2, targetSecurityProfile: null });
    expect(await stationRow(charger)).toMatchObject({ security_profile: 2 });
  });

  test("leaves everything as it was when the charger refuses", async () => {
    const charger = await booted(1);
    const moving = move(charger.id, { profile: 2 });
    if (version !== "1.6") await answer(charger);
    await answer(charger, "Rejected");
    expect(await moving).toMatchObject({ status: 200, body: { securityProfile: 1, targetSecurityProfile: null } });
  });

  test("lets it in under both when the answer is lost", async () => {
    const charger = await booted(1);
    const moving = move(charger.id, { profile: 2 });
    if (version !== "1.6") await answer(charger);
    await charger.next();
    charger.close();
    expect(await moving).toMatchObject({ status: 200, body: { targetSecurityProfile: 2 } });
    const headers = basic(charger.id, "secret-password");
    expect((await knock(charger.id, { subprotocols, scheme: "http", headers })).status).toBe(101);
    expect((await knock(charger.id, { subprotocols, scheme: "https", headers })).status).toBe(101);
    expect((await knock(charger.id, { subprotocols, scheme: "http", headers })).status).toBe(403);
  });

  test("that it reaches, it is left in peace", async () => {
    const charger = await booted(1);
    await told(charger);
    const again = await back(charger, "https");
    expect(await actorOf(again).securityStatus()).toMatchObject({ securityProfile: 2, moveTrouble: null });
    await runDurableObjectAlarm(actorOf(again));
    expect(again.received).toHaveLength(1);
  });

  test("that it fell back from is a finding, and what can be put back is put back", async () => {
    const charger = await booted(1);
    await told(charger);
    const again = await back(charger, "http");
    expect(await findingsOf(again)).toContain("profile_not_reached");
    if (version === "1.6") {
      // It has no order of profiles. It may try again by itself: both stay good.
      expect(await actorOf(again).securityStatus()).toMatchObject({
        targetSecurityProfile: 2,
        moveTrouble: "fellBack",
      });
      return;
    }
    expect((await answer(again)).payload).toEqual({ setVariableData: [{ attributeValue: "3,0", ...PRIORITY }] });
    await eventually(async () => {
      await runDurableObjectAlarm(actorOf(again));
      return (await actorOf(again).securityStatus()).targetSecurityProfile === null || undefined;
    }, "the end of the move");
    expect(await knocksWith(charger.id, undefined, "http", basic(charger.id, "secret-password"))).toBe(101);
  });

  test("that it does not come back from is a finding, and both stay good", async () => {
    const charger = await booted(1);
    await told(charger);
    charger.close();
    await charger.closed;
    await evictDurableObject(actorOf(charger));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 16 * 60_000 });
    try {
      await runDurableObjectAlarm(actorOf(charger));
    } finally {
      vi.useRealTimers();
    }
    expect(await findingsOf(charger)).toContain("profile_switch_overdue");
    expect(await actorOf(charger).securityStatus()).toMatchObject({ targetSecurityProfile: 2, moveTrouble: "overdue" });
    const again = await back(charger, "https");
    expect(await actorOf(again).securityStatus()).toMatchObject({ securityProfile: 2, moveTrouble: null });
  });

  test("sends no Reset where the operator wants none", async () => {
    const charger = await booted(1);
    const moving = move(charger.id, { profile: 2, reset: false });
    for (const _ of steps.slice(1)) await answer(charger);
    expect((await moving).body.commands.map(({ action }: { action: string }) => action)).toEqual(steps.slice(0, -1));
  });

  test("downwards has to be forced, here and in the registry", async () => {
    const charger = await booted(2);
    expect(await move(charger.id, { profile: 1 })).toMatchObject({ status: 409 });
    const { token } = await someone("operator");
    const path = `/api/charge-points/${charger.id}`;
    expect(await call("PATCH", path, { token, body: { securityProfile: 1 } })).toMatchObject({ status: 409 });
    expect(await call("PATCH", `${path}?force=true`, { token, body: { securityProfile: 1 } })).toMatchObject({
      status: 200,
    });
  });

  test("that needs a password is refused to one that has none", async () => {
    const id = await registerCharger({});
    const charger = await connectCharger(id, { subprotocols });
    await charger.call("BootNotification", boot, "boot");
    expect(await move(id, { profile: 1 })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining("password") },
    });
  });
});

test("OCPP 1.6 knows no reset when idle: it waits here until nobody charges", async () => {
  const id = await registerCharger({ securityProfile: 1, password: "secret-password" });
  const charger = await connectCharger(id, { headers: basic(id, "secret-password") });
  await charger.call("BootNotification", BOOT_16, "boot");
  const transactionId = await start(charger);
  const { token } = await someone("operator");
  const moving = call("POST", `/api/charge-points/${id}/security-profile`, { token, body: { profile: 2 } });
  const [, messageId] = await charger.next();
  charger.send([3, messageId, { status: "Accepted" }]);
  expect((await moving).body.commands).toHaveLength(1);
  await charger.call("StopTransaction", { transactionId, meterStop: 1100, timestamp: "2026-01-01T12:00:20Z" });
  await runDurableObjectAlarm(actorOf(charger));
  expect(await charger.next()).toMatchObject([2, expect.any(String), "Reset", { type: "Hard" }]);
});
