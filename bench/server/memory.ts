// Memory and kinship of processes, from /proc.
import { readdir, readFile } from "node:fs/promises";

/** The process and all its descendants, parents first. */
export async function tree(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const [, parent] = /\) \S (\d+) /.exec(stat) ?? [];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const found = [root];
  for (const pid of found) {
    for (const [child, parent] of parents) if (parent === pid) found.push(child);
  }
  return found;
}

/** Resident bytes; 0 for a process of another name. */
export async function rssOf(pid: number, name?: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const [, actual] = /^Name:\s+(\S+)/m.exec(status) ?? [];
  if (name !== undefined && actual !== name) return 0;
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used so far: a measure that busy neighbours disturb far less than the clock. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}
