// A certificate for a server on this machine, under an authority of its own.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Extension, GeneralName, GeneralNames } from "pkijs";
import { certificatePem } from "../../../src/pki/certificate.ts";
import { distinguishedName, EXTENDED_USE, generateKeys, issueAuthority, issueLeaf } from "../../../src/pki/issue.ts";
import { toPem } from "../../../src/pki/pem.ts";

const SUBJECT_ALT_NAME = "2.5.29.17";
const DNS_NAME = 2;

export interface TlsFiles {
  key: string;
  cert: string;
  /** The authority's, in a file: what NODE_EXTRA_CA_CERTS names. */
  caFile: string;
  remove(): Promise<void>;
}

export async function certificateFor(hostname: string): Promise<TlsFiles> {
  const [authorityKeys, keys] = await Promise.all([generateKeys(), generateKeys()]);
  const authority = await issueAuthority({ commonName: "Test root" }, authorityKeys, 2);
  const request = await issueAuthority({ commonName: hostname }, keys, 2);
  const leaf = await issueLeaf(
    distinguishedName({ commonName: hostname }),
    request.subjectPublicKeyInfo,
    [EXTENDED_USE.serverAuth],
    2,
    { certificate: authority, privateKey: authorityKeys.privateKey },
  );
  const names = new GeneralNames({ names: [new GeneralName({ type: DNS_NAME, value: hostname })] });
  leaf.extensions?.push(new Extension({ extnID: SUBJECT_ALT_NAME, extnValue: names.toSchema().toBER(false) }));
  await leaf.sign(authorityKeys.privateKey, "SHA-256");
  const folder = await mkdtemp(join(tmpdir(), "tls-"));
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, certificatePem(authority));
  const key = toPem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { key, cert: certificatePem(leaf), caFile, remove: () => rm(folder, { recursive: true }) };
}
