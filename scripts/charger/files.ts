/** How a charger moves files, whatever asks for it: its own credentials, and retries as the CSMS wants them. */
import { verify, type X509Certificate } from "node:crypto";
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

/** How a file of firmware for simulated chargers begins; the rest of the line is its version. */
const FIRMWARE_MARK = "ov2x-edge firmware ";
const MAX_VERSION = 50;

/** What the file says of itself; for any other file, the last part of its address is the best guess. */
export function versionOf(file: Buffer, location: string): string {
  const [line = ""] = file.subarray(0, 200).toString("latin1").split("\n", 1);
  const told = line.startsWith(FIRMWARE_MARK) ? line.slice(FIRMWARE_MARK.length).trim() : "";
  return (told || new URL(location).pathname.split("/").at(-1) || "unnamed").slice(0, MAX_VERSION);
}

/** Whether the vendor's signature over the file is right: SHA-256, and what the certificate's key is for. */
export function isSigned(file: Buffer, signature: string | undefined, { publicKey }: X509Certificate): boolean {
  return signature !== undefined && verify("sha256", file, publicKey, Buffer.from(signature, "base64"));
}
