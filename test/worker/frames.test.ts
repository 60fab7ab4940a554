// What a charger may send as a frame, and what it gets back. Nothing closes the socket but a frame above 1 MiB.
import { describe, expect, test } from "vitest";
import type { Charger } from "../support/worker/charger.ts";
import { addIdToken } from "../support/worker/registry.ts";
import {
  actorOf,
  at,
  BOOT_2X,
  BOOT_16,
  findingsOf,
  online,
  SUBPROTOCOLS,
  transactionsOf,
} from "../support/worker/sessions.ts";

const VERSIONS = [
  {
    version: "1.6",
    boot: BOOT_16,
    unreadable: "FormationViolation",
    malformed: "FormationViolation",
    occurrence: "OccurenceConstraintViolation",
  },
  {
    version: "2.0.1",
    boot: BOOT_2X,
    unreadable: "RpcFrameworkError",
    malformed: "FormatViolation",
    occurrence: "OccurrenceConstraintViolation",
  },
  {
    version: "2.1",
    boot: BOOT_2X,
    unreadable: "RpcFrameworkError",
    malformed: "FormatViolation",
    occurrence: "OccurrenceConstraintViolation",
  },
] as const;

const HEARTBEAT = { currentTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) };

/** Sends something that is not answered, and shows that the next call is what is answered next. */
async function expectIgnored(charger: Charger, frame: unknown) {
  charger.send(frame);
  expect(await charger.call("Heartbeat", {}, "after")).toEqual([3, "after", HEARTBEAT]);
}

