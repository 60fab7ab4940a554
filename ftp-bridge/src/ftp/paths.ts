// Names as a charger writes them -> a path inside its own folder. Nothing here can lead out of that folder: `..` stops at
// the root, and the Worker prefixes nothing but the account that signed in.
import { fail, ok, type Result } from "../result.ts";

const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 1024;
/** The seed's URL is `ftp://host/files`: that folder is the root. */
const ROOT_ALIAS = "files";

export type PathFailure = "bad_name" | "name_too_long";

/** @returns the absolute path as the session shows it, `/` or `/a/b` */
export function resolvePath(folder: string, name: string): Result<string, PathFailure> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(name)) return fail("bad_name");
  if (Buffer.byteLength(name) > 4 * MAX_PATH_BYTES) return fail("name_too_long");
  const segments: string[] = [];
  for (const segment of `${name.startsWith("/") ? "" : folder}/${name}`.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return fail("name_too_long");
    else segments.push(segment);
  }
  const path = `/${segments.join("/")}`;
  return Buffer.byteLength(path) > MAX_PATH_BYTES ? fail("name_too_long") : ok(path);
}

/** The path as the Worker knows it: without the alias of the root. */
export function storePath(shown: string): string {
  const [, first, ...rest] = shown.split("/");
  return first === ROOT_ALIAS ? `/${rest.join("/")}` : shown;
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** As it stands in a 257 answer (RFC 959, appendix II): quotes are doubled. */
export function quoted(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
