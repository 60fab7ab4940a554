// Paths of files as clients write them -> folder and name. Never more than a label: objects are stored under ids, so
// no path reaches anything but what is looked up by it. What cannot be a plain label is refused, not repaired.
import { fail, ok, type Result } from "../../result.ts";

/** Where a file is in its owner's folder. */
export interface Place {
  /** `a/b`; empty: the root. */
  folder: string;
  name: string;
}

const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 1024;
const MAX_DEPTH = 16;

// Control characters end lines in FTP listings and headers; the bidirectional ones make a name read as another.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069/\\]/;
const DRIVE = /^[a-z]:/i;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

/**
 * The segments of a path in plain text. A leading or doubled slash is harmless; everything else must be a label.
 *
 * @returns in the error case what is wrong with it
 */
export function readPath(path: string): Result<string[], string> {
  return readSegments(path.split("/"));
}

/** The same for the path of a URL: each segment is decoded once, and what it decodes to is no path any more. */
export function readUrlPath(encoded: string): Result<string[], string> {
  return readSegments(encoded.split("/").map(decodeOnce));
}

function readSegments(all: readonly string[]): Result<string[], string> {
  const segments = all.filter((segment) => segment !== "").map((segment) => segment.normalize("NFC"));
  for (const segment of segments) {
    const wrong = whatIsWrongWith(segment);
    if (wrong !== undefined) return fail(`the path ${wrong}`);
  }
  if (segments.length > MAX_DEPTH) return fail(`the path is more than ${MAX_DEPTH} folders deep`);
  if (bytes(segments.join("/")) > MAX_PATH_BYTES) return fail(`the path has more than ${MAX_PATH_BYTES} bytes`);
  return ok(segments);
}

function whatIsWrongWith(segment: string): string | undefined {
  if (segment === "." || segment === "..") return "has a segment . or ..";
  if (segment.trim() === "") return "has a segment of nothing but spaces";
  if (UNFIT.test(segment)) return "has a slash, a backslash or a control character in a segment";
  if (!segment.isWellFormed()) return "is not Unicode text";
  if (DRIVE.test(segment)) return "names a drive";
  return bytes(segment) > MAX_SEGMENT_BYTES ? `has a segment of more than ${MAX_SEGMENT_BYTES} bytes` : undefined;
}

function decodeOnce(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A lone percent sign: meant literally.
    return segment;
  }
}

/** @returns undefined for the root, which is no place for a file */
export function placeOf(segments: readonly string[]): Place | undefined {
  const name = segments.at(-1);
  return name === undefined ? undefined : { folder: segments.slice(0, -1).join("/"), name };
}

export const pathOf = ({ folder, name }: Place): string => (folder === "" ? name : `${folder}/${name}`);

/** Each folder on the way to this one and itself, outermost first. */
export function foldersDownTo(folder: string): Place[] {
  const segments = folder === "" ? [] : folder.split("/");
  return segments.map((name, index) => ({ folder: segments.slice(0, index).join("/"), name }));
}

const MAX_NUMBERED = 99;

/** The name, and what it becomes where that is taken: `a.log`, `a (2).log`, ... and one that nobody else has. */
export function namesFor(name: string, id: string): string[] {
  const numbered = Array.from({ length: MAX_NUMBERED - 1 }, (_, index) => suffixed(name, ` (${index + 2})`));
  return [name, ...numbered, suffixed(name, ` (${id})`)];
}

function suffixed(name: string, suffix: string): string {
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  // An extension of 200 bytes is none.
  const [head, tail] = bytes(extension) > 32 ? [name, ""] : [stem, extension];
  const characters = [...head];
  while (bytes(characters.join("") + suffix + tail) > MAX_SEGMENT_BYTES) characters.pop();
  return characters.join("") + suffix + tail;
}