describe.each(VERSIONS)("in OCPP $version", ({ version, boot, unreadable, malformed, occurrence }) => {
  const here = (policy: "tolerant" | "strict" = "tolerant") =>
    online({ policy }, { subprotocols: SUBPROTOCOLS[version] });

  test("broken JSON is answered under the id that can be recovered, and the socket stays", async () => {
    const charger = await here();
    charger.send('[2,"m-1","Heartbeat",{"a":}]');
    expect(await charger.next()).toEqual([4, "m-1", malformed, expect.any(String), {}]);
    charger.send('[2, 17 ,"Heartbeat",{');
    expect(await charger.next()).toEqual([4, 17, malformed, expect.any(String), {}]);
    expect(await charger.call("Heartbeat", {}, "h")).toEqual([3, "h", HEARTBEAT]);
  });

  test.each([
    '{"a":1}',
    '"text"',
    "12",
    "null",
    "[2",
    '[2,"unfinished',
    "[2]",
    '[2,null,"Heartbeat",{}]',
    "][",
    "hello",
  ])("what is no frame is answered under the id -1: %s", async (text) => {
    const charger = await here();
    charger.send(text);
    expect(await charger.next()).toEqual([4, "-1", unreadable, expect.any(String), {}]);
    await expectIgnored(charger, "");
  });

  test("an action that is no text is refused under its id", async () => {
    const charger = await here();
    charger.send([2, "m", 5, {}]);
    expect(await charger.next()).toEqual([4, "m", malformed, expect.any(String), {}]);
  });

  test.each(["", "   ", "\n"])("an empty frame is ignored: %j", async (text) => {
    await expectIgnored(await here(), text);
  });

  test("a null or missing payload counts as an empty one", async () => {
    const charger = await here("strict");
    expect(await charger.call("Heartbeat", null, 1)).toEqual([3, 1, HEARTBEAT]);
    charger.send([2, 2, "Heartbeat"]);
    expect(await charger.next()).toEqual([3, 2, HEARTBEAT]);
  });

  test.each([1, 0, -5, 15171824, 1763906400000, "1243", "x", "", "m".repeat(300), 'quo"te\\', "äöü€", "\ud800"])(
    "a message id is echoed as it came: %j",
    async (id) => {
      expect(await (await here()).call("Heartbeat", {}, id)).toEqual([3, id, HEARTBEAT]);
    },
  );

  test("a message id of nineteen digits is echoed digit by digit", async () => {
    const charger = await here();
    charger.send('[2,1763906400123456789,"Heartbeat",{}]');
    await charger.next();
    expect(charger.received.at(-1)).toMatch(/^\[3,1763906400123456789,/);
    charger.send('[2,1763906400123456789,"Nonsense",{}]');
    await charger.next();
    expect(charger.received.at(-1)).toMatch(/^\[4,1763906400123456789,/);
  });

  test("an id that is no finite number cannot be echoed", async () => {
    const charger = await here();
    charger.send('[2,1e999,"Heartbeat",{}]');
    expect(await charger.next()).toEqual([4, "-1", unreadable, expect.any(String), {}]);
  });

  test.each(["Nonsense", "heartbeat", "", "__proto__", "constructor", "toString", "Heartbeat "])(
    "an action that the version does not have is not implemented: %j",
    async (action) => {
      expect(await (await here()).call(action, {}, "m")).toEqual([4, "m", "NotImplemented", expect.any(String), {}]);
    },
  );

  test("an action that only the CSMS may call is not implemented", async () => {
    expect(await (await here()).call("Reset", { type: "Hard" }, "m")).toEqual([
      4,
      "m",
      "NotImplemented",
      expect.any(String),
      {},
    ]);
  });

  test.each([[[]], ["text"], [5], [true]])("a payload that is no object is malformed: %j", async (payload) => {
    for (const policy of ["tolerant", "strict"] as const) {
      expect(await (await here(policy)).call("BootNotification", payload, "m")).toEqual([
        4,
        "m",
        malformed,
        expect.any(String),
        {},
      ]);
    }
  });

  test("a missing member is refused, whatever the policy, in the spelling of the version", async () => {
    for (const policy of ["tolerant", "strict"] as const) {
      expect(await (await here(policy)).call("BootNotification", {}, "m")).toEqual([
        4,
        "m",
        occurrence,
        expect.any(String),
        {},
      ]);
    }
  });

  test("an extra member is noted by a tolerant policy and refused by a strict one", async () => {
    const extra = { ...boot, extra: 1 };
    const tolerant = await here();
    expect(await tolerant.call("BootNotification", extra, "m")).toEqual([
      3,
      "m",
      expect.objectContaining({ status: "Accepted" }),
    ]);
    expect(await findingsOf(tolerant)).toContain("schema:BootNotification:additionalProperties");
    expect(await (await here("strict")).call("BootNotification", extra, "m")).toEqual([
      4,
      "m",
      malformed,
      expect.any(String),
      {},
    ]);
  });

  test("members named like those of every object are extra members and nothing else", async () => {
    const charger = await here();
    charger.send(`[2,"m","Heartbeat",{"__proto__":{"polluted":1},"constructor":2,"toString":3}]`);
    expect(await charger.next()).toEqual([3, "m", HEARTBEAT]);
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  test("a type that no frame has is ignored", async () => {
    const charger = await here();
    for (const type of [0, 1, 7, 99, -2, 2.5, "2", null, {}])
      await expectIgnored(charger, [type, "m", "Heartbeat", {}]);
    await expectIgnored(charger, "[]");
    await expectIgnored(charger, '[3,"m",{"a":}]');
    expect(await findingsOf(charger)).toEqual(["frame_ignored"]);
  });

  test("an answer to nothing is noted and not answered", async () => {
    const charger = await here();
    await expectIgnored(charger, [3, "m", {}]);
    await expectIgnored(charger, [4, "-1", "GenericError", "", {}]);
    expect(await findingsOf(charger)).toEqual(["unasked_answer"]);
  });

  test("a CALLRESULTERROR and a SEND are never answered", async () => {
    const charger = await here();
    await expectIgnored(charger, [5, "m", "GenericError", "cannot read this", {}]);
    await expectIgnored(charger, [
      6,
      "m",
      "NotifyPeriodicEventStream",
      { id: 1, pending: 0, basetime: at(0), data: [] },
    ]);
    await expectIgnored(charger, [6, "m", "Nonsense", {}]);
    expect((await actorOf(charger).messages(null, 10)).some(({ frame }) => frame.includes("cannot read this"))).toBe(
      true,
    );
  });

  test("pathological nesting is survived", async () => {
    const charger = await here();
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    charger.send(`[4,"m",${deep},"",{}]`);
    charger.send(`[${deep},"m",{}]`);
    charger.send(`[3,"m",${deep}]`);
    expect(await charger.call("Heartbeat", {}, "h")).toEqual([3, "h", HEARTBEAT]);
    charger.send(`[2,"d","Heartbeat",${deep}]`);
    expect(await charger.next()).toEqual([
      expect.any(Number),
      "d",
      expect.anything(),
      ...(charger.received.at(-1)?.startsWith("[4") ? [expect.any(String), {}] : []),
    ]);
    expect(await charger.call("Heartbeat", {}, "h2")).toEqual([3, "h2", HEARTBEAT]);
  });

  test("a description never ends in half a character", async () => {
    const charger = await here();
    await charger.call(`${"x".repeat(254)}😀`, {}, "m");
    expect(charger.received.at(-1)).not.toMatch(/\\ud83d"/);
  });
});

describe("a frame's size", () => {
  const padded = (bytes: number) => {
    const [head, tail] = ['[2,"big","DataTransfer",{"vendorId":"nobody","data":"', '"}]'];
    return `${head}${"x".repeat(bytes - head.length - tail.length)}${tail}`;
  };

  test("may be 1 MiB", async () => {
    const charger = await online();
    charger.send(padded(1024 * 1024));
    expect(await charger.next()).toEqual([3, "big", { status: "UnknownVendorId" }]);
  });

  test("of 1 MiB does not overflow what is stored of it", async () => {
    const charger = await online();
    const head = '[2,"big","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"';
    charger.send(
      `${head}${"\u0001".repeat(10).replaceAll("\u0001", "\\u0001")}${"x".repeat(1024 * 1024 - head.length - 63)}"}]`,
    );
    expect(await charger.next()).toEqual([3, "big", {}]);
    await actorOf(charger).flush();
    expect((await actorOf(charger).live())?.historyBacklog).toBe(0);
  });

  test("may not be a byte more: the socket closes with 1009 and the operator sees why", async () => {
    const charger = await online();
    charger.send(padded(1024 * 1024 + 1));
    expect(await charger.closed).toMatchObject({ code: 1009 });
    expect(await findingsOf(charger)).toContain("frame_oversized");
    expect(await actorOf(charger).live()).toMatchObject({ connected: false });
  });

  test("counts bytes, not characters", async () => {
    const charger = await online();
    charger.send(`[2,"big","DataTransfer",{"vendorId":"nobody","data":"${"€".repeat(400_000)}"}]`);
    expect(await charger.closed).toMatchObject({ code: 1009 });
  });

  test("does not depend on the frame being text: binary is read as UTF-8", async () => {
    const charger = await online();
    charger.socket.send(new TextEncoder().encode('[2,"bin","Heartbeat",{}]'));
    expect(await charger.next()).toEqual([3, "bin", HEARTBEAT]);
    charger.socket.send(new Uint8Array([0xff, 0xfe, 0x00]));
    expect(await charger.next()).toEqual([4, "-1", "FormationViolation", expect.any(String), {}]);
  });
});

describe("the order of answers", () => {
  test("is that of the calls, also when the first one needs the database", async () => {
    const charger = await online();
    await addIdToken("ORDERED");
    charger.send([2, 1, "Authorize", { idTag: "ORDERED" }]);
    charger.send([2, 2, "Heartbeat", {}]);
    charger.send([2, 3, "StartTransaction", { connectorId: 1, idTag: "ORDERED", meterStart: 0, timestamp: at(0) }]);
    charger.send([2, 4, "StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Charging" }]);
    charger.send([
      2,
      5,
      "MeterValues",
      { connectorId: 1, meterValue: [{ timestamp: at(1), sampledValue: [{ value: "1" }] }] },
    ]);
    charger.send([2, 6, "Heartbeat", {}]);
    const ids = [];
    for (let i = 0; i < 6; i += 1) ids.push((await charger.next())[1]);
    expect(ids).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await transactionsOf(charger)).toHaveLength(1);
  });
});

describe("under a strict policy", () => {
  test("a transaction message that breaks the schema is refused, under a tolerant one it is coerced", async () => {
    const payload = { connectorId: "1", idTag: "T", meterStart: 12.6, timestamp: at(0) };
    const strict = await online({ policy: "strict" });
    expect(await strict.call("StartTransaction", payload, "m")).toEqual([
      4,
      "m",
      "TypeConstraintViolation",
      expect.any(String),
      {},
    ]);
    expect(await transactionsOf(strict)).toEqual([]);
    const tolerant = await online();
    expect(await tolerant.call("StartTransaction", payload, "m")).toMatchObject([
      3,
      "m",
      { transactionId: expect.any(Number) },
    ]);
    expect(await transactionsOf(tolerant)).toMatchObject([{ connector_id: 1, meter_start: 13 }]);
    expect(await findingsOf(tolerant)).toContain("schema:StartTransaction:type");
  });

  test("an enum value of the charger's own making is refused, under a tolerant one it is kept", async () => {
    const payload = { connectorId: 1, errorCode: "NoError", status: "Dancing" };
    expect(await (await online({ policy: "strict" })).call("StatusNotification", payload, "m")).toMatchObject([
      4,
      "m",
      "PropertyConstraintViolation",
      expect.any(String),
      {},
    ]);
    const tolerant = await online();
    expect(await tolerant.call("StatusNotification", payload, "m")).toEqual([3, "m", {}]);
    expect((await actorOf(tolerant).live())?.connectors).toMatchObject([{ status: "Dancing" }]);
  });
});
