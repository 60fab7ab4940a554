// What the platform's primitives cost by themselves, in microseconds of wall and of CPU time: the price list behind
// docs/performance.md. tsx bench/primitives.ts [--root /dev/shm]
import { parseArgs } from "node:util";
import { launch } from "./server/launch.ts";

const { values } = parseArgs({ options: { root: { type: "string", default: "/dev/shm" } } });

/** Name and how often. */
const PRIMITIVES: readonly (readonly [string, number])[] = [
  ["nothing", 200_000],
  ["Date.now", 200_000],
  ["deserializeAttachment", 50_000],
  ["serializeAttachment", 50_000],
  ["getWebSockets", 50_000],
  ["randomUUID", 50_000],
  ["JSON.parse MeterValues", 50_000],
  ["insert, 3 columns", 20_000],
  ["insert, 7 columns", 20_000],
  ["transactionSync, empty", 20_000],
  ["transactionSync, insert", 20_000],
  ["replace in meta", 20_000],
  ["replace in tx", 20_000],
  ["select by key", 20_000],
  ["count(*) of the log's end", 20_000],
  ["setAlarm", 5_000],
  ["waitUntil", 20_000],
  ["setTimeout + clear", 20_000],
  ["RPC to another actor", 2_000],
  ["D1 first", 1_000],
  ["D1 batch of 1", 500],
  ["D1 batch of 20", 100],
];
const ROUNDS = 3;

const server = await launch("primitives", { root: values.root });
try {
  console.log(`${"".padEnd(28)}   wall µs    CPU µs`);
  for (const [name, times] of PRIMITIVES) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measure(name, times));
    const best = rounds.toSorted((a, b) => a.cpu - b.cpu)[0];
    console.log(
      `${name.padEnd(28)}${(best?.wall ?? 0).toFixed(2).padStart(10)}${(best?.cpu ?? 0).toFixed(2).padStart(10)}`,
    );
  }
} finally {
  await server.stop();
}

async function measure(name: string, times: number) {
  const cpu = await server.cpu();
  const start = performance.now();
  const response = await fetch(`${server.origin}/?name=${encodeURIComponent(name)}&times=${times}`);
  if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
  const wall = ((performance.now() - start) * 1000) / times;
  return { wall, cpu: (((await server.cpu()) - cpu) * 1e6) / times };
}
