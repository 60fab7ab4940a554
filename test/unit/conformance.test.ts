// docs/conformance.md and docs/quirks.md name tests by file and title: here they are looked for.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const KINDS = ["unit", "worker", "system"];
/** A file in backticks, then the titles in it: `file.test.ts` "one", "another". */
const REFERENCE = /`(?:[\w./-]+\/)?([\w-]+\.test\.ts)`((?:,? "[^"]+")*)/g;
const NOT_YET = "**not yet**";

/** The name of a test file -> its text, whatever its folder. */
async function readTests(): Promise<Map<string, string>> {
  const files = await Promise.all(
    KINDS.map(async (kind) => {
      const folder = new URL(`test/${kind}/`, ROOT);
      const names = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith(".test.ts"));
      return Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder), "utf8")] as const));
    }),
  );
  return new Map(files.flat());
}

const titled = (source: string, title: string) =>
  ['"', "`", "'"].some((quote) => source.includes(`${quote}${title}${quote},`));

const references = (text: string) =>
  [...text.matchAll(REFERENCE)].map(([, file = "", titles = ""]) => ({
    file,
    titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title),
  }));

/** The cells of every row that is neither a header nor the line below it. */
function rowsOf(text: string): string[][] {
  const lines = text.split("\n");
  return lines
    .filter((line, index) => line.startsWith("| ") && !lines[index + 1]?.startsWith("|---"))
    .map((line) => line.slice(2, -2).split(" | "));
}

describe.each(["docs/conformance.md", "docs/quirks.md"])("%s", (path) => {
  const read = () => readFile(new URL(path, ROOT), "utf8");

  it("names only tests that exist", async () => {
    const [text, tests] = [await read(), await readTests()];
    const gone = references(text).flatMap(({ file, titles }) => {
      const source = tests.get(file);
      if (source === undefined) return [file];
      return titles.filter((title) => !titled(source, title)).map((title) => `${file}: ${title}`);
    });
    expect(gone).toEqual([]);
    expect(references(text).length).toBeGreaterThan(50);
  });

  it("quotes nothing but titles, and each of them after its file", async () => {
    const rest = (await read()).replaceAll(REFERENCE, "");
    expect(rest.split("\n").filter((line) => line.includes('"') || line.includes(".test.ts"))).toEqual([]);
  });

  it("says for every row which test shows it, or that none does and why", async () => {
    const rows = rowsOf(await read());
    const unsaid = rows.filter((cells) => {
      const last = cells.at(-1) ?? "";
      const isNamed = references(last).some(({ titles }) => titles.length > 0);
      return !isNamed && !last.includes(`${NOT_YET}: `);
    });
    expect(unsaid).toEqual([]);
    expect(rows.length).toBeGreaterThan(40);
  });

  it("has rows of as many cells as its tables have columns", async () => {
    const widths = new Set(rowsOf(await read()).map((cells) => cells.length));
    expect(widths.size).toBe(1);
  });
});
