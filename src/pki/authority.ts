// Who signs certificates: the deployment's own authority, or one behind an HTTP hook.
import type { CertificationRequest } from "pkijs";
import type { Result } from "../result.ts";
import type { CertificateUse } from "./csr.ts";
import { ExternalAuthority } from "./external-authority.ts";
import { LocalAuthority } from "./local-authority.ts";

export interface SigningRequest {
  chargePointId: string;
  use: CertificateUse | undefined;
  /** As the charger sent it. */
  pem: string;
  /** Checked: subject, key and signature are good. */
  csr: CertificationRequest;
}

/** `away`: the same request may succeed later. `refused`: it never will. */
export interface SigningFailure {
  reason: "away" | "refused";
  detail: string;
}

export interface CertificateAuthority {
  /** @returns the chain in PEM, leaf first, without the root */
  sign(request: SigningRequest): Promise<Result<string, SigningFailure>>;
}

export function certificateAuthority(env: Env): CertificateAuthority {
  return env.CERTIFICATE_AUTHORITY_URL === ""
    ? new LocalAuthority(env.DB, env.CREDENTIALS_KEY, env.CERTIFICATE_ORGANISATION)
    : new ExternalAuthority(env.CERTIFICATE_AUTHORITY_URL, env.CERTIFICATE_AUTHORITY_TOKEN);
}
