// npm run torture -- [--seed 1] [--minutes 10] [--chargers 24] [--fuzzers 3] [--only "kill|cut"] [--json]
// --minutes 0: every fault once. --pace 0.2: shorter faults. Seeded: the same seed strikes in the same order.
// Ends with 1 if the judge has an objection, and says how to have the same run again.
import { parseArgs } from "node:util";
import { isClean, spellReport } from "./figures.ts";
import { Rack } from "./rack.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    minutes: { type: "string", default: "10" },
    chargers: { type: "string", default: "24" },
    fuzzers: { type: "string", default: "3" },
    pace: { type: "string", default: "1" },
    /** A part of the names of the faults, as a regular expression. */
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
});

const number = (name: "seed" | "minutes" | "chargers" | "fuzzers" | "pace"): number => {
  const parsed = Number(values[name]);
  if (!Number.isFinite(parsed) || parsed < 0) throw new Error(`--${name} ${values[name]} is no number`);
  return parsed;
};
const chosen = new RegExp(values.only, "i");
const note = (text: string) => console.error(`  ${text}`);

note(`seed ${values.seed}, ${values.minutes} minutes`);
const report = await Rack.run({
  ...{ seed: number("seed"), minutes: number("minutes"), chargers: number("chargers") },
  ...{ fuzzers: number("fuzzers"), pace: number("pace") },
  only: ({ name }) => chosen.test(name),
  note,
});
console.log(values.json ? JSON.stringify(report, null, 2) : spellReport(report));
process.exit(isClean(report) ? 0 : 1);
