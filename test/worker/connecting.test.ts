// Who may come in, and how tolerant the door is of what chargers and their installers write into a URL.
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { admit } from "../../src/durable-objects/charge-point/admit.ts";
import { newcomer } from "../../src/durable-objects/charge-point/settings.ts";
import { chargePointOf } from "../../src/durable-objects/stubs.ts";
import { readHandshake } from "../../src/workers/handshake.ts";
import { connectCharger, eventually, knock, newIdentity } from "../support/worker/charger.ts";
import { deployedWith } from "../support/worker/environment.ts";
import { registerCharger } from "../support/worker/registry.ts";
import { actorOf, BOOT_2X, BOOT_16, findingsOf, stationRow } from "../support/worker/sessions.ts";

interface Attempt {
  reason: string;
  count: number;
  detail: string;
  subprotocols: string;
  identity: string;
}

const attemptsOf = async (id: string): Promise<Attempt[]> => {
  const { results } = await env.DB.prepare("SELECT * FROM connection_attempts WHERE charge_point = ? ORDER BY reason")
    .bind(id.toLowerCase())
    .all<Attempt>();
  return results;
};

const recorded = (id: string, count = 1) =>
  eventually(async () => {
    const attempts = await attemptsOf(id);
    return attempts.reduce((sum, attempt) => sum + attempt.count, 0) >= count ? attempts : undefined;
  }, "the attempt to be recorded");

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const basic = (user: string, password: string | Uint8Array) => {
  const secret = typeof password === "string" ? utf8(password) : password;
  return { authorization: `Basic ${base64(new Uint8Array([...utf8(`${user}:`), ...secret]))}` };
};
const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

