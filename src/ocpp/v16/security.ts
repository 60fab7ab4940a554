// The security whitepaper's messages of the charger, OCPP 1.6 security whitepaper edition 3, chapters 3 to 5.
import type { SignCertificateResponse } from "../generated/types-v16.ts";
import type { Handlers } from "../handler.ts";
import { CRITICAL_16, securityEventNotification } from "../security-events.ts";
import { signCertificate } from "../signing-request.ts";

export const security: Handlers = {
  SecurityEventNotification: securityEventNotification(CRITICAL_16),

  SignCertificate: {
    tolerance: "values",
    summary: "the request is checked and signed, and the chain follows in our CertificateSigned",
    handle(station, { csr }) {
      const { response, facts } = signCertificate(station, { csr }, "message");
      // 1.6 has no word for the reason.
      const plain: SignCertificateResponse = { status: response.status };
      return { response: plain, facts };
    },
  },
};
