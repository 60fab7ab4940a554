import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { database } from "../../src/db/client.ts";
import { users } from "../../src/db/schema.ts";
import { call, someone } from "../support/worker/api.ts";

const PASSWORD = "correct horse battery";

const create = (token: string, fields: object = {}) =>
  call("POST", "/api/users", {
    token,
    body: { username: `u-${crypto.randomUUID()}`, password: PASSWORD, role: "operator", ...fields },
  });

const signIn = async (username: string, password: string) =>
  call("POST", "/api/token", { body: { username, password }, headers: { "cf-connecting-ip": crypto.randomUUID() } });

const renew = (refresh: string) => call("POST", "/api/token/refresh", { body: { refresh } });

describe("a user", () => {
  it("is created, read, changed and deleted, and never shows a hash", async () => {
    const { token } = await someone("admin");
    const made = await create(token, { name: "Ada", email: "ada@example.org" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: "Ada", email: "ada@example.org", role: "operator", active: true });
    const path = `/api/users/${made.body.id}`;
    expect(made.headers.get("location")).toBe(path);
    const changed = await call("PATCH", path, { token, body: { name: null, role: "viewer" } });
    expect(changed.body).toMatchObject({ name: null, role: "viewer", email: "ada@example.org" });
    const read = await call("GET", path, { token });
    expect(read.body).toEqual(changed.body);
    expect(JSON.stringify(read.body)).not.toMatch(/hash|scrypt/i);
    expect((await call("DELETE", path, { token })).status).toBe(204);
    expect((await call("GET", path, { token })).status).toBe(404);
    expect((await call("PATCH", path, { token, body: { name: "x" } })).status).toBe(404);
  });

  it("has a name of its own, whatever its case", async () => {
    const { token } = await someone("admin");
    expect((await create(token, { username: "Grace" })).body.username).toBe("grace");
    expect((await create(token, { username: "GRACE" })).status).toBe(409);
  });

  it("needs a password of 8 to 200 characters, and members that exist", async () => {
    const { token } = await someone("admin");
    const { status, body } = await create(token, { password: "short", isSuperuser: true });
    expect(status).toBe(422);
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual(["/isSuperuser", "/password"]);
    expect((await create(token, { password: "x".repeat(201) })).status).toBe(422);
  });

  it("is found by role, activity and name", async () => {
    const { token } = await someone("admin");
    const driver = await someone("driver", { active: false });
    const find = async (query: string) => (await call("GET", `/api/users?${query}`, { token })).body.items;
    expect(await find("role=driver&active=false")).toMatchObject([{ id: driver.id }]);
    expect(await find("role=driver&active=true")).toEqual([]);
    expect(await find(`username=${driver.username.toUpperCase()}`)).toMatchObject([{ id: driver.id }]);
  });
});

describe("the last active admin", () => {
  it("cannot be removed, demoted or deactivated", async () => {
    await database(env).delete(users);
    const { id, token } = await someone("admin");
    await someone("admin", { active: false });
    const path = `/api/users/${id}`;
    expect((await call("DELETE", path, { token })).status).toBe(409);
    expect((await call("PATCH", path, { token, body: { role: "viewer" } })).status).toBe(409);
    expect((await call("PATCH", path, { token, body: { active: false } })).status).toBe(409);
    expect((await call("PATCH", path, { token, body: { name: "Still here" } })).status).toBe(200);
    const other = await someone("admin");
    expect((await call("DELETE", path, { token })).status).toBe(204);
    expect((await call("GET", "/api/users", { token: other.token })).body.items).toHaveLength(2);
  });

  it("stays when two admins remove each other at once", async () => {
    await database(env).delete(users);
    const [a, b] = [await someone("admin"), await someone("admin")];
    await Promise.all([
      call("DELETE", `/api/users/${a.id}`, { token: b.token }),
      call("PATCH", `/api/users/${b.id}`, { token: a.token, body: { active: false } }),
    ]);
    const left = await database(env).select().from(users);
    expect(left.filter(({ role, active }) => role === "admin" && active)).toHaveLength(1);
  });
});

describe("a sign-in ends", () => {
  it.each([
    ["a new role", { role: "viewer" }],
    ["a new password", { password: "another password" }],
    ["deactivation", { active: false }],
  ])("with %s", async (_, change) => {
    const { token } = await someone("admin");
    const { id, username } = await someone("operator", { password: PASSWORD });
    const { body } = await signIn(username, PASSWORD);
    expect((await call("PATCH", `/api/users/${id}`, { token, body: change })).status).toBe(200);
    expect((await renew(body.refresh)).status).toBe(401);
  });

  it("not with a new e-mail address, nor when the change was refused", async () => {
    await database(env).delete(users);
    const { id, username, token } = await someone("admin", { password: PASSWORD });
    const { body } = await signIn(username, PASSWORD);
    await call("PATCH", `/api/users/${id}`, { token, body: { email: "x@example.org" } });
    expect((await call("PATCH", `/api/users/${id}`, { token, body: { role: "viewer" } })).status).toBe(409);
    expect((await renew(body.refresh)).status).toBe(200);
  });
});

describe("/api/users/me", () => {
  const patchMe = (token: string, body: object, address = crypto.randomUUID()) =>
    call("PATCH", "/api/users/me", { token, body, headers: { "cf-connecting-ip": address } });

  it("lets users change how they are called, and nothing that gives them power", async () => {
    const { token } = await someone("driver");
    const profile = { name: "Zoe", lastName: "Zeta", phone: "+30 210 000", language: "el", timeZone: "Europe/Athens" };
    expect((await patchMe(token, profile)).body).toMatchObject(profile);
    for (const body of [{ timeZone: "Nowhere" }, { language: "Ελ" }, { phone: "call me" }]) {
      expect((await patchMe(token, body)).status).toBe(422);
    }
    for (const body of [{ role: "admin" }, { active: true }, { username: "root" }, { passwordHash: "x" }]) {
      expect((await patchMe(token, body)).status).toBe(422);
    }
  });

  it("takes a new password only with the present one", async () => {
    const { username, token } = await someone("viewer", { password: PASSWORD });
    const missing = await patchMe(token, { password: "a new password" });
    expect(missing).toMatchObject({ status: 422, body: { errors: [{ pointer: "/currentPassword" }] } });
    const wrong = await patchMe(token, { password: "a new password", currentPassword: "wrong" });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: "/currentPassword" }] } });
    expect((await patchMe(token, { password: "a new password", currentPassword: PASSWORD })).status).toBe(200);
    expect((await signIn(username, "a new password")).status).toBe(200);
    expect((await signIn(username, PASSWORD)).status).toBe(401);
  });

  it("is no way to guess the password", async () => {
    const { token } = await someone("viewer", { password: PASSWORD });
    const guess = () => patchMe(token, { password: "a new password", currentPassword: "wrong" }, "192.0.2.9");
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(422);
    expect((await guess()).status).toBe(429);
  });
});
