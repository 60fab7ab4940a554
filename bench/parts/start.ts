// Item 9: what a user starts is as fast as what we bench.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { load } from "../load/run.ts";
import { WARMUP_S } from "../plan.ts";
import { type Line, spell } from "../report/lines.ts";
import { median } from "../statistics.ts";
import type { Part } from "./part.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const START_TIMEOUT_MS = 90_000;

export const start: Part = async ({ plan, medium, root, servers, note }) => {
  const stateDir = await mkdtemp(join(root, "ov2x-bench-start-"));
  const port = await freePort();
  // A group of its own: npm does not pass signals on to all of its grandchildren.
  const child = spawn("npm", ["start"], {
    ...{ cwd: ROOT, detached: true, stdio: "ignore" },
    env: {
      ...process.env,
      PORT: String(port),
      FTP_PORT: String(await freePort()),
      STATE_DIR: stateDir,
      CHARGER_REGISTRATION: "open",
    },
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const origin = `http://127.0.0.1:${port}`;
  try {
    await healthy(origin);
    const ratios: number[] = [];
    const speeds: number[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      const options = { mode: "blast", action: "MeterValues", chargers: plan.chargers, seconds: plan.seconds } as const;
      const benched = await load(servers.ours.origin, { ...options, warmup: WARMUP_S });
      const started = await load(origin, { ...options, warmup: WARMUP_S });
      ratios.push(started.perSecond / benched.perSecond);
      speeds.push(started.perSecond);
    }
    note(`npm start: ${spell(median(ratios))} of the bench`);
    const line: Line = {
      item: 9,
      what: "npm start, MeterValues throughput of the bench's",
      medium,
      value: median(ratios),
      unit: "",
      limit: 0.8,
      bound: "at least",
      detail: `${spell(median(speeds))}/s`,
    };
    return { lines: [line] };
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    await exited;
    await setTimeout(500);
    await rm(stateDir, { recursive: true, force: true });
  }
};

async function healthy(origin: string): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < end) {
    const response = await fetch(`${origin}/api/health`).catch(() => undefined);
    if (response?.ok) return;
    await setTimeout(200);
  }
  throw new Error("npm start did not come up");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
