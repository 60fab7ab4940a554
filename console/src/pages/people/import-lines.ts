// Id tokens as lines of a spreadsheet: the first line may name the columns, else they come in the order below.
import type { Schemas } from "../../api/client";

export const COLUMNS = ["idToken", "status", "groupId", "userId", "expiresAt", "type", "note"] as const;

export interface ImportLine {
  /** Counted from 1, as editors do. */
  number: number;
  /** Empty cells are not said. The server judges what they hold. */
  cells: Partial<Record<keyof Schemas["NewIdToken"], string>>;
}

export function readLines(text: string): ImportLine[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ number: index + 1, cells: split(line) }));
  const filled = lines.filter(({ cells }) => cells.some((cell) => cell !== ""));
  const [first] = filled;
  const named = first?.cells.map((cell) => COLUMNS.find((name) => name.toLowerCase() === cell.toLowerCase()));
  const isHeader = named?.includes("idToken") === true;
  const columns = isHeader ? named : COLUMNS;
  return filled.slice(isHeader ? 1 : 0).map(({ number, cells }) => ({
    number,
    cells: Object.fromEntries(
      columns.flatMap((name, index) => {
        const cell = cells[index];
        return name === undefined || cell === undefined || cell === "" ? [] : [[name, cell]];
      }),
    ),
  }));
}

/** A line's cells by comma, semicolon or tab; quoted ones may hold these, and a quote as two. */
function split(line: string): string[] {
  const cells = line.matchAll(/(?:^|[,;\t])\s*(?:"((?:[^"]|"")*)"\s*|([^,;\t]*))/g);
  return [...cells].map(([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain.trim());
}
