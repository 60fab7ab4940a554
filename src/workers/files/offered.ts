// Firmware offered to charge points: images of the shared folder, which every charger sees below `firmware/` in its own
// and may only read.
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { files } from "../../db/schema.ts";
import { offeredFiles } from "../firmware/offers.ts";
import type { FileFailure } from "./failure.ts";
import { SHARED } from "./limits.ts";
import type { Place } from "./names.ts";
import type { FileRow } from "./uploads.ts";

export const FIRMWARE_FOLDER = "firmware";
const MAX_OFFERED = 1000;

/** Chargers' own folders hold nothing of that name; the shared one may. */
export function isReserved(owner: string, { folder, name }: Place): boolean {
  return owner !== SHARED && (folder === "" ? name : folder.split("/")[0]) === FIRMWARE_FOLDER;
}

export const READ_ONLY: FileFailure<"forbidden"> = {
  reason: "forbidden",
  detail: "The folder firmware is for what is offered to the charge point, and read only.",
};

export async function offeredImage(env: Env, chargePoint: string, name: string): Promise<FileRow | undefined> {
  return database(env).query.files.findFirst({
    where: and(await offered(env, chargePoint), eq(files.name, name)),
    orderBy: asc(files.folder),
  });
}

/** By name; of two with one name the one that `offeredImage` gives. */
export async function offeredImages(env: Env, chargePoint: string): Promise<FileRow[]> {
  const rows = await database(env)
    .select()
    .from(files)
    .where(await offered(env, chargePoint))
    .orderBy(asc(files.name), asc(files.folder))
    .limit(MAX_OFFERED);
  return rows.filter((row, index) => rows[index - 1]?.name !== row.name);
}

/** As JSON: a statement takes only so many values. */
async function offered(env: Env, chargePoint: string) {
  const ids = JSON.stringify(await offeredFiles(env, chargePoint));
  return and(eq(files.owner, SHARED), inArray(files.id, sql`(SELECT value FROM json_each(${ids}))`));
}
