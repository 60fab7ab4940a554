// The deployment's own certificate authority. Its root is made on first use, once, and kept in D1 with its key sealed.
import type { Certificate } from "pkijs";
import { ok, type Result } from "../result.ts";
import type { CertificateAuthority, SigningFailure, SigningRequest } from "./authority.ts";
import { certificatePem, readCertificates } from "./certificate.ts";
import type { CertificateUse } from "./csr.ts";
import { EXTENDED_USE, generateKeys, type Issuer, issueAuthority, issueLeaf, KEY_ALGORITHM } from "./issue.ts";
import { seal, unseal } from "./sealed.ts";

const PURPOSE = "certificate authority";
const ID = "local";
const ROOT_DAYS = 20 * 365;
/** ISO 15118-2 wants SECC certificates to live for two to three months. */
const V2G_DAYS = 90;
const STATION_DAYS = 365;

type StoredAuthority = { certificate: string; sealed_key: string };

export class LocalAuthority implements CertificateAuthority {
  readonly #db: D1Database;
  readonly #secret: string;
  readonly #organisation: string;

  constructor(db: D1Database, secret: string, organisation: string) {
    this.#db = db;
    this.#secret = secret;
    this.#organisation = organisation;
  }

  async sign({ csr, use }: SigningRequest): Promise<Result<string, SigningFailure>> {
    const issuer = await this.#issuer();
    const days = use === undefined || use === "ChargingStationCertificate" ? STATION_DAYS : V2G_DAYS;
    const leaf = await issueLeaf(csr.subject, csr.subjectPublicKeyInfo, usesOf(use), days, issuer);
    return ok(certificatePem(leaf));
  }

  /** The root in PEM: what chargers get as CSMSRootCertificate, and the edge as the authority of client certificates. */
  async root(): Promise<string> {
    return (await this.#stored()).certificate;
  }

  async #issuer(): Promise<Issuer> {
    const stored = await this.#stored();
    const [certificate] = readCertificates(stored.certificate) ?? [];
    if (certificate === undefined) throw new Error("the stored root is unreadable");
    const key = await unseal(this.#secret, PURPOSE, stored.sealed_key);
    return { certificate, privateKey: await crypto.subtle.importKey("pkcs8", key, KEY_ALGORITHM, false, ["sign"]) };
  }

  async #stored(): Promise<StoredAuthority> {
    const found = await this.#find();
    if (found !== null) return found;
    const made = await this.#make();
    // Two that begin at once: the first one's root stays, the other is forgotten.
    await this.#db
      .prepare(
        "INSERT INTO certificate_authorities (id, certificate, sealed_key, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      )
      .bind(ID, made.certificate, made.sealed_key, Date.now())
      .run();
    return (await this.#find()) ?? made;
  }

  #find(): Promise<StoredAuthority | null> {
    return this.#db
      .prepare("SELECT certificate, sealed_key FROM certificate_authorities WHERE id = ?")
      .bind(ID)
      .first<StoredAuthority>();
  }

  async #make(): Promise<StoredAuthority> {
    const keys = await generateKeys();
    const name = { commonName: "ov2x-edge root", organisation: this.#organisation };
    const root: Certificate = await issueAuthority(name, keys, ROOT_DAYS);
    const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    if (!(key instanceof ArrayBuffer)) throw new Error("PKCS #8 is bytes");
    return {
      certificate: certificatePem(root),
      sealed_key: await seal(this.#secret, PURPOSE, new Uint8Array(key)),
    };
  }
}

function usesOf(use: CertificateUse | undefined): string[] {
  if (use === "ChargingStationCertificate") return [EXTENDED_USE.clientAuth];
  if (use === undefined) return [EXTENDED_USE.clientAuth, EXTENDED_USE.serverAuth];
  return [EXTENDED_USE.serverAuth];
}
