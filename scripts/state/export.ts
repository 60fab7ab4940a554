// Copies the whole state of a running deployment into a folder. Chargers may go on: what they tell meanwhile is in the
// end of their logs, which goes along.
import { z } from "zod";
import type { Deployment } from "./client.ts";
import { FORMAT, type Line, writeLines, writeObject } from "./folder.ts";

const Tables = z.object({ tables: z.array(z.string()) });
const Rows = z.object({ rows: z.array(z.unknown()), nextCursor: z.string().nullable() });
const Objects = z.object({
  objects: z.array(z.object({ key: z.string(), size: z.number() })),
  nextCursor: z.string().nullable(),
});
const Health = z.object({ version: z.string() });
const Charger = z.looseObject({ key: z.string() });

export async function exportState(from: Deployment, folder: string): Promise<number> {
  return writeLines(folder, lines(from, folder));
}

async function* lines(from: Deployment, folder: string): AsyncGenerator<Line> {
  const at = new Date().toISOString();
  const { version } = Health.parse(await from.json("GET", "/api/health"));
  yield { kind: "begin", format: FORMAT, at, version };
  // Rows before objects: one that was removed meanwhile is missed by nobody, for its row is swept like any other.
  const chargers: string[] = [];
  for (const table of Tables.parse(await from.json("GET", "/api/state/tables")).tables) {
    for await (const { rows } of pages(from, `/api/state/tables/${table}`, Rows)) {
      if (table === "charge_points") chargers.push(...rows.map((row) => Charger.parse(row).key));
      yield { kind: "rows", table, rows };
    }
  }
  for (const id of chargers) {
    const state = await from.json("GET", `/api/state/charge-points/${encodeURIComponent(id)}?since=${at}`);
    if (state !== null) yield { kind: "charger", id, state };
  }
  for await (const { objects } of pages(from, "/api/state/objects", Objects)) {
    for (const { key, size } of objects) {
      const { body } = await from.fetch(`/api/state/objects/${key}`);
      if (body === null) throw new Error(`${key} has no body`);
      await writeObject(folder, key, body);
      yield { kind: "object", key, size };
    }
  }
}

async function* pages<T extends { nextCursor: string | null }>(
  from: Deployment,
  path: string,
  schema: z.ZodType<T>,
): AsyncGenerator<T> {
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: string = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const page = schema.parse(await from.json("GET", path + query));
    yield page;
    cursor = page.nextCursor;
  }
}
