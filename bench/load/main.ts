// The load generator: a process of its own, against any CSMS. `tsx bench/load/main.ts --help` tells how.
import { blast, session } from "./modes/blast.ts";
import { command } from "./modes/command.ts";
import { steady } from "./modes/steady.ts";
import { storm } from "./modes/storm.ts";
import { type LoadOptions, type Mode, readOptions, USAGE } from "./options.ts";
import { Progress } from "./progress.ts";
import type { Tally } from "./score.ts";
import { table } from "./table.ts";

const MODES: Readonly<Record<Mode, (options: LoadOptions, progress: Progress) => Promise<Tally>>> = {
  storm,
  steady,
  blast,
  session,
  command,
};

if (process.argv.includes("--help")) {
  console.log(USAGE);
} else {
  const options = readOptions(process.argv.slice(2));
  const tally = await MODES[options.mode](options, new Progress(process.send !== undefined));
  console.log(options.json ? JSON.stringify(tally) : table(options, tally));
}
// Sockets that are still closing must not hold the process.
process.exit(0);
