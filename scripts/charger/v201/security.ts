/** Root certificates, the password, and an honest refusal of what needs a certificate of our own. */
import type { X509Certificate } from "node:crypto";
import { hashRoot, isRoot, parseCertificate } from "../certificate.ts";
import type { Context } from "./context.ts";
import { type Handlers, notSupported, type v21 } from "./messages.ts";

const MAX_CERTIFICATES = 20;

export function securityHandlers({ model, link }: Context): Handlers {
  const installed: { certificateType: v21.InstallCertificateUseEnumType; certificate: X509Certificate }[] = [];

  model.onChange("SecurityCtrlr.BasicAuthPassword", (password) => {
    link.setPassword(password);
    // Not at once: the answer to the change has to leave first.
    setImmediate(() => void link.redial(0));
  });

  function count(): void {
    model.set("SecurityCtrlr.CertificateEntries", String(installed.length));
  }

  return {
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
    CertificateSigned: notSupported("this charger has no key pair and asked for no certificate"),
  };
}
