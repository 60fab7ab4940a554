// RESULTS.md: the last run, the machine it ran on, and how to read it.
import { arch, cpus, release, totalmem, type } from "node:os";
import { type Chart, type Line, passes, plainTable, type Table, table } from "./lines.ts";

export interface Results {
  lines: readonly Line[];
  charts: readonly Chart[];
  tables: readonly Table[];
  isQuick: boolean;
}

export const describeMachine = (): string =>
  `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "an unknown CPU"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()} ${arch()}, Node ${process.version}`;

export const page = ({ lines, charts, tables, isQuick }: Results): string => `# Benchmark: the last run

${new Date().toISOString().slice(0, 16)}Z, ${describeMachine()}. ${isQuick ? "A quick run: too short to be quoted." : "A full run."}
${lines.filter(passes).length} of ${lines.length} lines pass. Written by \`npm run bench\`; do not edit.

Absolute figures say little on a shared machine. What is owed are ratios to two baselines that ran in the same minutes,
round by round in turn, on the same runtime with the same options: the *bare actor* parses a frame and answers; the *durable
actor* also inserts it into SQLite first (\`bench/baselines/\`). A ratio is the median of the rounds' ratios. Of 2 cores the
load generator takes one, and workerd runs all JavaScript, D1 included, on the other.

${table(lines)}

Line 10 of what is owed is \`npm run torture\`, see [torture/](torture/).

${tables.map(plainTable).join("\n\n")}

${charts.map(({ file, title }) => `![${title}](${file}.svg)`).join("\n\n")}
`;