describe("the subprotocol", () => {
  test.each([
    ["ocpp1.6", "ocpp1.6", "1.6"],
    ["ocpp2.0.1", "ocpp2.0.1", "2.0.1"],
    ["ocpp2.1", "ocpp2.1", "2.1"],
    ["OCPP1.6", "OCPP1.6", "1.6"],
    [",ocpp1.6, ", "ocpp1.6", "1.6"],
    [" , Ocpp2.0.1 ,,", "Ocpp2.0.1", "2.0.1"],
    ["ocpp1.6,ocpp2.0.1,ocpp2.1", "ocpp2.1", "2.1"],
    ["ocpp1.6, ocpp2.0.1", "ocpp2.0.1", "2.0.1"],
    ["ocpp1.5, ocpp1.6, mqtt", "ocpp1.6", "1.6"],
  ])("offered as %j is echoed as %j", async (subprotocols, echoed, version) => {
    const id = await registerCharger();
    const charger = await connectCharger(id, { subprotocols });
    expect(charger.response.headers.get("sec-websocket-protocol")).toBe(echoed);
    const boot = await charger.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X, "b");
    expect(boot).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await actorOf(charger).live()).toMatchObject({ connected: true, ocppVersion: version });
  });

  test("that is not offered at all means 1.6, is not echoed, and is noted", async () => {
    const charger = await connectCharger(await registerCharger(), { subprotocols: null });
    expect(charger.response.headers.has("sec-websocket-protocol")).toBe(false);
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await findingsOf(charger)).toEqual(["no_subprotocol"]);
  });

  test("that is not offered at all means the pinned version", async () => {
    const charger = await connectCharger(await registerCharger({ pinnedVersion: "2.0.1" }), { subprotocols: null });
    expect(await charger.call("BootNotification", BOOT_2X, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
  });

  test("of the pin wins over newer ones, and the pin yields to what the charger can", async () => {
    const id = await registerCharger({ pinnedVersion: "1.6" });
    const both = await connectCharger(id, { subprotocols: "ocpp2.1,ocpp2.0.1,ocpp1.6" });
    expect(both.response.headers.get("sec-websocket-protocol")).toBe("ocpp1.6");
    const newer = await connectCharger(id, { subprotocols: "ocpp2.1,ocpp2.0.1" });
    expect(newer.response.headers.get("sec-websocket-protocol")).toBe("ocpp2.1");
  });

  test("is agreed on anew at every connection", async () => {
    const id = await registerCharger();
    await connectCharger(id, { subprotocols: "ocpp1.6" });
    const later = await connectCharger(id, { subprotocols: "ocpp2.0.1" });
    expect(await later.call("BootNotification", BOOT_2X, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await stationRow(later)).toMatchObject({ ocpp_version: "2.0.1", connected: 1 });
  });

  test.each(["ocpp1.5", "mqtt", "ocpp2.0", "ocpp1.6j", "oçpp"])(
    "%j is not spoken here: 400, and recorded",
    async (offer) => {
      const id = await registerCharger();
      expect((await knock(id, { subprotocols: offer })).status).toBe(400);
      expect(await recorded(id)).toMatchObject([{ reason: "unsupported_subprotocol", count: 1, subprotocols: offer }]);
    },
  );
});

describe("the path", () => {
  test.each([
    ["doubled slashes", (id: string) => `/ws/ocpp//${id}`],
    ["a slash too many before it", (id: string) => `//ws/ocpp/${id}`],
    ["doubled slashes everywhere", (id: string) => `//ws//ocpp//${id}`],
    ["a trailing slash", (id: string) => `/ws/ocpp/${id}/`],
    ["many slashes", (id: string) => `/ws/ocpp///${id}//`],
    ["a segment before the identity", (id: string) => `/ws/ocpp/tenant/${id}`],
    ["the full URL appended", (id: string) => `/ws/ocpp/ws://csms.test/ws/ocpp/${id}`],
    ["a query", (id: string) => `/ws/ocpp/${id}?id=other&x=/y`],
    ["percent-encoding", (id: string) => `/ws/ocpp/${id.replaceAll("-", "%2D")}`],
    ["encoded spaces around", (id: string) => `/ws/ocpp/%20${id}%20`],
    ["another case", (id: string) => `/ws/ocpp/${id.toLowerCase()}`],
  ])("may have %s", async (_what, path) => {
    const id = await registerCharger();
    const charger = await connectCharger(id, { path: path(id) });
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
    expect(await stationRow({ id })).toMatchObject({ id, connected: 1 });
  });

  test.each(["CP:1", "CP 1 µ", "100%", "充电桩-1", "a+b=c;d", "%41"])(
    "may name a charger with odd characters: %j",
    async (name) => {
      const id = await registerCharger({}, `${newIdentity()} ${name}`);
      const charger = await connectCharger(id);
      expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
      expect(await stationRow({ id })).toMatchObject({ id, connected: 1 });
    },
  );

  test("may hold a percent sign that encodes nothing", async () => {
    const id = await registerCharger({}, `${newIdentity()}%`);
    expect((await connectCharger(id, { path: `/ws/ocpp/${id}` })).response.status).toBe(101);
  });

  test.each(["/ws/ocpp/", "/ws/ocpp//", "/ws/ocpp/%20", "/ws/ocpp/a%00b", `/ws/ocpp/${"x".repeat(256)}`])(
    "must name a charger: %s",
    async (path) => {
      expect((await knock("", { path })).status).toBe(400);
    },
  );

  test("without an upgrade is told to upgrade", async () => {
    const response = await knock(await registerCharger(), { headers: { upgrade: "h2c" } });
    expect(response.status).toBe(426);
  });
});

describe("Basic credentials", () => {
  const HEX = "00ff10a0b3c4d5e6f708192a3b4c5d6e7f809010";
  const knocks = async (id: string, headers: Record<string, string>, scheme: "http" | "https" = "https") =>
    (await knock(id, { headers, scheme })).status;

  test.each([1, 2])("let a charger of security profile %i in with its password only", async (securityProfile) => {
    const id = await registerCharger({ securityProfile, password: "correct horse" });
    expect(await knocks(id, basic(id, "correct horse"))).toBe(101);
    expect(await knocks(id, basic(id.toLowerCase(), "correct horse"))).toBe(101);
    const refused = await knock(id, { headers: basic(id, "wrong"), scheme: "https" });
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
    expect(refused.headers.has("x-refusal")).toBe(false);
    expect(await knocks(id, {})).toBe(401);
    expect(await knocks(id, basic(id, ""))).toBe(401);
    expect(await knocks(id, basic("someone", "correct horse"))).toBe(401);
    expect(await knocks(id, { authorization: "Bearer correct horse" })).toBe(401);
    expect(await knocks(id, { authorization: "Basic ???" })).toBe(401);
    const attempts = await recorded(id, 6);
    expect(attempts.map(({ reason, count }) => [reason, count])).toEqual([
      ["missing_credentials", 3],
      ["wrong_password", 2],
      ["wrong_username", 1],
    ]);
  });

  test("are not asked of profile 0, and ignored when they come", async () => {
    const id = await registerCharger({ password: "secret" });
    expect(await knocks(id, {})).toBe(101);
    expect(await knocks(id, basic(id, "nonsense"))).toBe(101);
  });

  test("of profile 2 are not taken over plain http", async () => {
    const id = await registerCharger({ securityProfile: 2, password: "secret" });
    expect(await knocks(id, basic(id, "secret"), "http")).toBe(403);
    expect(await recorded(id)).toMatchObject([{ reason: "insecure_transport" }]);
    const other = await registerCharger({ securityProfile: 1, password: "secret" });
    expect(await knocks(other, basic(other, "secret"), "http")).toBe(101);
  });

  test("typed as hex may be sent as the bytes, and the reverse, in any case", async () => {
    const hex = await registerCharger({ securityProfile: 1, password: HEX });
    expect(await knocks(hex, basic(hex, HEX))).toBe(101);
    expect(await knocks(hex, basic(hex, HEX.toUpperCase()))).toBe(101);
    expect(await knocks(hex, basic(hex, fromHex(HEX)))).toBe(101);
    const raw = await registerCharger({ securityProfile: 1, password: "plain text key" });
    const asHex = Array.from(utf8("plain text key"), (byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(await knocks(raw, basic(raw, asHex))).toBe(101);
    expect(await knocks(raw, basic(raw, "plain text kez"))).toBe(401);
  });

  test("may hold any bytes, also a colon, and non-ASCII text", async () => {
    const id = await registerCharger({ securityProfile: 1, password: "a:b:ä€" });
    expect(await knocks(id, basic(id, "a:b:ä€"))).toBe(101);
    expect(await knocks(id, basic(id, "a:b:a€"))).toBe(401);
  });

  test("may belong to an identity with a colon", async () => {
    const id = await registerCharger({ securityProfile: 1, password: "secret" }, `${newIdentity()}:2:x`);
    expect(await knocks(id, basic(id, "secret"))).toBe(101);
    expect(await knocks(id, basic(id, "2:x:secret"))).toBe(401);
  });

  test("may come under the foreign user name that was set for the charger", async () => {
    const id = await registerCharger({ securityProfile: 1, password: "secret", username: "Installer" });
    expect(await knocks(id, basic("installer", "secret"))).toBe(101);
    expect(await knocks(id, basic(id, "secret"))).toBe(101);
    expect(await knocks(id, basic("other", "secret"))).toBe(401);
  });

  test("that were never set let nobody in", async () => {
    const id = await registerCharger({ securityProfile: 1 });
    expect(await knocks(id, basic(id, ""))).toBe(401);
    expect(await recorded(id)).toMatchObject([{ reason: "no_password_set" }]);
  });

  test("of one charger are worth nothing for another", async () => {
    const [one, two] = [await registerCharger({ securityProfile: 1, password: "secret" }), newIdentity()];
    const row = await env.DB.prepare("SELECT credential_hash AS hash FROM charge_points WHERE key = ?")
      .bind(one.toLowerCase())
      .first<{ hash: string }>();
    await registerCharger({ securityProfile: 1 }, two);
    await env.DB.prepare("UPDATE charge_points SET credential_hash = ? WHERE key = ?")
      .bind(row?.hash, two.toLowerCase())
      .run();
    expect(await knocks(two, basic(two, "secret"))).toBe(401);
  });
});

describe("an unknown charger", () => {
  test("is refused, recorded once a reason with a count, and leaves no storage behind", async () => {
    const id = newIdentity();
    for (let i = 0; i < 3; i += 1) expect((await knock(id)).status).toBe(404);
    expect(await recorded(id, 3)).toMatchObject([{ reason: "unknown_charge_point", count: 3, identity: id }]);
    const actor = chargePointOf(env, id);
    expect(await actor.live()).toBeNull();
    expect(await actor.messages(null, 10)).toEqual([]);
    await actor.flush();
    await actor.reconcile();
    await actor.erase();
    await runInDurableObject(actor, async (_instance, state) => {
      expect(state.storage.sql.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
      expect((await state.storage.list()).size).toBe(0);
      expect(await state.storage.getAlarm()).toBeNull();
    });
  });

  test("comes in where registration is open or pending, and is told so at boot", async () => {
    const handshake = readHandshake(new Request("https://csms.test/ws/ocpp/New-1"));
    if (handshake === undefined) throw new Error("no handshake");
    const under = (registration: string) =>
      admit(handshake, undefined, { registration, credentialsKey: "k", organisation: "" });
    expect(await under("open")).toMatchObject({
      ok: true,
      isNew: true,
      settings: { identity: "New-1", registration: "accepted" },
    });
    expect(await under("pending")).toMatchObject({ ok: true, isNew: true, settings: { registration: "pending" } });
    expect(await under("closed")).toMatchObject({
      ok: false,
      refusal: { status: 404, reason: "unknown_charge_point" },
    });
  });

  test("that came in on its own is in the registry, keeps its spelling, and is told to wait", async () => {
    const id = newIdentity("New");
    await deployedWith(chargePointOf(env, id), { CHARGER_REGISTRATION: "pending" });
    const charger = await connectCharger(id);
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Pending" }]);
    expect(await stationRow({ id })).toMatchObject({ id, registration: "pending", connected: 1, vendor: "V" });
  });
});

describe("a registered charger", () => {
  test.each([
    ["pending", "Pending"],
    ["rejected", "Rejected"],
    ["accepted", "Accepted"],
  ] as const)("that is %s is told %s, in every version", async (registration, status) => {
    const id = await registerCharger({ registration, heartbeatInterval: 77 });
    for (const [subprotocols, boot] of [
      ["ocpp1.6", BOOT_16],
      ["ocpp2.0.1", BOOT_2X],
      ["ocpp2.1", BOOT_2X],
    ] as const) {
      const charger = await connectCharger(id, { subprotocols });
      expect(await charger.call("BootNotification", boot, "b")).toMatchObject([3, "b", { status, interval: 77 }]);
    }
  });

  test.each([
    ["pending", 4],
    ["rejected", 4],
    ["accepted", 3],
  ] as const)(
    "that is %s is served transactions accordingly in OCPP 2.x, and always in 1.6",
    async (registration, type) => {
      const id = await registerCharger({ registration });
      const newer = await connectCharger(id, { subprotocols: "ocpp2.0.1" });
      const event = {
        eventType: "Started",
        timestamp: "2026-01-01T12:00:00Z",
        triggerReason: "CablePluggedIn",
        seqNo: 0,
        transactionInfo: { transactionId: "t" },
      };
      const answer = await newer.call("TransactionEvent", event, "e");
      expect(answer.slice(0, 3)).toEqual([type, "e", type === 3 ? {} : "SecurityError"]);
      expect((await newer.call("BootNotification", BOOT_2X, "b"))[0]).toBe(3);
      const older = await connectCharger(id);
      const start = { connectorId: 1, idTag: "X", meterStart: 0, timestamp: "2026-01-01T12:00:00Z" };
      expect((await older.call("StartTransaction", start, "s"))[0]).toBe(3);
    },
  );

  test("that is accepted by the operator hears so at its next boot, though the message is the same", async () => {
    const id = await registerCharger({ registration: "pending" });
    const charger = await connectCharger(id);
    expect(await charger.call("BootNotification", BOOT_16, "1")).toMatchObject([3, "1", { status: "Pending" }]);
    await chargePointOf(env, id).configure(newcomer(id, "accepted"));
    expect(await charger.call("BootNotification", BOOT_16, "1")).toMatchObject([3, "1", { status: "Accepted" }]);
  });

  test("gets in while the database is away, if it ever came before", async () => {
    const [known, fresh] = [await registerCharger({ securityProfile: 1, password: "secret" }), await registerCharger()];
    await connectCharger(known, { headers: basic(known, "secret") });
    await env.DB.exec("ALTER TABLE charge_points RENAME TO charge_points_away");
    try {
      expect((await knock(known, { headers: basic(known, "secret") })).status).toBe(101);
      expect((await knock(known, { headers: basic(known, "wrong") })).status).toBe(401);
      const unanswerable = await knock(fresh);
      expect(unanswerable.status).toBe(503);
      expect(await unanswerable.text()).not.toMatch(/charge_points|SQLITE/);
    } finally {
      await env.DB.exec("ALTER TABLE charge_points_away RENAME TO charge_points");
    }
    expect((await knock(fresh)).status).toBe(101);
  });
});

describe("an actor that dies while its charger knocks", () => {
  test("costs the charger this attempt alone: it is told to come again", async () => {
    const id = await registerCharger();
    const actor = chargePointOf(env, id);
    const answer = knock(id);
    const death = runInDurableObject(actor, (_actor, state) => state.abort("a crash"));
    await expect(death).rejects.toThrow("a crash");
    const response = await answer;
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    const charger = await connectCharger(id);
    expect(await charger.call("BootNotification", BOOT_16, "b")).toMatchObject([3, "b", { status: "Accepted" }]);
  });
});
