import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it, vi } from "vitest";
import { database } from "../../src/db/client.ts";
import { auditLog, users } from "../../src/db/schema.ts";
import { call, someone } from "../support/worker/api.ts";

const PASSWORD = "correct horse battery";

const signIn = (username: string, password: string, address = crypto.randomUUID()) =>
  call("POST", "/api/token", { body: { username, password }, headers: { "cf-connecting-ip": address } });

const audited = (subject: string) => database(env).select().from(auditLog).where(eq(auditLog.subject, subject));

describe("the first sign-in", () => {
  it("with the configured credentials creates the admin, also when two come at once", async () => {
    await database(env).delete(users);
    const answers = await Promise.all([signIn("Admin", "admin-password"), signIn("ADMIN", "admin-password")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { body } = await call("GET", "/api/users", { token: answers[0]?.body.access });
    expect(body.items).toMatchObject([{ username: "admin", role: "admin" }]);
  });

  it("counts no longer once there is an administrator", async () => {
    await database(env).delete(users);
    await someone("admin");
    expect((await signIn("admin", "admin-password")).status).toBe(401);
  });

  it("counts where drivers have signed up before", async () => {
    await database(env).delete(users);
    await someone("driver");
    expect((await signIn("admin", "admin-password")).status).toBe(200);
  });

  it("needs the configured password", async () => {
    await database(env).delete(users);
    expect((await signIn("admin", "")).status).toBe(401);
    expect((await signIn("admin", "admin-passwort")).status).toBe(401);
  });
});

describe("a sign-in", () => {
  it("gives tokens that work, with and without a trailing slash, whatever the case of the name", async () => {
    const { username } = await someone("viewer", { username: "ada", password: PASSWORD });
    const { status, body, headers } = await call("POST", "/api/token/", {
      body: { username: "ADA", password: PASSWORD },
    });
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toMatchObject({ access: expect.any(String), refresh: expect.any(String), expiresIn: 900 });
    expect((await call("GET", "/api/users/me/", { token: body.access })).body).toMatchObject({ username });
    expect((await call("POST", "/api/token/verify", { body: { token: body.access } })).status).toBe(200);
    expect((await call("POST", "/api/token/verify", { body: { token: body.refresh } })).status).toBe(401);
  });

  it("fails alike for a wrong password, an unknown name and an inactive user", async () => {
    const known = await someone("viewer", { password: PASSWORD });
    const inactive = await someone("viewer", { password: PASSWORD, active: false });
    const answers = await Promise.all([
      signIn(known.username, "wrong"),
      signIn("nobody", PASSWORD),
      signIn(inactive.username, PASSWORD),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
  });

  it("is audited under the name that was tried, and never with what was in it", async () => {
    await signIn("Mallory", "hunter22hunter22");
    await vi.waitFor(async () => expect(await audited("mallory")).toMatchObject([{ status: 401, path: "/api/token" }]));
    expect(JSON.stringify(await audited("mallory"))).not.toContain("hunter22");
  });
});

describe("the limit on failed sign-ins", () => {
  it("answers 429 after ten failures of one name from one address, even to the right password", async () => {
    const { username } = await someone("viewer", { password: PASSWORD });
    for (let i = 0; i < 10; i++) expect((await signIn(username, "wrong", "192.0.2.1")).status).toBe(401);
    const refused = await signIn(username, PASSWORD, "192.0.2.1");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await signIn(username, PASSWORD, "192.0.2.2")).status).toBe(200);
  });

  it("counts failures only, and a success clears them", async () => {
    const { username } = await someone("viewer", { password: PASSWORD });
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 9; j++) await signIn(username, "wrong", "192.0.2.3");
      expect((await signIn(username, PASSWORD, "192.0.2.3")).status).toBe(200);
    }
  });

  it("gives a burst of guesses no more verdicts than the limit allows", async () => {
    const { username } = await someone("viewer", { password: PASSWORD });
    const answers = await Promise.all(Array.from({ length: 14 }, () => signIn(username, "wrong", "192.0.2.4")));
    const verdicts = answers.filter(({ status }) => status === 401);
    expect(verdicts.length).toBeLessThanOrEqual(10);
  });

  it("takes a whole IPv6 network for one address", async () => {
    const { username } = await someone("viewer", { password: PASSWORD });
    for (let i = 0; i < 10; i++) await signIn(username, "wrong", `2001:db8::${i}`);
    expect((await signIn(username, PASSWORD, "2001:db8:0:0:1:2:3:4")).status).toBe(429);
  });
});

