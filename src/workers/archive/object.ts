// An archive as R2 holds it: one gzip file of NDJSON, made of a member for each transaction or for a charger's records of
// a kind, so that each is read by its range and the whole by any gunzip.
import { z } from "@hono/zod-openapi";

export const archiveKey = (id: string): string => `archive/${id}.ndjson.gz`;

/** A row of meter_chunks. */
const Chunk = z.object({
  chargePoint: z.string(),
  transactionId: z.string(),
  evseId: z.int(),
  connectorId: z.int(),
  firstSeq: z.int(),
  lastSeq: z.int(),
  /** As the column has it. */
  meterValues: z.string(),
});
export type Chunk = z.infer<typeof Chunk>;

export async function pack(lines: readonly object[]): Promise<Uint8Array> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  return new Uint8Array(await through(text, new CompressionStream("gzip")).arrayBuffer());
}

export const unpack = async (member: ArrayBuffer): Promise<Chunk[]> =>
  (await unpackLines(member)).map((line) => Chunk.parse(line));

/** One line each. */
export async function unpackLines(member: ArrayBuffer): Promise<unknown[]> {
  const text = await through(member, new DecompressionStream("gzip")).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

interface Place {
  archiveId: string;
  offset: number;
  length: number;
}

/** @throws if the file store has no such archive: it has been tampered with */
export async function readMember({ FILES }: Pick<Env, "FILES">, place: Place): Promise<ArrayBuffer> {
  const { archiveId, offset, length } = place;
  const object = await FILES.get(archiveKey(archiveId), { range: { offset, length } });
  if (object === null) throw new Error(`the archive ${archiveId} is not in the store`);
  return object.arrayBuffer();
}

/** A body of a Response always has a stream; `new Response("")` would have none. */
const through = (data: string | ArrayBuffer, transform: CompressionStream | DecompressionStream): Response =>
  new Response(new Blob([data]).stream().pipeThrough(transform));
