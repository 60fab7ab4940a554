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
  for await (const line of readLines(folder)) await RESTORE[line.kind](line as never, to, folder, done);
  await to.json("POST", "/api/state/finish");
  return done;
}

type Of<K extends Line["kind"]> = Extract<Line, { kind: K }>;

const RESTORE: {
  [K in Line["kind"]]: (line: Of<K>, to: Deployment, folder: string, done: Imported) => Promise<void>;
} = {
  begin: async () => {},
  end: async () => {},
  async rows({ table, rows }, to, _folder, done) {
    await to.json("POST", `/api/state/tables/${table}`, { rows });
    done.rows += rows.length;
  },
  async charger({ id, state }, to, _folder, done) {
    await to.json("POST", `/api/state/charge-points/${encodeURIComponent(id)}`, state);
    done.chargers += 1;
  },
  async object({ key, size }, to, folder, done) {
    const body = await openObject(folder, key);
    if (body.size !== size) throw new Error(`${key} has ${body.size} bytes of ${size}`);
    await to.fetch(`/api/state/objects/${key}`, { method: "PUT", body });
    done.objects += 1;
  },
};
