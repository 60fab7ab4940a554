// What a charger is told about a token, in the words of its version.
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { at, BOOT_2X, BOOT_16, online, SUBPROTOCOLS, start, transactionsOf } from "../support/worker/sessions.ts";

async function register(body: object) {
  const { token } = await someone("operator");
  expect(await call("POST", "/api/id-tokens", { token, body })).toMatchObject({ status: 201 });
}

describe("in OCPP 1.6", () => {
  const here = async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16);
    return charger;
  };
  const authorize = async (idTag: string) => (await (await here()).call("Authorize", { idTag }))[2];

  test("an unknown token is Invalid, for 1.6 has no other word", async () => {
    expect(await authorize("A16-NOBODY")).toEqual({ idTagInfo: { status: "Invalid" } });
  });

  test("what later versions know of a token does not reach a 1.6 charger, whatever its type", async () => {
    await register({ idToken: "A16-RICH", type: "eMAID", personalMessage: "Hi", language: "sv", groupId: "A16-G" });
    expect(await authorize("a16-rich")).toEqual({ idTagInfo: { status: "Accepted", parentIdTag: "A16-G" } });
  });
});

describe.each(["2.0.1", "2.1"] as const)("in OCPP %s", (version) => {
  const name = (text: string) => `A${version}-${text}`;
  const here = async () => {
    const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
    await charger.call("BootNotification", BOOT_2X);
    return charger;
  };
  const authorize = async (idToken: string, type = "ISO14443") =>
    (await (await here()).call("Authorize", { idToken: { idToken, type } }))[2];

  test("an unknown token is Unknown", async () => {
    expect(await authorize(name("NOBODY"))).toEqual({ idTokenInfo: { status: "Unknown" } });
  });

  test("a blocked and an expired one are Blocked and Expired", async () => {
    await addIdToken(name("BLOCKED"), { status: "blocked" });
    await addIdToken(name("EXPIRED"), { expiresAt: Date.parse(at(0)) });
    expect(await authorize(name("BLOCKED"))).toEqual({ idTokenInfo: { status: "Blocked" } });
    expect(await authorize(name("EXPIRED"))).toEqual({
      idTokenInfo: { status: "Expired", cacheExpiryDateTime: at(0) },
    });
  });

  test("group, expiry, message and languages come with it", async () => {
    await register({
      idToken: name("RICH"),
      groupId: name("G"),
      expiresAt: "2040-01-01T00:00:00Z",
      personalMessage: "Hej då",
      language: "sv",
      language2: "en",
    });
    expect(await authorize(name("rich"))).toEqual({
      idTokenInfo: {
        status: "Accepted",
        cacheExpiryDateTime: "2040-01-01T00:00:00.000Z",
        groupIdToken: { idToken: name("G"), type: "Central" },
        language1: "sv",
        language2: "en",
        personalMessage: { format: "UTF8", language: "sv", content: "Hej då" },
      },
    });
  });

  test("a token that is registered with a type is Invalid as another", async () => {
    await register({ idToken: name("TYPED"), type: "ISO15693" });
    expect(await authorize(name("TYPED"))).toEqual({ idTokenInfo: { status: "Invalid" } });
    expect(await authorize(name("TYPED"), "ISO15693")).toEqual({ idTokenInfo: { status: "Accepted" } });
  });

  test("a start by button is accepted", async () => {
    expect(await authorize("", "NoAuthorization")).toEqual({ idTokenInfo: { status: "Accepted" } });
  });
});

