// The Worker's answers. Members that the bridge does not use are left out, and new ones do no harm.
import { z } from "zod";

export const permissionSchema = z.enum(["read", "write", "delete"]);
export type Permission = z.infer<typeof permissionSchema>;

export const accountSchema = z.object({
  account: z.string().min(1),
  permissions: z.array(permissionSchema),
  /** Bytes. */
  quotaBytes: z.number().nullish(),
  usedBytes: z.number().nullish(),
  maxFileBytes: z.number().nullish(),
});
export type Account = z.infer<typeof accountSchema>;

export const entrySchema = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(["file", "folder"]),
  /** Bytes. */
  size: z.number().nullish(),
  modifiedAt: z.union([z.string(), z.number()]).nullish(),
  sha256: z.string().nullish(),
});
export type Entry = z.infer<typeof entrySchema>;

export const entriesSchema = z.object({ items: z.array(entrySchema), nextCursor: z.string().nullish() });

export const uploadSchema = z.object({
  id: z.string().min(1),
  offset: z.number().int().min(0),
  partBytes: z.number().int().min(1),
});
export type Upload = z.infer<typeof uploadSchema>;

/** Files are told without the slash that paths of an account begin with. */
const path = z.string().transform((text) => `/${text.replace(/^\//, "")}`);

export const storedSchema = z.object({ path, size: z.number(), sha256: z.string().nullish() });
export type Stored = z.infer<typeof storedSchema>;

export const renamedSchema = z.object({ path: path.optional() }).nullish();
