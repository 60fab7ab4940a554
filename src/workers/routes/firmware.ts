// /api/firmware: images, stored once and offered to the chargers that they are made for. The bytes are a file of the
// shared folder (see /api/files); here is what the image is.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { files, firmwareImages as table } from "../../db/schema.ts";
import { subjectOf } from "../audit.ts";
import { campaignUsing, deleteImage, findImage, type ImageRow } from "../firmware/image.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const Kind = z.string().min(1).max(50);

const described = {
  version: z.string().min(1).max(50).openapi({ description: "As a charger that runs it says at its boot" }),
  vendor: Kind.nullable().openapi({ description: "Only for chargers of it; null: any. Without case" }),
  model: Kind.nullable(),
  signature: z.string().min(1).max(800).nullable().openapi({ description: "Base64; with `signingCertificate`" }),
  signingCertificate: z.string().min(1).max(5500).nullable().openapi({ description: "PEM" }),
  note: z.string().max(500).nullable(),
};

const FirmwareImage = z
  .object({
    id: z.string(),
    fileId: z.string(),
    name: z.string(),
    size: z.int().openapi({ description: "Bytes" }),
    checksum: z.string().openapi({ description: "SHA-256, hexadecimal" }),
    ...described,
    createdBy: z.string(),
    createdAt: Timestamp,
  })
  .openapi("FirmwareImage");

const NewFirmwareImage = z
  .strictObject({
    fileId: z.string().openapi({ description: "A file of the shared folder" }),
    checksum: z
      .string()
      .regex(/^[0-9a-f]{64}$/i)
      .optional()
      .openapi({ description: "SHA-256 as the vendor tells it: the file must have it" }),
    version: described.version,
    vendor: described.vendor.default(null),
    model: described.model.default(null),
    signature: described.signature.default(null),
    signingCertificate: described.signingCertificate.default(null),
    note: described.note.default(null),
  })
  .openapi("NewFirmwareImage");

const present = (row: ImageRow): z.infer<typeof FirmwareImage> => ({ ...row, createdAt: timestamp(row.createdAt) });

const Query = z.strictObject({
  vendor: z.string().optional(),
  model: z.string().optional(),
  version: z.string().optional(),
  ...pageQuery(z.tuple([z.int(), z.string()])),
});

export const firmware = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["firmware"],
  summary: "List firmware images",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(FirmwareImage)) },
    ...problemResponses(400, 401, 403),
  },
});

firmware.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectImages(database(c.env), query);
  return c.json(page(rows, query.limit, { key: (row) => [row.createdAt.getTime(), row.id], present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectImages(db: Database, { vendor, model, version, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(
      and(
        vendor === undefined ? undefined : eq(table.vendor, vendor.toLowerCase()),
        model === undefined ? undefined : eq(table.model, model.toLowerCase()),
        version === undefined ? undefined : eq(table.version, version),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["firmware"],
  summary: "Register a file as a firmware image",
  description: "Upload the file first: POST /api/files, kind firmware, without a charge point.",
  request: { body: { required: true, content: json(NewFirmwareImage) } },
  responses: {
    201: { description: "The image", content: json(FirmwareImage) },
    ...problemResponses(400, 401, 403, 409, 422),
  },
});

firmware.openapi(create, async (c) => {
  const { fileId, checksum, vendor, model, ...rest } = c.req.valid("json");
  const file = await database(c.env).query.files.findFirst({ where: eq(files.id, fileId) });
  const wrong = (pointer: string, detail: string) =>
    problem(c, { reason: "invalid", detail, errors: [{ pointer, detail }] });
  if (file === undefined) return wrong("/fileId", `there is no file ${fileId}`);
  if (file.owner !== SHARED) return wrong("/fileId", "it is a charge point's own file: upload it to the shared folder");
  if (checksum !== undefined && checksum.toLowerCase() !== file.sha256) {
    return wrong("/checksum", `the file has another one: ${file.sha256}`);
  }
  if ((rest.signature === null) !== (rest.signingCertificate === null)) {
    return wrong("/signature", "signature and signingCertificate go together");
  }
  const row: ImageRow = {
    ...{ id: crypto.randomUUID(), fileId, name: file.name, size: file.size, checksum: file.sha256, ...rest },
    ...{ vendor: vendor?.toLowerCase() ?? null, model: model?.toLowerCase() ?? null },
    ...{ createdBy: subjectOf(c.get("principal")), createdAt: new Date() },
  };
  // Chargers that come by FTP know an image by its name alone.
  const twin = await database(c.env).query.firmwareImages.findFirst({ where: eq(table.name, file.name) });
  if (twin !== undefined && twin.fileId !== fileId) {
    return problem(c, { reason: "conflict", detail: `Another image's file is called ${file.name}.` });
  }
  await database(c.env).insert(table).values(row);
  return c.json(present(row), 201, { location: `/api/firmware/${row.id}` });
});

const FirmwareId = z.object({ firmwareId: z.string() });

const read = createRoute({
  method: "get",
  path: "/{firmwareId}",
  tags: ["firmware"],
  summary: "Read a firmware image",
  request: { params: FirmwareId },
  responses: { 200: { description: "The image", content: json(FirmwareImage) }, ...problemResponses(401, 403, 404) },
});

firmware.openapi(read, async (c) => {
  const { firmwareId } = c.req.valid("param");
  const row = await findImage(c.env, firmwareId);
  return row === undefined ? problem(c, unknownImage(firmwareId)) : c.json(present(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{firmwareId}",
  tags: ["firmware"],
  summary: "Delete a firmware image",
  description: "Not while a campaign needs it. Its file stays, and can be deleted from then on.",
  request: { params: FirmwareId },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404, 409) },
});

firmware.openapi(remove, async (c) => {
  const { firmwareId } = c.req.valid("param");
  if (await deleteImage(c.env, firmwareId)) return c.body(null, 204);
  const campaign = await campaignUsing(c.env, firmwareId);
  if (campaign === undefined) return problem(c, unknownImage(firmwareId));
  return problem(c, { reason: "conflict", detail: `The campaign ${campaign} needs it.` });
});

export const unknownImage = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no firmware ${id}.`,
});

/** No charge point's folder. */
const SHARED = "";
