// How a version is told a new password and a new security profile: one row a version.
import type { PasswordOutcome } from "./facts.ts";
import type { Payload } from "./read.ts";

export interface Draft {
  action: string;
  payload: object;
}

/** Where a 2.x charger shall connect under another security profile. */
export interface NetworkProfile {
  slot: number;
  url: string;
  /** As the version spells it, e.g. Wired0. */
  interface: string;
  /** Seconds. */
  messageTimeout: number;
  /** The slots in the order of preference; this one first where nothing is said. */
  priority?: number[] | undefined;
}

export interface SecurityCommands {
  password(password: string): Draft;
  /** The password that a command of any origin sets. */
  passwordIn(action: string, payload: Payload): string | undefined;
  /** In the order to send; each only if the one before was taken. */
  profile(profile: number, network: NetworkProfile | undefined): Draft[];
  /** @param type as operators name it */
  installCertificate(type: string, certificate: string): Draft;
  /** What the answer to one of these drafts means. */
  outcome(response: Payload): PasswordOutcome;
}
