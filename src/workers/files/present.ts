// A file as clients see it.
import { z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { chargePoints, FILE_KINDS } from "../../db/schema.ts";
import { Timestamp, timestamp } from "../routes/fields.ts";
import { SHARED } from "./limits.ts";
import { pathOf } from "./names.ts";
import type { FileRow } from "./uploads.ts";

export const StoredFile = z
  .object({
    id: z.string(),
    chargePointId: z.string().nullable().openapi({ description: "null: in the shared folder" }),
    name: z.string(),
    path: z.string().openapi({ description: "The name with its folders", example: "2026/diagnostics.zip" }),
    size: z.int().openapi({ description: "Bytes" }),
    sha256: z.string().openapi({ description: "Hexadecimal" }),
    kind: z.enum(FILE_KINDS),
    contentType: z.string(),
    createdAt: Timestamp,
    uploadedBy: z.string().openapi({ example: "charger:CP1" }),
    commandId: z.string().nullable().openapi({ description: "The command that asked for it" }),
    jobId: z.string().nullable().openapi({ description: "The job that it belongs to" }),
  })
  .openapi("File");

/** @param displayId the identity as first spelt; null: its charge point is not registered any more */
export const presentRow = (file: FileRow, displayId: string | null): z.infer<typeof StoredFile> => ({
  id: file.id,
  chargePointId: file.owner === SHARED ? null : (displayId ?? file.owner),
  name: file.name,
  path: pathOf(file),
  size: file.size,
  sha256: file.sha256,
  kind: file.kind,
  contentType: file.contentType,
  createdAt: timestamp(file.createdAt),
  uploadedBy: file.uploadedBy,
  commandId: file.commandId,
  jobId: file.jobId,
});

export async function presentFile(env: Env, file: FileRow): Promise<z.infer<typeof StoredFile>> {
  const row = await database(env).query.chargePoints.findFirst({
    columns: { id: true },
    where: eq(chargePoints.key, file.owner),
  });
  return presentRow(file, row?.id ?? null);
}
