// DataTransfer of any version: a vendor's extension is one row in the table below, and serves every version.
// Source: OCPP 1.6 section 4.3; OCPP 2.0.1 part 2, block P.
import type { Fact } from "./facts/fact.ts";
import type { Handlers, Outcome, Station } from "./handler.ts";
import { type Payload, text } from "./read.ts";

export interface VendorAnswer {
  status: "Accepted" | "Rejected";
  /** Text in 1.6, any JSON in 2.x: what a vendor gets is what it answers with. */
  data?: unknown;
  facts?: Fact[];
}
export type VendorMessage = (data: unknown, station: Station) => VendorAnswer;
/** vendorId -> messageId (empty: none was given) -> message. */
export type Vendors = Readonly<Record<string, Readonly<Record<string, VendorMessage>>>>;

const VENDORS: Vendors = {
  "ov2x-edge": {
    // Proves the whole path from a charger's vendor extension to the CSMS and back.
    echo: (data) => ({ status: "Accepted", ...(data === undefined ? {} : { data }) }),
  },
};

export const dataTransfer: Handlers = {
  DataTransfer: {
    summary: "answered by the vendor's extension; UnknownVendorId or UnknownMessageId without one",
    tolerance: "values",
    handle: transfer,
  },
};

function transfer(station: Station, payload: Payload): Outcome {
  const vendorId = text(payload.vendorId) ?? "";
  const vendor = Object.hasOwn(VENDORS, vendorId) ? VENDORS[vendorId] : undefined;
  if (vendor === undefined) return { response: { status: "UnknownVendorId" }, facts: [] };
  const messageId = text(payload.messageId) ?? "";
  const message = Object.hasOwn(vendor, messageId) ? vendor[messageId] : undefined;
  if (message === undefined) return { response: { status: "UnknownMessageId" }, facts: [] };
  const { status, data, facts = [] } = message(payload.data, station);
  return { response: { status, ...(data === undefined ? {} : { data }) }, facts };
}
