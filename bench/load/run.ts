// Runs the load generator as a process and reads what it found.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadOptions } from "./options.ts";
import type { Tally } from "./score.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const TIMEOUT_MS = 300_000;

export interface Started {
  charger: string;
  transactionId: string;
  /** Epoch milliseconds of the answer. */
  at: number;
}

type Event = { event: "mark" } | ({ event: "started" } & Started);

export interface Running<T extends Tally> {
  result: Promise<T>;
  /** Transactions whose start was answered, with --trace. */
  started: Started[];
  /** Resolves at the `index`th mark: in `storm` when the fleet has booted, elsewhere when measuring begins, and ends. */
  mark(index: number): Promise<void>;
}

export const load = async (origin: string, options: Partial<LoadOptions>): Promise<Tally> =>
  startLoad<Tally>(origin, options).result;

export function startLoad<T extends Tally>(origin: string, options: Partial<LoadOptions>): Running<T> {
  const url = `${origin.replace(/^http/, "ws")}/ws/ocpp`;
  const args = Object.entries({ url, ...options }).map(([name, value]) =>
    value === true ? `--${name}` : `--${name}=${value}`,
  );
  const child = fork(MAIN, [...args, "--json"], { stdio: ["ignore", "pipe", "inherit", "ipc"], timeout: TIMEOUT_MS });
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  let marks = 0;
  const started: Started[] = [];
  const waiting: { index: number; resolve: () => void }[] = [];
  child.on("message", (message: Event) => {
    if (message.event === "started") {
      started.push(message);
      return;
    }
    marks += 1;
    for (const { index, resolve } of waiting) if (marks > index) resolve();
  });
  const result = new Promise<T>((resolve, reject) => {
    child.once("close", (code) => {
      if (code !== 0 || output === "") return reject(new Error(`the load generator ended with ${code}`));
      const tally: T = JSON.parse(output);
      resolve(tally);
    });
  });
  return {
    result,
    started,
    mark: (index) => (marks > index ? Promise.resolve() : new Promise((resolve) => waiting.push({ index, resolve }))),
  };
}
