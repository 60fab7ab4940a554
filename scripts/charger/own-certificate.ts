/** The charger's own key pair and certificate: asked for with a real request, and kept only when it belongs to the key. */
import { KeyObject, X509Certificate } from "node:crypto";
import { CertificationRequest } from "pkijs";
import { distinguishedName, generateKeys, type Names } from "../../src/pki/issue.ts";
import { fromPem, toPem } from "../../src/pki/pem.ts";

export interface Credentials {
  /** PEM */
  key: string;
  /** The certificate and those that signed it, PEM. */
  cert: string;
}

export class OwnCertificate {
  /** That of the request which is open: the old one stays in use until the new certificate is here. */
  #pending: KeyObject | undefined;

  /** Makes a new key pair. @returns a PKCS #10 request for it, PEM */
  async request(names: Names): Promise<string> {
    const { publicKey, privateKey } = await generateKeys();
    const request = new CertificationRequest();
    request.subject = distinguishedName(names);
    await request.subjectPublicKeyInfo.importKey(publicKey);
    await request.sign(privateKey, "SHA-256");
    this.#pending = KeyObject.from(privateKey);
    return toPem("CERTIFICATE REQUEST", request.toSchema(true).toBER(false));
  }

  /** @returns what to dial with from now on, or why the chain is of no use */
  accept(chain: string, now = new Date()): Credentials | string {
    const key = this.#pending;
    if (!key) return "no certificate was asked for";
    const certificates = read(chain);
    const [leaf] = certificates;
    if (!leaf) return "there is no certificate in it";
    if (!leaf.checkPrivateKey(key)) return "it is for another key";
    if (now < new Date(leaf.validFrom) || now > new Date(leaf.validTo)) return "it is not valid now";
    const broken = certificates.find((one, index) => !isSignedByNext(one, certificates[index + 1]));
    if (broken) return `the one after ${broken.subject} did not sign it`;
    this.#pending = undefined;
    return {
      key: key.export({ type: "pkcs8", format: "pem" }).toString(),
      cert: certificates.map(String).join(""),
    };
  }
}

function isSignedByNext(certificate: X509Certificate, next: X509Certificate | undefined): boolean {
  return next === undefined || certificate.verify(next.publicKey);
}

function read(chain: string): X509Certificate[] {
  try {
    return fromPem(chain, /^CERTIFICATE$/).map((der) => new X509Certificate(der));
  } catch {
    return [];
  }
}
