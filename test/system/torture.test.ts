// The short form of npm run torture: every fault of the rack once, and then the judge's word.
import { expect, test } from "vitest";
import { FAULTS } from "../../bench/torture/faults/table.ts";
import { complaintsOf, spellReport } from "../../bench/torture/figures.ts";
import { Rack } from "../../bench/torture/rack.ts";

const SEED = Number(process.env.TORTURE_SEED ?? "1");

// It takes half a minute where nothing else runs.
const PATIENCE_MS = 480_000;
const MAX_PRINTED = 1_000_000;

test("after every fault once, nothing answered is lost or doubled, nothing escaped, and nobody is stuck", {
  timeout: PATIENCE_MS,
}, async () => {
  const report = await Rack.run({ seed: SEED, minutes: 0, chargers: 9, fuzzers: 3, pace: 0.15 });
  const found = Object.fromEntries(complaintsOf(report).filter(([, sentences]) => sentences.length > 0));
  expect(found, spellReport(report)).toEqual({});
  const { figures } = report;
  expect(Object.keys(figures.faults).sort()).toEqual(FAULTS.map(({ name }) => name).sort());
  for (const count of [figures.kills, figures.sentAgain, figures.duplicates, figures.visits, figures.evictions])
    expect(count).toBeGreaterThan(0);
  expect(figures.claims).toBeGreaterThan(figures.visits);
  expect(figures.fuzz.answered).toBeGreaterThan(0);
  // Of a log that everybody may write to with every frame, however long it is.
  expect(figures.printed).toBeLessThan(MAX_PRINTED);
});
