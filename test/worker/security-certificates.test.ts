// Certificates of chargers: signing requests, delivery, and the inventory of what is installed.
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { call, someone } from "../support/worker/api.ts";
import {
  csrFor,
  readCertificates,
  rootAuthority,
  signedBy,
  stolenCsr,
  weakCsr,
} from "../support/worker/certificates.ts";
import { type Charger, connectCharger, eventually } from "../support/worker/charger.ts";
import { deployedWith } from "../support/worker/environment.ts";
import { actorOf, BOOT_2X, BOOT_16, findingsOf, history, online, SUBPROTOCOLS } from "../support/worker/sessions.ts";

const VERSIONS = [
  ["1.6", SUBPROTOCOLS["1.6"], BOOT_16],
  ["2.0.1", SUBPROTOCOLS["2.0.1"], BOOT_2X],
  ["2.1", SUBPROTOCOLS["2.1"], BOOT_2X],
] as const;

async function booted(subprotocols: string, boot: object): Promise<Charger> {
  const charger = await online({}, { subprotocols });
  await charger.call("BootNotification", boot, "boot");
  return charger;
}

const requestOf = (charger: { id: string }, status: string) =>
  eventually(async () => {
    const rows = await history(charger, "certificate_requests", "created_at, history_seq");
    return rows.at(-1)?.status === status ? rows.at(-1) : undefined;
  }, `a certificate request that is ${status}`);

/** Rings the actor's alarm as if that much time had passed. */
async function later(charger: Charger, ms: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
  try {
    await runDurableObjectAlarm(actorOf(charger));
  } finally {
    vi.useRealTimers();
  }
}

const accept = (charger: Charger, frame: unknown[]) => charger.send([3, frame[1], { status: "Accepted" }]);

describe.each(VERSIONS)("OCPP %s, SignCertificate", (version, subprotocols, boot) => {
  test("is accepted, and a certificate that verifies follows in CertificateSigned", async () => {
    const charger = await booted(subprotocols, boot);
    expect(await charger.call("SignCertificate", { csr: await csrFor(charger.id) }, "s")).toEqual([
      3,
      "s",
      { status: "Accepted" },
    ]);
    const frame = await charger.next();
    expect(frame).toMatchObject([2, expect.any(String), "CertificateSigned", { certificateChain: expect.any(String) }]);
    const { certificateChain } = frame[3] as { certificateChain: string };
    const [leaf] = readCertificates(certificateChain) ?? [];
    const { token } = await someone("viewer");
    const root = await call("GET", "/api/certificate-authority/root.pem", { token });
    const [issuer] = readCertificates(root.body) ?? [];
    expect(await leaf?.verify(issuer)).toBe(true);
    accept(charger, frame);
    const request = await requestOf(charger, "installed");
    expect(request).toMatchObject({ certificate_chain: certificateChain, command_id: frame[1], detail: null });
    const list = await call("GET", `/api/certificate-requests?chargePointId=${charger.id}&status=installed`, { token });
    expect(list.body.items).toMatchObject([{ chargePointId: charger.id, status: "installed", certificateType: null }]);
  });

  test("that is no request is refused at once, with a finding", async () => {
    const charger = await booted(subprotocols, boot);
    const [, , answer] = await charger.call("SignCertificate", { csr: "nonsense" }, "s");
    expect(answer).toMatchObject({ status: "Rejected" });
    if (version === "1.6") expect(answer).toEqual({ status: "Rejected" });
    expect(await requestOf(charger, "refused")).toMatchObject({ detail: expect.stringContaining("PKCS #10") });
    expect(await findingsOf(charger)).toContain("csr_refused");
  });

  test.each([
    ["names another charger", (_id: string) => csrFor("somebody-else"), "neither the identity nor the serial number"],
    ["was not signed with its own key", (id: string) => stolenCsr(id), "does not verify"],
    ["has a weak key", (id: string) => weakCsr(id), "1024 bits"],
  ])("that %s is not signed, and the reason is shown", async (_, make, reason) => {
    const charger = await booted(subprotocols, boot);
    await charger.call("SignCertificate", { csr: await make(charger.id) }, "s");
    expect((await requestOf(charger, "refused")).detail).toContain(reason);
    expect(await findingsOf(charger)).toContain("csr_refused");
    expect(charger.received.some((frame) => frame.includes("CertificateSigned"))).toBe(false);
  });

  test("that is repeated while the first is in work is not signed twice", async () => {
    const charger = await booted(subprotocols, boot);
    const csr = await csrFor(charger.id);
    await charger.call("SignCertificate", { csr }, "1");
    const frame = await charger.next();
    expect(await charger.call("SignCertificate", { csr }, "2")).toEqual([3, "2", { status: "Accepted" }]);
    accept(charger, frame);
    await requestOf(charger, "installed");
    expect(await history(charger, "certificate_requests", "created_at")).toHaveLength(1);
  });

  test("is signed although the authority was away and the actor died meanwhile", async () => {
    const charger = await booted(subprotocols, boot);
    await env.DB.exec("ALTER TABLE certificate_authorities RENAME TO certificate_authorities_away");
    try {
      await charger.call("SignCertificate", { csr: await csrFor(charger.id) }, "s");
      await eventually(async () => {
        const [row] = await history(charger, "certificate_requests", "created_at");
        return row?.detail ?? undefined;
      }, "the authority to be found away");
      await evictDurableObject(actorOf(charger));
    } finally {
      await env.DB.exec("ALTER TABLE certificate_authorities_away RENAME TO certificate_authorities");
    }
    await later(charger, 11_000);
    const frame = await charger.next();
    expect(frame[2]).toBe("CertificateSigned");
    accept(charger, frame);
    expect(await requestOf(charger, "installed")).toMatchObject({ detail: null });
  });

  test("whose certificate the charger did not get is sent again when it is back", async () => {
    const charger = await booted(subprotocols, boot);
    await charger.call("SignCertificate", { csr: await csrFor(charger.id) }, "s");
    const first = await charger.next();
    charger.close();
    await charger.closed;
    const issued = await eventually(async () => {
      const [row] = await history(charger, "certificate_requests", "created_at");
      return row.command_id === null ? row : undefined;
    }, "the loss to be noticed");
    expect(issued).toMatchObject({ status: "issued", detail: expect.stringContaining("ConnectionLost") });
    const again = await connectCharger(charger.id, { subprotocols });
    await later(charger, 61_000);
    const second = await again.next();
    expect(second[3]).toEqual(first[3]);
    accept(again, second);
    await requestOf(charger, "installed");
  });

  test("whose certificate the charger rejects is shown as rejected, with a finding", async () => {
    const charger = await booted(subprotocols, boot);
    await charger.call("SignCertificate", { csr: await csrFor(charger.id) }, "s");
    const frame = await charger.next();
    charger.send([3, frame[1], { status: "Rejected" }]);
    await requestOf(charger, "rejected");
    expect(await findingsOf(charger)).toContain("certificate_rejected");
  });
});

