// What the FTP bridge asks of the Worker: accounts, folders as trees, and files in the name of others.
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { createUploadToken } from "../../src/workers/files/tokens.ts";
import { call } from "../support/worker/api.ts";
import { door, fileClient, PASSWORD } from "../support/worker/files.ts";

const TOKEN = "the-token-of-the-bridge-in-the-tests";
const OTHERS = [
  { username: "shared", password: "shared password" },
  { username: "keeper", password: "keeper password", permissions: ["read", "write", "delete"] },
  { username: "reader", password: "reader password", permissions: ["read"] },
];

async function bridge() {
  Object.assign(env, { FTP_BRIDGE_TOKEN: TOKEN, FTP_SHARED_ACCOUNTS: JSON.stringify(OTHERS) });
  const signIn = (username: string, password: string, more: object = {}) =>
    call("POST", "/http/bridge/sign-in", {
      token: TOKEN,
      body: { username, password, remoteAddress: "192.0.2.1", ...more },
    });
  const as = (account: string) => {
    const headers = { "ov2x-account": account };
    const request = (method: string, path: string, body?: unknown) =>
      call(method, path, { token: TOKEN, headers, ...(body === undefined ? {} : { body }) });
    return {
      request,
      put: (path: string, body: string) =>
        door("PUT", `/http/upload/${path}`, { headers: { ...headers, authorization: `Bearer ${TOKEN}` }, body }),
      names: async (path: string) => {
        const { body } = await request("GET", `/http/bridge/entries?path=${encodeURIComponent(path)}`);
        return body.items.map(
          (entry: { name: string; type: string }) => entry.name + (entry.type === "folder" ? "/" : ""),
        );
      },
    };
  };
  return { signIn, as };
}

afterEach(() => Object.assign(env, { FTP_BRIDGE_TOKEN: undefined, FTP_SHARED_ACCOUNTS: "" }));

