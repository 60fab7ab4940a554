/** Values that many OCPP 2.x messages share, and how the machine's plain words become them. */
import type { ConnectorStatus } from "../connector.ts";
import type { Dialect } from "./dialect.ts";
import type { v21, v201 } from "./messages.ts";

export const iso = (at: number): string => new Date(at).toISOString();

/** Undefined stays undefined. */
export const at = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));

/** Every EVSE of this charger has one connector, so the machine's connector numbers are EVSE ids. */
export const evseOf = (connectorId: number): v201.EVSEType => ({ id: connectorId, connectorId: 1 });

/** The five words of 2.x; what goes on inside a session is told by its transaction. */
export function connectorStatus(status: ConnectorStatus): v201.ConnectorStatusEnumType {
  if (status === "Available" || status === "Reserved" || status === "Unavailable" || status === "Faulted")
    return status;
  return "Occupied";
}

const DEFAULT_TYPE = "ISO14443";

/** The machine holds a token as text: an RFID card's number alone, anything else with its type, as in "eMAID:DE123". */
export function toIdToken({ tokenTypes }: Dialect, text: string): v21.IdTokenType {
  const [, prefix, idToken = ""] = /^(\w+):(.*)$/.exec(text) ?? [];
  const type = tokenTypes.find((known) => known === prefix);
  return type ? { type, idToken } : { type: DEFAULT_TYPE, idToken: text };
}

export function fromIdToken({ type, idToken }: v21.IdTokenType): string {
  return type === DEFAULT_TYPE ? idToken : `${type}:${idToken}`;
}

/** Equal parts of a long list; an empty list is one empty part, as a report has to end. */
export function parts<T>(items: readonly T[], size: number): { items: T[]; seqNo: number; tbc: boolean }[] {
  const count = Math.max(1, Math.ceil(items.length / size));
  return Array.from({ length: count }, (_, seqNo) => ({
    items: items.slice(seqNo * size, (seqNo + 1) * size),
    seqNo,
    tbc: seqNo < count - 1,
  }));
}

/** A reason code has at most 20 characters. */
export const reason = (reasonCode: string, additionalInfo?: string): { statusInfo: v201.StatusInfoType } => ({
  statusInfo: { reasonCode, ...(additionalInfo !== undefined && { additionalInfo: additionalInfo.slice(0, 512) }) },
});
