/** The command line of the charger: arguments in, checked options out. */
import { parseArgs } from "node:util";
import { commandHelp } from "./commands.ts";
import { type ResolvedOptions, resolveOptions } from "./options.ts";
import { PROTOCOLS } from "./protocols.ts";

export interface CliOptions {
  charger: ResolvedOptions;
  idTag: string | undefined;
  scenario: string | undefined;
  quiet: boolean;
  json: boolean;
}

/** A scenario must end: after this many refusals in a row the CSMS means it. */
const SCENARIO_MAX_REJECTIONS = 3;

const VERSIONS = [...PROTOCOLS.keys()].join(", ");

export const HELP = `A simulated OCPP charger.

  npm run charger -- --id CP1 --version 2.0.1

Options
  --id ID               identity of the charger (required); also its user name
  --version V           OCPP version: ${VERSIONS}       [1.6]
  --url URL             base address, the id is appended     [ws://127.0.0.1:8787/ws/ocpp]
  --password TEXT       Basic authentication
  --connectors N        [1]
  --vendor TEXT         [ov2x-edge]
  --model TEXT          [Simulator]
  --firmware VERSION    what it runs                         [1.0.0]
  --fail-firmware STEP  every update fails at: download, install or signature
  --power WATTS         of each connector, above 7400 with three phases   [7400]
  --meter-interval S    seconds between meter values         [10]
  --speed FACTOR        how much faster energy flows         [1]
  --id-tag TAG          tag for a start that names none; in 2.x an RFID number,
                        or TYPE:TOKEN, e.g. eMAID:DE8AACA2B3C4D5
  --do "A; B; C"        run these commands, then exit: 0 when all went well, else 1
  --once                give up at the first failed connection or refused boot
  --boot-on-reconnect   boot again after every reconnect
  --quiet               print no frames
  --json                print frames as JSON lines
  --help

Commands, at the prompt and in --do
${commandHelp()}
`;

/** Undefined asks for the help text; throws an Error with a clear sentence for anything unusable. */
export function readCommandLine(args: string[]): CliOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      id: { type: "string" },
      version: { type: "string" },
      url: { type: "string" },
      password: { type: "string" },
      connectors: { type: "string" },
      vendor: { type: "string" },
      model: { type: "string" },
      firmware: { type: "string" },
      "fail-firmware": { type: "string" },
      power: { type: "string" },
      "meter-interval": { type: "string" },
      speed: { type: "string" },
      "id-tag": { type: "string" },
      do: { type: "string" },
      once: { type: "boolean" },
      "boot-on-reconnect": { type: "boolean" },
      quiet: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  if (!values.id) throw new Error("--id is required");
  const charger = resolveOptions({
    id: values.id,
    version: values.version,
    url: values.url,
    password: values.password,
    connectors: number("--connectors", values.connectors),
    vendor: values.vendor,
    model: values.model,
    firmwareVersion: values.firmware,
    failFirmware: values["fail-firmware"],
    powerW: number("--power", values.power),
    meterIntervalS: number("--meter-interval", values["meter-interval"]),
    speed: number("--speed", values.speed),
    once: values.once,
    bootOnReconnect: values["boot-on-reconnect"],
    maxRejections: values.do === undefined ? undefined : SCENARIO_MAX_REJECTIONS,
  });
  return { charger, idTag: values["id-tag"], scenario: values.do, quiet: values.quiet, json: values.json };
}

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new Error(`${name} wants a number, not "${text}"`);
  return value;
}
