// npm run bench: ours and the two baselines in turn in one run, state on disk and on tmpfs, every figure that the
// project owes with its limit. npm run bench -- --quick takes about three minutes, on tmpfs alone; --only throughput,storm picks parts.
// npm run bench -- --url ws://host:port/path --mode blast ... puts the load on any CSMS instead, see load/options.ts.
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { command } from "./parts/command.ts";
import { fleetSize } from "./parts/fleet-size.ts";
import { growth } from "./parts/growth.ts";
import { history } from "./parts/history.ts";
import { least } from "./parts/least.ts";
import { modes } from "./parts/modes.ts";
import type { Context, Part, Servers } from "./parts/part.ts";
import { rows } from "./parts/rows.ts";
import { start } from "./parts/start.ts";
import { steady } from "./parts/steady.ts";
import { storm } from "./parts/storm.ts";
import { throughput } from "./parts/throughput.ts";
import { watchers } from "./parts/watchers.ts";
import { FULL, QUICK } from "./plan.ts";
import { svg } from "./report/chart.ts";
import { type Chart, type Line, passes, plainTable, type Table, table } from "./report/lines.ts";
import { describeMachine, page } from "./report/results.ts";
import { launch } from "./server/launch.ts";

const PARTS: Readonly<Record<string, Part>> = {
  throughput,
  least,
  steady,
  fleetSize,
  storm,
  command,
  history,
  rows,
  growth,
  start,
  watchers,
  modes,
};
/** A table and no figure that is owed: left out where the run has become too long already. */
const OPTIONAL = new Set(["modes"]);
const LONG_MS = 15 * 60_000;
/** What does not depend on where the state is. */
const ONCE = new Set(["rows", "growth", "start", "fleetSize", "watchers", "modes"]);
const MEDIA = { disk: tmpdir(), tmpfs: "/dev/shm" };

// The load generator reads the same command line, and ends the process.
if (process.argv.some((argument) => argument.startsWith("--url"))) await import("./load/main.ts");

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    media: { type: "string" },
    json: { type: "boolean", default: false },
    /** Leaves RESULTS.md as it is. */
    dry: { type: "boolean", default: false },
  },
});
const plan = values.quick ? QUICK : FULL;
const listed = (given: string | undefined, all: readonly string[], quick: readonly string[]) =>
  given?.split(",") ?? (values.quick ? quick : all);
const names = Object.keys(PARTS);
// Counting rows takes virtual hours, and a second medium takes as long as the first.
const chosen = listed(
  values.only,
  names,
  names.filter((name) => name !== "rows"),
);
const lines: Line[] = [];
const charts: Chart[] = [];
const tables: Table[] = [];
const begin = Date.now();
const note = (text: string) => console.error(`${((Date.now() - begin) / 1000).toFixed(0).padStart(5)} s  ${text}`);

const media = Object.entries(MEDIA).filter(([name]) =>
  listed(values.media, Object.keys(MEDIA), ["tmpfs"]).includes(name),
);
for (const [medium, root] of media) {
  note(`state on ${medium} (${root})`);
  const servers: Servers = {
    bare: await launch("bare", { root }),
    durable: await launch("durable", { root }),
    ours: await launch("ours", { root }),
  };
  const context: Context = { plan, medium, root, servers, best: new Map(), note };
  const isLast = medium === media.at(-1)?.[0];
  for (const [name, part] of Object.entries(PARTS)) {
    if (!chosen.includes(name) || (ONCE.has(name) && !isLast)) continue;
    if (OPTIONAL.has(name) && Date.now() - begin > LONG_MS) {
      note(`${name} left out: it owes nothing, and the run is long enough`);
      continue;
    }
    try {
      const found = await part(context);
      lines.push(...(found.lines ?? []));
      charts.push(...(found.charts ?? []));
      tables.push(...(found.tables ?? []));
    } catch (error) {
      process.exitCode = 1;
      note(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  for (const server of Object.values(servers)) await server.stop();
}

lines.sort((a, b) => a.item - b.item);
const results = { machine: describeMachine(), plan, lines, charts, tables };
console.log(values.json ? JSON.stringify(results, null, 2) : [table(lines), ...tables.map(plainTable)].join("\n\n"));
note(`${lines.filter(passes).length} of ${lines.length} lines pass`);
if (!values.dry) {
  const here = (file: string) => new URL(file, import.meta.url);
  for (const chart of charts) await writeFile(here(`${chart.file}.svg`), svg(chart));
  await writeFile(here("results.json"), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(here("RESULTS.md"), page({ lines, charts, tables, isQuick: values.quick }));
}
process.exit();
