// npm start: the whole system on one machine. The production bundle in workerd, with D1, R2 and the actors' SQLite
// persisted under STATE_DIR. Needs no network and reports to nobody.
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import type { Bridge } from "../ftp-bridge/src/bridge.ts";
import { type FtpPlace, ftpPlace, startFtp } from "./ftp.ts";
import { lockState } from "./lock.ts";
import { readSecrets } from "./secrets.ts";
import type { LocalServer } from "./server.ts";

const env = process.env;
const host = env.HOST ?? "127.0.0.1";
const port = Number(env.PORT ?? "8787");
const stateDir = resolve(env.STATE_DIR ?? ".wrangler/state");
const outbox = join(stateDir, "outbox");
const registration = env.CHARGER_REGISTRATION ?? "open";

await main().catch((error: unknown) => {
  console.error(`ov2x-edge did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

async function main(): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT is ${env.PORT}, which is no port`);
  if (!["open", "pending", "closed"].includes(registration)) {
    throw new Error(`CHARGER_REGISTRATION is ${registration}: it is open, pending or closed`);
  }
  await checkPort();
  await mkdir(outbox, { recursive: true });
  await lockState(stateDir);
  const secrets = await readSecrets(join(stateDir, "secrets.json"), env);
  const ftp = await ftpPlace(env, host);
  // Loading it takes seconds: mistakes are told before.
  const { startServer } = await import("./server.ts");
  const server = await startServer({
    host,
    port,
    stateDir,
    outbox,
    bindings: {
      // Receivers on one's own machine are what one tries webhooks with.
      WEBHOOK_TARGETS: "any",
      // Whoever signs up has to read the outbox, which is on this machine.
      SIGN_UP: "open",
      MAIL_PROVIDER: "outbox",
      MAIL_FROM: "ov2x-edge <noreply@localhost>",
      ...(ftp?.url === undefined ? {} : { FTP_PUBLIC_URL: ftp.url }),
      ...overrides(),
      ...secrets.values,
      CHARGER_REGISTRATION: registration,
    },
  });
  const bridge = ftp && (await bridgeTo(server, ftp, secrets.values.FTP_BRIDGE_TOKEN));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Miniflare's own listener would exit with an error before workerd has ended.
    process.removeAllListeners(signal);
    process.once(signal, () => void stop(server, bridge));
  }
  greet(
    server.url,
    secrets.adminPasswordIsNew ? secrets.values.ADMIN_PASSWORD : undefined,
    secrets.values.ADMIN_USERNAME,
    ftp,
  );
}

/** A bridge that does not start must not leave workerd behind. */
async function bridgeTo(server: LocalServer, ftp: FtpPlace, token: string): Promise<Bridge> {
  try {
    return await startFtp(env, ftp, { url: server.url, token, stateDir });
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function stop(server: LocalServer, bridge: Bridge | undefined): Promise<void> {
  // The bridge first: what it still receives goes to the Worker.
  await bridge?.stop();
  await server.stop();
  console.log("ov2x-edge stopped");
  process.exit(0);
}

/** Deployment variables of wrangler.toml that the environment overrides. */
function overrides(): Record<string, string> {
  const names = [
    "HISTORY_SHARDS",
    "HEARTBEAT_INTERVAL_SECONDS",
    "CONCURRENT_TRANSACTIONS",
    "MASTER_PASS_GROUP",
    "RUNNING_COST_SECONDS",
    "AUTHORIZATION_OUTAGE",
    "ON_BOOT",
    "CERTIFICATE_ORGANISATION",
    "CERTIFICATE_AUTHORITY_URL",
    "CERTIFICATE_AUTHORITY_TOKEN",
    "ISO15118_PROVIDER_URL",
    "ISO15118_PROVIDER_TOKEN",
    "OCSP_RESPONDERS",
    "MAX_FILE_BYTES",
    "FILE_QUOTA_BYTES",
    "SHARED_FILE_QUOTA_BYTES",
    "FTP_SHARED_ACCOUNTS",
    "PUBLIC_URL",
    "FTP_PUBLIC_URL",
    "CAMPAIGN_TURN_SECONDS",
    "ARCHIVE_AFTER_DAYS",
    "WEBHOOK_TARGETS",
    "SIGN_UP",
    "DRIVER_ID_TOKENS",
    "REQUIRE_CREDIT",
    "MAIL_PROVIDER",
    "MAIL_FROM",
    "MAIL_URL",
    "MAIL_TOKEN",
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** workerd would say the same in words that help nobody. */
function checkPort(): Promise<void> {
  return new Promise((done, refuse) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const taken = `port ${port} on ${host} is already in use. Is another ov2x-edge running? Choose one with PORT=…`;
      refuse(error.code === "EADDRINUSE" ? new Error(taken) : error);
    });
    probe.listen(port, host, () => probe.close(() => done()));
  });
}

function greet(url: URL, newPassword: string | undefined, username: string, ftp: FtpPlace | undefined): void {
  const base = url.origin;
  const ftpLine = ftp === undefined ? "off" : `${ftp.url ?? `ftp://<this machine>:${ftp.port}`} (also FTPS, AUTH TLS)`;
  console.log(`
ov2x-edge is running

  Console             ${base}/
  REST API and docs   ${base}/api/
  Health              ${base}/api/health
  Chargers            ${base.replace("http", "ws")}/ws/ocpp/{identity}
  Files by FTP        ${ftpLine}
  Mail                ${env.MAIL_PROVIDER === undefined ? `${outbox} (one file each)` : env.MAIL_PROVIDER || "none is sent"}
  State               ${stateDir}

  Sign in             ${username} / ${newPassword ?? `the password you set, or the one in ${join(stateDir, "secrets.json")}`}
`);
  if (ftp?.moved) console.log(`  FTP port 2121 was taken, so another one is used. Choose one with FTP_PORT=…\n`);
  if (registration === "open") {
    console.log(
      "  !! CHARGER_REGISTRATION=open: ANY charger that connects is accepted. Never expose this to a network you do not trust.\n",
    );
  }
}
