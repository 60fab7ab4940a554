/** The security whitepaper's part: root certificates, the password, and a certificate of the charger's own. */
import type { X509Certificate } from "node:crypto";
import { z } from "zod";
import { hashRoot, isRoot, parseCertificate } from "../certificate.ts";
import { type Commands, command } from "../command.ts";
import { OwnCertificate } from "../own-certificate.ts";
import { type Context, tell } from "./context.ts";

const certificateType = z.enum(["CentralSystemRootCertificate", "ManufacturerRootCertificate"]);

export interface Security {
  commands: Commands;
  requestCertificate(): Promise<string>;
}

const signAnswer = z.object({ status: z.string() });

export function createSecurity(context: Context): Security {
  const { config, link, identity, timers, log } = context;
  const own = new OwnCertificate();
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

  const signed = z.object({ certificateChain: z.string().max(10_000) });

  function take(chain: string): "Accepted" | "Rejected" {
    const taken = own.accept(chain);
    if (typeof taken !== "string") {
      link.setCredentials(taken);
      log("the certificate is installed, and is shown from the next wss connection on");
      return "Accepted";
    }
    log(`the certificate is of no use: ${taken}`);
    const event = { type: "InvalidChargePointCertificate", timestamp: new Date(timers.now()).toISOString() };
    setImmediate(() => void tell(context, "SecurityEventNotification", { ...event, techInfo: taken.slice(0, 255) }));
    return "Rejected";
  }

  async function requestCertificate(): Promise<string> {
    const csr = await own.request({ commonName: identity.id, organisation: config.text("CpoName") });
    return signAnswer.parse(await link.call("SignCertificate", { csr })).status;
  }

  const commands: Commands = {
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
    CertificateSigned: command(signed, ({ certificateChain }) => ({ response: { status: take(certificateChain) } })),
  };
  return { commands, requestCertificate };
}
