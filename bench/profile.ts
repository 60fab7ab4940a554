// Where a frame's time goes: a CPU profile of workerd under load, by the Chrome DevTools Protocol.
// tsx bench/profile.ts --action MeterValues [--mode blast|command|storm] [--subject ours] [--root /dev/shm] [--seconds 5]
//   [--out profile.cpuprofile]
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { isAction, type LoadOptions } from "./load/options.ts";
import { load } from "./load/run.ts";
import { DevTools } from "./profile/devtools.ts";
import { type CpuProfile, rank } from "./profile/rank.ts";
import { adminOf, isSubject, launch } from "./server/launch.ts";

const { values } = parseArgs({
  options: {
    action: { type: "string", default: "MeterValues" },
    subject: { type: "string", default: "ours" },
    root: { type: "string", default: "/dev/shm" },
    seconds: { type: "string", default: "5" },
    port: { type: "string", default: "9339" },
    top: { type: "string", default: "40" },
    /** `command`: operators' commands instead of chargers' calls; `storm`: 2,000 new chargers connect and boot. */
    mode: { type: "string", default: "blast" },
    out: { type: "string" },
  },
});
const { action, subject, root, seconds, port, top, mode, out } = values;
const MODES: Record<string, () => Partial<LoadOptions>> = {
  blast: () => ({}),
  command: () => ({ mode: "command", chargers: 20, ...adminOf() }),
  storm: () => ({ mode: "storm", chargers: 2000, returns: 0 }),
};
const options = MODES[mode];
if (!isAction(action) || !isSubject(subject) || options === undefined)
  throw new Error("no such action, subject or mode");

const server = await launch(subject, { root, inspectorPort: Number(port) });
try {
  const tools = await DevTools.connect(Number(port));
  const running = load(server.origin, { action, seconds: Number(seconds) + 1, warmup: 1, ...options() });
  await new Promise((resolve) => setTimeout(resolve, mode === "storm" ? 300 : 2500));
  await tools.call("Profiler.enable");
  await tools.call("Profiler.setSamplingInterval", { interval: 200 });
  await tools.call("Profiler.start");
  await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000 - 1500));
  const { profile } = await tools.call<{ profile: CpuProfile }>("Profiler.stop");
  const tally = await running;
  tools.close();
  if (out !== undefined) await writeFile(out, JSON.stringify(profile));
  console.log(`${subject}, ${mode === "blast" ? action : mode}: ${tally.perSecond.toFixed(0)}/s with the profiler on`);
  console.log(rank(profile, Number(top)));
} finally {
  await server.stop();
}
process.exit(0);
