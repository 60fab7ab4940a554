// The load generator's command line.
import { parseArgs } from "node:util";
import { isVersion, type Version } from "./dialects.ts";
import { ACTIONS, type Action } from "./scripts.ts";

export const MODES = ["storm", "steady", "blast", "session", "command"] as const;
export type Mode = (typeof MODES)[number];

export interface LoadOptions {
  /** Chargers connect to `{url}/{identity}`. */
  url: string;
  /** Where the REST API is, for `command`. */
  api: string;
  username?: string | undefined;
  password?: string | undefined;
  mode: Mode;
  version: Version;
  action: Action;
  chargers: number;
  seconds: number;
  warmup: number;
  /** Calls per second of the whole fleet, for `steady`. */
  rate: number;
  /** Meter values per session. */
  samples: number;
  /** Commands on their way at once, for `command`. */
  concurrency: number;
  /** Times that the fleet comes back after the server was gone, for `storm`. */
  returns: number;
  /** Seconds that the fleet stays after the storm. */
  linger: number;
  token: string;
  prefix: string;
  /** Tells the program that started this about each transaction. */
  trace: boolean;
  json: boolean;
}

export const USAGE = `load --url ws://127.0.0.1:8787/ws/ocpp --mode ${MODES.join("|")}
  --version 1.6|2.0.1|2.1   --chargers 50        --seconds 5     --warmup 1     --json
  --action ${Object.keys(ACTIONS).join("|")}    (blast, steady)
  --rate 1000               calls/s of the fleet (steady)
  --samples 10              meter values (session)
  --api http://... --username admin --password ... --concurrency 1   (command)
  --returns 0 --linger 0    reconnections awaited, seconds to stay (storm)
  --token BENCH --prefix BENCH-`;

export function readOptions(args: string[]): LoadOptions {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const { values } = parseArgs({
    args,
    options: {
      url: text("ws://127.0.0.1:8787/ws/ocpp"),
      api: text(""),
      username: { type: "string" },
      password: { type: "string" },
      mode: text("blast"),
      version: text("1.6"),
      action: text("Heartbeat"),
      chargers: text("50"),
      seconds: text("5"),
      warmup: text("1"),
      rate: text("1000"),
      samples: text("10"),
      concurrency: text("1"),
      returns: text("0"),
      linger: text("0"),
      token: text("BENCH"),
      prefix: text("BENCH-"),
      trace: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const { mode, version, action, url } = values;
  if (!isMode(mode)) throw new Error(`unknown mode ${mode}\n${USAGE}`);
  if (!isVersion(version)) throw new Error(`unknown version ${version}\n${USAGE}`);
  if (!isAction(action)) throw new Error(`unknown action ${action}\n${USAGE}`);
  const { username, password, token, prefix, trace, json } = values;
  return {
    url: url.replace(/\/$/, ""),
    api: values.api === "" ? new URL(url).origin.replace(/^ws/, "http") : values.api,
    ...{ username, password, token, prefix, trace, json, mode, version, action },
    chargers: number(values.chargers, "chargers"),
    seconds: number(values.seconds, "seconds"),
    warmup: number(values.warmup, "warmup"),
    rate: number(values.rate, "rate"),
    samples: number(values.samples, "samples"),
    concurrency: number(values.concurrency, "concurrency"),
    returns: number(values.returns, "returns"),
    linger: number(values.linger, "linger"),
  };
}

const isMode = (value: string): value is Mode => MODES.some((mode) => mode === value);
export const isAction = (value: string): value is Action => Object.hasOwn(ACTIONS, value);

function number(value: string, name: string): number {
  const parsed = Number(value);
  if (!Number.isFinite(parsed) || parsed < 0) throw new Error(`--${name} ${value} is no number`);
  return parsed;
}
