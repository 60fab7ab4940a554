// Large files over many requests: parts in order, one winner among racing ones, and the same end however often it is asked.
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ResumableDigest } from "../../src/workers/files/digest.ts";
import { RESUMABLE_PART_BYTES } from "../../src/workers/files/r2.ts";
import { door, type FileClient, fileClient, noise, sha256Hex, streamed } from "../support/worker/files.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
const json = (response: Response) => response.json() as Promise<any>;

async function begin(charger: FileClient, body: object) {
  const headers = { ...charger.headers, "content-type": "application/json" };
  const response = await door("POST", "/http/uploads", { headers, body: JSON.stringify(body) });
  const begun = await json(response);
  return {
    ...{ status: response.status, begun },
    patch: (offset: number, part: BodyInit) =>
      door("PATCH", `/http/uploads/${begun.id}`, {
        headers: { ...charger.headers, "upload-offset": String(offset) },
        body: part,
      }),
    complete: (more: object = {}) =>
      door("POST", `/http/uploads/${begun.id}/complete`, { headers, body: JSON.stringify(more) }),
    head: () => door("HEAD", `/http/uploads/${begun.id}`, { headers: charger.headers }),
    abort: (by = charger) => door("DELETE", `/http/uploads/${begun.id}`, { headers: by.headers }),
  };
}

