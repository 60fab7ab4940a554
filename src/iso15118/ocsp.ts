// Asking an OCSP responder about a certificate that is known by OCPP's hash data alone. Source: RFC 6960.
import { Buffer } from "node:buffer";
import { Integer, Null, OctetString } from "asn1js";
import {
  AlgorithmIdentifier,
  BasicOCSPResponse,
  CertID,
  type Certificate,
  OCSPRequest,
  OCSPResponse,
  Request as Single,
} from "pkijs";
import type { HashData } from "../ocpp/iso15118.ts";
import { fetchBytes } from "./fetch-bytes.ts";
import { bytesOf } from "./hash-bytes.ts";
import { issuerOf } from "./issuer.ts";

const HASH_OIDS = {
  SHA256: "2.16.840.1.101.3.4.2.1",
  SHA384: "2.16.840.1.101.3.4.2.2",
  SHA512: "2.16.840.1.101.3.4.2.3",
} as const;
const SUCCESSFUL = 0;
const MIN_HOLD_MS = 60_000;

export interface Told {
  status: "Good" | "Revoked" | "Unknown";
  /** Epoch milliseconds. */
  nextUpdate: number;
  /** Whether its signature was checked: only where the issuer is known here. */
  isVerified: boolean;
}

/** `der`: as the responder signed it, for the charger to verify. */
export interface OcspAnswer extends Told {
  der: Uint8Array;
}

/**
 * Throws where the responder cannot be asked, does not answer about this certificate, or signed with a foreign key.
 * @param issuers certificates among which the issuer may be: only if it is, the signature can be verified here
 */
export async function askOcsp(
  request: HashData,
  url: string,
  allowed: readonly string[],
  issuers: readonly Certificate[] = [],
): Promise<OcspAnswer> {
  const id = certId(request);
  const body = new OCSPRequest();
  body.tbsRequest.requestList = [new Single({ reqCert: id })];
  const headers = { "content-type": "application/ocsp-request", accept: "application/ocsp-response" };
  const der = await fetchBytes(url, { method: "POST", headers, body: body.toSchema(true).toBER(false) }, allowed);
  return readAnswer(der, id, issuerOf(request, issuers), Date.now());
}

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

async function readAnswer(der: Uint8Array, id: CertID, issuer: Certificate | undefined, now: number) {
  const response = OCSPResponse.fromBER(der);
  const code = response.responseStatus.valueBlock.valueDec;
  if (code !== SUCCESSFUL || response.responseBytes === undefined)
    throw new Error(`the responder refused with ${code}`);
  const basic = BasicOCSPResponse.fromBER(response.responseBytes.response.valueBlock.valueHexView);
  const single = basic.tbsResponseData.responses.find(({ certID }) => certID.isEqual(id));
  if (single === undefined) throw new Error("the responder answered about another certificate");
  const nextUpdate = single.nextUpdate?.getTime() ?? now + MIN_HOLD_MS;
  if (nextUpdate < now) throw new Error("the responder's answer is out of date");
  if (issuer !== undefined && !(await isSignedFor(basic, issuer))) {
    throw new Error("the signature of the responder's answer does not verify");
  }
  return { der, status: statusOf(single.certStatus), nextUpdate, isVerified: issuer !== undefined };
}

/** By the issuer itself, or by a responder that it has delegated this to, whose certificate is attached. */
async function isSignedFor(basic: BasicOCSPResponse, issuer: Certificate): Promise<boolean> {
  basic.certs = [...(basic.certs ?? []), issuer];
  try {
    return await basic.verify({ trustedCerts: [issuer] });
  } catch {
    // A responder that is not the issuer's delegate is thrown at.
    return false;
  }
}

/** CertStatus is a choice: [0] good, [1] revoked, [2] unknown. */
function statusOf(choice: { idBlock: { tagNumber: number } }): Told["status"] {
  const { tagNumber } = choice.idBlock;
  return tagNumber === 0 ? "Good" : tagNumber === 1 ? "Revoked" : "Unknown";
}

function certId({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: HashData) {
  return new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithmId: HASH_OIDS[hashAlgorithm], algorithmParams: new Null() }),
    issuerNameHash: new OctetString({ valueHex: bytesOf(issuerNameHash) }),
    issuerKeyHash: new OctetString({ valueHex: bytesOf(issuerKeyHash) }),
    serialNumber: new Integer({ valueHex: positive(bytesOf(serialNumber)) }),
  });
}

/** OCPP leaves leading zeros out, DER needs one before a high bit. */
function positive(bytes: ArrayBuffer): ArrayBuffer {
  const view = new Uint8Array(bytes);
  return (view[0] ?? 0) < 0x80 ? bytes : Uint8Array.of(0, ...view).buffer;
}
