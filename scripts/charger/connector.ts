/** One connector as plain facts, and its status as a function of them: no status is ever stored. */
export type ConnectorStatus =
  | "Available"
  | "Preparing"
  | "Charging"
  | "SuspendedEV"
  | "SuspendedEVSE"
  | "Finishing"
  | "Reserved"
  | "Unavailable"
  | "Faulted";

export type StopReason =
  | "Local"
  | "Remote"
  | "EVDisconnected"
  | "SoftReset"
  | "HardReset"
  | "Reboot"
  | "UnlockCommand"
  | "DeAuthorized"
  | "Other";

export interface Transaction {
  readonly connectorId: number;
  readonly idToken: string;
  readonly startedAt: number;
  readonly meterStartWh: number;
  readonly reservationId?: number | undefined;
  /** What came last: the token, the cable, or the CSMS's word (2.x names it). */
  readonly startedBy: "token" | "cable" | "remote";
  readonly remoteStartId?: number | undefined;
  /** Given by the CSMS (1.6) or chosen by us (2.x). */
  id?: string | number;
  /** False once the CSMS disowned the token and the settings let the transaction go on without energy. */
  energised: boolean;
  /** Priority charging was asked for: its profiles count. */
  priority?: boolean;
  /** The CSMS does not allow this vehicle to give energy back. */
  chargeOnly?: boolean;
  ended?: { at: number; meterWh: number; reason: StopReason; idToken?: string | undefined };
}

export interface Reservation {
  id: number;
  idToken: string;
  groupId?: string | undefined;
  expiresAt: number;
}

export interface Vehicle {
  capacityWh: number;
  batteryWh: number;
  paused: boolean;
}

export interface Connector {
  readonly id: number;
  operative: boolean;
  plugged: boolean;
  /** A session ended and the cable is still in. */
  finishing: boolean;
  faultCode?: string | undefined;
  /** Who presented a token and has yet to plug in. */
  awaitedToken?: string | undefined;
  reservation?: Reservation | undefined;
  transaction?: Transaction | undefined;
  vehicle?: Vehicle | undefined;
  /** Given to vehicles, and taken back from them. */
  registerWh: number;
  exportWh: number;
}

/** Power given at a moment (negative: taken from the vehicle), and until when it surely stays so. */
export interface Supply {
  watts: number;
  until: number;
  heldBackBy?: "vehicle" | "station";
  mode?: string | undefined;
}

export function newConnector(id: number): Connector {
  return { id, operative: true, plugged: false, finishing: false, registerWh: 0, exportWh: 0 };
}

/** The order is the precedence: a connector made inoperative during a transaction turns Unavailable when it ends. */
export function statusOf(connector: Connector, supply: Supply): ConnectorStatus {
  if (connector.faultCode) return "Faulted";
  if (connector.transaction) {
    if (!supply.heldBackBy) return "Charging";
    return supply.heldBackBy === "vehicle" ? "SuspendedEV" : "SuspendedEVSE";
  }
  if (!connector.operative) return "Unavailable";
  if (connector.awaitedToken) return "Preparing";
  if (connector.finishing) return "Finishing";
  if (connector.reservation) return "Reserved";
  return connector.plugged ? "Preparing" : "Available";
}

/** Why no session can begin here, or undefined. */
export function obstacle(connector: Connector): string | undefined {
  if (connector.faultCode) return `connector ${connector.id} is faulted (${connector.faultCode})`;
  if (connector.transaction) return `connector ${connector.id} has a transaction`;
  if (!connector.operative) return `connector ${connector.id} is unavailable`;
  if (connector.awaitedToken) return `connector ${connector.id} waits for a cable`;
  return undefined;
}
