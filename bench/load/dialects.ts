// What a charger says, in each OCPP version: one table, so that a mode never asks which version it speaks.
// Payloads are JSON text and answers are judged: a CSMS that answers nonsense quickly is not fast.

export type Version = "1.6" | "2.0.1" | "2.1";
export type Payload = Readonly<Record<string, unknown>>;

/** One CALL of a charger, and what its answer has to look like. */
export interface Step {
  action: string;
  payload: string;
  plausible(answer: Payload): boolean;
}

export interface Session {
  token: string;
  /** Of the transaction: given by the CSMS in 1.6, made by the charger in 2.x. */
  transactionId: string;
  /** Milliseconds of the charger's own clock: each sample has its own instant, so none is a repetition. */
  at: number;
  /** Wh. */
  meter: number;
  /** Of TransactionEvents. */
  seqNo: number;
}

export interface Dialect {
  subprotocol: string;
  boot: Step;
  heartbeat: Step;
  authorize(token: string): Step;
  start(session: Session): Step;
  meterValues(session: Session): Step;
  stop(session: Session): Step;
  status(isOccupied: boolean, session: Session): Step;
  /** The transaction's id after `start` was answered. */
  transactionOf(answer: Payload, session: Session): string;
}

const step = (action: string, payload: object, plausible: Step["plausible"]): Step => ({
  action,
  payload: JSON.stringify(payload),
  plausible,
});

const AUTHORIZATION = new Set(["Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx", "Unknown"]);
const status = (answer: Payload, member: string): unknown => {
  const info = answer[member];
  return typeof info === "object" && info !== null && "status" in info ? info.status : undefined;
};
const hasTime = ({ currentTime }: Payload): boolean => typeof currentTime === "string" && currentTime.startsWith("20");
const isBooted = (answer: Payload): boolean => answer.status === "Accepted" && hasTime(answer);
const isObject = (answer: Payload): boolean => typeof answer === "object" && answer !== null;
const timestamp = ({ at }: Session): string => new Date(at).toISOString();

const heartbeat = step("Heartbeat", {}, hasTime);

const v16: Dialect = {
  subprotocol: "ocpp1.6",
  heartbeat,
  boot: step(
    "BootNotification",
    { chargePointVendor: "Bench", chargePointModel: "B1", firmwareVersion: "1.0" },
    isBooted,
  ),
  authorize: (idTag) =>
    step("Authorize", { idTag }, (answer) => AUTHORIZATION.has(String(status(answer, "idTagInfo")))),
  start: (session) =>
    step(
      "StartTransaction",
      { connectorId: 1, idTag: session.token, meterStart: session.meter, timestamp: timestamp(session) },
      (answer) => Number(answer.transactionId) > 0 && AUTHORIZATION.has(String(status(answer, "idTagInfo"))),
    ),
  meterValues: (session) =>
    step(
      "MeterValues",
      {
        connectorId: 1,
        ...(session.transactionId === "" ? {} : { transactionId: Number(session.transactionId) }),
        meterValue: [
          {
            timestamp: timestamp(session),
            sampledValue: [
              { value: String(session.meter), measurand: "Energy.Active.Import.Register", unit: "Wh" },
              { value: "11040", measurand: "Power.Active.Import", unit: "W" },
              { value: "16.0", measurand: "Current.Import", unit: "A", phase: "L1" },
              { value: "230.1", measurand: "Voltage", unit: "V", phase: "L1" },
            ],
          },
        ],
      },
      isObject,
    ),
  stop: (session) =>
    step(
      "StopTransaction",
      {
        transactionId: Number(session.transactionId),
        idTag: session.token,
        meterStop: session.meter,
        timestamp: timestamp(session),
        reason: "Local",
      },
      isObject,
    ),
  status: (isOccupied, session) =>
    step(
      "StatusNotification",
      {
        connectorId: 1,
        errorCode: "NoError",
        status: isOccupied ? "Charging" : "Available",
        timestamp: timestamp(session),
      },
      isObject,
    ),
  transactionOf: (answer) => String(answer.transactionId),
};

function event(eventType: "Started" | "Updated" | "Ended", triggerReason: string, session: Session): Step {
  const payload = {
    eventType,
    timestamp: timestamp(session),
    triggerReason,
    seqNo: session.seqNo,
    transactionInfo: {
      transactionId: session.transactionId,
      ...(eventType === "Ended" ? { stoppedReason: "Local" } : { chargingState: "Charging" }),
    },
    ...(eventType === "Updated" ? {} : { idToken: { idToken: session.token, type: "ISO14443" } }),
    evse: { id: 1, connectorId: 1 },
    meterValue: [
      {
        timestamp: timestamp(session),
        sampledValue: [
          { value: session.meter, measurand: "Energy.Active.Import.Register" },
          { value: 11040, measurand: "Power.Active.Import", unitOfMeasure: { unit: "W" } },
          { value: 16, measurand: "Current.Import", phase: "L1" },
          { value: 230.1, measurand: "Voltage", phase: "L1" },
        ],
      },
    ],
  };
  return step("TransactionEvent", payload, isObject);
}

const v2x = (subprotocol: string): Dialect => ({
  subprotocol,
  heartbeat,
  boot: step(
    "BootNotification",
    { reason: "PowerUp", chargingStation: { vendorName: "Bench", model: "B2", firmwareVersion: "1.0" } },
    isBooted,
  ),
  authorize: (idToken) =>
    step("Authorize", { idToken: { idToken, type: "ISO14443" } }, (answer) =>
      AUTHORIZATION.has(String(status(answer, "idTokenInfo"))),
    ),
  start: (session) => event("Started", "Authorized", session),
  meterValues: (session) => event("Updated", "MeterValuePeriodic", session),
  stop: (session) => event("Ended", "StopAuthorized", session),
  status: (isOccupied, session) =>
    step(
      "StatusNotification",
      {
        timestamp: timestamp(session),
        connectorStatus: isOccupied ? "Occupied" : "Available",
        evseId: 1,
        connectorId: 1,
      },
      isObject,
    ),
  transactionOf: (_answer, { transactionId }) => transactionId,
});

export const DIALECTS: Readonly<Record<Version, Dialect>> = {
  "1.6": v16,
  "2.0.1": v2x("ocpp2.0.1"),
  "2.1": v2x("ocpp2.1"),
};

export const isVersion = (value: string): value is Version => Object.hasOwn(DIALECTS, value);
