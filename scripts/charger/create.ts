/** A simulated charger, as scripts, tests, the load generator and the command line use it. */
import type { EventEmitter } from "node:events";
import { setTimeout } from "node:timers/promises";
import { assemble, type ChargerEvents } from "./assemble.ts";
import type { ConnectorStatus, StopReason, Transaction } from "./connector.ts";
import type { Payload } from "./frame.ts";
import { type ChargerOptions, resolveOptions } from "./options.ts";
import type { StartOptions } from "./sessions.ts";
import type { Reading } from "./station.ts";

export type { ChargerEvents, Frame } from "./assemble.ts";
export type { ChargerOptions } from "./options.ts";

export interface Charger {
  readonly id: string;
  readonly connectors: number;
  readonly online: boolean;
  /** Transaction messages that the CSMS has not answered yet. */
  readonly unsent: number;
  readonly on: EventEmitter<ChargerEvents>["on"];
  readonly off: EventEmitter<ChargerEvents>["off"];
  /** Resolves when booted, accepted, and the status of every connector is told. */
  connect(): Promise<void>;
  plug(connectorId: number): void;
  unplug(connectorId: number): Promise<void>;
  /** Resolves when the transaction runs and the CSMS, if reachable, has answered; `id` is set by then. */
  start(connectorId: number, idToken: string, options?: StartOptions): Promise<Transaction>;
  stop(connectorId: number, reason?: StopReason): Promise<void>;
  meter(connectorId: number): Promise<void>;
  /** The vehicle stops, or resumes, drawing power. */
  pause(connectorId: number, paused: boolean): void;
  fault(connectorId: number, code: string): Promise<void>;
  clearFault(connectorId: number): void;
  authorize(idToken: string): Promise<string>;
  /** Asks the CSMS for a certificate of the charger's own; Accepted means that it will follow. */
  certificate(): Promise<string>;
  status(connectorId: number): ConnectorStatus;
  read(connectorId: number): Reading;
  transaction(connectorId: number): Transaction | undefined;
  /** Any call at all, past every rule of the charger. */
  send(action: string, payload: Payload): Promise<unknown>;
  /** Cuts the socket and stays away. */
  offline(ms: number): void;
  reboot(): Promise<void>;
  /** Waits, within reason, until everything that can be sent now is answered. */
  flush(): Promise<void>;
  /** Stops open transactions, then closes. */
  quit(): Promise<void>;
  /** Closes the socket and ends every timer; transactions stay open, as when a charger loses its operator. */
  close(): Promise<void>;
}

const FLUSH_MS = 5_000;
const FLUSH_POLL_MS = 10;

export function createCharger(given: ChargerOptions): Charger {
  const options = resolveOptions(given);
  const { events, station, sessions, outbox, link, driver, reboot, close } = assemble(options);
  async function flush(): Promise<void> {
    const until = Date.now() + FLUSH_MS;
    while (link.online && (link.busy || outbox.size > 0) && Date.now() < until) await setTimeout(FLUSH_POLL_MS);
  }
  return {
    id: options.id,
    connectors: options.connectors,
    get online() {
      return link.online;
    },
    get unsent() {
      return outbox.size;
    },
    on: events.on.bind(events),
    off: events.off.bind(events),
    connect: () =>
      new Promise((resolve, reject) => {
        events.once("ready", resolve);
        events.once("failed", reject);
        link.dial();
      }),
    plug: (connectorId) => sessions.plug(connectorId),
    unplug: (connectorId) => sessions.unplug(connectorId),
    start: (connectorId, idToken, startOptions) => sessions.start(connectorId, idToken, startOptions),
    stop: (connectorId, reason) => sessions.stop(connectorId, reason),
    meter: (connectorId) => driver.sendMeterValues(connectorId),
    pause: (connectorId, paused) => sessions.pause(connectorId, paused),
    fault: (connectorId, code) => sessions.fault(connectorId, code),
    clearFault: (connectorId) => sessions.clearFault(connectorId),
    authorize: async (idToken) => (await driver.authorize(idToken)).status,
    certificate: () => driver.requestCertificate(),
    status: (connectorId) => station.status(connectorId),
    read: (connectorId) => station.read(connectorId),
    transaction: (connectorId) => station.connector(connectorId).transaction,
    send: (action, payload) => link.call(action, payload),
    offline: (ms) => link.cut(ms),
    reboot: () => reboot("Reboot"),
    flush,
    async quit() {
      await sessions.stopAll("Local");
      await flush();
      await close();
    },
    close,
  };
}
