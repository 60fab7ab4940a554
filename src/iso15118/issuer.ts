// Which certificate issued one that is known by OCPP's hash data alone.
import { createHash } from "node:crypto";
import type { Certificate } from "pkijs";
import type { HashData } from "../ocpp/iso15118.ts";
import { bytesOf } from "./hash-bytes.ts";

export const issuerOf = (certificate: HashData, candidates: readonly Certificate[]): Certificate | undefined =>
  candidates.find((candidate) => isIssuer(candidate, certificate));

function isIssuer(candidate: Certificate, { hashAlgorithm, issuerKeyHash }: HashData): boolean {
  const key = candidate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return createHash(hashAlgorithm)
    .update(key)
    .digest()
    .equals(new Uint8Array(bytesOf(issuerKeyHash)));
}
