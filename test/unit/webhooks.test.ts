// Where a webhook may go, how it is signed, and when it is tried again.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "../../src/webhooks/address.ts";
import { PATIENCE_MS, pauseWhileAway, pauseWhileRefused } from "../../src/webhooks/backoff.ts";
import { newSecret, signatureHeaders } from "../../src/webhooks/signature.ts";
import { checkTarget, readTarget } from "../../src/webhooks/target.ts";

describe("an address", () => {
  it.each([
    ...[
      "8.8.8.8",
      "1.1.1.1",
      "100.63.255.255",
      "172.15.0.1",
      "172.32.0.1",
      "192.0.1.1",
      "198.17.0.1",
      "223.255.255.255",
    ],
    ...["2606:4700:4700::1111", "2a00:1450::1", "2001:200::1"],
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ...[
      "127.0.0.1",
      "0.0.0.0",
      "10.1.2.3",
      "100.64.0.1",
      "169.254.169.254",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
    ],
    ...[
      "192.0.2.1",
      "198.18.0.1",
      "198.51.100.1",
      "203.0.113.1",
      "224.0.0.1",
      "255.255.255.255",
      "256.1.1.1",
      "1.2.3",
      "",
    ],
    ...[
      "::",
      "::1",
      "fe80::1",
      "fc00::1",
      "fd00:ec2::254",
      "ff02::1",
      "::ffff:127.0.0.1",
      "::ffff:8.8.8.8",
      "64:ff9b::7f00:1",
    ],
    ...["2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "1::2::3", "g::1", "1:2:3:4:5:6:7:8:9"],
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));
});

describe("a target", () => {
  it.each([
    ...["https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://017700000001/", "https://[::1]/"],
    ...["https://[::ffff:7f00:1]/", "https://169.254.169.254/latest", "https://localhost/", "https://a.localhost./"],
    ...["https://printer.local/", "https://metadata.google.internal/", "https://intranet/", "http://example.com/"],
    ...["https://user:pw@example.com/", "ftp://example.com/", "nonsense", "https://１２７.0.0.1/"],
  ])("%s is refused in production", (url) => expect(readTarget(url, "public").ok).toBe(false));

  it("of the public internet is allowed, and everything on one's own machine where that is wanted", () => {
    expect(readTarget("https://example.com/hooks?a=b", "public").ok).toBe(true);
    expect(readTarget("https://8.8.8.8:8443/", "public").ok).toBe(true);
    expect(readTarget("http://127.0.0.1:9000/", "any").ok).toBe(true);
    expect(readTarget("ftp://127.0.0.1/", "any").ok).toBe(false);
  });

  it("whose name leads inwards is refused, also if only one of its addresses does", async () => {
    const leads = (...addresses: string[]) => checkTarget("https://example.com/", "public", async () => addresses);
    expect(await leads("93.184.216.34", "10.0.0.1")).toEqual({ ok: false, error: expect.stringContaining("10.0.0.1") });
    expect(await leads("::1")).toMatchObject({ ok: false });
    expect(await leads("93.184.216.34", "2606:2800::1")).toMatchObject({ ok: true });
    expect(await leads()).toMatchObject({ ok: true });
  });
});

describe("a signature", () => {
  it("is the one that Standard Webhooks gives as an example", () => {
    const headers = signatureHeaders(
      { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body: '{"test": 2432232314}' },
      ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    );
    expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("is there for each secret, and a new secret is 256 random bits", () => {
    const secrets = [newSecret(), newSecret()];
    const headers = signatureHeaders({ id: "a", timestamp: 1, body: "b" }, secrets);
    const expected = secrets.map((secret) => {
      const key = Buffer.from(secret.replace("whsec_", ""), "base64");
      expect(key.byteLength).toBe(32);
      return `v1,${createHmac("sha256", key).update("a.1.b").digest("base64")}`;
    });
    expect(headers["webhook-signature"]).toBe(expected.join(" "));
  });
});

describe("trying again", () => {
  it("takes longer each time, differs by chance, and knows an end", () => {
    const pauses = Array.from({ length: 30 }, (_, index) => pauseWhileAway(index + 1, 0.5));
    expect(pauses.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(Math.max(...pauses)).toBe(5 * 60_000);
    expect(pauseWhileAway(1, 0)).toBeLessThan(pauseWhileAway(1, 1));
    expect(pauseWhileRefused(30, 0.5)).toBe(3_600_000);
    expect(PATIENCE_MS).toBe(86_400_000);
  });

  it("waits as long as the receiver asks for, within an hour", () => {
    expect(pauseWhileAway(1, 0.5, 60_000)).toBe(60_000);
    expect(pauseWhileAway(1, 0.5, 1e12)).toBe(3_600_000);
  });
});