describe("OCPP 2.1, SignCertificate", () => {
  test("has its type and request id repeated in CertificateSigned", async () => {
    const charger = await booted("ocpp2.1", BOOT_2X);
    await charger.call(
      "SignCertificate",
      { csr: await csrFor("DE*ACM*E1"), certificateType: "V2GCertificate", requestId: 77 },
      "s",
    );
    const [, , , payload] = await charger.next();
    expect(payload).toMatchObject({ certificateType: "V2GCertificate", requestId: 77 });
  });
});

describe("an external authority", () => {
  afterEach(() => vi.restoreAllMocks());

  const asking = async (
    answer: (body: { csr: string; chargePointId: string; certificateType: string }) => Promise<Response>,
  ) => {
    const charger = await booted("ocpp2.0.1", BOOT_2X);
    await deployedWith(actorOf(charger), {
      CERTIFICATE_AUTHORITY_URL: "https://ca.test/sign",
      CERTIFICATE_AUTHORITY_TOKEN: "t0ken",
    });
    const fetched = vi
      .spyOn(globalThis, "fetch")
      .mockImplementation(async (_url, init) => answer(JSON.parse(String(init?.body))));
    const payload = { csr: await csrFor(charger.id), certificateType: "ChargingStationCertificate" };
    expect(await charger.call("SignCertificate", payload, "s")).toEqual([3, "s", { status: "Accepted" }]);
    return { charger, fetched };
  };

  test("gets the request with the charger's name, and its chain goes to the charger as it is", async () => {
    const root = await rootAuthority("External");
    const { charger, fetched } = await asking(async ({ csr }) =>
      Response.json({ certificateChain: await signedBy(root, csr) }),
    );
    const [, , action, payload] = await charger.next();
    expect(action).toBe("CertificateSigned");
    expect(payload).toMatchObject({ certificateType: "ChargingStationCertificate" });
    const [leaf] = readCertificates((payload as { certificateChain: string }).certificateChain) ?? [];
    expect(await leaf?.verify(root.certificate)).toBe(true);
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe("https://ca.test/sign");
    expect(new Headers(init?.headers).get("authorization")).toBe("Bearer t0ken");
    expect(JSON.parse(String(init?.body))).toMatchObject({ chargePointId: charger.id });
  });

  test.each([
    ["refuses", async () => Response.json({ detail: "not one of ours" }, { status: 403 }), "not one of ours"],
    [
      "answers with a certificate for another key",
      async () => Response.json({ certificateChain: (await rootAuthority("Other")).pem }),
      "another key",
    ],
  ])("that %s leaves the request refused", async (_, answer, reason) => {
    const { charger } = await asking(answer);
    expect((await requestOf(charger, "refused")).detail).toContain(reason);
  });

  test("that is away is asked again", async () => {
    const root = await rootAuthority("External");
    let isAway = true;
    const { charger } = await asking(async ({ csr }) =>
      isAway ? new Response("", { status: 503 }) : Response.json({ certificateChain: await signedBy(root, csr) }),
    );
    await eventually(
      async () => (await history(charger, "certificate_requests", "created_at"))[0]?.detail ?? undefined,
      "the absence",
    );
    isAway = false;
    await later(charger, 11_000);
    expect((await charger.next())[2]).toBe("CertificateSigned");
  });
});

