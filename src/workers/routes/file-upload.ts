// POST /api/files: a file from the office, into a charge point's folder or the shared one.
import { createRoute, z } from "@hono/zod-openapi";
import { FILE_KINDS } from "../../db/schema.ts";
import { draftOf, principalCaller } from "../files/caller.ts";
import { FILE_PROBLEMS } from "../files/failure.ts";
import { SHARED } from "../files/limits.ts";
import { readPath } from "../files/names.ts";
import { StoredFile } from "../files/present.ts";
import { store } from "../http-files/upload.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, unknownChargePoint } from "./charge-point-lookup.ts";
import { json } from "./fields.ts";

const Query = z.strictObject({
  chargePointId: z.string().optional().openapi({ description: "Whose folder it goes to; without, the shared one" }),
  path: z.string().default("").openapi({
    description: "The name with its folders. One that ends with a slash leaves the name to the form",
    example: "images/fw-1.2.bin",
  }),
  kind: z.enum(FILE_KINDS).default("upload").openapi({ description: "`firmware` only goes to the shared folder" }),
});

export const fileUpload = createRouter();

const binary = z.string().openapi({ type: "string", format: "binary" });

const upload = createRoute({
  method: "post",
  path: "/",
  tags: ["files"],
  summary: "Upload a file",
  description: "As the body, or as `file` in a form. For files of more than 100 MB use `/http/uploads`.",
  request: { query: Query },
  responses: { 201: { description: "It", content: json(StoredFile) }, ...problemResponses(...FILE_PROBLEMS) },
});

// Declared here and not as `request.body`: validation would read the whole file into memory.
fileUpload.openAPIRegistry.registerPath({
  ...upload,
  request: {
    ...upload.request,
    body: {
      content: {
        "application/octet-stream": { schema: binary },
        "multipart/form-data": { schema: z.object({ file: binary }) },
      },
    },
  },
});

fileUpload.openapi({ ...upload, hide: true }, async (c) => {
  const { chargePointId, path, kind } = c.req.valid("query");
  const row = chargePointId === undefined ? undefined : await findChargePoint(c.env, chargePointId);
  if (chargePointId !== undefined && row === undefined) return problem(c, unknownChargePoint(chargePointId));
  const owner = row?.key ?? SHARED;
  if (kind === "firmware" && owner !== SHARED) {
    return problem(c, { reason: "forbidden", detail: "Firmware images are in the shared folder." });
  }
  const segments = readPath(path);
  if (!segments.ok) return problem(c, { reason: "bad_request", detail: segments.error });
  const draft = { ...draftOf(principalCaller(c.get("principal"), owner)), kind };
  return store(c, draft, { segments: segments.value, isFolder: path === "" || path.endsWith("/") });
});
