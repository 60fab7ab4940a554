// An authority behind an HTTP hook: POST { chargePointId, certificateType, csr } -> { certificateChain } in PEM,
// 4xx with { detail } where it refuses. What it answers is checked: a chain for another key would cut the charger off.
import { Buffer } from "node:buffer";
import { z } from "zod";
import { fail, ok, type Result } from "../result.ts";
import type { CertificateAuthority, SigningFailure, SigningRequest } from "./authority.ts";
import { readCertificates } from "./certificate.ts";

const TIMEOUT_MS = 20_000;
/** The longest chain that CertificateSigned carries. */
const MAX_CHAIN = 10_000;

const Answer = z.object({ certificateChain: z.string().max(MAX_CHAIN) });
const Refusal = z.object({ detail: z.string() });

export class ExternalAuthority implements CertificateAuthority {
  readonly #url: string;
  readonly #token: string | undefined;

  constructor(url: string, token: string | undefined) {
    this.#url = url;
    this.#token = token;
  }

  async sign(request: SigningRequest): Promise<Result<string, SigningFailure>> {
    let response: Response;
    let text: string;
    try {
      response = await this.#ask(request);
      text = await response.text();
    } catch (error) {
      return away(String(error));
    }
    if (response.status === 429 || response.status >= 500) return away(`it answered ${response.status}`);
    if (!response.ok) {
      const refusal = Refusal.safeParse(parse(text));
      return fail({
        reason: "refused",
        detail: refusal.data?.detail.slice(0, 500) ?? `it answered ${response.status}`,
      });
    }
    const answer = Answer.safeParse(parse(text));
    if (!answer.success) return away("its answer has no certificateChain of up to 10,000 characters");
    return isFor(answer.data.certificateChain, request)
      ? ok(answer.data.certificateChain)
      : fail({ reason: "refused", detail: "it answered with a certificate for another key" });
  }

  #ask({ chargePointId, use, pem }: SigningRequest): Promise<Response> {
    const headers = new Headers({ "content-type": "application/json", accept: "application/json" });
    if (this.#token !== undefined) headers.set("authorization", `Bearer ${this.#token}`);
    const body = JSON.stringify({ chargePointId, certificateType: use ?? null, csr: pem });
    return fetch(this.#url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  }
}

const away = (detail: string) => fail<SigningFailure>({ reason: "away", detail });

function isFor(chain: string, { csr }: SigningRequest): boolean {
  const [leaf] = readCertificates(chain) ?? [];
  const keyOf = ({ subjectPublicKeyInfo }: Pick<typeof csr, "subjectPublicKeyInfo">) =>
    Buffer.from(subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView).toString("hex");
  return leaf !== undefined && keyOf(leaf) === keyOf(csr);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
