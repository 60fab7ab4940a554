// A line of log is one line, and short, whatever it quotes; and of one event there are only so many.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logFailure, logWarning } from "../../src/log.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function written(method: "warn" | "error"): string[] {
  const lines: string[] = [];
  vi.spyOn(console, method).mockImplementation((text: string) => void lines.push(text));
  return lines;
}

test.each([
  ["warn", logWarning],
  ["error", logFailure],
] as const)("what somebody sent is cut in a line of %s, however deep it is", (method, log) => {
  const lines = written(method);
  log({ event: "e", detail: "x".repeat(1_000_000), deep: [{ frame: "\n".repeat(5_000) }] });
  const [line = "", ...others] = lines;
  expect(others).toEqual([]);
  expect(line).not.toContain("\n");
  expect(line.length).toBeLessThan(10_000);
  expect(JSON.parse(line)).toMatchObject({ event: "e", detail: `${"x".repeat(2_000)}…` });
});

test("of one event so many are written in a second, and the next line counts the others", () => {
  const lines = written("warn");
  for (let times = 0; times < 1000; times += 1) logWarning({ event: "flood", times });
  logWarning({ event: "other" });
  expect(lines).toHaveLength(21);
  vi.advanceTimersByTime(1000);
  logWarning({ event: "flood" });
  logWarning({ event: "flood" });
  expect(lines.slice(21).map((line) => JSON.parse(line))).toEqual([
    { event: "flood", unwritten: 980 },
    { event: "flood" },
  ]);
});
