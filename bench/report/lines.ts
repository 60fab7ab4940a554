// What a run has to say: lines that are owed, with their limits, and figures that explain them.

export interface Line {
  /** Of the list. */
  item: number;
  what: string;
  medium: string;
  value: number;
  unit: string;
  limit: number;
  /** Whether the value has to be at least or at most the limit. */
  bound: "at least" | "at most";
  detail: string;
}

export interface Chart {
  file: string;
  title: string;
  x: string;
  y: string;
  series: { name: string; points: [number, number][] }[];
}

/** Figures that nothing is owed for. */
export interface Table {
  title: string;
  head: string[];
  rows: string[][];
}

export interface Findings {
  lines: Line[];
  charts: Chart[];
  tables: Table[];
}

export const passes = ({ value, limit, bound }: Line): boolean =>
  Number.isFinite(value) && (bound === "at least" ? value >= limit : value <= limit);

export function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => {
    const value = `${spell(line.value)}${line.unit}`;
    const limit = `${line.bound} ${spell(line.limit)}${line.unit}`;
    return `| ${line.item} | ${line.what} | ${line.medium} | ${value} | ${limit} | ${passes(line) ? "pass" : "**FAIL**"} | ${line.detail} |`;
  });
  return ["| # | What | State on | Value | Owed | | Detail |", "|---|---|---|---|---|---|---|", ...rows].join("\n");
}

export function plainTable({ title, head, rows }: Table): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [`## ${title}\n`, row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

export const spell = (value: number): string =>
  !Number.isFinite(value) ? "-" : Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
