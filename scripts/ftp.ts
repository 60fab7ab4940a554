// The FTP bridge of npm start: in this process, so that both start, stop and die together. FTP_PORT=off leaves it out.
import { createServer } from "node:net";
import { join } from "node:path";
import { type Bridge, startBridge } from "../ftp-bridge/src/bridge.ts";
import { type Config, readConfig } from "../ftp-bridge/src/config.ts";
import { createLog } from "../ftp-bridge/src/log.ts";
import { ftpCertificate } from "./ftp-certificate.ts";

const DEFAULT_PORT = 2121;

export interface FtpPlace {
  host: string;
  /** Free a moment ago. */
  port: number;
  /** Where chargers find it; undefined if it listens on every address and so has none of its own. */
  url: string | undefined;
  /** The default port was taken. */
  moved: boolean;
}

/** @returns undefined if it is off */
export async function ftpPlace(
  env: Record<string, string | undefined>,
  fallbackHost: string,
): Promise<FtpPlace | undefined> {
  const { FTP_PORT = "", FTP_HOST: host = fallbackHost } = env;
  if (FTP_PORT === "off") return undefined;
  const wanted = FTP_PORT === "" ? DEFAULT_PORT : Number(FTP_PORT);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65535) {
    throw new Error(`FTP_PORT is ${FTP_PORT}: it is a port, 0 for any free one, or off`);
  }
  let port = await freePort(host, wanted);
  const moved = port === undefined && FTP_PORT === "";
  // Nobody asked for this port: a second system on the machine need not fail for it.
  if (moved) port = await freePort(host, 0);
  if (port === undefined)
    throw new Error(`port ${wanted} on ${host} is already in use. Choose one with FTP_PORT=…, or off`);
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = host.includes(":") ? `[${host}]` : host;
  return { host, port, url: everywhere ? undefined : `ftp://${name}:${port}`, moved };
}

export async function startFtp(
  env: Record<string, string | undefined>,
  place: FtpPlace,
  worker: { url: URL; token: string; stateDir: string },
): Promise<Bridge> {
  const folder = join(worker.stateDir, "ftp");
  const own = env.FTP_TLS_CERT === undefined ? await ftpCertificate(folder) : undefined;
  const config: Config = readConfig({
    FTP_LOG_LEVEL: "warn",
    FTP_DRAIN_SECONDS: "5",
    FTP_SPOOL_DIR: join(folder, "spool"),
    ...(own === undefined ? {} : { FTP_TLS_CERT: own.cert, FTP_TLS_KEY: own.key }),
    ...env,
    FTP_HOST: place.host,
    FTP_PORT: String(place.port),
    WORKER_URL: localUrl(worker.url),
    FTP_BRIDGE_TOKEN: worker.token,
  });
  return startBridge(config, createLog(config.FTP_LOG_LEVEL));
}

/** A server that listens everywhere is reached from here by the loopback. */
function localUrl(url: URL): string {
  const local = new URL(url);
  if (local.hostname === "0.0.0.0" || local.hostname === "[::]") local.hostname = "127.0.0.1";
  return local.origin;
}

/** @returns undefined if it is taken */
function freePort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === "object" ? address.port : undefined));
    });
  });
}
