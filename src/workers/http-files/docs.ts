// The doors whose paths have any number of segments, for the OpenAPI document: it has no word for such paths.
import { z } from "@hono/zod-openapi";
import { FILE_PROBLEMS } from "../files/failure.ts";
import { StoredFile } from "../files/present.ts";
import { problemResponses } from "../problems.ts";
import type { Router } from "../router.ts";
import { json } from "../routes/fields.ts";

const binary = z.string().openapi({ type: "string", format: "binary" });
const file = { "application/octet-stream": { schema: binary } };
const form = { "multipart/form-data": { schema: z.object({ file: binary }) } };
const tags = ["file transfer"];
const path = (description: string) => z.object({ path: z.string().openapi({ description }) });

export function describeDoors(doors: Router): void {
  for (const method of ["post", "put"] as const) {
    doors.openAPIRegistry.registerPath({
      method,
      path: "/upload/{path}",
      tags,
      summary: "Upload a file",
      description:
        "With the Basic credentials of a charge point, or without any at `/http/upload/t/{token}/{name}`, the address that a command gave it. A name that is taken is numbered.",
      request: {
        params: path("Folders and name; a slash at the end leaves the name to the form"),
        body: { content: { ...file, ...form } },
      },
      responses: {
        201: { description: "It, under the name that it got", content: json(StoredFile) },
        ...problemResponses(...FILE_PROBLEMS),
      },
    });
  }
  doors.openAPIRegistry.registerPath({
    method: "get",
    path: "/files/{path}",
    tags,
    summary: "Download a file",
    description:
      "Of the charge point whose credentials these are; images offered to it are below `firmware/`. A signed address, `/http/files/s/{token}/{name}`, needs none. Single ranges, `ETag` and conditions.",
    request: { params: path("Folders and name") },
    responses: {
      200: { description: "Its bytes", content: file },
      ...problemResponses(400, 401, 403, 404, 412, 416, 429),
    },
  });
}
