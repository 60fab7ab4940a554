// Every kind of fact is announced or has a written reason, and what is announced has the shape that is documented.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { DOCUMENT, eventsTable } from "../../scripts/events-table.ts";
import type { HistoryRow } from "../../src/durable-objects/history/batch.ts";
import { wants } from "../../src/events/filter.ts";
import { EVENT_TYPES, EVENTS, eventsOf } from "../../src/events/table.ts";
import { FACTS } from "../support/node/facts.ts";

const ORIGIN = { chargePoint: "cp.1 ü", identity: "CP.1 Ü" };
const row = (overrides: Partial<HistoryRow>): HistoryRow => ({
  seq: 5,
  at: 0,
  frame: '[2,"m","X",{}]',
  facts: [],
  ...overrides,
});

describe("the table of events", () => {
  it("has each kind of fact announced, or a reason for its silence", () => {
    for (const [kind, announcement] of Object.entries(EVENTS)) {
      if ("silent" in announcement) expect(announcement.silent.length, kind).toBeGreaterThan(20);
      else expect(Object.keys(announcement.types).length, kind).toBeGreaterThan(0);
    }
  });

  it("names its types alike: what it is about, and what happened", () => {
    for (const type of EVENT_TYPES) expect(type).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
  });

  it("tells each fact in the shape that is documented", () => {
    for (const fact of FACTS) {
      const announcement = EVENTS[fact.kind];
      const events = eventsOf(ORIGIN, row({ facts: [fact] }), true);
      expect(events.length, fact.kind).toBe("silent" in announcement ? 0 : 1);
      for (const { type, data } of events) {
        if ("silent" in announcement) continue;
        expect(Object.keys(announcement.types)).toContain(type);
        // As it arrives: what is undefined is not there.
        expect(announcement.data.strict().safeParse(JSON.parse(JSON.stringify(data))).error, fact.kind).toBeUndefined();
      }
    }
  });

  it("has an example of each fact in this test", () => {
    expect([...new Set(FACTS.map(({ kind }) => kind))].sort()).toEqual(Object.keys(EVENTS).sort());
  });
});

describe("an event", () => {
  it("has an id that is made of its source alone, and fits into a header and a signature", () => {
    const facts = FACTS.filter(({ kind }) => kind === "finding" || kind === "disconnected");
    const ids = eventsOf(ORIGIN, row({ facts }), false).map(({ id }) => id);
    expect(ids).toEqual(facts.map((_fact, index) => `cp%2E1%20%C3%BC-5-${index}`));
    expect(eventsOf(ORIGIN, row({ facts }), true).map(({ id }) => id)).toEqual(ids);
  });

  it("that would be huge is told without its data", () => {
    const frame = JSON.stringify([2, "m", "X", { a: "x".repeat(70_000) }]);
    const [told] = eventsOf(ORIGIN, row({ frame, facts: [{ kind: "notice", action: "X" }] }), false);
    expect(told).toMatchObject({ type: "notice.received", data: { omitted: expect.any(String), seq: 5 } });
  });

  it("is wanted by type, family and charger", () => {
    const [event] = eventsOf(ORIGIN, row({ facts: [{ kind: "finding", code: "c", detail: "d" }] }), false);
    if (event === undefined) throw new Error("no event");
    expect(wants({}, event)).toBe(true);
    expect(wants({ types: ["finding.*"] }, event)).toBe(true);
    expect(wants({ types: ["finding.noted"], chargePoints: ["cp.1 ü"] }, event)).toBe(true);
    expect(wants({ types: ["find.*"] }, event)).toBe(false);
    expect(wants({ chargePoints: ["cp.2"] }, event)).toBe(false);
  });
});

describe("docs/events.md", () => {
  it("says what the table says; if not, run `npx tsx scripts/events-table.ts`", async () => {
    expect(await readFile(DOCUMENT, "utf8")).toBe(eventsTable());
  });
});
