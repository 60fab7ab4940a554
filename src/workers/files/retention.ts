// How long files are kept, by kind. An operator's word outweighs the defaults.
import { database } from "../../db/client.ts";
import { fileRetention } from "../../db/schema.ts";
import type { FileKind } from "./uploads.ts";

/** Days; null: for ever. Firmware is rolled out long after it was stored. */
export const DEFAULT_RETENTION: Readonly<Record<FileKind, number | null>> = {
  log: 365,
  diagnostics: 365,
  upload: 365,
  firmware: null,
};

export async function retentionDays(env: Env): Promise<Record<FileKind, number | null>> {
  const rows = await database(env).select().from(fileRetention);
  const days = { ...DEFAULT_RETENTION };
  for (const { kind, days: told } of rows) days[kind] = told;
  return days;
}

export async function setRetention(env: Env, kind: FileKind, days: number | null): Promise<void> {
  const updatedAt = new Date();
  await database(env)
    .insert(fileRetention)
    .values({ kind, days, updatedAt })
    .onConflictDoUpdate({ target: fileRetention.kind, set: { days, updatedAt } });
}
