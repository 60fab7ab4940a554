/** How this charger moves files: shared by diagnostics and firmware. */
import { z } from "zod";
import type { TransferOptions } from "../transfer.ts";
import type { Context } from "./context.ts";

export const retryFields = {
  retries: z.int().nonnegative().optional(),
  retryInterval: z.int().nonnegative().optional(),
};

interface RetryFields {
  retries?: number | undefined;
  retryInterval?: number | undefined;
}

export function transferOptions(
  { link, timers, log }: Context,
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
