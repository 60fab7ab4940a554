/**
 * The seam between the machine and the protocol. A version of OCPP is one Protocol row; its driver turns what happens
 * at the machine into messages, and messages of the CSMS into acts of the machine.
 */
import type { Timers } from "./clock.ts";
import type { StopReason, Transaction } from "./connector.ts";
import type { Fault } from "./errors.ts";
import type { Link } from "./link.ts";
import type { Outbox } from "./outbox.ts";
import type { RecentFrames } from "./recent.ts";
import type { Reply } from "./rpc.ts";
import type { Sessions } from "./sessions.ts";
import type { Station } from "./station.ts";

export interface Protocol {
  subprotocol: string;
  errorCodes: Readonly<Record<Fault, string>>;
  createDriver(host: DriverHost): Driver;
}

/** The CSMS's word on a token. */
export interface Verdict {
  status: string;
  accepted: boolean;
  groupId?: string | undefined;
}

/** What the protocol's configuration decides about a session. */
export interface Settings {
  connectionTimeoutMs: number;
  stopWhenUnplugged: boolean;
  stopWhenDisowned: boolean;
}

export interface Driver {
  opened(): void;
  closed(): void;
  /** Power was cycled: acceptance by the CSMS is forgotten, what is in flash memory is not. */
  rebooted(): void;
  receive(action: string, payload: unknown): Promise<Reply | undefined>;
  settings(): Settings;
  retries(): { attempts: number; intervalMs: number };
  authorize(idToken: string): Promise<Verdict>;
  statusChanged(connectorId: number): void;
  /** Resolves with the CSMS's verdict, however much later; undefined when it never got the message. */
  started(transaction: Transaction): Promise<Verdict | undefined>;
  /** Resolves when the CSMS has answered, or has been given up on. */
  stopped(transaction: Transaction): Promise<void>;
  sendMeterValues(connectorId: number): Promise<void>;
  /** Asks for a certificate for a new key. @returns the CSMS's word on the request; the certificate follows */
  requestCertificate(): Promise<string>;
}

export interface DriverHost {
  identity: Identity;
  meterIntervalS: number;
  bootOnReconnect: boolean;
  failFirmware: FirmwareFailure | undefined;
  installMs: number;
  timers: Timers;
  station: Station;
  sessions: Sessions;
  link: Link;
  outbox: Outbox;
  recent: RecentFrames;
  reboot(reason: RebootReason): Promise<void>;
  /** Accepted by the CSMS, and it knows our connectors. */
  ready(): void;
  rejected(): void;
  log(line: string): void;
}

/** At which step every firmware update fails. */
export const FIRMWARE_FAILURES = ["download", "install", "signature"] as const;
export type FirmwareFailure = (typeof FIRMWARE_FAILURES)[number];

export type RebootReason = Extract<StopReason, "SoftReset" | "HardReset" | "Reboot">;

export interface Identity {
  id: string;
  vendor: string;
  model: string;
  serialNumber: string;
  /** Changes when new firmware is installed. */
  firmwareVersion: string;
}
