// A certificate for FTPS on one machine: self-signed, made once, kept beside the state. A public server brings its own.
import { access, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { certificatePem } from "../src/pki/certificate.ts";
import { generateKeys, issueAuthority } from "../src/pki/issue.ts";
import { toPem } from "../src/pki/pem.ts";

const VALID_DAYS = 3650;

/** @returns the files' paths */
export async function ftpCertificate(folder: string): Promise<{ cert: string; key: string }> {
  const files = { cert: join(folder, "ftp-cert.pem"), key: join(folder, "ftp-key.pem") };
  if (await exist(files.cert, files.key)) return files;
  await mkdir(folder, { recursive: true });
  const keys = await generateKeys();
  const certificate = await issueAuthority({ commonName: "ov2x-edge local FTP" }, keys, VALID_DAYS);
  const pkcs8 = toPem("PRIVATE KEY", await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  await writeFile(files.key, pkcs8, { mode: 0o600 });
  await writeFile(files.cert, certificatePem(certificate));
  return files;
}

async function exist(...paths: string[]): Promise<boolean> {
  const found = await Promise.allSettled(paths.map((path) => access(path)));
  return found.every(({ status }) => status === "fulfilled");
}
