// The local authorization list: in step with the id tokens, in no more messages than it takes.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { call } from "../support/worker/api.ts";
import { connectCharger } from "../support/worker/charger.ts";
import { commanded, get, type Setting, send, type Version } from "../support/worker/commanding.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { SUBPROTOCOLS } from "../support/worker/sessions.ts";

const VERSIONS: Version[] = ["1.6", "2.0.1", "2.1"];

interface Manners {
  version?: number;
  maxEntries?: number;
  perMessage?: number;
  perMessageBytes?: number;
  /** Goes away without a word when it gets this many SendLocalList. */
  leavesAfter?: number;
  /** The charger's answers to SendLocalList, in turn; Accepted when there are no more. */
  answers?: string[];
}

interface Sent {
  update: string;
  version: number;
  tokens: string[];
  bytes?: number;
}

/** Syncs, and answers everything as a charger with these manners. */
async function sync({ token, id, charger, version: ocpp }: Setting, manners: Manners = {}, body: object = {}) {
  const { version = 0, maxEntries = 100, perMessage = 100, answers = [], perMessageBytes, leavesAfter } = manners;
  const messages: Sent[] = [];
  const is16 = ocpp === "1.6";
  const answer = ({ data }: MessageEvent) => {
    const [, messageId, action, payload] = JSON.parse(String(data)) as [
      number,
      string,
      string,
      Record<string, unknown>,
    ];
    if (action === "GetLocalListVersion")
      charger.send([3, messageId, { [is16 ? "listVersion" : "versionNumber"]: version }]);
    else if (action === "GetConfiguration") {
      const key = (name: string, value: number) => ({ key: name, readonly: true, value: String(value) });
      const configurationKey = [key("LocalAuthListMaxLength", maxEntries), key("SendLocalListMaxLength", perMessage)];
      charger.send([3, messageId, { configurationKey }]);
    } else if (action === "GetVariables") {
      const data = payload.getVariableData as { variable: { name: string } }[];
      const values: Record<string, number | undefined> = {
        Entries: maxEntries,
        ItemsPerMessage: perMessage,
        BytesPerMessage: perMessageBytes,
      };
      const result = (one: { variable: { name: string } }) => {
        const value = values[one.variable.name];
        return value === undefined
          ? { ...one, attributeStatus: "UnknownVariable" }
          : { ...one, attributeStatus: "Accepted", attributeValue: String(value) };
      };
      charger.send([3, messageId, { getVariableResult: data.map(result) }]);
    } else {
      const entries = (payload.localAuthorizationList ?? []) as Record<string, unknown>[];
      const nameOf = (one: Record<string, unknown>) => {
        const name = is16 ? one.idTag : (one.idToken as { idToken: string }).idToken;
        return `${(is16 ? one.idTagInfo : one.idTokenInfo) === undefined ? "-" : ""}${name}`;
      };
      messages.push({
        update: String(payload.updateType),
        version: Number(payload[is16 ? "listVersion" : "versionNumber"]),
        tokens: entries.map(nameOf),
        bytes: String(data).length,
      });
      if (messages.length === leavesAfter) return charger.close();
      charger.send([3, messageId, { status: answers.shift() ?? "Accepted" }]);
    }
  };
  charger.socket.addEventListener("message", answer);
  const outcome = await call("POST", `/api/charge-points/${id}/local-list/sync`, { token, body });
  charger.socket.removeEventListener("message", answer);
  return { messages, ...outcome };
}

const listOf = (setting: Setting, query = "") => get(setting, `/api/charge-points/${setting.id}/local-list${query}`);

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM id_tokens").run();
});

