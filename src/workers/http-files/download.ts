// GET|HEAD /http/files/<path>: what a charger may read, or what a signed address is for. Single ranges, conditions.
import { eq } from "drizzle-orm";
import type { Context } from "hono";
import { database } from "../../db/client.ts";
import { files } from "../../db/schema.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { AppEnv } from "../context.ts";
import { may } from "../files/caller.ts";
import { findFile } from "../files/entries.ts";
import type { FileFailure } from "../files/failure.ts";
import { readUrlPath } from "../files/names.ts";
import { readDownloadToken } from "../files/tokens.ts";
import type { FileRow } from "../files/uploads.ts";
import { identifyCaller, refuse } from "./identify.ts";
import { serve } from "./serve.ts";

const PREFIX = "/http/files";

export async function download(c: Context<AppEnv>): Promise<Response> {
  const path = new URL(c.req.url).pathname.slice(PREFIX.length).replace(/^\/+/, "");
  const found = await wanted(c, path);
  return found.ok ? serve(c, found.value) : refuse(c, found.error);
}

async function wanted(c: Context<AppEnv>, path: string): Promise<Result<FileRow, FileFailure>> {
  const [mark, token = ""] = path.split("/");
  const linked = mark === "s" ? readDownloadToken(c.env, token) : undefined;
  if (linked !== undefined) {
    const file = await database(c.env).query.files.findFirst({ where: eq(files.id, linked) });
    return file === undefined ? fail(NOTHING) : ok(file);
  }
  // First who asks, then what for: a stranger must not learn from the answer what is there.
  const caller = await identifyCaller(c);
  if (!caller.ok) return caller;
  if (!may(caller.value, "read")) return fail({ reason: "forbidden", detail: "This needs the permission read." });
  const segments = readUrlPath(path);
  if (!segments.ok) return fail({ reason: "bad_request", detail: segments.error });
  const file = await findFile(c.env, caller.value.owner, segments.value);
  return file === undefined ? fail(NOTHING) : ok(file);
}

const NOTHING: FileFailure<"not_found"> = { reason: "not_found", detail: "There is no file at this path." };