describe("an access token", () => {
  const key = new TextEncoder().encode(env.JWT_SECRET);
  const claims = (sub: string, alg = "HS256") => new SignJWT({ sub }).setProtectedHeader({ alg });
  const status = async (token: string) => (await call("GET", "/api/users/me", { token })).status;

  it("is refused when expired, unsigned, tampered with, or meant for someone else", async () => {
    const { id, token } = await someone("viewer");
    const now = Math.floor(Date.now() / 1000);
    const good = (alg?: string) =>
      claims(id, alg).setIssuer("ov2x-edge").setAudience("ov2x-edge/api").setExpirationTime("5m");
    expect(await status(await good().sign(key))).toBe(200);
    expect(
      await status(
        await good()
          .setExpirationTime(now - 60)
          .sign(key),
      ),
    ).toBe(401);
    expect(await status(await good().setIssuer("elsewhere").sign(key))).toBe(401);
    expect(await status(await good().setAudience("elsewhere").sign(key))).toBe(401);
    expect(await status(await good().sign(new TextEncoder().encode("another secret that is long enough")))).toBe(401);
    expect(await status(await claims(id).setIssuer("ov2x-edge").setAudience("ov2x-edge/api").sign(key))).toBe(401);
    expect(await status(await good("HS512").sign(key))).toBe(401);
    const none = new UnsecuredJWT({ sub: id })
      .setIssuer("ov2x-edge")
      .setAudience("ov2x-edge/api")
      .setExpirationTime("5m");
    expect(await status(none.encode())).toBe(401);
    const [head, , signature] = token.split(".");
    expect(await status(`${head}.${btoa(JSON.stringify({ sub: "admin" }))}.${signature}`)).toBe(401);
    expect(await status("nonsense")).toBe(401);
  });

  it("stops working as soon as its user is deactivated", async () => {
    const { id, token } = await someone("viewer");
    await database(env).update(users).set({ active: false }).where(eq(users.id, id));
    expect(await status(token)).toBe(401);
  });

  it("tells who needs one how to get it", async () => {
    const { status, headers, body } = await call("GET", "/api/id-tokens");
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(body).toMatchObject({ type: "urn:ov2x-edge:problem:unauthenticated", status: 401 });
  });
});

describe("a refresh token", () => {
  const renew = (refresh: string) => call("POST", "/api/token/refresh", { body: { refresh } });

  async function signedIn() {
    const { username } = await someone("viewer", { password: PASSWORD });
    return (await signIn(username, PASSWORD)).body;
  }

  it("is exchanged once; its reuse ends the whole sign-in", async () => {
    const { refresh } = await signedIn();
    const next = await renew(refresh);
    expect(next.status).toBe(200);
    expect((await call("GET", "/api/users/me", { token: next.body.access })).status).toBe(200);
    expect((await renew(refresh)).status).toBe(401);
    expect((await renew(next.body.refresh)).status).toBe(401);
  });

  it("has at most one successor when two exchanges race", async () => {
    const { refresh } = await signedIn();
    const answers = await Promise.all([renew(refresh), renew(refresh), renew(refresh)]);
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    for (const { body } of answers.filter(({ status }) => status === 200)) {
      expect((await renew(body.refresh)).status).toBe(401);
    }
  });

  it("ends with a sign-out, and an unknown one is no error", async () => {
    const { refresh } = await signedIn();
    const { body } = await renew(refresh);
    expect((await call("POST", "/api/token/revoke", { body: { refresh: body.refresh } })).status).toBe(204);
    expect((await renew(body.refresh)).status).toBe(401);
    expect((await call("POST", "/api/token/revoke", { body: { refresh: "unknown" } })).status).toBe(204);
  });

  it("of another sign-in of the same user is left alone", async () => {
    const { username } = await someone("viewer", { password: PASSWORD });
    const [a, b] = [(await signIn(username, PASSWORD)).body, (await signIn(username, PASSWORD)).body];
    await renew(a.refresh);
    await renew(a.refresh);
    expect((await renew(b.refresh)).status).toBe(200);
  });
});

