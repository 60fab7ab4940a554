// Writes docs/ocpp.md: every action of every version, what it does here and where that is tested.
// Run `npx tsx scripts/ocpp-table.ts`; a test fails while the document differs from the code.
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { renderTable } from "./ocpp-table/render.ts";
import { readRows } from "./ocpp-table/rows.ts";

export const DOCUMENT = fileURLToPath(new URL("../docs/ocpp.md", import.meta.url));

export const ocppTable = async (): Promise<string> => renderTable(await readRows());

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(DOCUMENT, await ocppTable());
