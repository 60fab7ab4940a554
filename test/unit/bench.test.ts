import { describe, expect, it } from "vitest";
import {
  type Fleet,
  type Prices,
  priceOf,
  type Usage,
  withoutBatching,
  withoutHibernation,
} from "../../bench/cost/bill.ts";
import fleetData from "../../bench/cost/fleet.json" with { type: "json" };
import priceData from "../../bench/cost/prices.json" with { type: "json" };
import { DIALECTS } from "../../bench/load/dialects.ts";
import { Latency } from "../../bench/load/latency.ts";
import { readOptions } from "../../bench/load/options.ts";
import { Score } from "../../bench/load/score.ts";
import { newSession, sessions } from "../../bench/load/scripts.ts";
import { rank } from "../../bench/profile/rank.ts";
import { svg } from "../../bench/report/chart.ts";
import { type Line, passes } from "../../bench/report/lines.ts";
import { median } from "../../bench/statistics.ts";

const prices: Prices = priceData;
const fleet: Fleet = fleetData;
const NOTHING: Usage = {
  workerRequests: 0,
  workerCpuMs: 0,
  actorRequests: 0,
  actorGbSeconds: 0,
  actorRowsRead: 0,
  actorRowsWritten: 0,
  actorStorageGbMonths: 0,
  d1RowsRead: 0,
  d1RowsWritten: 0,
  d1StorageGbMonths: 0,
};

describe("the benchmark's judgement", () => {
  it("counts an answer that makes no sense", () => {
    const score = new Score();
    const { plausible } = DIALECTS["1.6"].start(newSession("T"));
    score.answered({ action: "StartTransaction" }, 1, plausible({ transactionId: 0 }), "[3,...]");
    score.answered(
      { action: "StartTransaction" },
      1,
      plausible({ transactionId: 7, idTagInfo: { status: "Invalid" } }),
    );
    score.unexpected('[4,"1","InternalError","",{}]');
    expect(score.tally()).toMatchObject({ answered: 2, implausible: 1, callErrors: 1 });
  });

  it("fails a line whose value is missing", () => {
    const line: Line = {
      item: 1,
      what: "",
      medium: "",
      value: Number.NaN,
      unit: "",
      limit: 2,
      bound: "at most",
      detail: "",
    };
    expect(passes(line)).toBe(false);
    expect(passes({ ...line, value: 2 })).toBe(true);
    expect(passes({ ...line, value: 1.9, bound: "at least" })).toBe(false);
  });

  it("keeps three digits of a latency", () => {
    const latency = new Latency();
    for (let value = 1; value <= 1000; value += 1) latency.record(value);
    const { p50, p99, max } = latency.quantiles();
    expect(p50).toBeCloseTo(500, -1);
    expect(p99).toBeCloseTo(990, -1);
    expect(max).toBeCloseTo(1000, -1);
  });

  it("takes the middle of several rounds", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBe(0);
  });
});

describe.each(["1.6", "2.0.1", "2.1"] as const)("a session in OCPP %s", (version) => {
  it("authorizes, starts, samples and stops, each sample at its own time", () => {
    const script = sessions(DIALECTS[version], newSession("T"), 3);
    const answer = { transactionId: 9, idTagInfo: { status: "Accepted" } };
    const said = Array.from({ length: 6 }, () => script.next(answer).value ?? { action: "", payload: "" });
    const event = version !== "1.6";
    expect(said.map(({ action }) => action)).toEqual([
      "Authorize",
      event ? "TransactionEvent" : "StartTransaction",
      ...Array(3).fill(event ? "TransactionEvent" : "MeterValues"),
      event ? "TransactionEvent" : "StopTransaction",
    ]);
    expect(new Set(said.map(({ payload }) => payload)).size).toBe(6);
  });
});

describe("the bill", () => {
  it("charges nothing for what is included", () => {
    expect(priceOf({ ...NOTHING, d1RowsWritten: 50_000_000 }, prices).total).toBe(prices.baseFee);
    expect(priceOf({ ...NOTHING, d1RowsWritten: 53_000_000 }, prices).d1RowsWritten).toBeCloseTo(3);
  });

  it("is dearer without hibernation and without batching", () => {
    const counters = { workerRequests: 0, upgrades: 0, messages: 0, rpcCalls: 0, alarmsRung: 0, wakes: 0 };
    const rows = {
      actorRowsWritten: 0,
      actorRowsRead: 0,
      actorBytes: 0,
      d1Queries: 0,
      d1RowsWritten: 0,
      d1RowsRead: 0,
      d1Bytes: 0,
    };
    const part = { ...counters, ...rows, shipments: 8 };
    const consumption = {
      connect: part,
      heartbeat: part,
      session: part,
      sample: part,
      samplesPerSession: 60,
      failures: 0,
    };
    const awake = withoutHibernation(NOTHING, fleet, prices);
    expect(awake.actorGbSeconds).toBeCloseTo(fleet.chargers * fleet.days * 86_400 * 0.128);
    const single = withoutBatching(NOTHING, consumption, fleet, prices);
    expect(single.d1RowsWritten).toBe((60 - 8) * fleet.sessionsPerCharger * fleet.chargers);
  });
});

it("refuses a load that it does not know", () => {
  expect(() => readOptions(["--mode", "tornado"])).toThrow("unknown mode");
  expect(() => readOptions(["--chargers", "many"])).toThrow("--chargers many");
  expect(readOptions(["--url", "ws://host:1/ws/ocpp/"])).toMatchObject({
    url: "ws://host:1/ws/ocpp",
    api: "http://host:1",
  });
});

it("ranks a profile by own and by inherited time", () => {
  const frame = (functionName: string) => ({ functionName, lineNumber: 0, columnNumber: 0 });
  const text = rank(
    {
      nodes: [
        { id: 1, callFrame: frame("outer"), children: [2] },
        { id: 2, callFrame: frame("inner") },
        { id: 3, callFrame: frame("(idle)") },
      ],
      samples: [1, 2, 2, 3],
      timeDeltas: [100, 100, 200, 400],
    },
    5,
  );
  expect(text).toContain("busy 50 %");
  expect(text).toContain("75.0 %  inner");
  expect(text).toContain("100.0 %  outer");
});

it("draws a chart for any data", () => {
  const chart = {
    file: "x",
    title: "a < b",
    x: "x",
    y: "y",
    series: [{ name: "s", points: [[1, 2]] as [number, number][] }],
  };
  expect(svg(chart)).toContain("a &lt; b");
  expect(svg({ ...chart, series: [] })).not.toContain("NaN");
});
