// Files that chargers fetch: their own and what is offered to them, whole or in part, and nothing of anybody else.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createDownloadLink } from "../../src/workers/files/tokens.ts";
import { someone } from "../support/worker/api.ts";
import { basic, door, fileClient, noise, sha256Hex } from "../support/worker/files.ts";

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

async function withFile(name = "a.log", body: BodyInit = "0123456789") {
  const charger = await fileClient();
  const response = await charger.put(`/http/upload/${name}`, body);
  return { charger, file: await response.json<{ id: string; sha256: string; path: string }>() };
}

describe("a file", () => {
  it("comes back as it was sent, never to be run by a browser", async () => {
    const bytes = noise(300_000);
    const { charger, file } = await withFile("%C3%A9t%C3%A9%20%22x%22.html", bytes);
    const response = await charger.get("/http/files/%C3%A9t%C3%A9%20%22x%22.html");
    expect(await sha256Hex(await bytesOf(response))).toBe(file.sha256);
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      etag: `"${file.sha256}"`,
      "content-length": "300000",
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      "content-disposition": `attachment; filename="_t_ _x_.html"; filename*=UTF-8''%C3%A9t%C3%A9%20%22x%22.html`,
    });
    expect(headers["content-security-policy"]).toContain("sandbox");
    expect(headers["last-modified"]).toMatch(/GMT$/);
  });

  it("of no bytes is a file, too", async () => {
    const { charger } = await withFile("empty.bin", "");
    const response = await charger.get("/http/files/empty.bin");
    expect([response.status, (await bytesOf(response)).length]).toEqual([200, 0]);
    expect((await charger.get("/http/files/empty.bin", { range: "bytes=0-" })).status).toBe(416);
  });

  it.each([
    ["bytes=0-0", 206, "0", "bytes 0-0/10"],
    ["bytes=4-", 206, "456789", "bytes 4-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=8-99", 206, "89", "bytes 8-9/10"],
    ["bytes=10-", 416, undefined, "bytes */10"],
    ["bytes=-0", 416, undefined, "bytes */10"],
    ["bytes=5-4", 200, "0123456789", null],
    ["bytes=0-1,3-4", 200, "0123456789", null],
    ["lines=1-2", 200, "0123456789", null],
  ])("asked for %s answers %i", async (range, status, body, contentRange) => {
    const { charger } = await withFile();
    const response = await charger.get("/http/files/a.log", { range });
    expect([response.status, response.headers.get("content-range")]).toEqual([status, contentRange]);
    const text = await response.text();
    if (body !== undefined) expect(text).toBe(body);
  });

  it("is sent only where the client's conditions hold", async () => {
    const { charger, file } = await withFile();
    const etag = `"${file.sha256}"`;
    const ask = async (headers: Record<string, string>) => (await charger.get("/http/files/a.log", headers)).status;
    expect(await ask({ "if-none-match": etag })).toBe(304);
    expect(await ask({ "if-none-match": `"x", W/${etag}` })).toBe(304);
    expect(await ask({ "if-none-match": '"x"' })).toBe(200);
    expect(await ask({ "if-match": '"x"' })).toBe(412);
    expect(await ask({ "if-match": etag })).toBe(200);
    expect(await ask({ "if-modified-since": new Date(Date.now() + 60_000).toUTCString() })).toBe(304);
    expect(await ask({ "if-unmodified-since": new Date(0).toUTCString() })).toBe(412);
    expect(await ask({ range: "bytes=1-2", "if-range": etag })).toBe(206);
    expect(await ask({ range: "bytes=1-2", "if-range": '"x"' })).toBe(200);
  });

  it("is described by HEAD with its length", async () => {
    const { charger } = await withFile();
    const response = await door("HEAD", "/http/files/a.log", { headers: charger.headers });
    expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([200, "10", ""]);
  });
});