describe("roles", () => {
  it("let a viewer read and change nothing", async () => {
    const { token } = await someone("viewer");
    for (const path of ["/api/id-tokens", "/api/transactions", "/api/connection-attempts"]) {
      expect((await call("GET", path, { token })).status).toBe(200);
      expect((await call("HEAD", path, { token })).status).toBe(200);
    }
    expect((await call("POST", "/api/id-tokens", { token, body: { idToken: "X" } })).status).toBe(403);
    expect((await call("PATCH", "/api/id-tokens/X", { token, body: {} })).status).toBe(403);
    expect((await call("DELETE", "/api/connection-attempts/x", { token })).status).toBe(403);
  });

  it("refuse before they look at the body", async () => {
    const { token } = await someone("viewer");
    expect((await call("POST", "/api/id-tokens", { token, body: "{broken" })).status).toBe(403);
  });

  it("keep users, API keys and the audit log to admins", async () => {
    const { token } = await someone("operator");
    for (const path of ["/api/users", "/api/users/x", "/api/api-keys", "/api/audit-log"]) {
      expect((await call("GET", path, { token })).status).toBe(403);
    }
    const admin = await someone("admin");
    for (const path of ["/api/users", "/api/api-keys", "/api/audit-log"]) {
      expect((await call("GET", path, { token: admin.token })).status).toBe(200);
    }
  });

  it("show a driver nothing that is not its own", async () => {
    const { token } = await someone("driver");
    for (const path of ["/api/users", "/api/api-keys", "/api/audit-log", "/api/connection-attempts"]) {
      expect((await call("GET", path, { token })).status).toBe(403);
    }
    expect((await call("GET", "/api/users/me", { token })).status).toBe(200);
    expect((await call("POST", "/api/id-tokens", { token, body: { idToken: "MINE" } })).status).toBe(403);
  });
});

describe("an API key", () => {
  it("is shown once, works as a bearer and as X-API-Key, and stops when revoked", async () => {
    const { token } = await someone("admin");
    const made = await call("POST", "/api/api-keys", { token, body: { name: "billing", role: "viewer" } });
    expect(made.status).toBe(201);
    const { id, key, prefix } = made.body;
    expect(key).toMatch(/^ovx_/);
    expect(key.startsWith(prefix)).toBe(true);
    expect(JSON.stringify((await call("GET", "/api/api-keys", { token })).body)).not.toContain(key);
    const asBearer = () => call("GET", "/api/id-tokens", { token: key });
    expect((await asBearer()).status).toBe(200);
    expect((await call("GET", "/api/id-tokens", { headers: { "x-api-key": key } })).status).toBe(200);
    expect((await call("POST", "/api/id-tokens", { token: key, body: { idToken: "A" } })).status).toBe(403);
    expect((await call("GET", "/api/users/me", { token: key })).status).toBe(404);
    expect((await call("DELETE", `/api/api-keys/${id}`, { token })).status).toBe(204);
    expect((await call("DELETE", `/api/api-keys/${id}`, { token })).status).toBe(404);
    expect((await asBearer()).status).toBe(401);
  });

  it("stops when it expires, and cannot be a driver's", async () => {
    const { token } = await someone("admin");
    const make = (fields: object) =>
      call("POST", "/api/api-keys", { token, body: { name: "k", role: "viewer", ...fields } });
    const { body } = await make({ expiresAt: "2020-01-01T00:00:00Z" });
    expect((await call("GET", "/api/id-tokens", { token: body.key })).status).toBe(401);
    expect((await make({ role: "driver" })).status).toBe(422);
  });
});

describe("the audit log", () => {
  it("has every change with its outcome, refused ones too, and no reads", async () => {
    const { token, username } = await someone("viewer");
    await call("GET", "/api/id-tokens", { token });
    await call("DELETE", "/api/id-tokens/X?secret=1", { token });
    await vi.waitFor(async () => {
      expect(await audited(username)).toMatchObject([{ method: "DELETE", path: "/api/id-tokens/X", status: 403 }]);
    });
    const admin = await someone("admin");
    const { body } = await call("GET", `/api/audit-log?subject=${username}`, { token: admin.token });
    expect(body.items).toMatchObject([{ subject: username, status: 403 }]);
  });

  it("has each of many changes made at once", async () => {
    const { token, username } = await someone("viewer");
    const paths = Array.from({ length: 30 }, (_, n) => `/api/id-tokens/AT-ONCE-${n}`);
    await Promise.all(paths.map((path) => call("DELETE", path, { token })));
    await call("DELETE", "/api/id-tokens/AFTER", { token });
    await vi.waitFor(async () => {
      const found = (await audited(username)).map(({ path }) => path);
      expect(found.toSorted()).toEqual([...paths, "/api/id-tokens/AFTER"].toSorted());
    });
  });

  it("gives strangers no way to fill it", async () => {
    await call("DELETE", "/api/id-tokens/OF-STRANGERS", { token: "nonsense" });
    const { token, username } = await someone("viewer");
    await call("DELETE", "/api/id-tokens/LATER", { token });
    await vi.waitFor(async () => expect(await audited(username)).toHaveLength(1));
    const paths = (await database(env).select().from(auditLog)).map(({ path }) => path);
    expect(paths).not.toContain("/api/id-tokens/OF-STRANGERS");
  });
});
