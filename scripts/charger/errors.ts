/** What can go wrong between a charger and its CSMS, and between a charger and the person in front of it. */

/** The causes of a CALLERROR; each version spells them its own way. */
export type Fault =
  | "notImplemented"
  | "notSupported"
  | "internal"
  /** Not even a frame; told apart from a malformed payload since 2.0.1. */
  | "unreadable"
  | "malformed"
  | "missing"
  | "wrongType"
  | "wrongValue";

/** Thrown by a command handler: answered as CALLERROR in the spelling of the version. */
export class CommandFault extends Error {
  readonly fault: Fault;
  constructor(fault: Fault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** The CSMS answered one of our calls with CALLERROR. */
export class CallRefused extends Error {
  readonly code: string;
  constructor(action: string, code: string, description: string) {
    super(`${action} was answered with ${code}${description && `: ${description}`}`);
    this.code = code;
  }
}

/** No answer in time: the CSMS may or may not have acted on the call. */
export class CallTimeout extends Error {}

/** The socket went away, or was not there. */
export class LinkLost extends Error {}

/** We closed the charger ourselves: whoever still waited for it waits in vain, and nothing is wrong. */
export class Closed extends LinkLost {}

/** The charger will not do what its user asked (no cable, tag blocked, connector busy). */
export class Refused extends Error {}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
