// Security events and the charger's own certificate, OCPP 2.0.1 part 2, block A.
import type { Handlers } from "../handler.ts";
import { CRITICAL_2X, securityEventNotification } from "../security-events.ts";
import { signCertificate } from "../signing-request.ts";

export const security: Handlers = {
  SecurityEventNotification: securityEventNotification(CRITICAL_2X),

  SignCertificate: {
    tolerance: "values",
    summary: "the request is checked and signed, and the chain follows in our CertificateSigned",
    handle: (station, { csr, certificateType, requestId }) =>
      signCertificate(station, { csr, certificateType, requestId }, "message"),
  },
};
