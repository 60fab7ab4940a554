// A file in the spool as the courier sees it: it may still be growing.

export interface Source {
  /** On disk. */
  readonly file: string;
  /** Resolves when so many bytes are there, or no more will come. `broken`: the transfer ended before the file did. */
  reach(bytes: number): Promise<{ size: number; state: "growing" | "whole" | "broken" }>;
  /** SHA-256 in hex; only of a whole file. */
  checksum(): string;
}

export function wholeSource(file: string, size: number, sha256: string): Source {
  return { file, reach: async () => ({ size, state: "whole" }), checksum: () => sha256 };
}
