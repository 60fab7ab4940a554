// Keys, signing requests, certificates and OCSP answers for tests: all real, made with WebCrypto.
import { Constructed, Enumerated, GeneralizedTime, OctetString, Primitive } from "asn1js";
import {
  BasicOCSPResponse,
  type CertID,
  type Certificate,
  CertificateRevocationList,
  CertificationRequest,
  OCSPRequest,
  OCSPResponse,
  ResponseBytes,
  RevokedCertificate,
  SingleResponse,
  Time,
} from "pkijs";
import { certificatePem, hashData } from "../../../src/pki/certificate.ts";
import {
  distinguishedName,
  EXTENDED_USE,
  generateKeys,
  type Issuer,
  issueAuthority,
  issueLeaf,
} from "../../../src/pki/issue.ts";
import { fromPem, toPem } from "../../../src/pki/pem.ts";

export { readCertificates } from "../../../src/pki/certificate.ts";

interface CsrOptions {
  organisation?: string;
  keys?: CryptoKeyPair;
}

/** A PKCS #10 request in PEM, signed with its own key. */
export async function csrFor(commonName: string, { organisation = "", keys }: CsrOptions = {}): Promise<string> {
  const pair = keys ?? (await generateKeys());
  const csr = new CertificationRequest();
  csr.subject = distinguishedName({ commonName, organisation });
  await csr.subjectPublicKeyInfo.importKey(pair.publicKey);
  await csr.sign(pair.privateKey, "SHA-256");
  return toPem("CERTIFICATE REQUEST", csr.toSchema(true).toBER(false));
}

/** A request for somebody else's key: the signature is not its own. */
export async function stolenCsr(commonName: string): Promise<string> {
  const { publicKey } = await generateKeys();
  const { privateKey } = await generateKeys();
  return csrFor(commonName, { keys: { publicKey, privateKey } });
}

export async function weakCsr(commonName: string): Promise<string> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 1024,
    publicExponent: Uint8Array.of(1, 0, 1),
    hash: "SHA-256",
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new Error("not a pair");
  return csrFor(commonName, { keys });
}

export interface Authority extends Issuer {
  pem: string;
}

export async function rootAuthority(commonName: string, issuer?: Issuer): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await issueAuthority({ commonName }, keys, 3650, issuer);
  return { certificate, privateKey: keys.privateKey, pem: certificatePem(certificate) };
}

/** What an authority makes of a request, in PEM. */
export async function signedBy(issuer: Issuer, pem: string): Promise<string> {
  const [der] = fromPem(pem, /REQUEST/);
  if (der === undefined) throw new Error("no request");
  const { subject, subjectPublicKeyInfo } = CertificationRequest.fromBER(der);
  return certificatePem(await issueLeaf(subject, subjectPublicKeyInfo, [EXTENDED_USE.clientAuth], 30, issuer));
}

/** A contract certificate under an authority. */
export async function contractUnder(issuer: Issuer, emaid: string, validDays = 30): Promise<Certificate> {
  const csr = new CertificationRequest();
  const keys = await generateKeys();
  await csr.subjectPublicKeyInfo.importKey(keys.publicKey);
  return issueLeaf(
    distinguishedName({ commonName: emaid }),
    csr.subjectPublicKeyInfo,
    [EXTENDED_USE.clientAuth],
    validDays,
    issuer,
  );
}

/** What a charger sends about a certificate to have its status asked. */
export const ocspData = (certificate: Certificate, issuer: Certificate, responderURL: string) => ({
  ...hashData(certificate, issuer),
  responderURL,
});

/** A revocation list that lists these certificates. */
export async function revocationList(issuer: Issuer, revoked: readonly Certificate[]): Promise<Uint8Array> {
  const list = new CertificateRevocationList();
  const time = (ms: number) => new Time({ type: 0, value: new Date(Date.now() + ms) });
  list.issuer = issuer.certificate.subject;
  list.thisUpdate = time(-60_000);
  list.nextUpdate = time(3_600_000);
  list.revokedCertificates = revoked.map(
    ({ serialNumber }) => new RevokedCertificate({ userCertificate: serialNumber, revocationDate: time(-60_000) }),
  );
  await list.sign(issuer.privateKey, "SHA-256");
  return new Uint8Array(list.toSchema().toBER(false));
}

const TAGS = { good: 0, revoked: 1, unknown: 2 } as const;

/** An OCSP responder that signs as the issuer itself. */
export async function answerOcsp(request: ArrayBuffer, issuer: Issuer, status: keyof typeof TAGS): Promise<Uint8Array> {
  const [asked] = OCSPRequest.fromBER(request).tbsRequest.requestList;
  if (asked === undefined) throw new Error("it asks for nothing");
  const basic = new BasicOCSPResponse();
  basic.tbsResponseData.responderID = issuer.certificate.subject;
  basic.tbsResponseData.producedAt = new Date();
  basic.tbsResponseData.responses = [single(asked.reqCert, status)];
  await basic.sign(issuer.privateKey, "SHA-256");
  const response = new OCSPResponse({
    responseStatus: new Enumerated({ value: 0 }),
    responseBytes: new ResponseBytes({
      responseType: "1.3.6.1.5.5.7.48.1.1",
      response: new OctetString({ valueHex: basic.toSchema().toBER(false) }),
    }),
  });
  return new Uint8Array(response.toSchema().toBER(false));
}

function single(certID: CertID, status: keyof typeof TAGS): SingleResponse {
  const answer = new SingleResponse({ certID });
  const idBlock = { tagClass: 3, tagNumber: TAGS[status] };
  answer.certStatus =
    status === "revoked"
      ? new Constructed({ idBlock, value: [new GeneralizedTime({ valueDate: new Date(Date.now() - 60_000) })] })
      : new Primitive({ idBlock });
  answer.thisUpdate = new Date();
  answer.nextUpdate = new Date(Date.now() + 3_600_000);
  return answer;
}
