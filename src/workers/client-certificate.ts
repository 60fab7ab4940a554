// What the edge says about a client certificate: whether it verified one, and whom that names. The edge alone can say
// so: headers of the same meaning would be anybody's.
export interface ClientCertificate {
  verified: boolean;
  /** Why it did not verify, in the edge's words. */
  verdict: string;
  commonName: string | undefined;
  organisations: string[];
  /** SHA-256, hexadecimal. */
  fingerprint: string | undefined;
}

/** @param cf `request.cf` */
export function readClientCertificate(cf: unknown): ClientCertificate | undefined {
  const tls = member(cf, "tlsClientAuth");
  if (member(tls, "certPresented") !== "1") return undefined;
  const verdict = textOf(tls, "certVerified");
  const subject = readName(textOf(tls, "certSubjectDN"));
  const isRevoked = member(tls, "certRevoked") === "1";
  return {
    verified: verdict === "SUCCESS" && !isRevoked,
    verdict: isRevoked ? "REVOKED" : verdict,
    commonName: subject.get("CN")?.[0],
    organisations: subject.get("O") ?? [],
    fingerprint: textOf(tls, "certFingerprintSHA256") || undefined,
  };
}

/** `CN=CP1,O=Acme\, Inc.` with RFC 4514's escapes. */
function readName(text: string): Map<string, string[]> {
  const name = new Map<string, string[]>();
  for (const part of text.match(/(?:\\.|[^,\\])+/g) ?? []) {
    const [, type = "", value = ""] = /^\s*([^=]+)=(.*)$/s.exec(part) ?? [];
    const key = type.trim().toUpperCase();
    name.set(key, [...(name.get(key) ?? []), value.trim().replaceAll(/\\(.)/gs, "$1")]);
  }
  return name;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(name) : undefined;

function textOf(value: unknown, name: string): string {
  const found = member(value, name);
  return typeof found === "string" ? found : "";
}
