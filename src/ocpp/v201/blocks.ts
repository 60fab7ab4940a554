// The door to OCPP 2.0.1: every handled message, one block a file.
import type { Handlers } from "../handler.ts";
import { authorization } from "./authorization.ts";
import { availability } from "./availability.ts";
import { certificates, withContracts } from "./certificates.ts";
import { dataTransfer } from "./data-transfer.ts";
import { diagnostics } from "./diagnostics.ts";
import { displayMessages } from "./display-messages.ts";
import { firmware } from "./firmware.ts";
import { metering } from "./metering.ts";
import { monitoring } from "./monitoring.ts";
import { provisioning } from "./provisioning.ts";
import { reservations } from "./reservations.ts";
import { security } from "./security.ts";
import { smartCharging } from "./smart-charging.ts";
import { transactions } from "./transactions.ts";

export { coalesceKey, effects, readRemoteStart } from "./commands.ts";
export { localList } from "./local-list.ts";
export { neutral, stop } from "./neutral.ts";
export { securityCommands as security } from "./security-commands.ts";
export { fileTransferProtocols, settings } from "./settings.ts";

export const handlers: Handlers = {
  ...provisioning,
  ...withContracts(authorization),
  ...availability,
  ...transactions,
  ...reservations,
  ...metering,
  ...security,
  ...certificates,
  ...smartCharging,
  ...dataTransfer,
  ...diagnostics,
  ...displayMessages,
  ...firmware,
  ...monitoring,
};
