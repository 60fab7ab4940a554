// What is kept beside each file in the spool. `partial`: not whole, resumable, promised to nobody. `pending`: whole and
// promised to the charger (226), so it stays until the Worker has it.
import { z } from "zod";

export const recordSchema = z.object({
  id: z.uuid(),
  account: z.string(),
  /** In the account's own folder. */
  path: z.string(),
  state: z.enum(["partial", "pending"]),
  createdAt: z.string(),
  /** SHA-256 of the whole file that this one continues and takes the place of. */
  replaces: z.string().optional(),
  /** The Worker's session. `finishing`: it was told that the file is complete, perhaps without our hearing the answer. */
  upload: z.object({ id: z.string(), partBytes: z.number(), finishing: z.boolean() }).optional(),
  /** Bytes and checksum of a pending file. */
  size: z.number().optional(),
  sha256: z.string().optional(),
});

export type SpoolRecord = z.infer<typeof recordSchema>;
