// The door to OCPP 2.1. Its messages extend those of 2.0.1, so what is read of them here is the same;
// a block that differs gets a file of its own in this folder.
import type { Handlers } from "../handler.ts";
import { handlers as handlers201 } from "../v201/blocks.ts";
import { transactions } from "../v201/transactions.ts";
import { batterySwap } from "./battery-swap.ts";
import { certificates } from "./certificates.ts";
import { derControl } from "./der-control.ts";
import { eventStreams } from "./event-streams.ts";
import { payment } from "./payment.ts";
import { smartCharging } from "./smart-charging.ts";
import { withCosts } from "./tariffs.ts";

export { stop } from "../v201/neutral.ts";
export { fileTransferProtocols, settings } from "../v201/settings.ts";
export { coalesceKey, effects, readRemoteStart } from "./commands.ts";
export { localList } from "./local-list.ts";
export { neutral } from "./neutral.ts";
export { securityCommands as security } from "./security-commands.ts";

export const handlers: Handlers = {
  ...handlers201,
  ...withCosts(transactions),
  ...smartCharging,
  ...certificates,
  ...derControl,
  ...payment,
  ...eventStreams,
  ...batterySwap,
};
