// kill -9 in the middle of uploads: what was answered with 201 is there whole, and nothing else shows.
import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { restClient } from "../support/node/rest.ts";
import { startServer, temporaryState } from "../support/node/server.ts";

const UPLOADS = 20;
const CHUNKS = 8;
const CHUNK_BYTES = 64 * 1024;

interface Sent {
  path: string;
  sha256: string;
}

/** Sends a file bit by bit, the slower the higher its number. @returns undefined if there was no 201 */
function upload(url: string, authorization: string, number: number): Promise<Sent | undefined> {
  return new Promise((resolve) => {
    const bytes = randomBytes(CHUNKS * CHUNK_BYTES);
    const known: Record<string, string> = number % 2 === 0 ? { "content-length": String(bytes.length) } : {};
    const target = `${url}/http/upload/crash/${number}.bin`;
    const call = request(target, { method: "PUT", agent: false, headers: { authorization, ...known } });
    call.on("error", () => resolve(undefined));
    call.on("response", async (response) => {
      const parts: Buffer[] = [];
      try {
        for await (const part of response) parts.push(part);
        const { path } = JSON.parse(Buffer.concat(parts).toString());
        const sha256 = createHash("sha256").update(bytes).digest("hex");
        resolve(response.statusCode === 201 ? { path, sha256 } : undefined);
      } catch {
        // Cut off in the answer: nobody promised anything.
        resolve(undefined);
      }
    });
    void (async () => {
      for (let chunk = 0; chunk < CHUNKS && !call.destroyed; chunk += 1) {
        call.write(bytes.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES));
        await setTimeout(number * 20);
      }
      call.end();
    })();
  });
}

it("every upload that was answered survives kill -9, and no half of another shows", async () => {
  const { stateDir, remove } = await temporaryState();
  let server = await startServer({ stateDir });
  try {
    let rest = restClient(server.url);
    await rest.post("/api/charge-points", { id: "CRASH", securityProfile: 1 });
    const { username, password } = await rest.post("/api/charge-points/CRASH/credentials", {});
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const { url } = server;
    const running = Array.from({ length: UPLOADS }, (_, number) => upload(url, authorization, number));
    // In the middle: some are done, and others are not.
    const done = new Set<number>();
    for (const [number, one] of running.entries()) void one.then((sent) => sent && done.add(number));
    while (done.size < UPLOADS / 4) await setTimeout(10);
    await server.kill();
    const answered = (await Promise.all(running)).filter((sent) => sent !== undefined);
    expect(answered.length).toBeLessThan(UPLOADS);

    server = await startServer({ stateDir });
    rest = restClient(server.url);
    const listed = await rest.walk("/api/files?chargePointId=CRASH");
    const shown = new Map(listed.map((file) => [file.path, file]));
    for (const { path, sha256 } of answered) expect({ path, ...shown.get(path) }).toMatchObject({ path, sha256 });
    // One may be whole whose answer was lost; what shows is whole in any case.
    for (const { path, size, sha256 } of listed) {
      const response = await fetch(`${server.url}/http/files/${path}`, { headers: { authorization } });
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(size).toBe(CHUNKS * CHUNK_BYTES);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    }
    const again = await upload(server.url, authorization, 0);
    expect(again?.path).toBe("crash/0 (2).bin");
  } finally {
    await server.kill();
    await remove();
  }
});
