/** The simulated charger's own certificate: a real key, a real request, and only a chain that fits is kept. */
import { X509Certificate } from "node:crypto";
import { CertificationRequest } from "pkijs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Charger, createCharger } from "../../scripts/charger/create.ts";
import { certificatePem } from "../../src/pki/certificate.ts";
import { EXTENDED_USE, generateKeys, type Issuer, issueAuthority, issueLeaf } from "../../src/pki/issue.ts";
import { fromPem } from "../../src/pki/pem.ts";
import { boot, type Csms, startCsms, until } from "./charger-csms.ts";

async function authority(): Promise<Issuer & { pem: string }> {
  const keys = await generateKeys();
  const certificate = await issueAuthority({ commonName: "Root" }, keys, 30);
  return { certificate, privateKey: keys.privateKey, pem: certificatePem(certificate) };
}

/** What an authority makes of a request, and its own certificate behind it. */
async function chainFor(issuer: Issuer & { pem: string }, csr: unknown): Promise<string> {
  const [der] = fromPem(String(csr), /REQUEST/);
  if (der === undefined) throw new Error("no request");
  const request = CertificationRequest.fromBER(der);
  expect(await request.verify()).toBe(true);
  const { subject, subjectPublicKeyInfo } = request;
  const leaf = await issueLeaf(subject, subjectPublicKeyInfo, [EXTENDED_USE.clientAuth], 30, issuer);
  return certificatePem(leaf) + issuer.pem;
}

const VERSIONS = [
  ["1.6", "ExtendedTriggerMessage", "SignChargePointCertificate", "InvalidChargePointCertificate"],
  ["2.0.1", "TriggerMessage", "SignChargingStationCertificate", "InvalidChargingStationCertificate"],
  ["2.1", "TriggerMessage", "SignChargingStationCertificate", "InvalidChargingStationCertificate"],
] as const;

describe.each(VERSIONS)("OCPP %s, the charger's certificate", (version, trigger, requestedMessage, event) => {
  let csms: Csms;
  let charger: Charger;
  const said: string[] = [];
  beforeEach(async () => {
    csms = await startCsms(`ocpp${version}`, {
      BootNotification: () => boot("Accepted", 3600),
      SignCertificate: () => ({ status: "Accepted" }),
    });
    charger = createCharger({ id: "CP1", version, url: csms.url });
    charger.on("log", (line) => void said.push(line));
    await charger.connect();
  });
  afterEach(async () => {
    said.splice(0);
    await charger.close();
    await csms.close();
    expect(csms.violations).toEqual([]);
  });
  const requests = () => csms.all("SignCertificate", "csr");

  test("is asked for by a trigger, with the proof of a new key each time, and installed when it fits", async () => {
    const issuer = await authority();
    for (const round of [1, 2]) {
      expect(await csms.call(trigger, { requestedMessage })).toMatchObject({ status: "Accepted" });
      await until(() => requests().length === round);
      const certificateChain = await chainFor(issuer, requests().at(-1));
      expect(new X509Certificate(certificateChain).subject).toContain("CN=CP1");
      expect(await csms.call("CertificateSigned", { certificateChain })).toMatchObject({ status: "Accepted" });
    }
    expect(new Set(requests()).size).toBe(2);
    expect(said.filter((line) => line.includes("installed"))).toHaveLength(2);
  });

  test("is refused when it is for another key, of another chain, or none, and that is told as a security event", async () => {
    const [issuer, impostor] = await Promise.all([authority(), authority()]);
    expect(await charger.certificate()).toBe("Accepted");
    const old = requests().at(-1);
    expect(await charger.certificate()).toBe("Accepted");
    const foreign = (await chainFor(issuer, requests().at(-1))).replace(issuer.pem, impostor.pem);
    for (const certificateChain of [await chainFor(issuer, old), foreign, "nonsense"]) {
      expect(await csms.call("CertificateSigned", { certificateChain })).toMatchObject({ status: "Rejected" });
    }
    await until(() => csms.calls("SecurityEventNotification").length === 3);
    expect(new Set(csms.all("SecurityEventNotification", "type"))).toEqual(new Set([event]));
    const certificateChain = await chainFor(issuer, requests().at(-1));
    expect(await csms.call("CertificateSigned", { certificateChain })).toMatchObject({ status: "Accepted" });
  });
});