describe("nobody reads", () => {
  it("another charger's files, by any path", async () => {
    const { charger: victim, file } = await withFile("secret.log");
    const { charger } = await withFile("mine.log");
    const id = victim.id.toLowerCase();
    for (const path of [
      "secret.log",
      `${victim.id}/secret.log`,
      `../${id}/secret.log`,
      `%2e%2e%2f${id}%2fsecret.log`,
      `..%5c${id}%5csecret.log`,
      `/${id}/secret.log`,
      `files/${file.id}`,
      file.id,
      `mine.log/../../${id}/secret.log`,
      "firmware/secret.log",
      `firmware/..%2f${id}%2fsecret.log`,
      "secret.log%00",
    ]) {
      const response = await charger.get(`/http/files/${path}`);
      expect([400, 404]).toContain(response.status);
      expect(await response.text()).not.toContain("0123456789");
    }
    expect((await victim.get("/http/files/secret.log?chargePointId=x")).status).toBe(200);
    expect((await charger.get(`/http/files/secret.log?chargePointId=${victim.id}`)).status).toBe(404);
  });

  it("anything without credentials: what is there and what is not answers the same", async () => {
    const { charger } = await withFile();
    const answers = [];
    for (const [path, headers] of [
      ["a.log", {}],
      ["nothing.log", {}],
      ["firmware/x.bin", {}],
      ["", {}],
      ["%00", {}],
      ["a.log", basic(charger.id, "wrong")],
      ["a.log", basic("stranger", "wrong")],
      ["s/nonsense/a.log", {}],
    ] as const) {
      const response = await door("GET", `/http/files/${path}`, { headers });
      const { instance: _, ...body } = await response.json<Record<string, unknown>>();
      answers.push(JSON.stringify([response.status, body]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0] ?? "")[0]).toBe(401);
  });

  it("a folder as if it were a file", async () => {
    const { charger } = await withFile("logs/a.log");
    expect((await charger.get("/http/files/logs")).status).toBe(404);
    expect((await charger.get("/http/files/")).status).toBe(404);
  });
});

describe("a signed address", () => {
  const soon = () => new Date(Date.now() + 60_000);

  it("opens one file to whoever holds it, until it runs out", async () => {
    const { file } = await withFile();
    const link = createDownloadLink(env, { fileId: file.id, name: "a log.txt", expiresAt: soon() });
    expect(link).toMatch(/\/a%20log\.txt$/);
    expect(await (await door("GET", link)).text()).toBe("0123456789");
    expect((await door("GET", link, { headers: { range: "bytes=1-1" } })).status).toBe(206);
    const past = createDownloadLink(env, { fileId: file.id, name: "x", expiresAt: new Date(Date.now() - 1000) });
    expect((await door("GET", past)).status).toBe(401);
    const [, , , , token = ""] = link.split("/");
    const another = token.endsWith("x") ? "y" : "x";
    expect((await door("GET", `/http/files/s/${token.slice(0, -1)}${another}/a`)).status).toBe(401);
  });

  it("is no permission to upload, nor the reverse", async () => {
    const { file } = await withFile();
    const [, , , , token = ""] = createDownloadLink(env, { fileId: file.id, name: "x", expiresAt: soon() }).split("/");
    expect((await door("PUT", `/http/upload/t/${token}/x`, { body: "x" })).status).toBe(401);
  });
});

describe("firmware", () => {
  it("is offered, once it is registered, to the chargers that it is made for, and may only be read", async () => {
    const [charger, other] = [await fileClient(), await fileClient()];
    const vendor = `Vendor-${crypto.randomUUID()}`;
    const setVendor = env.DB.prepare("UPDATE charge_points SET vendor = ? WHERE key = ?");
    await setVendor.bind("Another", other.id.toLowerCase()).run();
    await setVendor.bind(vendor, charger.id.toLowerCase()).run();
    const { token } = await someone("operator");
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const name = `image-${crypto.randomUUID()}.bin`;
    const begun = await door("POST", "/http/uploads", {
      headers,
      body: JSON.stringify({ path: name, kind: "firmware" }),
    });
    const { id } = await begun.json<{ id: string }>();
    await door("PATCH", `/http/uploads/${id}`, { headers: { ...headers, "upload-offset": "0" }, body: "image" });
    const completed = await door("POST", `/http/uploads/${id}/complete`, { headers, body: "{}" });
    expect(completed.status).toBe(201);
    expect((await charger.get(`/http/files/firmware/${name}`)).status).toBe(404);
    const { id: fileId } = await completed.json<{ id: string }>();
    const image = JSON.stringify({ fileId, version: "2.0.0", vendor });
    expect((await door("POST", "/api/firmware", { headers, body: image })).status).toBe(201);
    expect(await (await charger.get(`/http/files/firmware/${name}`)).text()).toBe("image");
    expect((await other.get(`/http/files/firmware/${name}`)).status).toBe(404);
    expect((await charger.get(`/http/files/${name}`)).status).toBe(404);
    expect((await charger.put(`/http/upload/firmware/${name}`, "x")).status).toBe(403);
  });
});
