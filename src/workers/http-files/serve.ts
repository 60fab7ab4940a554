// A stored file as an answer: RFC 9110's conditions and single ranges. What chargers upload is nobody's to run in a
// browser: it is always offered as a download, and never guessed at.
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { objectKey } from "../files/r2.ts";
import type { FileRow } from "../files/uploads.ts";
import { logError } from "../log.ts";
import { problem } from "../problems.ts";
import { readRange } from "./range.ts";

export async function serve(c: Context<AppEnv>, file: FileRow): Promise<Response> {
  const headers = headersOf(file);
  const condition = evaluate(c.req.raw.headers, file);
  if (condition === "not modified") return new Response(null, { status: 304, headers });
  if (condition === "failed") return problem(c, { reason: "precondition_failed", detail: "The file is another one." });
  const range = rangeApplies(c.req.raw.headers, file) ? readRange(c.req.header("range"), file.size) : undefined;
  if (range === "unsatisfiable") {
    const response = problem(c, { reason: "range_not_satisfiable", detail: `The file has ${file.size} bytes.` });
    response.headers.set("content-range", `bytes */${file.size}`);
    return response;
  }
  const { offset, length } = range ?? { offset: 0, length: file.size };
  headers.set("content-length", String(length));
  if (range !== undefined) headers.set("content-range", `bytes ${offset}-${offset + length - 1}/${file.size}`);
  const status = range === undefined ? 200 : 206;
  if (c.req.method === "HEAD") return new Response(null, { status, headers });
  const object = await c.env.FILES.get(objectKey(file.id), range === undefined ? {} : { range: { offset, length } });
  if (object === null) {
    // Deleted this very moment, or lost.
    logError("object_missing", "a file has no object", { file: file.id });
    return problem(c, { reason: "not_found", detail: "The file is gone." });
  }
  return new Response(object.body, { status, headers });
}

const etagOf = ({ sha256 }: FileRow): string => `"${sha256}"`;

function headersOf(file: FileRow): Headers {
  return new Headers({
    "content-type": file.contentType,
    "content-disposition": disposition(file.name),
    etag: etagOf(file),
    "last-modified": file.createdAt.toUTCString(),
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
  });
}

/** RFC 6266: plain ASCII for old clients, and the name as it is. */
function disposition(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

/** RFC 9110, 13.2.2: the order in which conditions count. */
function evaluate(headers: Headers, file: FileRow): "failed" | "not modified" | undefined {
  const [match, noneMatch] = [headers.get("if-match"), headers.get("if-none-match")];
  const [since, unmodified] = [time(headers, "if-modified-since"), time(headers, "if-unmodified-since")];
  const modified = Math.floor(file.createdAt.getTime() / 1000) * 1000;
  if (match !== null) {
    if (!lists(match, file)) return "failed";
  } else if (unmodified !== undefined && modified > unmodified) return "failed";
  if (noneMatch !== null) return lists(noneMatch, file) ? "not modified" : undefined;
  return since !== undefined && modified <= since ? "not modified" : undefined;
}

const lists = (header: string, file: FileRow): boolean =>
  header.split(",").some((tag) => ["*", etagOf(file)].includes(tag.trim().replace(/^W\//, "")));

/** A range of another file than the client has the rest of would spoil it. */
function rangeApplies(headers: Headers, file: FileRow): boolean {
  const condition = headers.get("if-range");
  if (condition === null) return true;
  return condition.includes('"') ? condition === etagOf(file) : condition === file.createdAt.toUTCString();
}

function time(headers: Headers, name: string): number | undefined {
  const at = Date.parse(headers.get(name) ?? "");
  return Number.isNaN(at) ? undefined : at;
}
