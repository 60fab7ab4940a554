// An export as a folder: state.ndjson.gz with a line for each page of a table and for each charger, and beside it the
// objects of the file store as files. Read and written as a stream.
import { createReadStream, createWriteStream, openAsBlob } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { z } from "zod";

export const FORMAT = 1;

const Line = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("begin"), format: z.literal(FORMAT), at: z.string(), version: z.string() }),
  z.object({ kind: z.literal("rows"), table: z.string(), rows: z.array(z.unknown()) }),
  z.object({ kind: z.literal("charger"), id: z.string(), state: z.unknown() }),
  z.object({ kind: z.literal("object"), key: z.string(), size: z.number() }),
  z.object({ kind: z.literal("end"), lines: z.int() }),
]);
export type Line = z.infer<typeof Line>;

const FILE = "state.ndjson.gz";

/** Under its name only when it is whole. */
export async function writeLines(folder: string, lines: AsyncIterable<Line>): Promise<number> {
  await mkdir(folder, { recursive: true });
  let count = 0;
  async function* texts() {
    for await (const line of lines) {
      count += 1;
      yield `${JSON.stringify(line)}\n`;
    }
    yield `${JSON.stringify({ kind: "end", lines: count } satisfies Line)}\n`;
  }
  const part = join(folder, `${FILE}.part`);
  await pipeline(Readable.from(texts()), createGzip(), createWriteStream(part));
  await rename(part, join(folder, FILE));
  return count;
}

/** Fails at the end of what was cut off. */
export async function* readLines(folder: string): AsyncGenerator<Line> {
  const input = createReadStream(join(folder, FILE)).pipe(createGunzip());
  let count = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    const line = Line.parse(JSON.parse(text));
    if (line.kind === "end") {
      if (line.lines !== count) throw new Error(`${folder} has ${count} lines of ${line.lines}`);
      return;
    }
    count += 1;
    yield line;
  }
  throw new Error(`${folder} ends in the middle`);
}

const objectPath = (folder: string, key: string): string => {
  if (!/^[a-z]+\/[\w.-]+$/.test(key) || key.includes("..")) throw new Error(`not an object of ours: ${key}`);
  return join(folder, "objects", key);
};

export async function writeObject(folder: string, key: string, body: ReadableStream<Uint8Array>): Promise<void> {
  const path = objectPath(folder, key);
  await mkdir(dirname(path), { recursive: true });
  await pipeline(body, createWriteStream(path));
}

export const openObject = (folder: string, key: string): Promise<Blob> => openAsBlob(objectPath(folder, key));