const rows = async (table: string, id: string) =>
  env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE id = ?`).bind(id).first("n");

describe("a resumable upload", () => {
  it("is put together from parts, told or untold in length, and checked as a whole", async () => {
    const charger = await fileClient();
    const bytes = noise(2 * RESUMABLE_PART_BYTES + 17);
    const upload = await begin(charger, { path: "a/large.bin", size: bytes.length });
    expect(upload).toMatchObject({
      status: 201,
      begun: { path: "a/large.bin", offset: 0, partBytes: RESUMABLE_PART_BYTES },
    });
    const first = await upload.patch(0, bytes.slice(0, RESUMABLE_PART_BYTES));
    expect([first.status, first.headers.get("upload-offset")]).toEqual([204, String(RESUMABLE_PART_BYTES)]);
    expect((await charger.get("/http/files/a/large.bin")).status).toBe(404);
    expect((await upload.complete()).status).toBe(409);
    await upload.patch(RESUMABLE_PART_BYTES, streamed(bytes.slice(RESUMABLE_PART_BYTES, 2 * RESUMABLE_PART_BYTES)));
    await upload.patch(2 * RESUMABLE_PART_BYTES, bytes.slice(2 * RESUMABLE_PART_BYTES));
    const head = await upload.head();
    expect([head.headers.get("upload-offset"), head.headers.get("upload-length")]).toEqual(
      Array(2).fill(String(bytes.length)),
    );
    const sha256 = await sha256Hex(bytes);
    const done = await upload.complete({ sha256: sha256.toUpperCase() });
    expect({ status: done.status, ...(await json(done)) }).toMatchObject({
      ...{ status: 201, id: upload.begun.id, path: "a/large.bin", size: bytes.length, sha256 },
    });
    const stored = new Uint8Array(await (await charger.get("/http/files/a/large.bin")).arrayBuffer());
    expect(await sha256Hex(stored)).toBe(sha256);
    expect(await json(await upload.complete())).toMatchObject({ id: upload.begun.id, sha256 });
    expect((await upload.patch(bytes.length, "x")).status).toBe(404);
  });

  it("of no bytes ends as an empty file", async () => {
    const upload = await begin(await fileClient(), { path: "empty" });
    expect(await json(await upload.complete())).toMatchObject({ size: 0, path: "empty" });
  });

  it("says where to go on to whoever is at the wrong place", async () => {
    const upload = await begin(await fileClient(), { path: "x", size: 10 });
    expect((await upload.patch(0, "0123")).status).toBe(204);
    const wrong = await upload.patch(0, "0123");
    expect([wrong.status, wrong.headers.get("upload-offset")]).toEqual([409, "4"]);
    // A short part was the last one: the store has no others after it.
    expect((await upload.patch(4, "456789")).status).toBe(409);
  });

  it("takes one of several that bring the same part at once, whole", async () => {
    const charger = await fileClient();
    const upload = await begin(charger, { path: "raced.bin" });
    const candidates = Array.from({ length: 6 }, (_, seed) => noise(100_000, seed + 1));
    const answers = await Promise.all(candidates.map((bytes) => upload.patch(0, bytes)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409, 409, 409, 409]);
    const winner = answers.findIndex(({ status }) => status === 204);
    const ends = await Promise.all([upload.complete(), upload.complete(), upload.complete()]);
    expect(ends.map(({ status }) => status)).toEqual([201, 201, 201]);
    const expected = candidates[winner] ?? new Uint8Array();
    const stored = new Uint8Array(await (await charger.get("/http/files/raced.bin")).arrayBuffer());
    expect(await sha256Hex(stored)).toBe(await sha256Hex(expected));
    expect(await json(ends[0] as Response)).toMatchObject({ sha256: await sha256Hex(expected) });
  });

  it("that is not what was announced is refused, in size and in content", async () => {
    const charger = await fileClient();
    const small = await begin(charger, { path: "x", size: 3 });
    expect((await small.patch(0, "0123")).status).toBe(413);
    const large = await begin(charger, { path: "x" });
    expect((await large.patch(0, noise(RESUMABLE_PART_BYTES + 1))).status).toBe(413);
    expect((await large.patch(0, streamed(noise(RESUMABLE_PART_BYTES + 1)))).status).toBe(413);
    const wrong = await begin(charger, { path: "x", sha256: "0".repeat(64) });
    await wrong.patch(0, "not that");
    expect((await wrong.complete()).status).toBe(422);
    expect((await wrong.head()).status).toBe(404);
  });

  it("takes its room when it begins, or part by part, and gives it back", async () => {
    const charger = await fileClient();
    const quota = Number(env.FILE_QUOTA_BYTES);
    const all = await begin(charger, { path: "all", size: quota });
    expect(all.status).toBe(201);
    expect((await begin(charger, { path: "more", size: 1 })).status).toBe(507);
    const untold = await begin(charger, { path: "untold" });
    expect(untold.status).toBe(201);
    expect((await untold.patch(0, "x")).status).toBe(507);
    expect((await all.abort()).status).toBe(204);
    expect((await untold.patch(0, "x")).status).toBe(204);
    expect((await begin(charger, { path: "huge", size: Number(env.MAX_FILE_BYTES) + 1 })).status).toBe(413);
  });

  it("is nobody else's to continue, complete, see or give up", async () => {
    const upload = await begin(await fileClient(), { path: "x" });
    const other = await fileClient();
    const path = `/http/uploads/${upload.begun.id}`;
    const headers = { ...other.headers, "upload-offset": "0", "content-type": "application/json" };
    const answers = [
      await door("PATCH", path, { headers, body: "x" }),
      await door("POST", `${path}/complete`, { headers, body: "{}" }),
      await door("HEAD", path, { headers }),
      await upload.abort(other),
      await door("HEAD", `/http/uploads/${crypto.randomUUID()}`, { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(404));
    expect((await door("HEAD", path)).status).toBe(401);
    expect(await rows("uploads", upload.begun.id)).toBe(1);
  });

  it("completed in the store but not in the database, as after a crash, is completed by asking again", async () => {
    const charger = await fileClient();
    const upload = await begin(charger, { path: "crashed.bin" });
    await upload.patch(0, "all of it");
    const row = await env.DB.prepare("SELECT multipart_id, parts FROM uploads WHERE id = ?")
      .bind(upload.begun.id)
      .first<{ multipart_id: string; parts: string }>();
    await env.FILES.resumeMultipartUpload(`files/${upload.begun.id}`, row?.multipart_id ?? "").complete(
      JSON.parse(row?.parts ?? "[]"),
    );
    expect((await charger.get("/http/files/crashed.bin")).status).toBe(404);
    expect((await upload.complete()).status).toBe(201);
    expect(await (await charger.get("/http/files/crashed.bin")).text()).toBe("all of it");
  });
});

it("the digest goes on where it was put away, at any byte", async () => {
  const bytes = noise(1000);
  const expected = await sha256Hex(bytes);
  for (const cut of [0, 1, 55, 56, 63, 64, 65, 127, 999, 1000]) {
    const first = new ResumableDigest();
    first.update(bytes.subarray(0, cut));
    const second = ResumableDigest.load(first.save());
    second.update(bytes.subarray(cut));
    expect(second.hex()).toBe(expected);
  }
});
