/** What the blocks of the 1.6 driver share. */
import type { DriverHost } from "../driver.ts";
import { describe, LinkLost } from "../errors.ts";
import type { Payload } from "../frame.ts";
import type { Acceptance } from "../registration.ts";
import type { Configuration } from "./configuration.ts";

export interface Context extends DriverHost, Acceptance {
  config: Configuration;
}

/**
 * Sends what needs no answer; dropped while the CSMS has not accepted us, as the specification wants.
 * @returns whether the CSMS has it
 */
export async function tell(context: Context, action: string, payload: Payload): Promise<boolean> {
  return context.accepted && tellAnyway(context, action, payload);
}

/** For messages that the CSMS asked for, which are allowed while our boot is still pending. */
export async function tellAnyway({ link, log }: Context, action: string, payload: Payload): Promise<boolean> {
  try {
    await link.call(action, payload);
    return true;
  } catch (error) {
    if (!(error instanceof LinkLost)) log(describe(error));
    return false;
  }
}
