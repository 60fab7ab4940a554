// /api/files for people: found, fetched, brought, linked, deleted; and what happens to files on their own.
import { createScheduledController } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../../src/workers/index.ts";
import { call, someone, walk } from "../support/worker/api.ts";
import { door, fileClient, noise, sha256Hex } from "../support/worker/files.ts";

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function chargerWith(...names: string[]) {
  const charger = await fileClient();
  const files = [];
  for (const name of names) {
    const response = await charger.put(`/http/upload/${name}`, `this is ${name}`);
    files.push(await response.json<{ id: string }>());
  }
  return { charger, files };
}

const scheduled = (cron = "hourly") => worker.scheduled(createScheduledController({ cron }), env);

describe("files", () => {
  it("are listed newest first, by charge point, kind and time, page by page", async () => {
    const { charger, files } = await chargerWith("1", "2", "3");
    const { token } = await someone("viewer");
    const ids = files.map(({ id }) => id).reverse();
    const path = `/api/files?chargePointId=${charger.id.toUpperCase()}`;
    const listed = await walk(path, token, 2);
    expect(listed.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(listed[0]).toMatchObject({ chargePointId: charger.id, kind: "upload", size: 9 });
    expect(await walk(`${path}&kind=log`, token, 2)).toEqual([]);
    expect(await walk(`${path}&from=2099-01-01T00:00:00Z`, token, 2)).toEqual([]);
    expect(await walk(`${path}&shared=true`, token, 2)).toEqual([]);
    expect((await call("GET", "/api/files?charger=x", { token })).status).toBe(400);
  });

  it("are read whole or in part, by whoever may see them", async () => {
    const { files } = await chargerWith("a.log");
    const path = `/api/files/${files[0]?.id}`;
    const { token } = await someone("viewer");
    expect((await call("GET", path, { token })).body).toMatchObject({ name: "a.log" });
    const part = await door("GET", `${path}/content`, { headers: { ...bearer(token), range: "bytes=0-3" } });
    expect([part.status, await part.text()]).toEqual([206, "this"]);
    for (const answer of [
      await call("GET", path),
      await call("GET", path, { token: (await someone("driver")).token }),
      await call("GET", "/api/files/nothing", { token }),
      await call("DELETE", path, { token }),
    ]) {
      expect([401, 403, 404]).toContain(answer.status);
    }
  });

  it("come from the office as a body or a form, into the shared folder or a charger's", async () => {
    const { charger } = await chargerWith();
    const { token } = await someone("operator", { username: `office-${crypto.randomUUID()}` });
    const bytes = noise(2 * 1024 * 1024);
    const name = `fw-${crypto.randomUUID()}.bin`;
    const raw = await door("POST", `/api/files?path=images/${name}&kind=firmware`, {
      headers: bearer(token),
      body: bytes,
    });
    expect({ status: raw.status, ...(await raw.json<object>()) }).toMatchObject({
      ...{ status: 201, path: `images/${name}`, kind: "firmware", chargePointId: null, sha256: await sha256Hex(bytes) },
    });
    const form = new FormData();
    form.append("file", new File(["x"], "note.txt"));
    const sent = await door("POST", `/api/files?chargePointId=${charger.id}`, { headers: bearer(token), body: form });
    expect(await sent.json()).toMatchObject({ path: "note.txt", chargePointId: charger.id, contentType: "text/plain" });
    const refused = await door("POST", "/api/files?path=../x", { headers: bearer(token), body: "x" });
    expect(refused.status).toBe(400);
    const viewer = bearer((await someone("viewer")).token);
    expect((await door("POST", "/api/files?path=x", { headers: viewer, body: "x" })).status).toBe(403);
  });

  it("that are registered as firmware images are not deleted under them", async () => {
    const { files } = await chargerWith("fw.bin");
    const id = files[0]?.id;
    await env.DB.prepare(
      `INSERT INTO firmware_images (id, file_id, version, name, size, checksum, created_by, created_at)
       VALUES (?, ?, '1', 'fw.bin', 1, '', 'x', 1)`,
    )
      .bind(crypto.randomUUID(), id)
      .run();
    const { token } = await someone("operator");
    expect((await call("DELETE", `/api/files/${id}`, { token })).status).toBe(409);
    expect((await call("GET", `/api/files/${id}`, { token })).status).toBe(200);
  });

  it("are linked for a while, and deleted with their bytes", async () => {
    const { files } = await chargerWith("a.log");
    const { token } = await someone("operator");
    const path = `/api/files/${files[0]?.id}`;
    const { status, body } = await call("POST", `${path}/link`, { token, body: { expiresInSeconds: 60 } });
    expect([status, new URL(body.url).origin]).toEqual([201, "https://csms.test"]);
    expect(await (await exports.default.fetch(body.url)).text()).toBe("this is a.log");
    expect((await call("POST", `${path}/link`, { token, body: { expiresInSeconds: 0 } })).status).toBe(422);
    expect((await call("DELETE", path, { token })).status).toBe(204);
    expect((await call("DELETE", path, { token })).status).toBe(404);
    expect((await exports.default.fetch(body.url)).status).toBe(404);
    expect(await env.FILES.head(`files/${files[0]?.id}`)).toBeNull();
  });
});

describe("on their own", () => {
  const result = async (name: string) => {
    const { body } = await call("GET", "/api/scheduled-work", { token: (await someone("viewer")).token });
    return body.items.find((item: { name: string }) => item.name === name);
  };

  it("files go when they are older than their kind is kept, and the result can be seen", async () => {
    const { charger, files } = await chargerWith("old.log", "new.log");
    const { token } = await someone("operator");
    const set = await call("PUT", "/api/files/retention/upload", { token, body: { days: 30 } });
    expect(set.body).toEqual({ kind: "upload", days: 30, defaultDays: 365 });
    await env.DB.prepare("UPDATE files SET created_at = ? WHERE id = ?")
      .bind(Date.now() - 31 * 86_400_000, files[0]?.id)
      .run();
    await scheduled();
    expect((await walk(`/api/files?chargePointId=${charger.id}`, token, 9)).map(({ name }) => name)).toEqual([
      "new.log",
    ]);
    expect(await env.FILES.head(`files/${files[0]?.id}`)).toBeNull();
    expect(await result("file-retention")).toMatchObject({ result: { upload: 1, log: 0 }, error: null });
    expect((await call("PUT", "/api/files/retention/upload", { token, body: { days: 0 } })).status).toBe(422);
    const forever = await call("PUT", "/api/files/retention/upload", { token, body: { days: null } });
    expect(forever.body.days).toBeNull();
  });

  it("uploads that nobody continues are given up, and their parts and room with them", async () => {
    const charger = await fileClient();
    const headers = { ...charger.headers, "content-type": "application/json" };
    const begun = await door("POST", "/http/uploads", { headers, body: JSON.stringify({ path: "x", size: 1000 }) });
    const { id } = await begun.json<{ id: string }>();
    await scheduled();
    expect((await door("HEAD", `/http/uploads/${id}`, { headers })).status).toBe(200);
    await env.DB.prepare("UPDATE uploads SET expires_at = ? WHERE id = ?")
      .bind(Date.now() - 1, id)
      .run();
    expect((await door("HEAD", `/http/uploads/${id}`, { headers })).status).toBe(404);
    await scheduled();
    expect(await env.DB.prepare("SELECT count(*) AS n FROM uploads WHERE id = ?").bind(id).first("n")).toBe(0);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM removals WHERE id = ?").bind(id).first("n")).toBe(0);
  });

  it("what a crash left of an upload in one request goes at the start, object and all", async () => {
    const id = crypto.randomUUID();
    await env.FILES.put(`files/${id}`, "whole, but nobody knows");
    await env.DB.prepare(
      `INSERT INTO uploads (id, owner, folder, name, kind, content_type, uploaded_by, created_at, reserved, resumable, expires_at)
       VALUES (?, 'cp', '', 'x', 'upload', 'x/y', 'x', ?, 10, 0, ?)`,
    )
      .bind(id, Date.now() - 60_000, Date.now() + 600_000)
      .run();
    await scheduled();
    expect(await env.FILES.head(`files/${id}`)).not.toBeNull();
    await scheduled("startup");
    expect(await env.FILES.head(`files/${id}`)).toBeNull();
    expect(await result("expired-uploads")).toMatchObject({ result: { expired: 1 } });
  });

  it("a file that its charger's actor did not hear of is told again", async () => {
    const { files } = await chargerWith("a.log");
    const id = files[0]?.id;
    await env.DB.prepare("UPDATE files SET announced_at = NULL, created_at = ? WHERE id = ?")
      .bind(Date.now() - 120_000, id)
      .run();
    await scheduled();
    expect(
      await env.DB.prepare("SELECT announced_at FROM files WHERE id = ?").bind(id).first("announced_at"),
    ).not.toBeNull();
  });

  it("refused connections go when they are old, and the oldest when they are too many", async () => {
    const now = Date.now();
    const insert = env.DB.prepare(
      `INSERT INTO connection_attempts (id, charge_point, identity, reason, detail, count, first_at, last_at)
       SELECT ?1 || value, ?1, ?1, 'r', 'd', 1, ?2 - value, ?2 - value FROM json_each(?3)`,
    );
    const many = Array.from({ length: 10_005 }, (_, index) => index);
    await env.DB.batch([
      insert.bind("many", now, JSON.stringify(many)),
      insert.bind("old", now - 91 * 86_400_000, JSON.stringify([0])),
    ]);
    await scheduled();
    const left = await env.DB.prepare("SELECT count(*) AS n FROM connection_attempts").first("n");
    expect(left).toBe(10_000);
    expect(await env.DB.prepare("SELECT 1 AS n FROM connection_attempts WHERE id = 'many0'").first("n")).toBe(1);
    expect((await result("connection-attempts")).result).toMatchObject({ old: 1 });
  });

  it("a part of the work that fails is shown with its reason, and the others are done", async () => {
    const broken = { ...env, FILES: { ...env.FILES, delete: () => Promise.reject(new Error("the store is away")) } };
    await env.DB.prepare("INSERT INTO removals (id) VALUES ('left-behind')").run();
    await worker.scheduled(createScheduledController({ cron: "hourly" }), broken as unknown as Env);
    expect(await result("removed-objects")).toMatchObject({ result: null, error: "Error: the store is away" });
    expect(await result("file-announcements")).toMatchObject({ error: null, result: { announced: 0 } });
    await scheduled();
    expect(await result("removed-objects")).toMatchObject({ result: { objects: 1 }, error: null });
  });
});
