// SHA-256 whose state can be put away between two requests. The platform's own digest is faster, but lives and dies
// with one request.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { _SHA256 } from "@noble/hashes/sha2.js";
import { z } from "zod";

export interface Digest {
  update(bytes: Uint8Array): unknown;
  /** Hexadecimal. Ends it. */
  hex(): string;
}

/** For one request: native. */
export function digest(): Digest {
  const hash = createHash("sha256");
  return { update: (bytes) => hash.update(bytes), hex: () => hash.digest("hex") };
}

const State = z.object({
  words: z.array(z.int()).length(8),
  length: z.int(),
  /** The bytes of the unfinished block, as base64. */
  rest: z.base64(),
});

export class ResumableDigest extends _SHA256 implements Digest {
  /** @param state what `save` gave */
  static load(state: string): ResumableDigest {
    const { words, length, rest } = State.parse(JSON.parse(state));
    const loaded = new ResumableDigest();
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = words;
    loaded.set(a, b, c, d, e, f, g, h);
    const pending = Buffer.from(rest, "base64");
    loaded.buffer.set(pending);
    loaded.pos = pending.length;
    loaded.length = length;
    return loaded;
  }

  save(): string {
    const rest = Buffer.from(this.buffer.subarray(0, this.pos)).toString("base64");
    return JSON.stringify({ words: this.get(), length: this.length, rest } satisfies z.infer<typeof State>);
  }

  hex(): string {
    return Buffer.from(this.digest()).toString("hex");
  }
}
