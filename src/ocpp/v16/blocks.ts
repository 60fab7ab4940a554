// The door to OCPP 1.6: every handled message, one block a file.
import type { Handlers } from "../handler.ts";
import { authorization } from "./authorization.ts";
import { availability } from "./availability.ts";
import { dataTransfer } from "./data-transfer.ts";
import { diagnostics } from "./diagnostics.ts";
import { firmware } from "./firmware.ts";
import { withPlugAndCharge } from "./iso15118-pnc.ts";
import { metering } from "./metering.ts";
import { provisioning } from "./provisioning.ts";
import { security } from "./security.ts";
import { transactions } from "./transactions.ts";

export { coalesceKey, effects, readRemoteStart } from "./commands.ts";
export { localList } from "./local-list.ts";
export { neutral, stop } from "./neutral.ts";
export { securityCommands as security } from "./security-commands.ts";
export { fileTransferProtocols, settings } from "./settings.ts";

export const handlers: Handlers = {
  ...provisioning,
  ...authorization,
  ...availability,
  ...transactions,
  ...metering,
  ...firmware,
  ...diagnostics,
  ...withPlugAndCharge(dataTransfer),
  ...security,
};
