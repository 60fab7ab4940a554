// Whether a charger may come in: registration, transport, password, version. Decides, changes nothing.
import { checkCredentials } from "../../workers/credentials.ts";
import { type Agreement, agreeOnVersion, type Handshake } from "../../workers/handshake.ts";
import { newcomer, type Settings } from "./settings.ts";

export type RefusalReason =
  | "unknown_charge_point"
  | "insecure_transport"
  | "missing_credentials"
  | "no_password_set"
  | "wrong_username"
  | "wrong_password"
  | "unsupported_subprotocol"
  | "registry_unavailable";

export interface Refusal {
  reason: RefusalReason;
  /** HTTP status of the refused upgrade. */
  status: number;
  detail: string;
}

export type Admission =
  | { ok: true; settings: Settings; isNew: boolean; agreement: Agreement }
  | { ok: false; refusal: Refusal };

const REFUSALS: Readonly<Record<RefusalReason, readonly [number, string]>> = {
  unknown_charge_point: [404, "no charge point with this identity is registered"],
  insecure_transport: [403, "its security profile demands wss"],
  missing_credentials: [401, "its security profile demands Basic credentials"],
  no_password_set: [401, "its security profile demands a password, but none was set for it"],
  wrong_username: [401, "the Basic user name is neither the identity nor the one set for it"],
  wrong_password: [401, "the Basic password is wrong"],
  unsupported_subprotocol: [400, "none of the offered subprotocols is spoken here"],
  registry_unavailable: [503, "the registry cannot be asked at the moment"],
};

/** @param registration what the deployment does with chargers that nobody registered: closed, pending or open */
export async function admit(
  handshake: Handshake,
  known: Settings | null,
  deployment: { registration: string; credentialsKey: string },
): Promise<Admission> {
  const settings = known ?? introduce(handshake.identity, deployment.registration);
  if (settings === undefined) return refuse("unknown_charge_point");
  if (settings.securityProfile >= 2 && !handshake.isSecure) return refuse("insecure_transport");
  if (settings.securityProfile >= 1) {
    if (settings.credentialHashes.length === 0) return refuse("no_password_set");
    if (handshake.credentials === undefined) return refuse("missing_credentials");
    const usernames = [
      handshake.identity,
      settings.identity,
      ...(settings.credentialUsername === null ? [] : [settings.credentialUsername]),
    ];
    const { credentialsKey } = deployment;
    const verdict = await checkCredentials(
      credentialsKey,
      handshake.key,
      handshake.credentials,
      usernames,
      settings.credentialHashes,
    );
    if (verdict !== "ok") return refuse(verdict);
  }
  const agreement = agreeOnVersion(handshake.offered, settings.pinnedVersion);
  if (agreement === undefined) return refuse("unsupported_subprotocol", `offered: ${handshake.offered.join(", ")}`);
  return { ok: true, settings, isNew: known === null, agreement };
}

function introduce(identity: string, registration: string): Settings | undefined {
  if (registration === "open") return newcomer(identity, "accepted");
  return registration === "pending" ? newcomer(identity, "pending") : undefined;
}

export function refuse(reason: RefusalReason, more?: string): { ok: false; refusal: Refusal } {
  const [status, detail] = REFUSALS[reason];
  return { ok: false, refusal: { reason, status, detail: more === undefined ? detail : `${detail}; ${more}` } };
}
