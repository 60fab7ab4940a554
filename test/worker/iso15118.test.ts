// Plug & charge against real certificates and a real OCSP responder; what is asked of other hosts is answered here.
import { BasicOCSPResponse, OCSPResponse } from "pkijs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { certificatePem } from "../../src/pki/certificate.ts";
import { call, someone } from "../support/worker/api.ts";
import {
  type Authority,
  answerOcsp,
  contractUnder,
  csrFor,
  ocspData,
  readCertificates,
  revocationList,
  rootAuthority,
} from "../support/worker/certificates.ts";
import { type Charger, connectCharger } from "../support/worker/charger.ts";
import { deployedWith } from "../support/worker/environment.ts";
import { addIdToken } from "../support/worker/registry.ts";
import { actorOf, BOOT_16, findingsOf, online, SUBPROTOCOLS } from "../support/worker/sessions.ts";

const EMAID = "DE-ACM-C0FFEE12-3";
const RESPONDER = "http://ocsp.test/";
const PNC = "org.openchargealliance.iso15118pnc";

let mo: Authority;
/** What the responder says; `away`: it does not answer. */
let status: "good" | "revoked" | "unknown" | "away";
/** Who signs the responder's answers. */
let responder: Authority;
/** The list at crl.test. */
let revocations: Uint8Array;
let asked: string[];
/** The answers of the certificate provider's backend, by path. */
let backend: Record<string, (body: unknown) => Response>;

beforeEach(async () => {
  mo = await rootAuthority(`MO root ${crypto.randomUUID()}`);
  responder = mo;
  status = "good";
  asked = [];
  backend = {};
  await addIdToken(EMAID);
  const { token } = await someone("operator");
  await call("POST", "/api/certificates", { token, body: { type: "MORootCertificate", certificate: mo.pem } });
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    asked.push(url.href);
    if (url.host === "ocsp.test" && status !== "away") {
      const request = new Uint8Array(await new Response(init?.body).arrayBuffer());
      return new Response(await answerOcsp(request.buffer, responder, status));
    }
    if (url.host === "crl.test") return new Response(revocations);
    const answer = url.host === "provider.test" ? backend[url.pathname] : undefined;
    return answer?.(JSON.parse(String(init?.body))) ?? new Response("", { status: 503 });
  });
});

afterEach(() => vi.restoreAllMocks());

const withEnv = (charger: Charger, more: Partial<Env>) => deployedWith(actorOf(charger), more);

/** The charger's messages of one version: as such, or within DataTransfer. */
async function speaker(version: keyof typeof SUBPROTOCOLS, more: Partial<Env> = {}) {
  const charger = await online({}, { subprotocols: SUBPROTOCOLS[version] });
  await withEnv(charger, more);
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  const say = async (action: string, payload: object): Promise<any> => {
    if (version !== "1.6") return (await charger.call(action, payload))[2];
    const data = JSON.stringify(payload);
    const [, , answer] = await charger.call("DataTransfer", { vendorId: PNC, messageId: action, data });
    expect(answer).toEqual({ status: "Accepted", data: expect.any(String) });
    return JSON.parse((answer as { data: string }).data);
  };
  const idToken = version === "1.6" ? EMAID : { idToken: EMAID, type: "eMAID" };
  return { charger, say, authorize: (payload: object) => say("Authorize", { idToken, ...payload }) };
}

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;

