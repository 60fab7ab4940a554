// DataTransfer, OCPP 1.6 section 4.3. A vendor's extension is one row here.

import type { Fact } from "../facts.ts";
import type { DataTransferResponse } from "../generated/types-v16.ts";
import type { Handlers, Station } from "../handler.ts";
import { text } from "../read.ts";

interface VendorAnswer {
  response: DataTransferResponse;
  facts?: Fact[];
}
type VendorMessage = (data: string | undefined, station: Station) => VendorAnswer;

/** vendorId -> messageId (empty: none was given) -> handler. */
const VENDORS: Readonly<Record<string, Readonly<Record<string, VendorMessage>>>> = {
  "ov2x-edge": {
    // Proves the whole path from a charger's vendor extension to the CSMS and back.
    echo: (data) => ({ response: { status: "Accepted", ...(data === undefined ? {} : { data }) } }),
  },
};

export const dataTransfer: Handlers = {
  DataTransfer: {
    tolerance: "values",
    handle(station, payload) {
      const vendorId = text(payload.vendorId) ?? "";
      const vendor = Object.hasOwn(VENDORS, vendorId) ? VENDORS[vendorId] : undefined;
      if (vendor === undefined) return refused("UnknownVendorId");
      const messageId = text(payload.messageId) ?? "";
      const message = Object.hasOwn(vendor, messageId) ? vendor[messageId] : undefined;
      if (message === undefined) return refused("UnknownMessageId");
      const { response, facts = [] } = message(text(payload.data), station);
      return { response, facts };
    },
  },
};

const refused = (status: DataTransferResponse["status"]) => ({
  response: { status } satisfies DataTransferResponse,
  facts: [],
});
