// Two or more Workers side by side under `blast`, round by round in turn: for whoever tries a change.
// tsx bench/ab.ts [--action Heartbeat,MeterValues,StartStop] [--rounds 5] [--seconds 1] [--chargers 50] [--root /dev/shm]
//   Worker...     each `bare`, `durable`, `ours`, or the path of another checkout's src/workers/index.ts
import { parseArgs } from "node:util";
import { blast } from "./blast.ts";
import { isAction } from "./load/options.ts";
import { isSubject, launch } from "./server/launch.ts";
import { median } from "./statistics.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    action: { type: "string", default: "Heartbeat,MeterValues,StartStop" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
    chargers: { type: "string", default: "50" },
    root: { type: "string", default: "/dev/shm" },
    bind: { type: "string", multiple: true, default: [] },
  },
});
const names = positionals.length > 0 ? positionals : ["durable", "ours"];
const seconds = Number(values.seconds);

const bindings = Object.fromEntries(values.bind.map((pair) => pair.split("=", 2)));
const servers = [];
for (const name of names) {
  const [subject, entry] = isSubject(name) ? [name] : (["ours", name] as const);
  servers.push(await launch(subject, { root: values.root, bindings, ...(entry === undefined ? {} : { entry }) }));
}
for (const action of values.action.split(",").filter(isAction)) {
  const runs = servers.map(() => ({ perSecond: [] as number[], cpu: [] as number[], p99: [] as number[], failed: 0 }));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const [index, server] of servers.entries()) {
      const { perSecond, cpuPerFrame, p99, failed } = await blast(server, {
        action,
        seconds,
        chargers: Number(values.chargers),
      });
      const run = runs[index];
      run?.perSecond.push(perSecond);
      run?.cpu.push(cpuPerFrame);
      run?.p99.push(p99);
      if (run) run.failed += failed;
    }
  }
  console.log(`${action.padEnd(40)}    per s  of first   CPU µs/frame  best  p99 ms  failed`);
  const first = median(runs[0]?.perSecond ?? []);
  for (const [index, { perSecond, cpu, p99, failed }] of runs.entries()) {
    const speed = median(perSecond);
    console.log(
      (names[index] ?? "").slice(-40).padEnd(40) +
        speed.toFixed(0).padStart(9) +
        (speed / first).toFixed(2).padStart(10) +
        median(cpu).toFixed(0).padStart(15) +
        Math.min(...cpu)
          .toFixed(0)
          .padStart(6) +
        median(p99).toFixed(1).padStart(8) +
        String(failed).padStart(8),
    );
  }
}
for (const server of servers) {
  const { batches, shipments, rowsWritten } = await server.history();
  if (batches > 0)
    console.log(
      `${server.subject}: ${(shipments / batches).toFixed(1)} shipments and ${(rowsWritten / batches).toFixed(1)} rows in a D1 batch`,
    );
  await server.stop();
}
process.exit(0);
