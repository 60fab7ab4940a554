// Lines of LIST (as /bin/ls, which every client reads) and of MLSD and MLST (RFC 3659).
import type { Permission } from "../worker/shapes.ts";

export interface Item {
  name: string;
  type: "file" | "folder";
  /** Bytes. */
  size: number;
  modifiedAt: Date;
}

export type Format = (item: Item) => string;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const HALF_A_YEAR_MS = 183 * 86_400_000;

export const shortLine: Format = ({ name }) => name;

export const longLine: Format = ({ name, type, size, modifiedAt }) => {
  const mode = type === "folder" ? "drwxr-x---" : "-rw-r-----";
  const day = `${MONTHS[modifiedAt.getUTCMonth()]} ${String(modifiedAt.getUTCDate()).padStart(2)}`;
  const age = Date.now() - modifiedAt.getTime();
  const recent = age < HALF_A_YEAR_MS && age > -86_400_000;
  const clock = modifiedAt.toISOString().slice(11, 16);
  const when = recent ? clock : String(modifiedAt.getUTCFullYear()).padStart(5);
  return `${mode} 1 charger files ${String(size).padStart(12)} ${day} ${when} ${name}`;
};

/** Facts that MLST tells, in this order. */
export const FACTS = "type*;size*;modify*;perm*;";

export function factsLine(permissions: readonly Permission[]): Format {
  const may = (permission: Permission, letters: string) => (permissions.includes(permission) ? letters : "");
  const file = may("read", "r") + may("write", "af") + may("delete", "d");
  const folder = may("read", "el") + may("write", "cmf") + may("delete", "dp");
  return ({ name, type, size, modifiedAt }) => {
    const kind = type === "folder" ? "type=dir;" : `type=file;size=${size};`;
    return `${kind}modify=${timestamp(modifiedAt)};perm=${type === "folder" ? folder : file}; ${name}`;
  };
}

/** YYYYMMDDHHMMSS in UTC, also the answer to MDTM. */
export function timestamp(time: Date): string {
  return time.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14);
}
