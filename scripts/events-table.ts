// Writes docs/events.md: every type of event, when it is told and what it carries, out of the table that tells them.
// Run `npm run docs:events`; a test fails while the document differs from the code.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "@hono/zod-openapi";
import { GRID_EVENTS } from "../src/events/grid-events.ts";
import { EVENTS } from "../src/events/table.ts";
import { PATIENT } from "../src/ocpp/facts/fact.ts";
import { HEAD, TAIL } from "./events-table/words.ts";

export const DOCUMENT = fileURLToPath(new URL("../docs/events.md", import.meta.url));

export function eventsTable(): string {
  const rows = Object.entries(EVENTS).flatMap(([kind, announcement]) =>
    "silent" in announcement
      ? []
      : Object.entries(announcement.types).map(([type, when]) => ({ type, when, kind, ...announcement })),
  );
  const told = rows.map(({ type, when, kind, data, reach }) => ({ type, when: `${when}${pace(kind, reach)}`, data }));
  const ofGrid = Object.entries(GRID_EVENTS).map(([type, row]) => ({ type, ...row }));
  const lines = [...told, ...ofGrid]
    .toSorted((a, b) => (a.type < b.type ? -1 : 1))
    .map(({ type, when, data }) => `| \`${type}\` | ${when} | ${members(data)} |`);
  const silent = Object.entries(EVENTS).flatMap(([kind, announcement]) =>
    "silent" in announcement ? [`- \`${kind}\`: ${announcement.silent}.`] : [],
  );
  return `${HEAD}
| Type | When | \`data\` |
|---|---|---|
${lines.join("\n")}
${TAIL}
${silent.join("\n")}
`;
}

const patient: ReadonlySet<string> = PATIENT;

function pace(kind: string, reach: string): string {
  if (reach === "near") return " In the charger's own feed, and in webhooks that name the type.";
  return patient.has(kind) ? " In the fleet's feed within ten minutes." : "";
}

function members(data: z.ZodObject): string {
  const names = Object.entries(data.shape).map(([name, schema]) => {
    const isOptional = z.safeParse(schema, undefined).success;
    return `\`${name}${isOptional ? "?" : ""}\``;
  });
  return names.length === 0 ? "nothing" : names.join(", ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(DOCUMENT, eventsTable());