describe.each(VERSIONS)("OCPP %s, Authorize with a contract certificate", (version) => {
  test("that is good is accepted, after its revocation was asked", async () => {
    const { authorize } = await speaker(version);
    const contract = await contractUnder(mo, EMAID);
    const answer = await authorize({
      certificate: certificatePem(contract),
      iso15118CertificateHashData: [ocspData(contract, mo.certificate, RESPONDER)],
    });
    expect(answer).toMatchObject({ certificateStatus: "Accepted", idTokenInfo: { status: "Accepted" } });
    expect(asked).toEqual([RESPONDER]);
  });

  test("known by its hash data alone is accepted, or refused when it was revoked", async () => {
    const { authorize } = await speaker(version);
    const contract = await contractUnder(mo, EMAID);
    const payload = { iso15118CertificateHashData: [ocspData(contract, mo.certificate, RESPONDER)] };
    expect(await authorize(payload)).toMatchObject({ certificateStatus: "Accepted" });
    status = "revoked";
    expect(await authorize({ ...payload, customData: { vendorId: "again" } })).toMatchObject({
      certificateStatus: "CertificateRevoked",
      idTokenInfo: { status: "Invalid" },
    });
  });

  test.each([
    [
      "of an unknown root",
      async () => contractUnder(await rootAuthority("Nobody's"), EMAID),
      "CertChainError",
      "Invalid",
    ],
    ["of another contract", async () => contractUnder(mo, "DE-ACM-OTHER"), "CertChainError", "Invalid"],
    ["that has expired", async () => contractUnder(mo, EMAID, -0.5), "CertificateExpired", "Expired"],
    [
      "that an impostor of the root signed",
      async () =>
        contractUnder({ certificate: mo.certificate, privateKey: (await rootAuthority("Impostor")).privateKey }, EMAID),
      "SignatureError",
      "Invalid",
    ],
  ])("%s is refused for what it is", async (_, make, certificateStatus, tokenStatus) => {
    const { authorize } = await speaker(version);
    const answer = await authorize({ certificate: certificatePem(await make()) });
    expect(answer).toMatchObject({ certificateStatus, idTokenInfo: { status: tokenStatus } });
  });

  test("that is no certificate is refused", async () => {
    const { authorize } = await speaker(version);
    expect(await authorize({ certificate: "nonsense" })).toMatchObject({ certificateStatus: "NoCertificateAvailable" });
  });

  test("whose responder is away follows the policy for what nobody can be asked about", async () => {
    status = "away";
    const contract = await contractUnder(mo, EMAID);
    const payload = { iso15118CertificateHashData: [ocspData(contract, mo.certificate, RESPONDER)] };
    const accepting = await speaker(version);
    expect(await accepting.authorize(payload)).toMatchObject({
      certificateStatus: "Accepted",
      idTokenInfo: { status: "Accepted" },
    });
    expect(await findingsOf(accepting.charger)).toContain("contract_unchecked");
  });

  test("whose responder's answer somebody else signed does not count", async () => {
    responder = await rootAuthority("Impostor");
    status = "revoked";
    const contract = await contractUnder(mo, EMAID);
    const { authorize, charger } = await speaker(version);
    await authorize({ iso15118CertificateHashData: [ocspData(contract, mo.certificate, RESPONDER)] });
    expect(await findingsOf(charger)).toContain("contract_unchecked");
  });

  test("of a token that is unknown stays with the token's verdict", async () => {
    const { say } = await speaker(version);
    const contract = await contractUnder(mo, "DE-ACM-STRANGER");
    const idToken = version === "1.6" ? "DE-ACM-STRANGER" : { idToken: "DE-ACM-STRANGER", type: "eMAID" };
    const answer = await say("Authorize", { idToken, certificate: certificatePem(contract) });
    expect(answer.certificateStatus).toBe("Accepted");
    expect(answer.idTokenInfo.status).not.toBe("Accepted");
  });
});

describe.each(VERSIONS)("OCPP %s, GetCertificateStatus", (version) => {
  test("passes on the responder's answer as it signed it", async () => {
    const contract = await contractUnder(mo, EMAID);
    const { say } = await speaker(version);
    const answer = await say("GetCertificateStatus", {
      ocspRequestData: ocspData(contract, mo.certificate, RESPONDER),
    });
    expect(answer).toMatchObject({ status: "Accepted", ocspResult: expect.any(String) });
    const der = Uint8Array.from(atob(answer.ocspResult), (character) => character.charCodeAt(0));
    const response = OCSPResponse.fromBER(der).responseBytes?.response.valueBlock.valueHexView;
    if (response === undefined) throw new Error("an empty response");
    const basic = BasicOCSPResponse.fromBER(response);
    basic.certs = [mo.certificate];
    expect(await basic.verify({ trustedCerts: [mo.certificate] })).toBe(true);
  });

  test("fails where the responder is away, is no http address, or lives in a private network", async () => {
    const contract = await contractUnder(mo, EMAID);
    const { say } = await speaker(version);
    for (const url of ["ftp://ocsp.test/", "http://127.0.0.1/", "http://10.0.0.1/x", "http://localhost:8787/"]) {
      const data = ocspData(contract, mo.certificate, url);
      expect(await say("GetCertificateStatus", { ocspRequestData: data })).toMatchObject({ status: "Failed" });
    }
    expect(asked).toEqual([]);
    status = "away";
    const data = ocspData(contract, mo.certificate, RESPONDER);
    expect(await say("GetCertificateStatus", { ocspRequestData: data })).toMatchObject({ status: "Failed" });
  });

  test("asks listed hosts only, where some are listed", async () => {
    const contract = await contractUnder(mo, EMAID);
    const { say } = await speaker(version, { OCSP_RESPONDERS: "other.test" });
    const data = ocspData(contract, mo.certificate, RESPONDER);
    expect(await say("GetCertificateStatus", { ocspRequestData: data })).toMatchObject({ status: "Failed" });
    expect(asked).toEqual([]);
  });
});

describe("OCPP 2.1, GetCertificateChainStatus", () => {
  test("answers for each certificate, whatever became of the others", async () => {
    const { say } = await speaker("2.1");
    const contract = await contractUnder(mo, EMAID);
    const { responderURL: _, ...hashData } = ocspData(contract, mo.certificate, RESPONDER);
    status = "revoked";
    const answer = await say("GetCertificateChainStatus", {
      certificateStatusRequests: [
        { certificateHashData: hashData, source: "OCSP", urls: ["http://gone.test/", RESPONDER] },
        { certificateHashData: { ...hashData, serialNumber: "1" }, source: "CRL", urls: ["http://gone.test/crl"] },
      ],
    });
    expect(answer.certificateStatus).toMatchObject([
      { certificateHashData: hashData, source: "OCSP", status: "Revoked", nextUpdate: expect.any(String) },
      { certificateHashData: { serialNumber: "1" }, source: "CRL", status: "Failed" },
    ]);
  });
});

