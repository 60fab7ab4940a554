// Payment at the charger, OCPP 2.1 part 2, block C (C20 to C26): settlements and VAT numbers.
import type { VatNumberValidationResponse } from "../generated/types-v21.ts";
import type { Handlers } from "../handler.ts";
import { transactionDetail } from "../held.ts";
import { noticed } from "../notices.ts";
import { integer, text } from "../read.ts";
import { checkVatNumber } from "../vat-number.ts";

export const payment: Handlers = {
  NotifySettlement: {
    tolerance: "any",
    summary: "kept under notices, and on the transaction where it names one; receipts are the charger's",
    handle(_station, payload) {
      const transactionId = text(payload.transactionId);
      // Without receiptUrl and receiptId: this CSMS makes no receipts, the charger's own stand.
      return {
        response: {},
        facts: [
          noticed("NotifySettlement"),
          ...(transactionId === undefined ? [] : [transactionDetail("settlement", transactionId, 0, payload)]),
        ],
      };
    },
  },

  VatNumberValidation: {
    tolerance: "values",
    summary: "checked for its country's form; no register is asked, so no company is named",
    handle(_station, payload) {
      // The answer repeats the number, and has room for 20 characters.
      const vatNumber = (text(payload.vatNumber) ?? "").slice(0, 20);
      const evseId = integer(payload.evseId);
      const { isValid, reasonCode, detail } = checkVatNumber(vatNumber);
      const response: VatNumberValidationResponse = {
        vatNumber,
        ...(evseId === undefined ? {} : { evseId }),
        status: isValid ? "Accepted" : "Rejected",
        statusInfo: { reasonCode, additionalInfo: detail },
      };
      return { response, facts: [noticed("VatNumberValidation")] };
    },
  },
};
