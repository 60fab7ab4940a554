// Every list is also a file: all of it, in CSV that a spreadsheet takes for what it is, or in NDJSON.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, test } from "vitest";
import { app } from "../../src/workers/app.ts";
import { csvLine } from "../../src/workers/export/csv.ts";
import { listsOf } from "../../src/workers/export/lists.ts";
import { call, someone } from "../support/worker/api.ts";
import { newIdentity } from "../support/worker/charger.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { online, start } from "../support/worker/sessions.ts";

let token: string;
beforeAll(async () => {
  token = (await someone("admin")).token;
});

/** RFC 4180, read back. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const objects = (text: string): Record<string, string>[] => {
  const [header = [], ...rows] = parse(text);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
};

describe("a list as a file", () => {
  it("has all of its items, over many pages, in its order", async () => {
    const groupId = newIdentity("G");
    const names = Array.from({ length: 1_203 }, (_, n) => `T-${String(n).padStart(4, "0")}-${groupId}`);
    for (let i = 0; i < names.length; i += 100)
      await env.DB.batch(
        names
          .slice(i, i + 100)
          .map((name) =>
            env.DB.prepare(
              "INSERT INTO id_tokens (key, id_token, status, group_id, created_at, updated_at) VALUES (?, ?, 'accepted', ?, 1, 1)",
            ).bind(name.toLowerCase(), name, groupId),
          ),
      );
    const path = `/api/id-tokens?groupId=${groupId}`;
    const csv = await call("GET", `${path}&format=csv`, { token });
    expect(csv.status).toBe(200);
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(csv.headers.get("content-disposition")).toBe('attachment; filename="id-tokens.csv"');
    expect(objects(csv.body).map(({ idToken }) => idToken)).toEqual(names);
    const lines = await call("GET", path, { token, headers: { accept: "application/x-ndjson" } });
    const items = String(lines.body)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(items.map(({ idToken }) => idToken)).toEqual(names);
    const some = await call("GET", `${path}&format=csv&limit=700`, { token });
    expect(objects(some.body)).toHaveLength(700);
    expect((await call("GET", `${path}&format=json&limit=2`, { token })).body.items).toHaveLength(2);
  });

  it("has a header where it has no items, and the members of items in JSON", async () => {
    const none = await call("GET", "/api/transactions?chargePointId=nobody", {
      token,
      headers: { accept: "text/csv" },
    });
    expect(parse(none.body)).toHaveLength(1);
    expect(none.body).toMatch(/^id,chargePointId,/);
    const charger = await online();
    await start(charger, { idTag: "=HYPERLINK(1)" });
    const { body } = await call("GET", `/api/transactions?chargePointId=${charger.id}&format=csv`, { token });
    expect(objects(body)).toMatchObject([{ chargePointId: charger.id, idToken: "'=HYPERLINK(1)", meterStart: "1000" }]);
    const messages = await call("GET", `/api/charge-points/${charger.id}/messages?action=StartTransaction&format=csv`, {
      token,
    });
    expect(objects(messages.body)).toMatchObject([{ direction: "in", action: "StartTransaction" }]);
    expect(JSON.parse(objects(messages.body)[0]?.frame ?? "")[2]).toBe("StartTransaction");
    charger.close();
  });

  it("is refused as the list is, and only a list is a file", async () => {
    expect((await call("GET", "/api/transactions?format=csv")).status).toBe(401);
    expect((await call("GET", "/api/transactions?format=csv&nonsense=1", { token })).status).toBe(400);
    expect((await call("GET", "/api/transactions?format=pdf", { token })).status).toBe(400);
    const driver = await someone("driver");
    expect((await call("GET", "/api/charge-points?format=csv", { token: driver.token })).status).toBe(403);
    const { status, body } = await call("GET", "/api/users/me", { token, headers: { accept: "text/csv" } });
    expect([status, typeof body]).toEqual([200, "object"]);
    const idToken = await addIdToken(newIdentity("ONE"));
    expect((await call("GET", `/api/id-tokens/${idToken}?format=json`, { token })).status).toBe(200);
  });

  it("can be had of every list that there is, and its columns are known beforehand", () => {
    const lists = listsOf(app);
    expect(lists.length).toBeGreaterThan(40);
    expect(lists.filter(({ columns }) => columns === undefined).map(({ path }) => path.source)).toEqual([]);
  });
});

test("CSV quotes what needs it, and disarms what a spreadsheet would run", () => {
  expect(csvLine(["a,b", 'c"d', "e\r\nf", "plain", "", null, undefined])).toBe('"a,b","c""d","e\r\nf",plain,,,\r\n');
  expect(csvLine(["=1+1", "+1", "-1", "@x", "\tx", -1, true])).toBe("'=1+1,'+1,'-1,'@x,'\tx,-1,true\r\n");
  expect(csvLine([{ a: 1 }, ["x"]])).toBe('"{""a"":1}","[""x""]"\r\n');
});
