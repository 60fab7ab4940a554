// Whether a charger may come in: registration, transport, password, version. Decides, changes nothing.
import type { PendingPassword } from "../../ocpp/facts/credentials.ts";
import { fail, ok, type Result } from "../../result.ts";
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
  | "missing_certificate"
  | "unverified_certificate"
  | "wrong_certificate"
  | "unsupported_subprotocol"
  | "registry_unavailable"
  | "identity_in_use"
  | "too_many_connections";

export interface Refusal {
  reason: RefusalReason;
  /** HTTP status of the refused upgrade. */
  status: number;
  detail: string;
  /** Seconds. */
  retryAfter?: number;
}

export type Admission =
  | {
      ok: true;
      settings: Settings;
      isNew: boolean;
      agreement: Agreement;
      /** The security profile that it came under: the one set for it, or the one that it is being moved to. */
      profile: number;
      /** The pending password that it came with. */
      passwordId: string | undefined;
    }
  | { ok: false; refusal: Refusal };

const REFUSALS: Readonly<Record<RefusalReason, readonly [number, string]>> = {
  unknown_charge_point: [404, "no charge point with this identity is registered"],
  insecure_transport: [403, "its security profile demands wss"],
  missing_credentials: [401, "its security profile demands Basic credentials"],
  no_password_set: [401, "its security profile demands a password, but none was set for it"],
  wrong_username: [401, "the Basic user name is neither the identity nor the one set for it"],
  wrong_password: [401, "the Basic password is wrong"],
  missing_certificate: [403, "its security profile demands a client certificate"],
  unverified_certificate: [403, "the edge could not verify its client certificate"],
  wrong_certificate: [403, "its client certificate names another charger or organisation"],
  unsupported_subprotocol: [400, "none of the offered subprotocols is spoken here"],
  registry_unavailable: [503, "the registry cannot be asked at the moment"],
  identity_in_use: [503, "another charger is connected under this identity, and the two push each other out"],
  too_many_connections: [429, "it connects more often than any charger should"],
};

export interface Deployment {
  /** What becomes of chargers that nobody registered: closed, pending or open. */
  registration: string;
  credentialsKey: string;
  /** The organisation that client certificates must name; empty: any. */
  organisation: string;
}

/** What else the charger may come with while it is being changed. */
export interface Transition {
  passwords: readonly PendingPassword[];
  targetProfile: number | undefined;
  /** From its boot: client certificates may name it instead of the identity. */
  serialNumber: string | undefined;
}

const NO_TRANSITION: Transition = { passwords: [], targetProfile: undefined, serialNumber: undefined };

export async function admit(
  handshake: Handshake,
  known: Settings | undefined,
  deployment: Deployment,
  transition: Transition = NO_TRANSITION,
): Promise<Admission> {
  const settings = known ?? introduce(handshake.identity, deployment.registration);
  if (settings === undefined) return refuse("unknown_charge_point");
  const proof = await prove(handshake, settings, deployment, transition);
  if (!proof.ok) return refuse(proof.error.reason, proof.error.more);
  const agreement = agreeOnVersion(handshake.offered, settings.pinnedVersion);
  if (agreement === undefined) return refuse("unsupported_subprotocol", `offered: ${handshake.offered.join(", ")}`);
  return { ok: true, settings, isNew: known === undefined, agreement, ...proof.value };
}

type Proof = Result<{ profile: number; passwordId: string | undefined }, { reason: RefusalReason; more?: string }>;

/** The higher one of the profiles that it may come under and can prove; told is what it lacks for the one set. */
async function prove(
  handshake: Handshake,
  settings: Settings,
  deployment: Deployment,
  transition: Transition,
): Promise<Proof> {
  const { securityProfile } = settings;
  const profiles = [...new Set([securityProfile, transition.targetProfile ?? securityProfile])].sort((a, b) => b - a);
  let refusal: Proof = fail({ reason: "missing_credentials" });
  for (const profile of profiles) {
    const proof = await proveProfile(profile, handshake, settings, deployment, transition);
    if (proof.ok) return proof;
    if (profile === securityProfile) refusal = proof;
  }
  return refusal;
}

