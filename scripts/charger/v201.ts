/** OCPP 2.0.1: the blocks of the folder, put together; with another dialect and more blocks they are 2.1. */
import { messages } from "../../src/ocpp/generated/messages-v201.ts";
import type { Transaction } from "./connector.ts";
import type { Driver, DriverHost, Protocol } from "./driver.ts";
import { type Authorization, createAuthorization } from "./v201/authorization.ts";
import { createAvailability } from "./v201/availability.ts";
import { createBoot } from "./v201/boot.ts";
import type { Context } from "./v201/context.ts";
import { controllerRows, controllers, MEASURANDS } from "./v201/controllers.ts";
import { customerHandlers } from "./v201/customer.ts";
import { DeviceModel } from "./v201/device-model.ts";
import { createDiagnostics } from "./v201/diagnostics.ts";
import type { Dialect } from "./v201/dialect.ts";
import { createDisplay } from "./v201/display.ts";
import { createEvents } from "./v201/events.ts";
import { createFirmware } from "./v201/firmware.ts";
import { machineRows } from "./v201/machine.ts";
import { dispatch, type Handlers21 } from "./v201/messages.ts";
import { createMonitoring, type StreamSink } from "./v201/monitoring.ts";
import { remoteHandlers } from "./v201/remote.ts";
import { createReservations } from "./v201/reservation.ts";
import { createSecurity } from "./v201/security.ts";
import { createSmartCharging, type SmartCharging } from "./v201/smart-charging.ts";
import { createTransactions, type Transactions } from "./v201/transactions.ts";
import { triggerHandlers } from "./v201/trigger.ts";
import { variableHandlers } from "./v201/variables.ts";

/** In both versions. */
export const ERROR_CODES = {
  notImplemented: "NotImplemented",
  notSupported: "NotSupported",
  internal: "InternalError",
  unreadable: "RpcFrameworkError",
  malformed: "FormatViolation",
  missing: "OccurrenceConstraintViolation",
  wrongType: "TypeConstraintViolation",
  wrongValue: "PropertyConstraintViolation",
} as const;

export const TOKEN_TYPES = [
  "Central",
  "eMAID",
  "ISO14443",
  "ISO15693",
  "KeyCode",
  "Local",
  "MacAddress",
  "NoAuthorization",
];

const dialect: Dialect = {
  requests: messages,
  responses: messages,
  resultErrors: false,
  measurands: MEASURANDS,
  tokenTypes: TOKEN_TYPES,
  rows: [],
  purposes: { ChargingStationMaxProfile: "station", TxDefaultProfile: "default", TxProfile: "transaction" },
  operationModes: [],
  // Discharging came with 2.1; here a negative limit can mean no more than nothing.
  limitOf: ({ limit = 0 }) => ({ limit: Math.max(0, limit) }),
  periodInfo: () => ({}),
  transactionInfo: () => ({}),
  monitorInfo: {},
  eventInfo: () => ({}),
  signingInfo: () => ({}),
};

export const v201: Protocol = {
  subprotocol: "ocpp2.0.1",
  errorCodes: ERROR_CODES,
  createDriver: (host) => createDriver(host, dialect),
};

/** What a version adds to the blocks that both have. */
export interface Extension {
  handlers: Handlers21;
  streams: StreamSink;
  /** Before its first event is built, and after. */
  starting(transaction: Transaction): void;
  started(transaction: Transaction): void;
  changed(): void;
}

export interface Shared {
  smart: SmartCharging;
  transactions: Transactions;
  authorization: Authorization;
}

export type Extend = (context: Context, shared: Shared) => Extension;

export function createDriver(host: DriverHost, dialect: Dialect, extend?: Extend): Driver {
  const { station, identity, link, outbox } = host;
  const model = new DeviceModel([
    ...controllerRows(controllers(host.meterIntervalS, dialect.measurands, identity.id)),
    ...machineRows(station, identity),
    ...dialect.rows,
  ]);
  const context: Context = { ...host, model, dialect, accepted: false };
  const events = createEvents(context);
  const availability = createAvailability(context, events);
  const authorization = createAuthorization(context);
  const transactions = createTransactions(context, authorization);
  const smart = createSmartCharging(context);
  const reservations = createReservations(context);
  const display = createDisplay(context);
  const extension = extend?.(context, { smart, transactions, authorization });
  const monitoring = createMonitoring(context, events, extension?.streams);
  const diagnostics = createDiagnostics(context);
  const security = createSecurity(context);
  const boot = createBoot(context, () => void resume());
  const firmware = createFirmware(context, boot.because);

  /** Statuses first, then what waited in the outbox: the CSMS meets the connectors before their history. */
  async function resume(): Promise<void> {
    await availability.catchUp();
    if (!context.accepted) return;
    outbox.open();
    host.ready();
    await firmware.booted();
  }

  station.onChange = () => {
    model.set("SmartChargingCtrlr.Entries/ChargingProfiles", String(station.profiles.length));
    transactions.watch();
    reservations.watch();
    monitoring.watch();
    extension?.changed();
  };

  const handlers: Handlers21 = {
    ...boot.handlers,
    ...variableHandlers(context),
    ...availability.handlers,
    ...authorization.handlers,
    ...remoteHandlers(context, transactions, smart),
    ...smart.handlers,
    ...reservations.handlers,
    ...display.handlers,
    ...customerHandlers(context, authorization.memory),
    ...monitoring.handlers,
    ...diagnostics.handlers,
    ...firmware.handlers,
    ...security.handlers,
    ...triggerHandlers(context, { boot, availability, transactions, diagnostics, firmware, security }),
    DataTransfer: () => ({ response: { status: "UnknownVendorId" } }),
    ...extension?.handlers,
  };

  return {
    opened: boot.opened,
    closed: boot.closed,
    rebooted() {
      boot.rebooted();
      availability.forget();
      link.setPing(model.ms("OCPPCommCtrlr.WebSocketPingInterval"));
    },
    async receive(action, payload) {
      return boot.mute ? undefined : dispatch(dialect.requests, handlers, action, payload);
    },
    settings: () => ({
      connectionTimeoutMs: model.ms("TxCtrlr.EVConnectionTimeOut"),
      stopWhenUnplugged: model.flag("TxCtrlr.StopTxOnEVSideDisconnect"),
      stopWhenDisowned: model.flag("TxCtrlr.StopTxOnInvalidId"),
    }),
    retries: () => ({
      attempts: model.number("OCPPCommCtrlr.MessageAttempts/TransactionEvent"),
      intervalMs: model.ms("OCPPCommCtrlr.MessageAttemptInterval/TransactionEvent"),
    }),
    authorize: authorization.authorize,
    statusChanged: availability.changed,
    async started(transaction) {
      extension?.starting(transaction);
      const answered = transactions.started(transaction);
      reservations.consumed(transaction);
      extension?.started(transaction);
      return answered;
    },
    async stopped(transaction) {
      const answered = transactions.stopped(transaction);
      display.ended(transaction);
      // After the change that ends the transaction, so that the charger is idle by then.
      setImmediate(boot.transactionEnded);
      await answered;
    },
    sendMeterValues: transactions.sendMeterValues,
    requestCertificate: async () => (await security.requestCertificate()) ?? "no answer",
  };
}
