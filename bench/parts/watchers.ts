// What chargers notice of many who watch the fleet: the same open load with nobody and with a thousand at the live feed.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { restClient } from "../../test/support/node/rest.ts";
import { load } from "../load/run.ts";
import { failures } from "../load/score.ts";
import { spell } from "../report/lines.ts";
import { adminOf, type Server } from "../server/launch.ts";
import { median } from "../statistics.ts";
import { newPrefix, type Part } from "./part.ts";

const CHILD = fileURLToPath(new URL("../load/watchers.ts", import.meta.url));
const WATCHERS = 1000;
/** Starts and stops a second, of which the watchers hear: ten times what a fleet of ten thousand has. */
const TOLD_RATE = 5;
/** Meter values a second, whose latency is measured. */
const RATE = 200;

/** Of all chargers that connect the watchers hear, too; that is not what is measured. */
const SETTLE_S = 4;

interface Heard {
  open: number;
  messages: number;
  events: number;
}

export const watchers: Part = async ({ plan, servers: { ours }, note }) => {
  const found: { alone: number[]; watched: number[] } = { alone: [], watched: [] };
  let failed = 0;
  let heard: Heard = { open: 0, messages: 0, events: 0 };
  const run = async (kept: number[]) => {
    const { chargers, steadySeconds } = plan;
    const options = { mode: "steady", chargers, seconds: 4 * steadySeconds, warmup: SETTLE_S } as const;
    const [measured, told] = await Promise.all([
      load(ours.origin, { ...options, action: "MeterValues", rate: RATE, prefix: newPrefix() }),
      load(ours.origin, { ...options, action: "StartStop", rate: TOLD_RATE, prefix: newPrefix() }),
    ]);
    kept.push(measured.latency.p99);
    failed += failures(measured) + failures(told);
  };
  // What is done for the first time takes long.
  await run([]);
  for (let round = 0; round < plan.rounds; round += 1) {
    await run(found.alone);
    const child = await watching(ours);
    await run(found.watched);
    heard = await child.tell();
  }
  const [alone, watched] = [median(found.alone), median(found.watched)];
  note(`${WATCHERS} watchers: p99 of meter values ${spell(watched)} ms, with nobody ${spell(alone)} ms`);
  const row = [`${heard.open}`, `${RATE}`, `${TOLD_RATE}`, spell(alone), spell(watched), spell(watched / alone)];
  return {
    tables: [
      {
        title: `Chargers' latency while ${WATCHERS} watch the fleet, all on the same 2 cores`,
        head: [
          "watchers",
          "meter values per s",
          "starts and stops per s",
          "p99 alone, ms",
          "p99 watched, ms",
          "ratio",
          "messages",
          "events in them",
          "failed",
        ],
        rows: [[...row, `${heard.messages}`, `${heard.events}`, `${failed}`]],
      },
    ],
  };
};

/** Resolves when all of them listen. */
async function watching({ origin }: Server) {
  const { key } = await restClient(origin, adminOf().password).post("/api/api-keys", {
    name: "bench",
    role: "viewer",
  });
  const child = fork(CHILD, [origin, key, String(WATCHERS)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const next = async <T>(): Promise<T> => {
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the watchers ended with ${code}`);
    });
    const [message] = await Promise.race([once(child, "message"), ended]);
    return message;
  };
  await next();
  return {
    async tell(): Promise<Heard> {
      const answer = next<Heard>();
      child.send("tell");
      const heard = await answer;
      await once(child, "exit");
      return heard;
    },
  };
}