async function proveProfile(
  profile: number,
  handshake: Handshake,
  settings: Settings,
  deployment: Deployment,
  transition: Transition,
): Promise<Proof> {
  if (profile >= 2 && !handshake.isSecure) return fail({ reason: "insecure_transport" });
  if (profile >= 3) {
    const lacking = certificateLack(handshake, settings, deployment.organisation, transition.serialNumber);
    return lacking === undefined ? ok({ profile, passwordId: undefined }) : fail(lacking);
  }
  // Without a profile nothing is demanded; but a password that is on its way is recognised when it comes.
  if (profile === 0 && (transition.passwords.length === 0 || handshake.credentials === undefined)) {
    return ok({ profile, passwordId: undefined });
  }
  const verdict = await checkPasswords(handshake, settings, deployment.credentialsKey, transition.passwords);
  if (verdict.ok) return ok({ profile, passwordId: verdict.value });
  return profile === 0 ? ok({ profile, passwordId: undefined }) : fail({ reason: verdict.error });
}

/** @returns the id of the pending password that it came with; undefined: it came with the one set */
export async function checkPasswords(
  handshake: Pick<Handshake, "identity" | "key" | "credentials">,
  settings: Settings,
  credentialsKey: string,
  pending: readonly PendingPassword[],
): Promise<Result<string | undefined, RefusalReason>> {
  if (settings.credentialHashes.length === 0 && pending.length === 0) return fail("no_password_set");
  if (handshake.credentials === undefined) return fail("missing_credentials");
  const usernames = [
    handshake.identity,
    settings.identity,
    ...(settings.credentialUsername === null ? [] : [settings.credentialUsername]),
  ];
  const candidates = [{ id: undefined, hashes: settings.credentialHashes }, ...pending];
  for (const { id, hashes } of candidates) {
    const { key, credentials } = handshake;
    const verdict = await checkCredentials(credentialsKey, key, credentials, usernames, hashes);
    if (verdict === "ok") return ok(id);
    if (verdict === "wrong_username") return fail(verdict);
  }
  return fail("wrong_password");
}

function certificateLack(
  { clientCertificate, identity }: Handshake,
  settings: Settings,
  organisation: string,
  serialNumber: string | undefined,
): { reason: RefusalReason; more?: string } | undefined {
  if (clientCertificate === undefined) return { reason: "missing_certificate" };
  const { verified, verdict, commonName, organisations } = clientCertificate;
  if (!verified) return { reason: "unverified_certificate", more: verdict };
  const names = [identity, settings.identity, serialNumber].map((name) => name?.toLowerCase());
  if (commonName === undefined || !names.includes(commonName.toLowerCase())) {
    return { reason: "wrong_certificate", more: `its common name is ${commonName ?? "missing"}` };
  }
  if (organisation === "" || organisations.includes(organisation)) return undefined;
  return { reason: "wrong_certificate", more: `its organisation is ${organisations.join(", ") || "missing"}` };
}

function introduce(identity: string, registration: string): Settings | undefined {
  if (registration === "open") return newcomer(identity, "accepted");
  return registration === "pending" ? newcomer(identity, "pending") : undefined;
}

/** The header in which a refused upgrade tells its reason to the Worker. */
export const REFUSAL_HEADER = "x-refusal";

/** @param times how many refusals it stands for when it is recorded; 0: it is not to be recorded */
export function refusal({ status, reason, detail, retryAfter }: Refusal, times: number): Response {
  const headers = new Headers();
  if (times > 0) headers.set(REFUSAL_HEADER, encodeURIComponent(JSON.stringify({ reason, detail, times })));
  if (status === 401) headers.set("www-authenticate", 'Basic realm="ocpp", charset="UTF-8"');
  if (retryAfter !== undefined) headers.set("retry-after", String(retryAfter));
  return new Response(`${detail}\n`, { status, headers });
}

export function refuse(reason: RefusalReason, more?: string): { ok: false; refusal: Refusal } {
  const [status, detail] = REFUSALS[reason];
  return { ok: false, refusal: { reason, status, detail: more === undefined ? detail : `${detail}; ${more}` } };
}
