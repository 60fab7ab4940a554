// What the load generator reports, mode by mode and version by version, of ours. Nothing is owed here: these are the
// figures behind the ratios.

import { DIALECTS, isVersion, type Version } from "../load/dialects.ts";
import type { LoadOptions } from "../load/options.ts";
import { load } from "../load/run.ts";
import { failures } from "../load/score.ts";
import { WARMUP_S } from "../plan.ts";
import { spell } from "../report/lines.ts";
import { adminOf } from "../server/launch.ts";
import { newPrefix, type Part } from "./part.ts";

const HEAD = [
  ...["mode", "OCPP", "chargers", "per s", "p50, ms", "p95", "p99", "p99.9", "errors", "wrong answers"],
  ...["rows in D1", "D1 batches", "rows a batch"],
];
/** Of the fastest that this version can do. */
const STEADY_SHARE = 0.5;
const STORM_SHARE = 0.1;
const COMMAND_CHARGERS = 20;

export const modes: Part = async ({ plan, medium, servers: { ours }, note }) => {
  const rows: string[][] = [];
  const run = async (name: string, version: Version, options: Partial<LoadOptions>): Promise<number> => {
    const before = await ours.history();
    const tally = await load(ours.origin, {
      ...{ version, chargers: plan.chargers, seconds: plan.seconds, warmup: WARMUP_S, prefix: newPrefix() },
      ...options,
    });
    const after = await ours.history();
    const { p50, p95, p99, p999 } = tally.latency;
    const batches = after.batches - before.batches;
    const written = after.rowsWritten - before.rowsWritten;
    rows.push([
      ...[name, version, options.chargers ?? plan.chargers, spell(tally.perSecond), spell(p50), spell(p95)].map(String),
      ...[spell(p99), spell(p999), String(failures(tally) - tally.implausible), String(tally.implausible)],
      ...[String(written), String(batches), batches === 0 ? "-" : spell(written / batches)],
    ]);
    note(`${name}, OCPP ${version}: ${spell(tally.perSecond)}/s, p99 ${spell(p99)} ms`);
    return tally.perSecond;
  };
  for (const version of Object.keys(DIALECTS).filter(isVersion)) {
    await run("blast Heartbeat", version, { mode: "blast", action: "Heartbeat" });
    const best = await run("blast MeterValues", version, { mode: "blast", action: "MeterValues" });
    await run("blast start + stop", version, { mode: "blast", action: "StartStop" });
    const rate = Math.max(1, Math.round(best * STEADY_SHARE));
    await run(`steady MeterValues at ${rate}/s`, version, { mode: "steady", action: "MeterValues", rate });
    await run("session", version, { mode: "session", samples: 10 });
    await run("storm", version, { mode: "storm", chargers: Math.round(plan.stormChargers * STORM_SHARE) });
    await run("command", version, { mode: "command", chargers: COMMAND_CHARGERS, ...adminOf() });
  }
  return { tables: [{ title: `Every mode in every version, state on ${medium}`, head: HEAD, rows }] };
};
