import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { missing, readRows } from "../../scripts/ocpp-table/rows.ts";
import { DOCUMENT, ocppTable } from "../../scripts/ocpp-table.ts";
import { PLAIN } from "../../src/ocpp/plain.ts";
import { VERSIONS } from "../../src/ocpp/versions.ts";

describe("docs/ocpp.md", () => {
  it("says what the code says; if not, run `npx tsx scripts/ocpp-table.ts`", async () => {
    expect(await readFile(DOCUMENT, "utf8")).toBe(await ocppTable());
  });

  it("has every action of every version", async () => {
    const counts = Map.groupBy(await readRows(), ({ version }) => version);
    expect([...counts].map(([version, rows]) => [version, rows.length])).toEqual([
      ["1.6", 39],
      ["2.0.1", 64],
      ["2.1", 91],
    ]);
  });

  it("has an effect, or a written reason for none, for each of them", async () => {
    expect(missing(await readRows()).map(({ version, action }) => `${version} ${action}`)).toEqual([]);
  });

  it("names a test for each of them", async () => {
    const untested = (await readRows()).filter(({ tests }) => tests.length === 0);
    expect(untested.map(({ version, action }) => `${version} ${action}`)).toEqual([]);
  });
});

describe("the tables behind it", () => {
  it("have handlers and effects for actions of their version only", () => {
    for (const { messages, handlers, effects } of VERSIONS) {
      for (const action of Object.keys(handlers)) expect(messages[action]?.direction).toMatch(/charger|both/);
      for (const action of Object.keys(effects)) expect(messages[action]?.direction).toMatch(/csms|both/);
    }
  });

  it("give no reason for an effect that exists in every version, nor for an action that does not exist", () => {
    for (const action of Object.keys(PLAIN)) {
      const sending = VERSIONS.filter(({ messages }) => (messages[action]?.direction ?? "charger") !== "charger");
      expect(
        sending.some(({ effects }) => !Object.hasOwn(effects, action)),
        action,
      ).toBe(true);
    }
  });
});
