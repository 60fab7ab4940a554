// Files that chargers bring over HTTP: whole, checked, under safe names, within their room.
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUploadToken } from "../../src/workers/files/tokens.ts";
import { someone } from "../support/worker/api.ts";
import { basic, door, fileClient, noise, sha256Hex, streamed } from "../support/worker/files.ts";
import { registerCharger } from "../support/worker/registry.ts";

const MIB = 1024 * 1024;

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
const json = (response: Response) => response.json() as Promise<any>;
const stored = async (id: string) => new Uint8Array((await (await env.FILES.get(`files/${id}`))?.arrayBuffer()) ?? []);
const countOf = async (table: string, owner: string) =>
  (await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE owner = ?`).bind(owner.toLowerCase()).first("n")) ??
  0;
const sameBytes = async (a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>) =>
  expect(await sha256Hex(a)).toBe(await sha256Hex(b));

describe("an upload", () => {
  it.each([
    ["nothing", 0],
    ["one byte", 1],
    ["more than one part", 5 * MIB + 3],
  ])("of %s is stored whole, with its size and checksum, whether its length was told or not", async (_, size) => {
    const charger = await fileClient();
    const bytes = noise(size);
    for (const [name, body] of [
      ["told.bin", bytes],
      ["untold.bin", streamed(bytes)],
    ] as const) {
      const response = await charger.put(`/http/upload/${name}`, body);
      const file = await json(response);
      expect({ status: response.status, ...file }).toMatchObject({
        ...{ status: 201, chargePointId: charger.id, name, path: name, size, kind: "upload" },
        ...{ sha256: await sha256Hex(bytes), uploadedBy: `charger:${charger.id}` },
      });
      await sameBytes(await stored(file.id), bytes);
    }
    expect(await countOf("uploads", charger.id)).toBe(0);
  });

  it("of more than one put is stored in parts and comes back whole", async () => {
    const charger = await fileClient();
    const bytes = noise(17 * MIB);
    const file = await json(await charger.put("/http/upload/large.bin", bytes));
    expect(file).toMatchObject({ size: bytes.length, sha256: await sha256Hex(bytes) });
    await sameBytes(await stored(file.id), bytes);
  });

  it.each([
    ["POST", "image/x-odd; v=1", "a.txt", "image/x-odd; v=1"],
    ["PUT", "application/octet-stream", "a.zip", "application/zip"],
    ["POST", "application/x-www-form-urlencoded", "a.log", "text/plain"],
    ["PUT", "not a type", "a", "application/octet-stream"],
  ])("by %s as %s has the media type that fits", async (method, type, name, expected) => {
    const charger = await fileClient();
    const headers = { ...charger.headers, "content-type": type };
    const response = await door(method, `/http/upload/${name}`, { headers, body: "x" });
    expect(await json(response)).toMatchObject({ contentType: expected });
  });

  it("in a form is stored under the form's name, or under the path's where that names a file", async () => {
    const charger = await fileClient();
    const bytes = noise(300_000);
    const form = () => {
      const data = new FormData();
      data.append("note", "before the file");
      data.append("file", new File([bytes], "diag nostics.zip", { type: "application/zip" }));
      return data;
    };
    const post = (path: string) => door("POST", path, { headers: charger.headers, body: form() });
    for (const [path, name] of [
      ["/http/upload/", "diag nostics.zip"],
      ["/http/upload/2026/", "2026/diag nostics.zip"],
      ["/http/upload/2026/mine.zip", "2026/mine.zip"],
    ] as const) {
      const file = await json(await post(path));
      expect(file).toMatchObject({ path: name, size: bytes.length, sha256: await sha256Hex(bytes) });
      expect(file.contentType).toBe("application/zip");
    }
  });

  it("in a form that breaks off, or without a file, is refused and leaves nothing", async () => {
    const charger = await fileClient();
    const headers = { ...charger.headers, "content-type": "multipart/form-data; boundary=b" };
    const broken = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\nhalf of';
    const without = '--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n';
    for (const body of [broken, without, "", "nonsense"]) {
      expect((await door("POST", "/http/upload/", { headers, body })).status).toBe(400);
    }
    expect(await countOf("files", charger.id)).toBe(0);
    expect(await countOf("uploads", charger.id)).toBe(0);
  });

  it("without a name gets one", async () => {
    const charger = await fileClient();
    const file = await json(await door("POST", "/http/upload/", { headers: charger.headers, body: "x" }));
    expect(file.name).toMatch(/^upload-\d{8}T\d{6}Z\.bin$/);
  });

  it("never overwrites: names that are taken are numbered, also when fifty come at once", async () => {
    const charger = await fileClient();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => charger.put("/http/upload/logs/a.log", `number ${index}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
    const files = await Promise.all(answers.map(json));
    expect(new Set(files.map(({ path }) => path)).size).toBe(50);
    expect(files.map(({ path }) => path).sort()).toContain("logs/a (50).log");
    for (const [index, { id }] of files.entries()) {
      expect(new TextDecoder().decode(await stored(id))).toBe(`number ${index}`);
    }
  });
});

