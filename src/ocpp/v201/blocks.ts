// The door to OCPP 2.0.1: every handled message, one block a file.
import type { Handlers } from "../handler.ts";
import { authorization } from "./authorization.ts";
import { availability } from "./availability.ts";
import { metering } from "./metering.ts";
import { provisioning } from "./provisioning.ts";
import { transactions } from "./transactions.ts";

export { coalesceKey, effects, readRemoteStart } from "./commands.ts";

export const handlers: Handlers = {
  ...provisioning,
  ...authorization,
  ...availability,
  ...transactions,
  ...metering,
};
