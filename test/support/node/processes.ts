// Processes of the system under test: each start is a process group of its own, so that workerd, a grandchild, is
// found, watched and killed together with its parents.
import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Group {
  pid: number;
  /** What it printed so far. */
  output(): string;
  exited: Promise<Exit>;
  signal(signal: NodeJS.Signals): void;
  /** kill -9 for every member. Resolves when none is left. */
  kill(): Promise<void>;
}

const living = new Set<ChildProcess>();
// Whoever interrupts the tests must not be left with servers.
process.on("exit", () => {
  for (const child of living) killGroup(child.pid);
});

export function spawnGroup(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Group {
  const child = spawn(command, args, { cwd: ROOT, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be spawned`);
  living.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  // Not "exit": what was printed last is wanted, too. But a surviving member of the group may hold the pipes open.
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      const done = () => resolve({ code, signal });
      child.once("close", done);
      globalThis.setTimeout(done, 500).unref();
    });
  });
  return {
    pid,
    output: () => output,
    exited,
    signal: (signal) => void child.kill(signal),
    async kill() {
      killGroup(pid);
      await exited;
      await gone(pid);
      living.delete(child);
    },
  };
}

/** The living members of a process group, by name. None where there is no /proc to ask. */
export async function membersOf(group: number): Promise<string[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const members = await Promise.all(pids.map((pid) => readMember(pid, group)));
  return members.filter((member) => member !== undefined);
}

/** Resolves when the group has no member left. */
export async function gone(group: number, patienceMs = 10_000): Promise<void> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const members = await membersOf(group);
    if (members.length === 0) return;
    if (Date.now() > end) throw new Error(`still running: ${members.join(", ")}`);
    await setTimeout(10);
  }
}

/** /proc/{pid}/stat is `pid (name) state parent group …`; a zombie is no member any more. */
async function readMember(pid: string, group: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [, name, state, , pgrp] = /\((.*)\) (\S) (\d+) (\d+)/s.exec(stat) ?? [];
  return Number(pgrp) === group && state !== "Z" ? `${name} (${pid})` : undefined;
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
