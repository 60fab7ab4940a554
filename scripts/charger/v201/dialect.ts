/** All in which the two 2.x versions differ inside the blocks that they share. What only 2.1 has, is in its folder. */

import type { Transaction } from "../connector.ts";
import type { Profile } from "../profiles.ts";
import type { Station } from "../station.ts";
import type { Row } from "./device-model.ts";
import type { Requests, Responses, v21, v201 } from "./messages.ts";

export interface Dialect {
  requests: Requests;
  responses: Responses;
  /** CALLRESULTERROR exists. */
  resultErrors: boolean;
  measurands: readonly v201.MeasurandEnumType[];
  /** Of the 2.0.1 enumeration, which 2.1 opens. */
  tokenTypes: readonly string[];
  /** Variables beyond those that both versions have. */
  rows: readonly Row[];
  purposes: Readonly<Partial<Record<v21.ChargingProfilePurposeEnumType, Profile["purpose"]>>>;
  operationModes: readonly v21.OperationModeEnumType[];
  /** What a period means for the power; `signal` is the grid operator's last word (-100 to 100 %). */
  limitOf(period: v21.ChargingSchedulePeriodType, signal: number): { limit: number; mode?: string | undefined };
  /** More to say of a period of a composite schedule, a transaction, a monitor, an event, a signing request. */
  periodInfo(rate: number, mode: string | undefined): object;
  transactionInfo(transaction: Transaction, station: Station, now: number): object;
  monitorInfo: object;
  eventInfo(severity: number): object;
  signingInfo(requestId: number): { requestId?: number };
}
