/** The security whitepaper's part: root certificates, and honest refusals of what needs a certificate of our own. */
import type { X509Certificate } from "node:crypto";
import { z } from "zod";
import { hashRoot, isRoot, parseCertificate } from "../certificate.ts";
import { type Commands, command, notSupported } from "../command.ts";
import type { Context } from "./context.ts";

const certificateType = z.enum(["CentralSystemRootCertificate", "ManufacturerRootCertificate"]);

export function securityCommands({ config, link }: Context): Commands {
  const installed: { type: z.output<typeof certificateType>; certificate: X509Certificate }[] = [];

  config.onChange("AuthorizationKey", (key) => {
    // The whitepaper sends the key as hexadecimal digits; as a password it is the bytes they mean.
    const isHex = key.length >= 32 && /^([0-9a-f]{2})+$/i.test(key);
    link.setPassword(isHex ? Buffer.from(key, "hex") : key);
    // Not at once: the answer to the change has to leave first.
    setImmediate(() => void link.redial(0));
  });

  const install = z.object({ certificateType, certificate: z.string().max(5500) });
  const list = z.object({ certificateType });
  const remove = z.object({
    certificateHashData: z.object({
      hashAlgorithm: z.enum(["SHA256", "SHA384", "SHA512"]),
      issuerNameHash: z.string().max(128),
      issuerKeyHash: z.string().max(128),
      serialNumber: z.string().max(40),
    }),
  });

  return {
    InstallCertificate: command(install, ({ certificateType: type, certificate: pem }) => {
      const certificate = parseCertificate(pem);
      if (!certificate?.ca) return { response: { status: "Rejected" } };
      installed.push({ type, certificate });
      return { response: { status: "Accepted" } };
    }),
    GetInstalledCertificateIds: command(list, ({ certificateType: type }) => {
      const found = installed.filter((entry) => entry.type === type);
      if (found.length === 0) return { response: { status: "NotFound" } };
      return {
        response: {
          status: "Accepted",
          certificateHashData: found.map(({ certificate }) => hashRoot(certificate, "SHA256")),
        },
      };
    }),
    DeleteCertificate: command(remove, ({ certificateHashData: wanted }) => {
      const index = installed.findIndex(({ certificate }) => isRoot(certificate, wanted));
      if (index < 0) return { response: { status: "NotFound" } };
      installed.splice(index, 1);
      return { response: { status: "Accepted" } };
    }),
    CertificateSigned: notSupported("this charger has no key pair and asked for no certificate"),
  };
}
