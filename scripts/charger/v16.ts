/** OCPP 1.6-J with the security whitepaper's messages: the blocks of the folder, put together. */
import { type Commands, command } from "./command.ts";
import type { Driver, DriverHost, Protocol } from "./driver.ts";
import { CommandFault } from "./errors.ts";
import { createAuthorization } from "./v16/authorization.ts";
import { createAvailability } from "./v16/availability.ts";
import { createBoot } from "./v16/boot.ts";
import { configurationCommands, defaultConfiguration } from "./v16/configuration.ts";
import type { Context } from "./v16/context.ts";
import { createDiagnostics } from "./v16/diagnostics.ts";
import { createFirmware } from "./v16/firmware.ts";
import { createMetering } from "./v16/metering.ts";
import { reservationCommands } from "./v16/reservation.ts";
import { createSecurity } from "./v16/security.ts";
import { smartChargingCommands } from "./v16/smart-charging.ts";
import { createTransactions } from "./v16/transactions.ts";
import { triggerCommands } from "./v16/trigger.ts";
import { dataTransfer } from "./v16/types.ts";

export const v16: Protocol = {
  subprotocol: "ocpp1.6",
  errorCodes: {
    notImplemented: "NotImplemented",
    notSupported: "NotSupported",
    internal: "InternalError",
    unreadable: "FormationViolation",
    malformed: "FormationViolation",
    // Spelled so in 1.6.
    missing: "OccurenceConstraintViolation",
    wrongType: "TypeConstraintViolation",
    wrongValue: "PropertyConstraintViolation",
  },
  createDriver,
};

function createDriver(host: DriverHost): Driver {
  const config = defaultConfiguration(host.station.connectors.length, host.meterIntervalS);
  const context: Context = { ...host, config, accepted: false };
  const availability = createAvailability(context);
  const authorization = createAuthorization(context);
  const metering = createMetering(context);
  const transactions = createTransactions(context, authorization, metering);
  const diagnostics = createDiagnostics(context);
  const firmware = createFirmware(context);
  const security = createSecurity(context);
  const boot = createBoot(context, () => void resume());

  /** Statuses first, then what waited in the outbox: the CSMS meets the connectors before their history. */
  async function resume(): Promise<void> {
    await availability.catchUp();
    if (!context.accepted) return;
    host.outbox.open();
    host.ready();
    await firmware.booted();
  }

  const commands: Commands = {
    ...boot.commands,
    ...configurationCommands(config),
    ...availability.commands,
    ...authorization.commands,
    ...transactions.commands,
    ...smartChargingCommands(context),
    ...reservationCommands(context),
    ...diagnostics.commands,
    ...firmware.commands,
    ...security.commands,
    ...triggerCommands(context, { boot, availability, metering, diagnostics, firmware, security }),
    DataTransfer: command(dataTransfer, () => ({ response: { status: "UnknownVendorId" } })),
  };

  return {
    opened: boot.opened,
    closed: boot.closed,
    rebooted() {
      boot.rebooted();
      availability.forget();
      host.link.setPing(config.ms("WebSocketPingInterval"));
    },
    async receive(action, payload) {
      if (boot.mute) return undefined;
      const known = Object.hasOwn(commands, action) ? commands[action] : undefined;
      if (!known) throw new CommandFault("notImplemented", `${action} is not known here`);
      return known(payload);
    },
    settings: () => ({
      connectionTimeoutMs: config.ms("ConnectionTimeOut"),
      stopWhenUnplugged: config.flag("StopTransactionOnEVSideDisconnect"),
      stopWhenDisowned: config.flag("StopTransactionOnInvalidId"),
    }),
    retries: () => ({
      attempts: config.number("TransactionMessageAttempts"),
      intervalMs: config.ms("TransactionMessageRetryInterval"),
    }),
    authorize: authorization.authorize,
    statusChanged: availability.changed,
    started: transactions.started,
    stopped: transactions.stopped,
    sendMeterValues: (connectorId) => metering.request(connectorId),
    requestCertificate: security.requestCertificate,
  };
}
