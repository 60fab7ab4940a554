// As in 2.0.1; in 2.1 the version of a network profile is negotiated when the charger connects.
import { securityCommandsOf } from "../v201/security-commands.ts";

export const securityCommands = securityCommandsOf(undefined);
