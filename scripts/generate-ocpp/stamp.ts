// Whether the outputs are still those of the inputs: a hash of everything that decides them, kept beside them.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Hash of the generator's own sources and of the given files. */
export function inputsHash(generator: string, inputs: readonly string[]): string {
  const sources = readdirSync(generator)
    .sort()
    .map((name) => join(generator, name));
  const hash = createHash("sha256");
  for (const file of [...sources, ...inputs]) hash.update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/** True if the stamp says so and no output has been removed. */
export function isUpToDate(stamp: string, hash: string, outputs: readonly string[]): boolean {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hash && outputs.every((file) => existsSync(file));
}