describe("the name of a file", () => {
  it.each([
    ["spaces%20and%20more.log", "spaces and more.log"],
    ["%C3%A9t%C3%A9/%E6%97%A5%E6%9C%AC.log", "été/日本.log"],
    // Decomposed: the same name as composed.
    ["e%CC%81.log", "é.log"],
    ["//absolute//etc/passwd", "absolute/etc/passwd"],
    ["100%.log", "100%.log"],
    // Decoded once, and no path any more.
    ["%252e%252e/x", "%2e%2e/x"],
    ["...", "..."],
  ])("%s is taken as a label: %s", async (path, expected) => {
    const charger = await fileClient();
    const response = await charger.put(`/http/upload/${path}`, "x");
    expect({ status: response.status, path: (await json(response)).path }).toEqual({ status: 201, path: expected });
  });

  it.each([
    "a%00.log",
    "a%0d%0ab.log",
    "..%2f..%2fother%2fx",
    "%2e%2e%5c%2e%2e%5cx",
    "a%5cb",
    "a%2fb",
    "C:%5cx",
    "C:",
    "%20",
    "x%E2%80%AEgpj.exe",
    `${"a".repeat(256)}`,
    Array(17).fill("a").join("/"),
  ])("%s is refused", async (path) => {
    const charger = await fileClient();
    expect((await charger.put(`/http/upload/${path}`, "x")).status).toBe(400);
    expect(await countOf("files", charger.id)).toBe(0);
  });

  it("that climbs out of the door by dots reaches nothing", async () => {
    const charger = await fileClient();
    for (const path of ["../x", "%2e%2e/x", "a/../../../x", ".%2e/%2e./x"]) {
      const { status } = await charger.put(`/http/upload/${path}`, "x");
      expect([400, 404]).toContain(status);
    }
    expect(await countOf("files", charger.id)).toBe(0);
  });

  it("cannot lie below a file, nor in the folder of firmware", async () => {
    const charger = await fileClient();
    await charger.put("/http/upload/a", "x");
    expect((await charger.put("/http/upload/a/b", "x")).status).toBe(409);
    expect((await charger.put("/http/upload/firmware/b", "x")).status).toBe(403);
    expect((await charger.put("/http/upload/firmware", "x")).status).toBe(403);
  });
});

