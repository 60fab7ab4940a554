// /http/bridge: what the FTP bridge needs beyond the doors that it shares with chargers.
import { createRoute, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { type Entry, findEntry, listEntries, makeFolder, removeEntry, rename } from "../files/entries.ts";
import { FILE_PROBLEMS } from "../files/failure.ts";
import { ftpSignIn } from "../files/ftp-sign-in.ts";
import { maxFileBytes } from "../files/limits.ts";
import { type Place, placeOf, readPath } from "../files/names.ts";
import { usage } from "../files/usage.ts";
import { limitBody } from "../limit-body.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "../routes/fields.ts";
import { isBridge, refuse, requirePermission } from "./identify.ts";

export const bridge = createRouter();

bridge.use(onlyBridge(), limitBody());

function onlyBridge(): MiddlewareHandler<AppEnv> {
  return async function onlyBridge(c, next) {
    return isBridge(c) ? next() : refuse(c, { reason: "unauthenticated", detail: "This is for the FTP bridge." });
  };
}

const tags = ["file transfer"];

const EntryView = z
  .object({
    name: z.string(),
    path: z.string().openapi({ example: "/2026/diagnostics.zip" }),
    type: z.enum(["file", "folder"]),
    size: z.int().nullable().openapi({ description: "Bytes; null: a folder" }),
    modifiedAt: Timestamp,
    sha256: z.string().nullable(),
    contentType: z.string().nullable(),
  })
  .openapi("FolderEntry");

const present = ({ modifiedAt, ...entry }: Entry): z.infer<typeof EntryView> => ({
  ...entry,
  modifiedAt: timestamp(modifiedAt),
});

const PathText = z
  .string()
  .max(4096)
  .transform((text, context): string[] => {
    const segments = readPath(text);
    if (segments.ok) return segments.value;
    context.addIssue({ code: "custom", message: segments.error });
    return z.NEVER;
  })
  .openapi({ type: "string", example: "/2026" });

const PlaceText = PathText.transform((segments, context): Place => {
  const place = placeOf(segments);
  if (place !== undefined) return place;
  context.addIssue({ code: "custom", message: "is the root" });
  return z.NEVER;
}).openapi({ type: "string", example: "/2026/a.log" });

const signIn = createRoute({
  method: "post",
  path: "/sign-in",
  tags,
  summary: "Sign in to an FTP account",
  description:
    "A charge point with its identity and key, or with an upload token as the password; or a shared account.",
  request: {
    body: {
      required: true,
      content: json(
        z.strictObject({
          username: z.string().max(255),
          password: z.string().max(1024),
          remoteAddress: z.string().max(100),
          secure: z.boolean().default(false).openapi({ description: "The FTP connection is encrypted" }),
        }),
      ),
    },
  },
  responses: {
    200: {
      description: "Send `account` back as it is in `Ov2x-Account`",
      content: json(
        z.object({
          account: z.string(),
          kind: z.enum(["chargePoint", "shared"]),
          permissions: z.array(z.enum(["read", "write", "delete"])),
          quotaBytes: z.int(),
          usedBytes: z.int(),
          maxFileBytes: z.int(),
        }),
      ),
    },
    ...problemResponses(...FILE_PROBLEMS),
  },
});

bridge.openapi(signIn, async (c) => {
  const signed = await ftpSignIn(c.env, c.req.valid("json"));
  if (!signed.ok) return refuse(c, signed.error);
  const { account, kind, caller } = signed.value;
  const room = await usage(c.env, caller.owner);
  return c.json(
    { account, kind, permissions: [...caller.permissions], ...room, maxFileBytes: maxFileBytes(c.env) },
    200,
  );
});

const nothing = { reason: "not_found", detail: "There is nothing at this path." } as const;

const list = createRoute({
  method: "get",
  path: "/entries",
  tags,
  summary: "List a folder of an account",
  middleware: [requirePermission("read")] as const,
  request: {
    query: z.strictObject({
      path: PathText,
      ...pageQuery(z.tuple([z.enum(["file", "folder"]), z.string()])),
    }),
  },
  responses: {
    200: { description: "Folders first, by name", content: json(pageOf(EntryView)) },
    ...problemResponses(...FILE_PROBLEMS),
  },
});

bridge.openapi(list, async (c) => {
  const { path, limit, cursor } = c.req.valid("query");
  const entries = await listEntries(c.env, c.get("caller").owner, path, { cursor, limit });
  if (entries === undefined) return refuse(c, nothing);
  return c.json(page(entries, limit, { key: ({ type, name }) => [type, name] as const, present }), 200);
});

const look = createRoute({
  method: "get",
  path: "/entry",
  tags,
  summary: "Look up a file or folder of an account",
  middleware: [requirePermission("read")] as const,
  request: { query: z.strictObject({ path: PathText }) },
  responses: { 200: { description: "It", content: json(EntryView) }, ...problemResponses(...FILE_PROBLEMS) },
});

bridge.openapi(look, async (c) => {
  const entry = await findEntry(c.env, c.get("caller").owner, c.req.valid("query").path);
  return entry === undefined ? refuse(c, nothing) : c.json(present(entry), 200);
});

const make = createRoute({
  method: "post",
  path: "/folders",
  tags,
  summary: "Make a folder, with all on the way to it",
  middleware: [requirePermission("write")] as const,
  request: { body: { required: true, content: json(z.strictObject({ path: PlaceText })) } },
  responses: { 201: { description: "It", content: json(EntryView) }, ...problemResponses(...FILE_PROBLEMS) },
});

bridge.openapi(make, async (c) => {
  const made = await makeFolder(c.env, c.get("caller").owner, c.req.valid("json").path);
  return made.ok ? c.json(present(made.value), 201) : refuse(c, made.error);
});

const move = createRoute({
  method: "post",
  path: "/rename",
  tags,
  summary: "Rename a file or folder, never onto another",
  middleware: [requirePermission("write")] as const,
  request: { body: { required: true, content: json(z.strictObject({ from: PlaceText, to: PlaceText })) } },
  responses: { 200: { description: "It", content: json(EntryView) }, ...problemResponses(...FILE_PROBLEMS) },
});

bridge.openapi(move, async (c) => {
  const { from, to } = c.req.valid("json");
  const renamed = await rename(c.env, c.get("caller").owner, from, to);
  return renamed.ok ? c.json(present(renamed.value), 200) : refuse(c, renamed.error);
});

const remove = createRoute({
  method: "delete",
  path: "/entries",
  tags,
  summary: "Delete a file or an empty folder",
  middleware: [requirePermission("delete")] as const,
  request: { query: z.strictObject({ path: PlaceText }) },
  responses: { 204: { description: "Deleted" }, ...problemResponses(...FILE_PROBLEMS) },
});

bridge.openapi(remove, async (c) => {
  const removed = await removeEntry(c.env, c.get("caller").owner, c.req.valid("query").path);
  return removed.ok ? c.body(null, 204) : refuse(c, removed.error);
});
