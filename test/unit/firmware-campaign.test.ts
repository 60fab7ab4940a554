// What a campaign decides without asking anybody: waves, windows, when too much has failed, how an update ended.
import { describe, expect, it } from "vitest";
import { cutWaves } from "../../src/firmware/campaign.ts";
import { tooManyFailures } from "../../src/firmware/failures.ts";
import { settled } from "../../src/firmware/settle.ts";
import { isOpen, openingAt } from "../../src/firmware/window.ts";
import type { Job } from "../../src/ocpp/job.ts";

describe("waves", () => {
  it.each([
    [0, [{ size: 5 }], []],
    [3, [{ size: 5 }], [3]],
    [12, [{ size: 5 }], [5, 5, 2]],
    [50, [{ size: 1 }, { percent: 10 }, { percent: 100 }], [1, 5, 44]],
    [50, [{ percent: 40 }], [20, 20, 10]],
    [3, [{ percent: 0.1 }], [1, 1, 1]],
  ])("of %i chargers by %o are %o", (total, waves, sizes) => {
    expect(cutWaves(total, waves)).toEqual(sizes);
  });
});

describe("a maintenance window", () => {
  const night = { timeZone: "Europe/Berlin", start: "22:00", end: "04:00" };
  const at = (text: string) => Date.parse(text);

  it.each([
    ["before it", "2026-06-01T19:00:00Z", false, "2026-06-01T20:00:00Z", "2026-06-02T02:00:00Z"],
    ["in it", "2026-06-01T23:00:00Z", true, "2026-06-01T20:00:00Z", "2026-06-02T02:00:00Z"],
    ["at its end", "2026-06-02T02:00:00Z", false, "2026-06-02T20:00:00Z", "2026-06-03T02:00:00Z"],
  ])("%s, by the clock of its time zone", (_when, now, open, from, to) => {
    const opening = openingAt(night, at(now));
    expect(opening).toEqual({ from: at(from), to: at(to) });
    expect(isOpen(opening, at(now))).toBe(open);
  });

  it("is an hour shorter or longer in the nights in which the clocks change", () => {
    const hours = (now: string) => {
      const { from, to } = openingAt(night, at(now));
      return (to - from) / 3_600_000;
    };
    expect(hours("2026-03-28T12:00:00Z")).toBe(5);
    expect(hours("2026-10-24T12:00:00Z")).toBe(7);
  });

  it("opens on its days only", () => {
    // Monday, 1 June 2026.
    const weekend = { ...night, days: [6, 7] };
    expect(openingAt(weekend, at("2026-06-01T12:00:00Z")).from).toBe(at("2026-06-06T20:00:00Z"));
    // The one that began on Sunday is still open on Monday.
    expect(isOpen(openingAt(weekend, at("2026-06-01T01:00:00Z")), at("2026-06-01T01:00:00Z"))).toBe(true);
  });

  it("from a time to the same time is a whole day", () => {
    const { from, to } = openingAt({ timeZone: "UTC", start: "06:00", end: "06:00" }, at("2026-06-01T07:00:00Z"));
    expect(to - from).toBe(24 * 3_600_000);
  });
});

describe("failures", () => {
  const limit = { percent: 10, atLeast: 2 };
  const none = { failed: 0, ended: 0 };

  it.each([
    [limit, { failed: 1, ended: 1 }, none, undefined],
    [limit, { failed: 2, ended: 20 }, none, "2 of 20 updates have failed"],
    [limit, { failed: 2, ended: 21 }, none, undefined],
    [limit, { failed: 3, ended: 22 }, { failed: 2, ended: 20 }, undefined],
    [limit, { failed: 4, ended: 22 }, { failed: 2, ended: 20 }, "2 of 2 updates have failed"],
    // Given another turn, what had failed is not failed any more.
    [limit, { failed: 1, ended: 20 }, { failed: 2, ended: 20 }, undefined],
    [null, { failed: 9, ended: 9 }, none, undefined],
  ])("with the limit %o, %o after %o: %s", (given, ends, pardoned, expected) => {
    expect(tooManyFailures(given, ends, pardoned)).toBe(expected);
  });
});

describe("an update", () => {
  const firmware = { imageId: "i", version: "2.0.0", booted: "2.0.0", verification: "verified" } as const;
  const job: Job = {
    ...{ id: "j", kind: "firmware", state: "finished", createdAt: 0, updatedAt: 1000, finishedAt: 1000, patienceMs: 1 },
    ...{ statuses: [{ status: "Installed", at: 1000 }], firmware },
  };
  const LATER = 3_600_000;

  it.each([
    ["is not over while it goes on", { state: "running" }, LATER, undefined],
    ["is proved by the boot", {}, 1000, { state: "installed", reason: "verified" }],
    ["waits for the boot", { firmware: { ...firmware, verification: "pending" } }, 1000, undefined],
    [
      "is believed when no boot comes",
      { firmware: { ...firmware, booted: undefined, verification: "pending" } },
      LATER,
      { state: "installed", reason: "unverified" },
    ],
    [
      "has failed when it boots with another version, and does not boot again",
      { firmware: { ...firmware, booted: "1.0.0", verification: "mismatch" } },
      LATER,
      { state: "failed", versionAfter: "1.0.0" },
    ],
    [
      "has failed with the charger's word",
      { state: "failed", reason: "InvalidSignature" },
      1000,
      { state: "failed", reason: "InvalidSignature" },
    ],
    ["has failed when nothing is heard", { state: "timedOut" }, LATER, { state: "failed" }],
  ] as const)("%s", (_what, change, now, expected) => {
    const end = settled({ ...job, ...change }, now);
    if (expected === undefined) expect(end).toBeUndefined();
    else expect(end).toMatchObject(expected);
  });
});
