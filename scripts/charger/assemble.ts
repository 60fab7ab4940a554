/** Puts a charger together from its parts. The parts know each other only through the functions handed over here. */
import { EventEmitter } from "node:events";
import { systemClock, Timers } from "./clock.ts";
import type { ConnectorStatus } from "./connector.ts";
import type { Driver, DriverHost, RebootReason } from "./driver.ts";
import { Closed, LinkLost } from "./errors.ts";
import type { Message } from "./frame.ts";
import { Link } from "./link.ts";
import type { ResolvedOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { PROTOCOLS } from "./protocols.ts";
import { RecentFrames } from "./recent.ts";
import { Sessions } from "./sessions.ts";
import { Station } from "./station.ts";

export interface Frame {
  at: number;
  direction: "in" | "out";
  /** Of results and errors too: what they answer. */
  action: string;
  message: Message;
}

export interface ChargerEvents {
  frame: [Frame];
  status: [connectorId: number, status: ConnectorStatus];
  /** The CSMS accepted the charger, after a boot or a reconnect. */
  ready: [];
  /** There will be no ready: one dial too many failed, or one boot too many was refused. */
  failed: [Error];
  offline: [reason: string];
  log: [line: string];
}

export interface Parts {
  events: EventEmitter<ChargerEvents>;
  station: Station;
  sessions: Sessions;
  outbox: Outbox;
  link: Link;
  driver: Driver;
  reboot(reason: RebootReason): Promise<void>;
  close(): Promise<void>;
}

/** How long a graceful reboot waits for the CSMS to answer the stops. */
const GRACE_MS = 10_000;

export function assemble(options: ResolvedOptions): Parts {
  const protocol = PROTOCOLS.get(options.version);
  if (!protocol) throw new TypeError(`version ${options.version} is not known`);
  const events = new EventEmitter<ChargerEvents>();
  const timers = new Timers(options.clock ?? systemClock);
  const networkTimers = new Timers(systemClock);
  const recent = new RecentFrames(options.logLines);
  const log = (line: string) => void events.emit("log", line);

  const station = new Station(options, timers, (connectorId) => {
    events.emit("status", connectorId, station.status(connectorId));
    driver.statusChanged(connectorId);
  });
  const link = new Link(
    { ...options, subprotocol: protocol.subprotocol },
    {
      callTimeoutMs: options.callTimeoutMs,
      errorCodes: protocol.errorCodes,
      timers: networkTimers,
      receive: (action, payload) => driver.receive(action, payload),
      frame(direction, message, action) {
        recent.add(timers.now(), direction, message);
        events.emit("frame", { at: timers.now(), direction, action, message });
      },
      log,
      opened: () => driver.opened(),
      closed(reason) {
        outbox.shut();
        driver.closed();
        events.emit("offline", reason);
      },
      dialFailed(reason) {
        log(`cannot connect to ${link.address}: ${reason}`);
        if (options.once) events.emit("failed", new LinkLost(`cannot connect to ${link.address}: ${reason}`));
      },
    },
  );
  const outbox = new Outbox({
    timers,
    resendWithSameId: options.resendWithSameId,
    call: (action, payload, id) => link.call(action, payload, id),
    retries: () => driver.retries(),
    log,
  });
  const sessions = new Sessions({ station, timers, driver: () => driver, whenOffline: () => link.whenOffline() });

  async function reboot(reason: RebootReason): Promise<void> {
    // A hard reset has no time to say goodbye: what it ends is told after the boot.
    if (reason === "HardReset") outbox.shut();
    const stopped = sessions.stopAll(reason);
    if (reason !== "HardReset") await Promise.race([stopped, timers.wait(GRACE_MS)]);
    sessions.forget();
    driver.rebooted();
    if (reason === "HardReset") link.cut(options.rebootMs);
    else await link.redial(options.rebootMs);
  }

  let rejections = 0;
  const host: DriverHost = {
    identity: identityOf(options),
    meterIntervalS: options.meterIntervalS,
    bootOnReconnect: options.bootOnReconnect,
    failFirmware: options.failFirmware,
    installMs: options.installMs,
    timers,
    station,
    sessions,
    link,
    outbox,
    recent,
    reboot,
    ready() {
      rejections = 0;
      events.emit("ready");
    },
    rejected() {
      rejections += 1;
      if (options.once || rejections >= options.maxRejections)
        events.emit("failed", new Error("the CSMS rejects this charger's boot"));
    },
    log,
  };
  const driver = protocol.createDriver(host);

  async function close(): Promise<void> {
    timers.stop();
    await link.close();
    networkTimers.stop();
    events.emit("failed", new Closed("closed"));
  }
  return { events, station, sessions, outbox, link, driver, reboot, close };
}

function identityOf({ id, vendor, model, firmwareVersion }: ResolvedOptions): DriverHost["identity"] {
  return { id, vendor, model, serialNumber: id.slice(0, 25), firmwareVersion };
}
