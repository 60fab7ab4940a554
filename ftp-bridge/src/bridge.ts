// The bridge as a whole: what it is made of, how it starts, and how it stops without losing what it promised.
import { mkdir } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { Admission } from "./access/admission.ts";
import { Failures } from "./access/failures.ts";
import { KnownAccounts } from "./access/known-accounts.ts";
import { createSignIn } from "./access/sign-in.ts";
import type { Config } from "./config.ts";
import { plainAddress } from "./data/addresses.ts";
import { PassivePorts } from "./data/passive.ts";
import { Certificate } from "./data/tls.ts";
import { commands } from "./ftp/commands/index.ts";
import { Files } from "./ftp/files.ts";
import { encodeReply, reply } from "./ftp/replies.ts";
import type { Services } from "./ftp/services.ts";
import { Session } from "./ftp/session.ts";
import { type Health, startHealth } from "./health.ts";
import type { Log } from "./log.ts";
import { createCourier } from "./spool/courier.ts";
import { Intake } from "./spool/intake.ts";
import { Names } from "./spool/names.ts";
import { createPulse } from "./spool/pulse.ts";
import { Spool } from "./spool/spool.ts";
import { createHttp, type WorkerHttp } from "./worker/http.ts";
import { createStore } from "./worker/store.ts";
import { createUploads } from "./worker/uploads.ts";

export interface Bridge {
  port: number;
  /** Undefined where it is off. */
  healthPort: number | undefined;
  health(): Health;
  /** Finishes transfers for at most FTP_DRAIN_SECONDS, and takes no new ones. */
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

export async function startBridge(config: Config, log: Log): Promise<Bridge> {
  await mkdir(config.FTP_SPOOL_DIR, { recursive: true, mode: 0o700 });
  const pulse = createPulse((away) => (away ? log.error("worker_away") : log.info("worker_back")));
  const http = watched(createHttp(new URL(config.WORKER_URL), config.FTP_BRIDGE_TOKEN), (reached) =>
    pulse.note(reached),
  );
  const store = createStore(http);
  const uploads = createUploads(http);
  const names = new Names();
  const spool = new Spool(config.FTP_SPOOL_DIR, log);
  await spool.load();
  const known = new KnownAccounts(
    join(config.FTP_SPOOL_DIR, "accounts.json"),
    config.FTP_OFFLINE_SIGN_IN_HOURS * HOUR_MS,
    log,
  );
  await known.load();
  const courier = createCourier({
    spool,
    uploads,
    pulse,
    log,
    delivered: (record, stored) => names.learn(record.account, record.path, stored.path),
  });
  const limits = { reserveBytes: config.FTP_SPOOL_RESERVE_BYTES, commitMs: config.FTP_COMMIT_SECONDS * 1000 };
  const intake = new Intake({ spool, courier, uploads, store, names, pulse, ...limits });
  const services: Services = {
    signIn: createSignIn({ store, known, failures: new Failures(config.FTP_FAILURE_DELAY_MS), log }),
    files: new Files(store, spool, names),
    intake,
    names,
    pulse,
    passive: new PassivePorts(config.FTP_HOST, config.FTP_PASSIVE_PORTS),
    certificate: certificateOf(config),
    log,
    settings: {
      tlsRequired: config.FTP_TLS_REQUIRED,
      activeMode: config.FTP_ACTIVE_MODE,
      publicAddress: config.FTP_PUBLIC_ADDRESS,
      idleMs: config.FTP_IDLE_SECONDS * 1000,
      stallMs: config.FTP_STALL_SECONDS * 1000,
    },
  };
  // A certificate that cannot be read is told at the start, not to the first charger.
  await services.certificate?.context();

  const sessions = new Set<Session>();
  const admission = new Admission(config.FTP_MAX_CONNECTIONS, config.FTP_MAX_CONNECTIONS_PER_ADDRESS);
  let draining = false;
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    socket.on("error", () => {});
    const leave = draining ? undefined : admission.enter(plainAddress(socket.remoteAddress));
    if (leave === undefined) return refuse(socket);
    const session = new Session(socket, services, commands, () => {
      sessions.delete(session);
      leave();
    });
    sessions.add(session);
  });
  const port = await listen(server, config.FTP_HOST, config.FTP_PORT);
  courier.resume();
  const sweep = () => void intake.sweep(new Date(Date.now() - config.FTP_PARTIAL_HOURS * HOUR_MS));
  const sweeping = setInterval(sweep, HOUR_MS / 4);
  sweeping.unref();

  const health = (): Health => ({
    status: draining ? "draining" : "ok",
    worker: pulse.away ? "away" : "ok",
    connections: admission.total,
    transfers: [...sessions].filter(({ transfer }) => transfer !== undefined).length,
    pendingUploads: spool.all("pending").length,
    refusedUploads: courier.refused,
  });
  const healthServer =
    config.FTP_HEALTH_PORT === "off"
      ? undefined
      : await startHealth(config.FTP_HEALTH_HOST, config.FTP_HEALTH_PORT, health);
  log.info("started", { port, healthPort: healthServer?.port, pendingUploads: spool.all("pending").length });

  return {
    port,
    healthPort: healthServer?.port,
    health,
    async stop() {
      if (draining) return;
      draining = true;
      clearInterval(sweeping);
      server.close();
      log.info("draining", { connections: sessions.size });
      for (const session of sessions) session.drain();
      await emptied(sessions, config.FTP_DRAIN_SECONDS * 1000);
      for (const session of sessions) {
        session.transfer?.abort();
        session.close(reply(421, "The service stops"));
      }
      await emptied(sessions, 5_000);
      http.close();
      await courier.stop();
      healthServer?.close();
      log.info("stopped", { pendingUploads: spool.all("pending").length });
    },
  };
}

function certificateOf({ FTP_TLS_CERT, FTP_TLS_KEY }: Config): Certificate | undefined {
  if (FTP_TLS_CERT === undefined || FTP_TLS_KEY === undefined) return undefined;
  return new Certificate(FTP_TLS_CERT, FTP_TLS_KEY);
}

/** Every exchange tells whether the Worker is there. */
function watched(http: WorkerHttp, note: (reached: boolean) => void): WorkerHttp {
  return {
    close: http.close,
    async call(call) {
      const answer = await http.call(call);
      if (!call.signal?.aborted) note(answer.ok);
      return answer;
    },
  };
}

function refuse(socket: Socket): void {
  socket.end(encodeReply(reply(421, "Too many connections, try again later")));
  setTimeout(() => socket.destroy(), 1_000).unref();
}

async function emptied(sessions: ReadonlySet<Session>, patienceMs: number): Promise<void> {
  for (const end = Date.now() + patienceMs; sessions.size > 0 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : port);
    });
  });
}