describe("the master pass", () => {
  afterEach(() => {
    env.MASTER_PASS_GROUP = "";
  });

  test("may stop every transaction and start none", async () => {
    env.MASTER_PASS_GROUP = "master";
    await addIdToken("POLICE", { groupId: "MASTER" });
    await addIdToken("MP-CARD");
    const old = await online();
    const transactionId = await start(old, { idTag: "MP-CARD" });
    expect((await old.call("Authorize", { idTag: "POLICE" }))[2]).toMatchObject({ idTagInfo: { status: "Accepted" } });
    const stop = { transactionId, idTag: "POLICE", meterStop: 1, timestamp: at(9) };
    expect((await old.call("StopTransaction", stop))[2]).toMatchObject({ idTagInfo: { status: "Accepted" } });
    const refused = { connectorId: 1, idTag: "POLICE", meterStart: 1, timestamp: at(10) };
    expect((await old.call("StartTransaction", refused))[2]).toMatchObject({ idTagInfo: { status: "Invalid" } });

    const young = await online({}, { subprotocols: "ocpp2.0.1" });
    const event = (seqNo: number, eventType: string, triggerReason: string, idToken: string) => ({
      ...{ eventType, triggerReason, seqNo, timestamp: at(seqNo), idToken: { idToken, type: "ISO14443" } },
      ...{ transactionInfo: { transactionId: "t" }, evse: { id: 1, connectorId: 1 } },
    });
    const tell = async (payload: object) => (await young.call("TransactionEvent", payload))[2];
    expect(await tell(event(0, "Started", "Authorized", "MP-CARD"))).toMatchObject({
      idTokenInfo: { status: "Accepted" },
    });
    expect(await tell(event(1, "Updated", "StopAuthorized", "POLICE"))).toMatchObject({
      idTokenInfo: { status: "Accepted", groupIdToken: { idToken: "MASTER" } },
    });
    expect(
      await tell({ ...event(0, "Started", "Authorized", "POLICE"), transactionInfo: { transactionId: "u" } }),
    ).toMatchObject({
      idTokenInfo: { status: "Invalid" },
    });
  });
});

describe("where concurrent transactions are denied", () => {
  afterEach(() => {
    env.CONCURRENT_TRANSACTIONS = "allow";
  });

  test.each(["2.0.1", "2.1"] as const)(
    "a second start in OCPP %s is ConcurrentTx, the same one told again is not",
    async (version) => {
      env.CONCURRENT_TRANSACTIONS = "deny";
      const idToken = `CONC-${version}`;
      await addIdToken(idToken);
      const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
      const event = (seqNo: number, eventType: string, evseId: number) => ({
        ...{
          eventType,
          triggerReason: "Authorized",
          seqNo,
          timestamp: at(seqNo),
          idToken: { idToken, type: "ISO14443" },
        },
        ...{ transactionInfo: { transactionId: `t${evseId}` }, evse: { id: evseId, connectorId: 1 } },
      });
      const tell = async (payload: object) => (await charger.call("TransactionEvent", payload))[2];
      expect(await tell(event(0, "Started", 1))).toMatchObject({ idTokenInfo: { status: "Accepted" } });
      expect(await tell(event(1, "Updated", 1))).toMatchObject({ idTokenInfo: { status: "Accepted" } });
      expect(await tell(event(0, "Started", 2))).toMatchObject({ idTokenInfo: { status: "ConcurrentTx" } });
      expect((await transactionsOf(charger)).map(({ authorization }) => authorization)).toEqual([
        "Accepted",
        "ConcurrentTx",
      ]);
    },
  );
});

test("an id token has a type, a message and languages, or none, and refuses odd ones", async () => {
  const { token } = await someone("operator");
  const post = (body: object) => call("POST", "/api/id-tokens", { token, body });
  expect((await post({ idToken: "PLAIN-T" })).body).toMatchObject({
    type: null,
    personalMessage: null,
    language: null,
    language2: null,
  });
  const rich = { type: "ISO14443", personalMessage: "m", language: "pt-BR", language2: "en" };
  expect((await post({ idToken: "RICH-T", ...rich })).body).toMatchObject(rich);
  const cleared = await call("PATCH", "/api/id-tokens/RICH-T", { token, body: { type: null } });
  expect(cleared.body).toMatchObject({ ...rich, type: null });
  for (const odd of [{ type: "Rfid" }, { language: "not a language" }, { personalMessage: "x".repeat(513) }]) {
    expect((await post({ idToken: "ODD-T", ...odd })).status).toBe(422);
  }
});
