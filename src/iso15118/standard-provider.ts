// What a deployment has out of the box: OCSP and CRLs are asked where the certificates say, contracts are checked
// against the operator's roots, and certificates for EVs come from the backend behind ISO15118_PROVIDER_URL, which,
// where it is set, also has the word on contracts.

import type { Certificate } from "pkijs";
import { z } from "zod";
import { logWarning } from "../log.ts";
import type { CertificateStatus, ChainStatus, ChainStatusRequest, OcspRequest } from "../ocpp/iso15118.ts";
import { readCertificates } from "../pki/certificate.ts";
import { judgeContract } from "./contract.ts";
import { askCrl } from "./crl.ts";
import { hostsOf } from "./fetch-bytes.ts";
import { askOcsp, toBase64 } from "./ocsp.ts";
import type { ContractNeed, EvCertificate, EvCertificateNeed, Iso15118Provider } from "./provider.ts";

const TIMEOUT_MS = 10_000;
const CONTRACT_STATUSES = [
  "Accepted",
  "SignatureError",
  "CertificateExpired",
  "CertificateRevoked",
  "NoCertificateAvailable",
  "CertChainError",
  "ContractCancelled",
] as const satisfies readonly CertificateStatus[];

const ContractAnswer = z.object({ certificateStatus: z.enum(CONTRACT_STATUSES) });
const EvCertificateAnswer = z.object({
  status: z.enum(["Accepted", "Failed"]),
  exiResponse: z.string(),
  remainingContracts: z.int().min(0).optional(),
});

type Settings = Pick<
  Env,
  "DB" | "ISO15118_PROVIDER_URL" | "ISO15118_PROVIDER_TOKEN" | "OCSP_RESPONDERS" | "AUTHORIZATION_OUTAGE"
>;

export class StandardProvider implements Iso15118Provider {
  readonly #env: Settings;
  readonly #allowed: readonly string[];

  constructor(env: Settings) {
    this.#env = env;
    this.#allowed = hostsOf(env.OCSP_RESPONDERS);
  }

  async contract(need: ContractNeed): Promise<CertificateStatus> {
    if (this.#env.ISO15118_PROVIDER_URL === "") return judgeContract(need, await this.#roots(), this.#allowed);
    const { idToken, certificate, ocsp } = need;
    const body = { idToken, certificate, iso15118CertificateHashData: ocsp };
    return ContractAnswer.parse(await this.#post("contract", body)).certificateStatus;
  }

  async certificateStatus(request: OcspRequest): Promise<string> {
    return toBase64((await askOcsp(request, request.responderURL, this.#allowed)).der);
  }

  async chainStatus(requests: readonly ChainStatusRequest[]): Promise<ChainStatus[]> {
    const issuers = await this.#certificates("");
    return Promise.all(requests.map((request) => this.#statusOf(request, issuers)));
  }

  async evCertificate({ kind: _kind, schemaVersion, ...need }: EvCertificateNeed): Promise<EvCertificate> {
    if (this.#env.ISO15118_PROVIDER_URL === "") throw new Error("no provider of certificates for EVs is set up");
    const body = { iso15118SchemaVersion: schemaVersion, ...need };
    const { status, ...answer } = EvCertificateAnswer.parse(await this.#post("ev-certificate", body));
    return { accepted: status === "Accepted", ...answer };
  }

  /** The first source that answers has the word: the charger believes ours, and cannot check it. */
  async #statusOf({ hashData, source, urls }: ChainStatusRequest, issuers: Certificate[]): Promise<ChainStatus> {
    const ask = source === "CRL" ? askCrl : askOcsp;
    for (const url of urls) {
      try {
        const { status, nextUpdate, isVerified } = await ask(hashData, url, this.#allowed, issuers);
        if (status !== "Revoked" && !isVerified && this.#env.AUTHORIZATION_OUTAGE === "reject")
          throw new Error("its issuer is not known here, and so its signature cannot be verified");
        return { hashData, source, status, nextUpdate };
      } catch (error) {
        logWarning({ event: "revocation_source_away", source, url, detail: String(error) });
      }
    }
    return { hashData, source, status: "Failed", nextUpdate: Date.now() };
  }

  #roots(): Promise<Certificate[]> {
    return this.#certificates("WHERE type IN ('V2GRootCertificate', 'MORootCertificate')");
  }

  async #certificates(where: string): Promise<Certificate[]> {
    const { results } = await this.#env.DB.prepare(
      `SELECT certificate FROM certificates ${where} ORDER BY id LIMIT 100`,
    ).all<{ certificate: string }>();
    return results.flatMap(({ certificate }) => readCertificates(certificate) ?? []);
  }

  async #post(path: string, body: object): Promise<unknown> {
    const headers = new Headers({ "content-type": "application/json", accept: "application/json" });
    const { ISO15118_PROVIDER_URL: url, ISO15118_PROVIDER_TOKEN: token } = this.#env;
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    const response = await fetch(`${url.replace(/\/$/, "")}/${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the certificate provider answered ${response.status}`);
    return response.json();
  }
}
