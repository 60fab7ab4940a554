// CSV as RFC 4180 has it, and safe to open in a spreadsheet. Pure.

/** What a spreadsheet would take for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export const csvLine = (cells: readonly unknown[]): string => `${cells.map(cell).join(",")}\r\n`;

/** Objects and lists go as JSON; nothing at all for what is null or missing. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  // A number may begin with a minus: it is what it looks like.
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return quoted(FORMULA.test(text) ? `'${text}` : text);
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
