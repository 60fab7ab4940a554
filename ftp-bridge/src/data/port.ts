// Where the next data connection will come from: a port that listens (passive), or an address to connect to (active).
import type { Socket } from "node:net";

export interface DataPort {
  /** The connection, paused. Rejects when none comes. May be called once. */
  connect(): Promise<Socket>;
  close(): void;
}

export const CONNECT_TIMEOUT_MS = 15_000;