describe("OCPP 2.1, GetCertificateChainStatus by a revocation list", () => {
  const CRL = "http://crl.test/list";
  const statusBy = async (issuer: Authority, more: Partial<Env> = {}) => {
    const { say } = await speaker("2.1", more);
    const [good, revoked] = await Promise.all([contractUnder(issuer, "DE-1"), contractUnder(issuer, "DE-2")]);
    revocations = await revocationList(responder, [revoked]);
    const ask = (contract: typeof good) => {
      const { responderURL: _, ...certificateHashData } = ocspData(contract, issuer.certificate, CRL);
      return { certificateHashData, source: "CRL", urls: [CRL] };
    };
    const { certificateStatus } = await say("GetCertificateChainStatus", {
      certificateStatusRequests: [ask(good), ask(revoked)],
    });
    return certificateStatus.map((one: { status: string }) => one.status);
  };

  test("that its issuer signed is believed", async () => {
    expect(await statusBy(mo)).toEqual(["Good", "Revoked"]);
  });

  test("that somebody else signed is not", async () => {
    responder = await rootAuthority("Impostor");
    expect(await statusBy(mo)).toEqual(["Failed", "Failed"]);
  });

  test("whose issuer is not known here follows the policy for what nobody can be asked about", async () => {
    responder = await rootAuthority("Nobody's");
    expect(await statusBy(responder)).toEqual(["Good", "Revoked"]);
    expect(await statusBy(responder, { AUTHORIZATION_OUTAGE: "reject" })).toEqual(["Failed", "Revoked"]);
  });
});

describe.each(VERSIONS)("OCPP %s, Get15118EVCertificate", (version) => {
  const request = { iso15118SchemaVersion: "urn:iso:15118:2:2013:MsgDef", action: "Install", exiRequest: btoa("exi") };

  test("passes the EV's request to the provider, and its answer back", async () => {
    const { say } = await speaker(version, { ISO15118_PROVIDER_URL: "https://provider.test" });
    const bodies: unknown[] = [];
    backend["/ev-certificate"] = (body) => {
      bodies.push(body);
      return Response.json({ status: "Accepted", exiResponse: btoa("answer"), remainingContracts: 1 });
    };
    const answer = await say("Get15118EVCertificate", request);
    expect(answer).toMatchObject({ status: "Accepted", exiResponse: btoa("answer") });
    expect(answer.remainingContracts).toBe(version === "2.1" ? 1 : undefined);
    expect(bodies).toMatchObject([request]);
  });

  test("fails with a reason while there is no provider", async () => {
    const { say, charger } = await speaker(version);
    expect(await say("Get15118EVCertificate", request)).toMatchObject({ status: "Failed", exiResponse: "" });
    expect(await findingsOf(charger)).toContain("certificate_provider_away");
  });
});

describe("OCPP 1.6, plug & charge within DataTransfer", () => {
  test("signs V2G certificates, and sends them within DataTransfer", async () => {
    const { charger, say } = await speaker("1.6");
    await charger.call("BootNotification", BOOT_16, "boot");
    const answer = await say("SignCertificate", { csr: await csrFor("DE*ACM*E1"), certificateType: "V2GCertificate" });
    expect(answer).toEqual({ status: "Accepted" });
    const [, , action, payload] = await charger.next();
    expect({ action, payload }).toMatchObject({
      action: "DataTransfer",
      payload: { vendorId: PNC, messageId: "CertificateSigned" },
    });
    const data = JSON.parse((payload as { data: string }).data);
    expect(data.certificateType).toBe("V2GCertificate");
    expect(readCertificates(data.certificateChain)).toHaveLength(1);
  });

  test("keeps the inventory of what was installed that way", async () => {
    const charger = await online();
    await charger.call("BootNotification", BOOT_16, "boot");
    const { token } = await someone("operator");
    const { body } = await call("GET", "/api/certificates?type=MORootCertificate&limit=1", { token });
    const path = `/api/charge-points/${charger.id}/certificates`;
    const installing = call("POST", path, { token, body: { certificateId: body.items[0].id } });
    const [, id, , payload] = await charger.next();
    expect(payload).toMatchObject({ vendorId: PNC, messageId: "InstallCertificate" });
    charger.send([3, id, { status: "Accepted", data: JSON.stringify({ status: "Accepted" }) }]);
    expect((await installing).status).toBe(200);
    expect((await call("GET", path, { token })).body.items).toMatchObject([{ certificateType: "MORootCertificate" }]);
  });

  test("knows its vendor but not every message, and leaves other vendors to the common rule", async () => {
    const charger = await connectCharger((await online()).id);
    const status = async (vendorId: string) =>
      (await charger.call("DataTransfer", { vendorId, messageId: "Nonsense" }))[2];
    expect(await status(PNC)).toEqual({ status: "UnknownMessageId" });
    expect(await status("org.example")).toEqual({ status: "UnknownVendorId" });
  });
});
