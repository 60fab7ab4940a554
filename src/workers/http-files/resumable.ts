// /http/uploads: large files over many requests, in the manner of tus.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { type Caller, draftOf } from "../files/caller.ts";
import { contentTypeOf } from "../files/content-types.ts";
import { FILE_PROBLEMS, type FileFailure } from "../files/failure.ts";
import { SHARED } from "../files/limits.ts";
import { pathOf, placeOf, readPath } from "../files/names.ts";
import { isReserved, READ_ONLY } from "../files/offered.ts";
import { pieces } from "../files/pieces.ts";
import { presentFile, StoredFile } from "../files/present.ts";
import { RESUMABLE_PART_BYTES } from "../files/r2.ts";
import { addPart, complete, create, findUpload, unknownUpload } from "../files/resumable.ts";
import { discard } from "../files/uploads.ts";
import { limitBody } from "../limit-body.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "../routes/fields.ts";
import { refuse, requirePermission } from "./identify.ts";
import { lengthOf } from "./upload.ts";

export const resumableUploads = createRouter();

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/i, "is no SHA-256 in hexadecimal");
const Id = z.object({ id: z.uuid() });

const Beginning = z
  .strictObject({
    path: z.string().openapi({ example: "2026/diagnostics.zip" }),
    size: z.int().min(0).optional().openapi({ description: "Bytes, if they are known" }),
    sha256: Sha256.optional().openapi({ description: "What the whole file has to have" }),
    kind: z.enum(["log", "diagnostics", "firmware", "upload"]).optional(),
  })
  .openapi("ResumableUploadRequest");

const Begun = z
  .object({
    id: z.string(),
    path: z.string(),
    offset: z.int(),
    partBytes: z.int().openapi({ description: "Every part has as many bytes, the last one may have fewer" }),
    expiresAt: Timestamp.openapi({ description: "Moves on with every part" }),
  })
  .openapi("ResumableUpload");

const begin = createRoute({
  method: "post",
  path: "/",
  tags: ["file transfer"],
  summary: "Begin a resumable upload",
  middleware: [requirePermission("write"), limitBody()] as const,
  request: { body: { content: json(Beginning), required: true } },
  responses: {
    201: { description: "Send the parts with PATCH", content: json(Begun) },
    ...problemResponses(...FILE_PROBLEMS),
  },
});

resumableUploads.openapi(begin, async (c) => {
  const caller = c.get("caller");
  const { path, size, sha256, kind } = c.req.valid("json");
  const segments = readPath(path);
  if (!segments.ok) return refuse(c, { reason: "bad_request", detail: segments.error });
  const place = placeOf(segments.value);
  if (place === undefined) return refuse(c, { reason: "bad_request", detail: "the path names no file" });
  if (isReserved(caller.owner, place)) return refuse(c, READ_ONLY);
  if (kind === "firmware" && caller.owner !== SHARED) return refuse(c, NOT_A_CHARGERS);
  const draft = draftOf(caller);
  const begun = await create(
    c.env,
    { ...draft, ...place, kind: kind ?? draft.kind, contentType: contentTypeOf(place.name, undefined) },
    { size, sha256 },
  );
  if (!begun.ok) return refuse(c, begun.error);
  const { id, offset, expiresAt } = begun.value;
  c.header("location", `/http/uploads/${id}`);
  c.header("upload-offset", String(offset));
  return c.json(
    { id, path: pathOf(place), offset, partBytes: RESUMABLE_PART_BYTES, expiresAt: timestamp(expiresAt) },
    201,
  );
});

const NOT_A_CHARGERS: FileFailure<"forbidden"> = {
  reason: "forbidden",
  detail: "Firmware images are in the shared folder: a charge point has none of its own.",
};

const part = createRoute({
  method: "patch",
  path: "/{id}",
  tags: ["file transfer"],
  summary: "Add a part to a resumable upload",
  description: "The body is the bytes. A part whose request was lost is sent again; HEAD tells where to go on.",
  middleware: [requirePermission("write")] as const,
  request: {
    params: Id,
    headers: z.object({ "upload-offset": z.string().regex(/^\d{1,15}$/, "is no number of bytes") }),
  },
  responses: {
    204: { description: "Stored; `Upload-Offset` tells the next byte" },
    ...problemResponses(...FILE_PROBLEMS),
  },
});

resumableUploads.openapi(part, async (c) => {
  const upload = await theirs(c, c.req.valid("param").id);
  if (upload === undefined) return refuse(c, unknownUpload(c.req.valid("param").id));
  const offset = Number(c.req.valid("header")["upload-offset"]);
  const { body } = c.req.raw;
  const added = await addPart(c.env, upload, {
    ...{ offset, body: body === null ? nothing() : pieces(body) },
    length: lengthOf(c) ?? (body === null ? 0 : undefined),
  });
  if (added.ok) return c.body(null, 204, { "upload-offset": String(added.value) });
  const response = refuse(c, added.error);
  if (added.error.offset !== undefined) response.headers.set("upload-offset", String(added.error.offset));
  return response;
});

async function* nothing(): AsyncGenerator<Uint8Array> {}

const status = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["file transfer"],
  summary: "Where a resumable upload goes on; HEAD does as well",
  middleware: [requirePermission("write")] as const,
  request: { params: Id },
  responses: {
    200: { description: "`Upload-Offset` tells the next byte", content: json(Begun) },
    ...problemResponses(...FILE_PROBLEMS),
  },
});

resumableUploads.openapi(status, async (c) => {
  const { id } = c.req.valid("param");
  const upload = await theirs(c, id);
  if (upload === undefined) return refuse(c, unknownUpload(id));
  const { offset, expiresAt, size } = upload;
  c.header("cache-control", "no-store");
  c.header("upload-offset", String(offset));
  if (size !== null) c.header("upload-length", String(size));
  return c.json(
    { id, path: pathOf(upload), offset, partBytes: RESUMABLE_PART_BYTES, expiresAt: timestamp(expiresAt) },
    200,
  );
});

const end = createRoute({
  method: "post",
  path: "/{id}/complete",
  tags: ["file transfer"],
  summary: "Complete a resumable upload",
  description: "Again, it answers with the same file.",
  middleware: [requirePermission("write"), limitBody()] as const,
  request: { params: Id, body: { content: json(z.strictObject({ sha256: Sha256.optional() })) } },
  responses: {
    201: { description: "The file", content: json(StoredFile) },
    ...problemResponses(...FILE_PROBLEMS),
  },
});

resumableUploads.openapi(end, async (c) => {
  const { id } = c.req.valid("param");
  const { sha256 } = c.req.valid("json") ?? {};
  const completed = await complete(c.env, ownerOf(c), id, sha256);
  if (!completed.ok) return refuse(c, completed.error);
  return c.json(await presentFile(c.env, completed.value), 201);
});

const abort = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["file transfer"],
  summary: "Give up a resumable upload",
  middleware: [requirePermission("write")] as const,
  request: { params: Id },
  responses: { 204: { description: "Given up" }, ...problemResponses(...FILE_PROBLEMS) },
});

resumableUploads.openapi(abort, async (c) => {
  const { id } = c.req.valid("param");
  if ((await theirs(c, id)) === undefined) return refuse(c, unknownUpload(id));
  await discard(c.env, id);
  return c.body(null, 204);
});

const ownerOf = (c: Context<AppEnv>): Caller["owner"] => c.get("caller").owner;

const theirs = (c: Context<AppEnv>, id: string) => findUpload(c.env, ownerOf(c), id);
