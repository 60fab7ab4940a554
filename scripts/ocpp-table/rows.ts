// The rows of docs/ocpp.md, out of the tables that the server itself runs by: messages, handlers, effects.
import { readdir, readFile } from "node:fs/promises";
import type { Direction } from "../../src/ocpp/message.ts";
import { PLAIN } from "../../src/ocpp/plain.ts";
import { VERSIONS, type Version, type VersionRow } from "../../src/ocpp/versions.ts";

export interface ActionRow {
  version: Version;
  action: string;
  direction: Direction;
  /** What the charger's message does here. */
  received?: Said;
  /** What the answer to ours does here. */
  answered?: Said;
  /** Test files that speak it in this version, the one that does so most first. */
  tests: string[];
}

/** `text` undefined: nobody wrote what it does. */
export interface Said {
  /** Whether there is code for it. */
  exists: boolean;
  text: string | undefined;
}

interface TestFile {
  name: string;
  text: string;
}

const TESTS = new URL("../../test/worker/", import.meta.url);

export async function readRows(): Promise<ActionRow[]> {
  const tests = await readTests();
  return VERSIONS.toReversed().flatMap((row) =>
    Object.values(row.messages)
      .toSorted((a, b) => (a.action < b.action ? -1 : 1))
      .map(({ action, direction }) => ({
        version: row.version,
        action,
        direction,
        ...(direction === "csms" ? {} : { received: received(row, action) }),
        ...(direction === "charger" ? {} : { answered: answered(row, action) }),
        tests: testsOf(tests, row.version, action),
      })),
  );
}

/** Rows that lack a word about what they do, or the code for it. */
export const missing = (rows: readonly ActionRow[]): ActionRow[] =>
  rows.filter(({ received, answered }) => [received, answered].some((said) => said && (!said.exists || !said.text)));

function received({ handlers }: VersionRow, action: string): Said {
  const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
  return { exists: handler !== undefined, text: handler?.summary };
}

function answered({ effects }: VersionRow, action: string): Said {
  const effect = Object.hasOwn(effects, action) ? effects[action] : undefined;
  if (effect !== undefined) return { exists: true, text: effect.summary };
  const reason = Object.hasOwn(PLAIN, action) ? PLAIN[action] : undefined;
  return { exists: true, text: reason && `nothing beyond the command's own record: ${reason}` };
}

async function readTests(): Promise<TestFile[]> {
  const names = (await readdir(TESTS)).filter((name) => name.endsWith(".test.ts")).toSorted();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(new URL(name, TESTS), "utf8") })));
}

const MAX_TESTS = 2;

/** Those that speak of it most. */
function testsOf(tests: readonly TestFile[], version: Version, action: string): string[] {
  const mentions = ({ text }: TestFile) => text.split(`"${action}"`).length;
  return tests
    .filter((file) => speaks(file, version, action))
    .toSorted((a, b) => mentions(b) - mentions(a))
    .slice(0, MAX_TESTS)
    .map(({ name }) => name);
}

/** A test speaks a message if it names the action and the version; one that names no version speaks 1.6. */
function speaks({ text }: TestFile, version: Version, action: string): boolean {
  if (!text.includes(`"${action}"`)) return false;
  if (text.includes("Object.entries(SUBPROTOCOLS)")) return true;
  const named = VERSIONS.filter((row) => text.includes(`"${row.version}"`) || text.includes(row.subprotocol));
  return named.length === 0 ? version === "1.6" : named.some((row) => row.version === version);
}
