/** Root certificates, the password, and a certificate of the charger's own. */
import type { X509Certificate } from "node:crypto";
import { hashRoot, isRoot, parseCertificate } from "../certificate.ts";
import { OwnCertificate } from "../own-certificate.ts";
import { ask21, type Context, tell } from "./context.ts";
import type { Handlers, v21 } from "./messages.ts";
import { iso, reason } from "./types.ts";

const MAX_CERTIFICATES = 20;

export interface Security {
  handlers: Handlers;
  /** @returns the CSMS's word on the request; undefined: it had none */
  requestCertificate(): Promise<string | undefined>;
}

export function createSecurity(context: Context): Security {
  const { model, link, identity, timers, log, dialect } = context;
  const own = new OwnCertificate();
  let requestId = 0;
  const installed: { certificateType: v21.InstallCertificateUseEnumType; certificate: X509Certificate }[] = [];

  model.onChange("SecurityCtrlr.BasicAuthPassword", (password) => {
    link.setPassword(password);
    // Not at once: the answer to the change has to leave first.
    setImmediate(() => void link.redial(0));
  });

  function count(): void {
    model.set("SecurityCtrlr.CertificateEntries", String(installed.length));
  }

  async function requestCertificate(): Promise<string | undefined> {
    const organisation = model.text("SecurityCtrlr.OrganizationName");
    const csr = await own.request({ commonName: identity.serialNumber, organisation });
    requestId += 1;
    const answer = await ask21(context, "SignCertificate", {
      ...{ csr, certificateType: "ChargingStationCertificate", ...dialect.signingInfo(requestId) },
    });
    return answer?.status;
  }

  const handlers: Handlers = {
    InstallCertificate({ certificateType, certificate: pem }) {
      const certificate = parseCertificate(pem);
      if (!certificate?.ca) return { response: { status: "Rejected" } };
      if (installed.length >= MAX_CERTIFICATES) return { response: { status: "Failed" } };
      installed.push({ certificateType, certificate });
      count();
      return { response: { status: "Accepted" } };
    },
    GetInstalledCertificateIds({ certificateType: wanted }) {
      const found = installed.filter(({ certificateType }) => wanted?.includes(certificateType) ?? true);
      if (found.length === 0) return { response: { status: "NotFound" } };
      const certificateHashDataChain = found.flatMap(({ certificateType, certificate }) =>
        // 2.0.1 has no such type, and its validator no such request: nothing of it is installed there.
        certificateType === "OEMRootCertificate"
          ? []
          : [{ certificateType, certificateHashData: hashRoot(certificate, "SHA256") }],
      );
      return { response: { status: "Accepted", certificateHashDataChain } };
    },
    DeleteCertificate({ certificateHashData }) {
      const index = installed.findIndex(({ certificate }) => isRoot(certificate, certificateHashData));
      if (index < 0) return { response: { status: "NotFound" } };
      installed.splice(index, 1);
      count();
      return { response: { status: "Accepted" } };
    },
    CertificateSigned({ certificateChain }) {
      const taken = own.accept(certificateChain);
      if (typeof taken !== "string") {
        link.setCredentials(taken);
        log("the certificate is installed, and is shown from the next wss connection on");
        return { response: { status: "Accepted" } };
      }
      log(`the certificate is of no use: ${taken}`);
      const event = { type: "InvalidChargingStationCertificate", timestamp: iso(timers.now()) };
      const after = () => void tell(context, "SecurityEventNotification", { ...event, techInfo: taken.slice(0, 255) });
      return { response: { status: "Rejected", ...reason("InvalidCertificate", taken) }, after };
    },
  };
  return { handlers, requestCertificate };
}
