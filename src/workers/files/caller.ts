// Who stands at the doors for files, and whose folder it may use.

import { subjectOf } from "../audit.ts";
import type { Principal } from "../context.ts";
import { SHARED } from "./limits.ts";
import type { Draft, FileKind } from "./uploads.ts";

export type Permission = "read" | "write" | "delete";

export interface Caller {
  /** The key of a charge point, or SHARED: whose folder the paths are in. */
  owner: string;
  /** As files keep it: `charger:<id>`, `user:<name>`, `api-key:<name>`, `ftp:<account>`. */
  name: string;
  permissions: readonly Permission[];
  /** What its uploads belong to, if it came by an address of a job. */
  errand?: Errand;
}

export interface Errand {
  jobId: string | null;
  commandId: string | null;
  kind: FileKind;
}

/** What is known of a file before anything of it has come. */
export type Nameless = Omit<Draft, "folder" | "name" | "contentType">;

export const draftOf = ({ owner, name, errand }: Caller): Nameless => ({
  ...{ owner, uploadedBy: name, token: null },
  ...(errand ?? { kind: "upload", jobId: null, commandId: null }),
});

export const may = ({ permissions }: Caller, permission: Permission): boolean => permissions.includes(permission);

/** Chargers add to their folder; what is there stays, for it may be all that is known of a fault. */
export const chargerCaller = (identity: string, key: string): Caller => ({
  owner: key,
  name: `charger:${identity}`,
  permissions: ["read", "write"],
});

const OF_ROLE: Readonly<Record<Principal["role"], readonly Permission[]>> = {
  driver: [],
  viewer: ["read"],
  operator: ["read", "write", "delete"],
  admin: ["read", "write", "delete"],
};

/** @param owner whose folder was asked for; undefined: the shared one */
export const principalCaller = (principal: Principal, owner: string | undefined): Caller => ({
  owner: owner ?? SHARED,
  name: principal.kind === "user" ? `user:${principal.name}` : subjectOf(principal),
  permissions: OF_ROLE[principal.role],
});