describe.each(VERSIONS)("in OCPP %s", (ocpp) => {
  test("the first time all of it is sent, and shown as the charger took it", async () => {
    await addIdToken("LL-A", { groupId: "LL-G" });
    await addIdToken("LL-B", { status: "blocked" });
    await addIdToken("LL-EXPIRED", { expiresAt: 1 });
    const setting = await commanded(ocpp);
    expect(await listOf(setting)).toMatchObject({ version: null, complete: false, items: [] });
    const { status, body, messages } = await sync(setting);
    expect(messages).toMatchObject([{ update: "Full", version: 1, tokens: ["LL-A", "LL-B"] }]);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { version: 1, entries: 2, omitted: 0, messages: [{ status: "Accepted" }] },
    });
    expect(await listOf(setting)).toMatchObject({
      version: 1,
      complete: true,
      items: [
        { idToken: "LL-A", status: "Accepted", groupId: "LL-G" },
        { idToken: "LL-B", status: "Blocked" },
      ],
    });
    const first = await listOf(setting, "?limit=1");
    expect((await listOf(setting, `?limit=1&cursor=${first.nextCursor}`)).items).toMatchObject([{ idToken: "LL-B" }]);
  });

  test("later only what changed is sent, and nothing when nothing did", async () => {
    for (const name of ["A", "B", "C", "D"]) await addIdToken(`LL-${name}`);
    const setting = await commanded(ocpp);
    await sync(setting);
    expect((await sync(setting, { version: 1 })).messages).toEqual([]);
    await addIdToken("LL-E");
    await addIdToken("LL-B", { status: "blocked" });
    await env.DB.prepare("DELETE FROM id_tokens WHERE id_token = 'LL-C'").run();
    const { messages } = await sync(setting, { version: 1 });
    expect(messages).toMatchObject([{ update: "Differential", version: 2, tokens: ["-LL-C", "LL-E", "LL-B"] }]);
    expect(
      (await listOf(setting)).items.map(({ idToken, status }: Record<string, string>) => [idToken, status]),
    ).toEqual([
      ["LL-A", "Accepted"],
      ["LL-B", "Blocked"],
      ["LL-D", "Accepted"],
      ["LL-E", "Accepted"],
    ]);
  });

  test("it is cut into messages that the charger can take, and to a list that it can hold", async () => {
    for (const name of ["1", "2", "3", "4", "5", "6"]) await addIdToken(`LL-${name}`);
    await addIdToken("LL-0", { status: "blocked" });
    const setting = await commanded(ocpp);
    const { messages, body } = await sync(setting, { maxEntries: 5, perMessage: 2 });
    expect(messages).toMatchObject([
      { update: "Full", version: 1, tokens: ["LL-1", "LL-2"] },
      { update: "Differential", version: 2, tokens: ["LL-3", "LL-4"] },
      { update: "Differential", version: 3, tokens: ["LL-5"] },
    ]);
    expect(body).toMatchObject({ version: 3, entries: 5, omitted: 2 });
    expect((await listOf(setting)).items).toHaveLength(5);
  });

  test("that breaks off in the middle goes on where it was", async () => {
    for (const name of ["1", "2", "3", "4", "5"]) await addIdToken(`LL-${name}`);
    const setting = await commanded(ocpp);
    const broken = await sync(setting, { perMessage: 2, leavesAfter: 3 });
    expect(broken.messages.map(({ tokens }) => tokens)).toEqual([["LL-1", "LL-2"], ["LL-3", "LL-4"], ["LL-5"]]);
    expect(broken.status).not.toBe(200);
    const charger = await connectCharger(setting.id, { subprotocols: SUBPROTOCOLS[ocpp] });
    const { messages, status } = await sync({ ...setting, charger }, { version: 2, perMessage: 2 });
    expect(messages).toMatchObject([{ update: "Differential", version: 3, tokens: ["LL-5"] }]);
    expect(status).toBe(200);
  });

  test("a version that is not ours means that all of it is sent anew", async () => {
    await addIdToken("LL-A");
    const setting = await commanded(ocpp);
    await sync(setting);
    expect((await sync(setting, { version: 12 })).messages).toMatchObject([
      { update: "Full", version: 13, tokens: ["LL-A"] },
    ]);
    const refused = await sync(setting, { version: 99 }, { mode: "differential" });
    expect(refused).toMatchObject({ status: 409, messages: [] });
    expect(await listOf(setting)).toMatchObject({ version: 99, complete: false, items: [] });
  });

  test("VersionMismatch to a difference brings the full list; only what was accepted counts", async () => {
    for (const name of ["A", "B", "C"]) await addIdToken(`LL-${name}`);
    const setting = await commanded(ocpp);
    await sync(setting);
    await addIdToken("LL-D");
    const { messages, status } = await sync(setting, { version: 1, answers: ["VersionMismatch"] });
    expect(messages.map(({ update, version }) => [update, version])).toEqual([
      ["Differential", 2],
      ["Full", 3],
    ]);
    expect(status).toBe(200);
    await addIdToken("LL-E");
    const failed = await sync(setting, { version: 3, answers: ["Failed"] });
    expect(failed).toMatchObject({ status: 409, body: { detail: "The charger answered Failed." } });
    expect(await listOf(setting)).toMatchObject({ version: 3, items: [{}, {}, {}, {}] });
  });

  test("a list that an operator sends by hand is known as well", async () => {
    const setting = await commanded(ocpp);
    const payload =
      ocpp === "1.6"
        ? {
            listVersion: 4,
            updateType: "Full",
            localAuthorizationList: [{ idTag: "HAND", idTagInfo: { status: "Accepted" } }],
          }
        : {
            versionNumber: 4,
            updateType: "Full",
            localAuthorizationList: [
              { idToken: { idToken: "HAND", type: "Local" }, idTokenInfo: { status: "Accepted" } },
            ],
          };
    await send(setting, "SendLocalList", payload);
    expect(await listOf(setting)).toMatchObject({ version: 4, complete: true, items: [{ idToken: "HAND" }] });
  });
});

test.each(["2.0.1", "2.1"] as const)("in OCPP %s it is cut to the bytes of a message, too", async (ocpp) => {
  for (const name of ["1", "2", "3", "4"]) await addIdToken(`LL-${name}-${"x".repeat(20)}`);
  const { messages, status } = await sync(await commanded(ocpp), { perMessageBytes: 500 });
  expect(messages.length).toBeGreaterThan(1);
  for (const { bytes } of messages) expect(bytes).toBeLessThanOrEqual(500);
  expect(messages.flatMap(({ tokens }) => tokens)).toHaveLength(4);
  expect(status).toBe(200);
});

test("in OCPP 1.6 a charger without a list says so, and long tokens are left out", async () => {
  await addIdToken("LL-SHORT");
  await addIdToken("LL-LONGER-THAN-TWENTY-CHARACTERS");
  const setting = await commanded("1.6");
  expect((await sync(setting, { version: -1 })).status).toBe(409);
  expect((await sync(setting)).body).toMatchObject({ entries: 1, omitted: 1 });
});

test("a charger that is away is a conflict, and an unknown one is not found", async () => {
  const { token, id, charger } = await commanded("1.6");
  charger.close();
  await charger.closed;
  expect((await call("POST", `/api/charge-points/${id}/local-list/sync`, { token, body: {} })).status).toBe(409);
  expect((await call("POST", "/api/charge-points/none/local-list/sync", { token, body: {} })).status).toBe(404);
  expect((await call("GET", "/api/charge-points/none/local-list", { token })).status).toBe(404);
});
