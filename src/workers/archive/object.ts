// An archive as R2 holds it: one gzip file of NDJSON, made of a member for each transaction, so that one transaction is
// read by its range and the whole by any gunzip.
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

export async function pack(chunks: readonly Chunk[]): Promise<Uint8Array> {
  const text = chunks.map((chunk) => `${JSON.stringify(chunk)}\n`).join("");
  return new Uint8Array(await through(text, new CompressionStream("gzip")).arrayBuffer());
}

export async function unpack(member: ArrayBuffer): Promise<Chunk[]> {
  const text = await through(member, new DecompressionStream("gzip")).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Chunk.parse(JSON.parse(line)));
}

/** A body of a Response always has a stream; `new Response("")` would have none. */
const through = (data: string | ArrayBuffer, transform: CompressionStream | DecompressionStream): Response =>
  new Response(new Blob([data]).stream().pipeThrough(transform));