describe("signing in", () => {
  it("opens a charger's account with its identity and key, and tells its room", async () => {
    const { signIn, as } = await bridge();
    const charger = await fileClient();
    await charger.put("/http/upload/a.log", "12345");
    const { status, body } = await signIn(charger.id.toUpperCase(), PASSWORD);
    expect({ status, ...body }).toMatchObject({
      ...{ status: 200, kind: "chargePoint", permissions: ["read", "write"], usedBytes: 5 },
      ...{ quotaBytes: Number(env.FILE_QUOTA_BYTES), maxFileBytes: Number(env.MAX_FILE_BYTES) },
    });
    expect(await as(body.account).names("/")).toEqual(["firmware/", "a.log"]);
    const put = await as(body.account).put("b.log", "x");
    expect(await put.json()).toMatchObject({ chargePointId: charger.id, uploadedBy: `ftp:${charger.id}` });
  });

  it("opens a shared account, with the permissions that it was given", async () => {
    const { signIn, as } = await bridge();
    const accountOf = async (username: string) => (await signIn(username, `${username} password`)).body;
    expect(await accountOf("shared")).toMatchObject({ kind: "shared", permissions: ["read", "write"] });
    const name = `of-all-${crypto.randomUUID()}.txt`;
    expect((await as((await accountOf("shared")).account).put(name, "x")).status).toBe(201);
    const reader = as((await accountOf("reader")).account);
    expect(await reader.names("/")).toContain(name);
    expect((await reader.put(name, "x")).status).toBe(403);
    const path = `/http/bridge/entries?path=/${name}`;
    expect((await as((await accountOf("shared")).account).request("DELETE", path)).status).toBe(403);
    expect((await as((await accountOf("keeper")).account).request("DELETE", path)).status).toBe(204);
  });

  it("with the token of an address opens the charger's account, and ties what is uploaded to its job", async () => {
    const { signIn, as } = await bridge();
    const charger = await fileClient();
    const grant = { chargePointId: charger.id, jobId: "job-9", kind: "log" as const };
    const token = createUploadToken(env, { ...grant, expiresAt: new Date(Date.now() + 60_000) });
    const { status, body } = await signIn(charger.id, token);
    expect(status).toBe(200);
    for (const name of ["one.log", "two.log"]) {
      const file = await (await as(body.account).put(name, "x")).json();
      expect(file).toMatchObject({ kind: "log", jobId: "job-9", chargePointId: charger.id });
    }
    expect((await signIn("somebody-else", token)).status).toBe(401);
  });

  it("is refused for what is wrong, in clear text where that is forbidden, and after too many attempts", async () => {
    const { signIn } = await bridge();
    const charger = await fileClient({ securityProfile: 2 });
    expect((await signIn(charger.id, PASSWORD)).status).toBe(403);
    expect((await signIn(charger.id, PASSWORD, { secure: true })).status).toBe(200);
    expect((await signIn("nobody", "x")).status).toBe(401);
    const statuses = [];
    for (let count = 0; count < 11; count += 1) statuses.push((await signIn("shared", "guess")).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    const elsewhere = await signIn("shared", "shared password", { remoteAddress: "192.0.2.2" });
    expect(elsewhere.status).toBe(200);
  });

  it("and all else at the bridge's door is for the bridge alone", async () => {
    const charger = await fileClient();
    await bridge();
    const entries = "/http/bridge/entries?path=/";
    expect((await charger.get(entries)).status).toBe(401);
    expect((await call("GET", entries, { token: "another token" })).status).toBe(401);
    expect((await call("GET", entries, { token: TOKEN })).status).toBe(401);
    expect(
      (await call("GET", entries, { token: TOKEN, headers: { "ov2x-account": "charge-point:nobody" } })).status,
    ).toBe(401);
    Object.assign(env, { FTP_BRIDGE_TOKEN: "" });
    expect((await call("POST", "/http/bridge/sign-in", { token: "" })).status).toBe(401);
  });
});

describe("a tree", () => {
  const tree = async () => {
    const charger = await fileClient();
    const { as } = await bridge();
    return { charger, ...as(`charge-point:${encodeURIComponent(charger.id.toLowerCase())}`) };
  };

  it("is listed folder by folder, page by page, folders first", async () => {
    const { put, names, request } = await tree();
    for (const path of ["b/1", "b/2", "b/c/3", "z", "a"]) await put(path, path);
    await request("POST", "/http/bridge/folders", { path: "/empty/inner" });
    expect(await names("/")).toEqual(["firmware/", "b/", "empty/", "a", "z"]);
    expect(await names("/b/")).toEqual(["c/", "1", "2"]);
    expect(await names("/empty/inner")).toEqual([]);
    const pages = [];
    for (let cursor = ""; ; ) {
      const { body } = await request("GET", `/http/bridge/entries?path=/&limit=2${cursor}`);
      pages.push(body.items.map(({ name }: { name: string }) => name));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(pages.flat()).toEqual(["firmware", "b", "empty", "a", "z"]);
    expect((await request("GET", "/http/bridge/entries?path=/nowhere")).status).toBe(404);
    expect((await request("GET", "/http/bridge/entries?path=/a")).status).toBe(404);
    expect((await request("GET", "/http/bridge/entries?path=/a/../b")).status).toBe(400);
  });

  it("tells of one entry, the root included", async () => {
    const { put, request } = await tree();
    await put("f/x.log", "123");
    const look = async (path: string) => (await request("GET", `/http/bridge/entry?path=${path}`)).body;
    expect(await look("/f/x.log")).toMatchObject({ type: "file", size: 3, path: "/f/x.log", name: "x.log" });
    expect(await look("/f")).toMatchObject({ type: "folder", size: null, path: "/f" });
    expect(await look("/")).toMatchObject({ type: "folder", path: "/" });
    expect(await look("/firmware")).toMatchObject({ type: "folder", path: "/firmware" });
    expect(await look("/no")).toMatchObject({ status: 404 });
  });

  it("is renamed, folders with all that is in them, and never onto something", async () => {
    const { put, names, request } = await tree();
    for (const path of ["old/1", "old/in/2", "older/3", "taken"]) await put(path, path);
    const rename = async (from: string, to: string) =>
      (await request("POST", "/http/bridge/rename", { from, to })).status;
    expect(await rename("/old", "/new/place")).toBe(200);
    expect(await names("/new/place")).toEqual(["in/", "1"]);
    expect(await names("/new/place/in")).toEqual(["2"]);
    expect(await names("/older")).toEqual(["3"]);
    expect(await rename("/older/3", "/taken")).toBe(409);
    expect(await rename("/older/3", "/free")).toBe(200);
    expect(await rename("/new", "/new/place/deeper")).toBe(409);
    expect(await rename("/nothing", "/x")).toBe(404);
    expect(await rename("/taken", "/firmware/x")).toBe(403);
    expect(await rename("/taken", "/taken")).toBe(409);
    expect(await names("/")).toEqual(["firmware/", "new/", "older/", "free", "taken"]);
  });

  it("loses folders only when they are empty, and files with their objects", async () => {
    const { as } = await bridge();
    const keeper = as("shared:keeper");
    const folder = `f-${crypto.randomUUID()}`;
    const file = await (await keeper.put(`${folder}/x`, "x")).json<{ id: string }>();
    const remove = async (path: string) => (await keeper.request("DELETE", `/http/bridge/entries?path=${path}`)).status;
    expect(await remove(`/${folder}`)).toBe(409);
    expect(await remove(`/${folder}/x`)).toBe(204);
    expect(await env.FILES.head(`files/${file.id}`)).toBeNull();
    expect(await remove(`/${folder}`)).toBe(204);
    expect(await remove(`/${folder}`)).toBe(404);
  });
});
