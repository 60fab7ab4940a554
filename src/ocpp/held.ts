// What a charger holds by our order or by its own word: profiles, limits, controls, tariffs, streams. As data.
// A handler or an effect says what came and what went; how that is kept is the business of projections.
import type { Fact } from "./facts/fact.ts";
import type { Payload } from "./read.ts";

/** Everything that is shown as it is, one row a thing. Charging profiles have a list of their own: see below. */
export const HOLDING_KINDS = [
  "compositeSchedule",
  "chargingLimit",
  "scheduleUpdate",
  "derControl",
  "derAlarm",
  "tariff",
  "eventStream",
  "batterySwap",
] as const;
export type HoldingKind = (typeof HOLDING_KINDS)[number];

export interface Holding {
  kind: HoldingKind;
  /** Unique per charger and kind. */
  key: string;
  /** 0: the whole charger. */
  evseId: number;
  data: Payload;
  /** Members are added to what is known, instead of replacing it. */
  merge?: boolean | undefined;
}

/** Which holdings are gone: all conditions that are given must hold. */
export interface Drop {
  kind: HoldingKind;
  keys?: string[] | undefined;
  except?: string[] | undefined;
  evseId?: number | undefined;
  /** Members of `data` and their values. */
  match?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Only what was told before: epoch milliseconds. */
  before?: number | undefined;
}

/** A charging profile with what it is found by; the rest is as OCPP spells it. */
export interface HeldProfile {
  profileId: number;
  /** 0: the whole charger. In 1.6 the connector. */
  evseId: number;
  purpose: string;
  stackLevel: number;
  /** The charger's name of the transaction. */
  transactionId?: string | undefined;
  /** chargingLimitSource: who set it; CSO stands for us. */
  source: string;
  profile: Payload;
}

/** Which profiles are gone: all conditions that are given must hold. */
export interface ProfileCriteria {
  ids?: number[] | undefined;
  evseId?: number | undefined;
  purpose?: string | undefined;
  stackLevel?: number | undefined;
  sources?: string[] | undefined;
  /** Only what was told before: epoch milliseconds. */
  before?: number | undefined;
}

export const hold = (holding: Holding): Fact => ({ kind: "held", holding });
export const drop = (gone: Drop): Fact => ({ kind: "dropped", gone });

/** What is kept beside a transaction, the latest word of each. */
export const TRANSACTION_DETAILS = [
  "chargingNeeds",
  "evChargingSchedule",
  "priorityCharging",
  "allowedEnergyTransfer",
  "tariff",
  "runningCost",
  "costDetails",
  "settlement",
] as const;
export type TransactionDetail = (typeof TRANSACTION_DETAILS)[number];

/**
 * @param ocppTransactionId empty: the transaction that begins next on this EVSE
 */
export const transactionDetail = (
  detail: TransactionDetail,
  ocppTransactionId: string,
  evseId: number,
  data: Payload,
): Fact => ({ kind: "transactionDetail", detail, ocppTransactionId, evseId, data });
