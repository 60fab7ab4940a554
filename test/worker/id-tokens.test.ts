import { beforeAll, describe, expect, it } from "vitest";
import { call, someone } from "../support/worker/api.ts";

let token: string;

beforeAll(async () => {
  token = (await someone("operator")).token;
});

const register = (body: object) => call("POST", "/api/id-tokens", { token, body });
const path = (idToken: string) => `/api/id-tokens/${encodeURIComponent(idToken)}`;

describe("an id token", () => {
  it("is accepted unless said otherwise, and keeps its spelling", async () => {
    const made = await register({ idToken: "Card-1" });
    expect(made.status).toBe(201);
    const nothing = { expiresAt: null, groupId: null, userId: null, note: null };
    expect(made.body).toMatchObject({ idToken: "Card-1", status: "accepted", ...nothing });
    expect((await call("GET", path("CARD-1"), { token })).body).toEqual(made.body);
  });

  it("is one token in whatever case", async () => {
    await register({ idToken: "Dup" });
    expect((await register({ idToken: "dUP" })).status).toBe(409);
    expect((await call("PATCH", path("DUP"), { token, body: { status: "blocked" } })).body.status).toBe("blocked");
    expect((await call("DELETE", path("dup"), { token })).status).toBe(204);
    expect((await call("GET", path("Dup"), { token })).status).toBe(404);
    expect((await call("PATCH", path("Dup"), { token, body: {} })).status).toBe(404);
    expect((await call("DELETE", path("Dup"), { token })).status).toBe(404);
  });

  it("may have any printable characters", async () => {
    const idToken = "a/b?c=%20&d #+:@|{}";
    const made = await register({ idToken });
    expect(made.status).toBe(201);
    expect((await call("GET", made.headers.get("location") ?? "", { token })).body.idToken).toBe(idToken);
    for (const odd of ["", "x".repeat(256), "tab\t", "ä", " blank"]) {
      expect((await register({ idToken: odd })).status).toBe(422);
    }
  });

  it("expires at a time with an offset, or never", async () => {
    const { body } = await register({ idToken: "E1", expiresAt: "2030-01-01T00:00:00+02:00" });
    expect(body.expiresAt).toBe("2029-12-31T22:00:00.000Z");
    const local = await register({ idToken: "E2", expiresAt: "2030-01-01T00:00:00" });
    expect(local).toMatchObject({ status: 422, body: { errors: [{ pointer: "/expiresAt" }] } });
    expect((await call("PATCH", path("E1"), { token, body: { expiresAt: null } })).body.expiresAt).toBeNull();
  });

  it("belongs to a user who exists", async () => {
    const refused = await register({ idToken: "O1", userId: "nobody" });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: "/userId" }] } });
    const driver = await someone("driver");
    expect((await register({ idToken: "O1", userId: driver.id })).status).toBe(201);
  });

  it("stays without an owner when its driver is deleted", async () => {
    const admin = await someone("admin");
    const driver = await someone("driver");
    await register({ idToken: "Left", userId: driver.id });
    await call("DELETE", `/api/users/${driver.id}`, { token: admin.token });
    expect((await call("GET", path("Left"), { token })).body.userId).toBeNull();
  });
});

describe("the list of id tokens", () => {
  it("is filtered by each of its members", async () => {
    const driver = await someone("driver");
    await register({ idToken: "F1", groupId: "fleet", status: "blocked" });
    await register({ idToken: "F2", groupId: "fleet", userId: driver.id });
    const find = async (query: string) => {
      const { body } = await call("GET", `/api/id-tokens?${query}`, { token });
      return body.items.map(({ idToken }: { idToken: string }) => idToken);
    };
    expect(await find("groupId=fleet")).toEqual(["F1", "F2"]);
    expect(await find("groupId=fleet&status=blocked")).toEqual(["F1"]);
    expect(await find(`userId=${driver.id}`)).toEqual(["F2"]);
    expect(await find("idToken=f1")).toEqual(["F1"]);
  });

  it("shows a driver its own only, whatever it asks for", async () => {
    const [mine, other] = [await someone("driver"), await someone("driver")];
    await register({ idToken: "Mine", userId: mine.id });
    await register({ idToken: "Other", userId: other.id });
    const as = (url: string) => call("GET", url, { token: mine.token });
    expect((await as("/api/id-tokens")).body.items).toMatchObject([{ idToken: "Mine" }]);
    expect((await as(`/api/id-tokens?userId=${other.id}`)).body.items).toEqual([]);
    expect((await as(path("mine"))).status).toBe(200);
    expect((await as(path("other"))).status).toBe(404);
  });
});
