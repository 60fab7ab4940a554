// Everything that can be set, by environment variables. README.md has the same table for people.
import { z } from "zod";
import { LOG_LEVELS } from "./log.ts";

const seconds = (fallback: number) => z.coerce.number().min(0).default(fallback);
const whole = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
const port = z.coerce.number().int().min(0).max(65535);
const onOff = z.enum(["on", "off"]).transform((value) => value === "on");

/** "40000-40099", or one port. Absent: any port that the system gives. */
const portRange = z
  .string()
  .regex(/^\d+(-\d+)?$/, "is a range of ports like 40000-40099")
  .transform((text) => {
    const [first = 0, last = first] = text.split("-").map(Number);
    return { first, last };
  })
  .refine(({ first, last }) => first >= 1 && last <= 65535 && first <= last, "is no range of ports");

export const configSchema = z
  .object({
    WORKER_URL: z.url({ protocol: /^https?$/ }),
    FTP_BRIDGE_TOKEN: z.string().min(16),
    FTP_HOST: z.string().default("0.0.0.0"),
    FTP_PORT: port.default(2121),
    FTP_PUBLIC_ADDRESS: z.ipv4().optional(),
    FTP_PASSIVE_PORTS: portRange.optional(),
    FTP_ACTIVE_MODE: onOff.default(false),
    FTP_TLS_CERT: z.string().optional(),
    FTP_TLS_KEY: z.string().optional(),
    FTP_TLS_REQUIRED: onOff.default(false),
    FTP_SPOOL_DIR: z.string().default("spool"),
    FTP_SPOOL_RESERVE_BYTES: whole(256 * 1024 * 1024),
    FTP_MAX_CONNECTIONS: whole(500),
    FTP_MAX_CONNECTIONS_PER_ADDRESS: whole(100),
    FTP_IDLE_SECONDS: seconds(300),
    FTP_STALL_SECONDS: seconds(60),
    FTP_COMMIT_SECONDS: seconds(10),
    FTP_DRAIN_SECONDS: seconds(30),
    FTP_FAILURE_DELAY_MS: whole(1000),
    FTP_OFFLINE_SIGN_IN_HOURS: z.coerce.number().min(0).default(24),
    FTP_PARTIAL_HOURS: z.coerce.number().min(0).default(24),
    FTP_HEALTH_HOST: z.string().default("127.0.0.1"),
    FTP_HEALTH_PORT: z.union([z.literal("off"), port]).default("off"),
    FTP_LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  })
  .refine(
    (config) => (config.FTP_TLS_CERT === undefined) === (config.FTP_TLS_KEY === undefined),
    "FTP_TLS_CERT and FTP_TLS_KEY belong together",
  )
  .refine(
    (config) => !config.FTP_TLS_REQUIRED || config.FTP_TLS_CERT !== undefined,
    "FTP_TLS_REQUIRED needs FTP_TLS_CERT and FTP_TLS_KEY",
  );

export type Config = z.infer<typeof configSchema>;

/** @throws Error with one line for each variable that is wrong */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = configSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  // Never the value: it may be the token.
  const lines = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim());
  throw new Error(lines.join("\n"));
}
