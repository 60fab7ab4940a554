// Restores an export into a deployment that has nothing yet.
import { z } from "zod";
import type { Deployment } from "./client.ts";
import { type Line, openObject, readLines } from "./folder.ts";

const List = z.object({ items: z.array(z.unknown()) });

export interface Imported {
  rows: number;
  chargers: number;
  objects: number;
}

export async function importState(to: Deployment, folder: string): Promise<Imported> {
  const { items } = List.parse(await to.json("GET", "/api/charge-points?limit=1"));
  if (items.length > 0) throw new Error("there are charge points already: restore into a deployment that is empty");
  const done: Imported = { rows: 0, chargers: 0, objects: 0 };
  for await (const line of readLines(folder)) await restore(line, to, folder, done);
  await to.json("POST", "/api/state/finish");
  return done;
}

async function restore(line: Line, to: Deployment, folder: string, done: Imported): Promise<void> {
  switch (line.kind) {
    case "rows":
      await to.json("POST", `/api/state/tables/${line.table}`, { rows: line.rows });
      done.rows += line.rows.length;
      break;
    case "charger":
      await to.json("POST", `/api/state/charge-points/${encodeURIComponent(line.id)}`, line.state);
      done.chargers += 1;
      break;
    case "object": {
      const { key, size } = line;
      const body = await openObject(folder, key);
      if (body.size !== size) throw new Error(`${key} has ${body.size} bytes of ${size}`);
      await to.fetch(`/api/state/objects/${key}`, { method: "PUT", body });
      done.objects += 1;
      break;
    }
    case "begin":
    case "end":
      break;
  }
}
