/** How a charger is made: every option, its default and its limits, for modules and for the command line alike. */
import { z } from "zod";
import type { Clock } from "./clock.ts";
import { FIRMWARE_FAILURES } from "./driver.ts";
import { PROTOCOLS } from "./protocols.ts";

const positive = z.number().positive();

export const chargerOptions = z.object({
  id: z.string().min(1).max(255),
  version: z
    .string()
    .default("1.6")
    .refine((version) => PROTOCOLS.has(version), { error: `must be ${[...PROTOCOLS.keys()].join(" or ")}` }),
  /** The base address; the id is appended. */
  url: z.url({ protocol: /^wss?$/, error: "must be a ws:// or wss:// address" }).default("ws://127.0.0.1:8787/ws/ocpp"),
  password: z.string().optional(),
  connectors: z.int().min(1).max(100).default(1),
  vendor: z.string().min(1).max(20).default("ov2x-edge"),
  model: z.string().min(1).max(20).default("Simulator"),
  firmwareVersion: z.string().min(1).max(50).default("1.0.0"),
  /** At which step every firmware update fails; by default it does not. */
  failFirmware: z.enum(FIRMWARE_FAILURES).optional(),
  /** How long an installation takes. */
  installMs: positive.default(1_000),
  /** Of each connector, in watts; above 7400 the charger has three phases. */
  powerW: positive.default(7_400),
  meterIntervalS: z.int().min(0).max(86_400).default(10),
  /** How much faster than the clock energy flows. */
  speed: positive.default(1),
  /** Time for everything but the network, which always has real time. */
  clock: z.custom<Clock>().optional(),
  callTimeoutMs: positive.default(30_000),
  firstRetryMs: positive.default(1_000),
  maxRetryMs: positive.default(60_000),
  rebootMs: positive.default(1_000),
  /** Give up at the first failed dial or refused boot, where a charger would try for ever. */
  once: z.boolean().default(false),
  /** Refused boots in a row after which connect() fails; never by default. */
  maxRejections: positive.default(Number.MAX_SAFE_INTEGER),
  /** Boot again after every reconnect, as many real chargers do; the specification asks only for it after a reboot. */
  bootOnReconnect: z.boolean().default(false),
  /** A message sent again keeps its id, so that the CSMS can see that it is the same one. */
  resendWithSameId: z.boolean().default(true),
  /** Frames remembered for diagnostics; 0 keeps a big fleet small. */
  logLines: z.int().nonnegative().default(50),
});

export type ChargerOptions = z.input<typeof chargerOptions>;
export type ResolvedOptions = z.output<typeof chargerOptions>;

/** Throws a TypeError that names the option. */
export function resolveOptions(options: unknown): ResolvedOptions {
  const parsed = chargerOptions.safeParse(options);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TypeError(`option ${issue?.path.join(".")}: ${issue?.message}`);
}