describe.each(VERSIONS.slice(0, 2))("OCPP %s, the certificate inventory", (version, subprotocols, boot) => {
  const type = version === "1.6" ? "CentralSystemRootCertificate" : "CSMSRootCertificate";
  const inventory = async (charger: Charger, token: string) =>
    (await call("GET", `/api/charge-points/${charger.id}/certificates`, { token })).body.items;

  test("has what was installed, recognises it in what is told, and loses what was deleted", async () => {
    const charger = await booted(subprotocols, boot);
    const { token } = await someone("operator");
    const root = await rootAuthority(`Root ${crypto.randomUUID()}`);
    const managed = await call("POST", "/api/certificates", {
      token,
      body: { type: "CSMSRootCertificate", name: "Ours", certificate: root.pem },
    });
    expect(managed).toMatchObject({ status: 201, body: { subject: expect.stringContaining("CN=Root") } });
    const path = `/api/charge-points/${charger.id}/certificates`;
    const installing = call("POST", path, { token, body: { certificateId: managed.body.id } });
    const frame = await charger.next();
    expect(frame).toMatchObject([2, expect.any(String), "InstallCertificate", { certificateType: type }]);
    accept(charger, frame);
    expect((await installing).status).toBe(200);
    const [installed] = await inventory(charger, token);
    expect(installed).toMatchObject({ certificateType: type, certificateId: managed.body.id, name: "Ours" });

    // The charger spells the hash data in its own way.
    const hashData = {
      ...installed.hashData,
      issuerKeyHash: installed.hashData.issuerKeyHash.toUpperCase(),
      serialNumber: `00${installed.hashData.serialNumber}`,
    };
    const asking = command(
      charger,
      token,
      "GetInstalledCertificateIds",
      version === "1.6" ? { certificateType: type } : {},
    );
    const [, id] = await charger.next();
    const told =
      version === "1.6"
        ? { certificateHashData: [hashData] }
        : { certificateHashDataChain: [{ certificateType: type, certificateHashData: hashData }] };
    charger.send([3, id, { status: "Accepted", ...told }]);
    expect((await asking).status).toBe(200);
    expect(await inventory(charger, token)).toMatchObject([
      { certificateType: type, certificateId: managed.body.id, hashData },
    ]);

    const deleting = command(charger, token, "DeleteCertificate", { certificateHashData: installed.hashData });
    accept(charger, await charger.next());
    expect((await deleting).status).toBe(200);
    expect(await inventory(charger, token)).toEqual([]);
  });

  test("is emptied when the charger has none", async () => {
    const charger = await booted(subprotocols, boot);
    const { token } = await someone("operator");
    const root = await rootAuthority(`Root ${crypto.randomUUID()}`);
    const installing = command(charger, token, "InstallCertificate", { certificateType: type, certificate: root.pem });
    accept(charger, await charger.next());
    await installing;
    expect(await inventory(charger, token)).toHaveLength(1);
    const asking = command(charger, token, "GetInstalledCertificateIds", {
      certificateType: version === "1.6" ? type : [type],
    });
    const [, id] = await charger.next();
    charger.send([3, id, { status: "NotFound" }]);
    await asking;
    expect(await inventory(charger, token)).toEqual([]);
  });
});

const command = (charger: Charger, token: string, action: string, payload: object) =>
  call("POST", `/api/charge-points/${charger.id}/commands`, { token, body: { action, payload } });
