/** How a charger moves files, whatever asks for it: its own credentials, and retries as the CSMS wants them. */
import type { DriverHost } from "./driver.ts";
import type { TransferOptions } from "./transfer.ts";

export interface RetryFields {
  retries?: number | undefined;
  retryInterval?: number | undefined;
}

export function transferOptions(
  { link, timers, log }: Pick<DriverHost, "link" | "timers" | "log">,
  { retries = 0, retryInterval = 10 }: RetryFields,
): TransferOptions {
  return {
    retries,
    retryIntervalMs: retryInterval * 1000,
    wait: (ms) => timers.wait(ms),
    credentials: { host: new URL(link.address).host, authorization: link.authorization },
    log,
  };
}

/** Told apart by time, as a CSMS may ask more than once. */
export function logName({ identity, timers }: Pick<DriverHost, "identity" | "timers">, kind: string): string {
  return `${identity.id.replace(/[^\w.-]/g, "_")}-${kind}-${timers.now()}.log`;
}

/** Where no version is given, the last part of the address is the best guess. */
export function versionOf(location: string): string {
  return new URL(location).pathname.split("/").at(-1)?.slice(0, 50) || "unnamed";
}