describe("credentials", () => {
  it("are the socket's: any case of the identity, the hex key as text and as bytes, a user name of its own", async () => {
    const hex = "00ff10a0b1c2d3e4f5061728394a5b6c7d8e9fa0";
    const charger = await fileClient({ password: hex, username: "Installer: one" });
    const raw = String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
    for (const authorization of [
      btoa(`${charger.id.toUpperCase()}:${hex.toUpperCase()}`),
      btoa(`${charger.id}:${raw}`),
      btoa(`installer: ONE:${hex}`),
    ]) {
      const headers = { authorization: `Basic ${authorization}` };
      const response = await door("PUT", "/http/upload/a.log", { headers, body: "x" });
      expect({ status: response.status, of: (await json(response)).chargePointId }).toEqual({
        status: 201,
        of: charger.id,
      });
    }
  });

  it("that are wrong get the same answer whether the charger exists or not, and are told to operators", async () => {
    const charger = await fileClient();
    const answers = [];
    for (const headers of [
      {},
      basic(charger.id, "wrong"),
      basic("nobody-of-that-name", "wrong"),
      basic(await registerCharger({ securityProfile: 0 }), "x"),
      { authorization: "Basic !!!" },
      { authorization: "Bearer nonsense" },
    ]) {
      const response = await door("PUT", "/http/upload/a.log", { headers, body: "x" });
      answers.push([response.status, response.headers.get("www-authenticate"), await response.text()]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
    const attempt = await env.DB.prepare("SELECT reason FROM connection_attempts WHERE charge_point = ?")
      .bind(charger.id.toLowerCase())
      .first();
    expect(attempt).toEqual({ reason: "file_wrong_password" });
  });

  it("that fail too often are not heard for a while, and other chargers are", async () => {
    const charger = await fileClient();
    const other = await fileClient();
    const attempt = () => door("PUT", "/http/upload/a.log", { headers: basic(charger.id, "guess"), body: "x" });
    const statuses = [];
    for (let count = 0; count < 11; count += 1) statuses.push((await attempt()).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    expect((await charger.put("/http/upload/a.log", "x")).status).toBe(429);
    expect((await other.put("/http/upload/a.log", "x")).status).toBe(201);
  });

  it("of a charger that must come encrypted are refused in clear text", async () => {
    const { exports } = await import("cloudflare:workers");
    const charger = await fileClient({ securityProfile: 2 });
    const put = (scheme: string) =>
      exports.default.fetch(`${scheme}://csms.test/http/upload/a.log`, {
        method: "PUT",
        headers: charger.headers,
        body: "x",
      });
    expect((await put("http")).status).toBe(403);
    expect((await put("https")).status).toBe(201);
  });

  it("of people count by role: operators write, viewers and drivers do not", async () => {
    const put = async (role: "operator" | "viewer" | "driver") => {
      const { token } = await someone(role);
      const headers = { authorization: `Bearer ${token}` };
      return door("PUT", "/http/upload/from-the-office.txt", { headers, body: "x" });
    };
    const written = await put("operator");
    expect({ status: written.status, ...(await json(written)) }).toMatchObject({ status: 201, chargePointId: null });
    expect((await put("viewer")).status).toBe(403);
    expect((await put("driver")).status).toBe(403);
  });
});

describe("a one-time address", () => {
  const address = (id: string, more: object = {}) => {
    const grant = {
      chargePointId: id,
      jobId: "job-1",
      commandId: "command-1",
      expiresAt: new Date(Date.now() + 60_000),
    };
    return `/http/upload/t/${createUploadToken(env, { ...grant, ...more })}`;
  };

  it("takes one file without credentials, and ties it to its job", async () => {
    const { id } = await fileClient();
    const path = address(id.toUpperCase(), { kind: "diagnostics" });
    const first = await door("PUT", `${path}/d.zip`, { body: "x" });
    expect({ status: first.status, ...(await json(first)) }).toMatchObject({
      ...{ status: 201, chargePointId: id, path: "d.zip", kind: "diagnostics", jobId: "job-1", commandId: "command-1" },
    });
    expect((await door("PUT", `${path}/d.zip`, { body: "y" })).status).toBe(409);
    expect(await countOf("files", id)).toBe(1);
    expect(await countOf("uploads", id)).toBe(0);
  });

  it("takes one of many that come at once", async () => {
    const { id } = await fileClient();
    const path = address(id);
    const answers = await Promise.all(Array.from({ length: 8 }, () => door("PUT", `${path}/d.zip`, { body: "x" })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await countOf("files", id)).toBe(1);
  });

  it("that ran out, was changed or spelt otherwise opens nothing", async () => {
    const { id } = await fileClient();
    const whole = address(id);
    for (const path of [
      address(id, { expiresAt: new Date(Date.now() - 1) }),
      `${whole.slice(0, -2)}AA`,
      `${whole}=`,
      "/http/upload/t/x",
    ]) {
      expect((await door("PUT", `${path}/d.zip`, { body: "x" })).status).toBe(401);
    }
  });

  it("is short enough for chargers that hold 255 characters", () => {
    const token = createUploadToken(env, {
      ...{ chargePointId: "A-CHARGER-OF-TWENTY4", jobId: crypto.randomUUID(), kind: "diagnostics" },
      expiresAt: new Date(),
    });
    expect(token.length).toBeLessThan(160);
  });
});

describe("room", () => {
  it("is what all uploads at once may take together, to the byte", async () => {
    const charger = await fileClient();
    const quota = Number(env.FILE_QUOTA_BYTES);
    await env.DB.prepare(
      `INSERT INTO files (id, owner, folder, name, kind, content_type, uploaded_by, created_at, size, sha256)
       VALUES (?, ?, '', 'big', 'upload', 'x/y', 'x', 1, ?, '')`,
    )
      .bind(crypto.randomUUID(), charger.id.toLowerCase(), quota - 10 * 1000)
      .run();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => charger.put(`/http/upload/${index}.bin`, noise(1000))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(201), ...Array(40).fill(507)]);
    expect(await countOf("uploads", charger.id)).toBe(0);
    expect((await charger.put("/http/upload/untold.bin", streamed(noise(1)))).status).toBe(507);
    expect((await charger.put("/http/upload/empty.bin", "")).status).toBe(201);
  });

  it("is refused at once to a file that is too large, before its first byte", async () => {
    const charger = await fileClient();
    const headers = { ...charger.headers, "content-length": String(Number(env.MAX_FILE_BYTES) + 1) };
    const response = await door("PUT", "/http/upload/huge.bin", { headers, body: "x" });
    expect(response.status).toBe(413);
  });
});

it("any text at all becomes a label or is refused, and never more than a label", async () => {
  const { placeOf, pathOf, readPath, namesFor } = await import("../../src/workers/files/names.ts");
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("..", ".", "/", "\\", "a", "%2e", "\0", " ", "C:", "é", "\u202e"))
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = readPath(text);
      if (!read.ok) return;
      for (const segment of read.value) {
        expect(segment).not.toMatch(/^\.{0,2}$|[/\\]|\p{Cc}/u);
        expect(new TextEncoder().encode(segment).length).toBeLessThanOrEqual(255);
        for (const name of namesFor(segment, crypto.randomUUID()))
          expect(readPath(name)).toEqual({ ok: true, value: [name] });
      }
      // Reading what was read changes nothing.
      const place = placeOf(read.value);
      if (place !== undefined) expect(readPath(pathOf(place))).toEqual(read);
    }),
    { numRuns: 300 },
  );
});
