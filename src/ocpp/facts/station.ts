// What a charger tells of itself: its make, its connectors, its configuration, what it shows.
import type { Payload } from "../read.ts";

export interface StationData {
  vendor?: string | undefined;
  model?: string | undefined;
  serialNumber?: string | undefined;
  firmwareVersion?: string | undefined;
  iccid?: string | undefined;
  imsi?: string | undefined;
  meterType?: string | undefined;
  meterSerialNumber?: string | undefined;
}

export interface ConnectorStatus {
  evseId: number;
  connectorId: number;
  status: string;
  errorCode?: string | undefined;
  info?: string | undefined;
  vendorId?: string | undefined;
  vendorErrorCode?: string | undefined;
  /** Epoch milliseconds. */
  statusAt: number;
}

/** What a charger answered to ChangeAvailability. */
export interface Availability {
  /** 0: the whole charger. In 1.6 it equals the connector. */
  evseId: number;
  /** 0: the whole EVSE. */
  connectorId: number;
  operative: boolean;
  /** It waits for a transaction to end. */
  scheduled: boolean;
}

export interface ConfigurationKey {
  key: string;
  value?: string | undefined;
  readonly: boolean;
}

export interface DisplayMessage {
  id: number;
  /** OCPP's MessageInfo, as the charger or the operator sent it. */
  message: Payload;
}
