// How a version is told a new password and a new security profile: one row a version.
import type { PasswordOutcome } from "./facts/credentials.ts";
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
  /** The slots in the order of preference; where nothing is said, this one, and behind it those that it has now. */
  priority?: number[] | undefined;
}

export interface SecurityCommands {
  password(password: string): Draft;
  /** The password that a command of any origin sets. */
  passwordIn(action: string, payload: Payload): string | undefined;
  /** Asks for what `profile` has to know; undefined: nothing. */
  networkPriority?: { ask: Draft; read(response: Payload): string | undefined; restore(priority: string): Draft };
  /**
   * In the order to send; each only if the one before was taken.
   * @param priority the order of its network profiles, as far as it is known: the old ones stay behind the new one, so
   *   that the charger has something to fall back to
   */
  profile(profile: number, network: NetworkProfile | undefined, priority: string | undefined): Draft[];
  /** What makes it connect anew. @returns undefined: it has to wait until nobody charges */
  reconnect(isIdle: boolean): Draft | undefined;
  /** @param type as operators name it */
  installCertificate(type: string, certificate: string): Draft;
  /** What the answer to one of these drafts means. */
  outcome(response: Payload): PasswordOutcome;
}
