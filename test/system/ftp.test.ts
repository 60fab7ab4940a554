// Files over FTP, through the bridge and the Worker into R2 and back, by a real client; and what is left after kill -9.
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { Client } from "basic-ftp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BridgeProcess, bridgeToken, startBridgeProcess } from "../support/node/ftp-bridge.ts";
import { request, restClient } from "../support/node/rest.ts";
import { type Server, startServer, temporaryState } from "../support/node/server.ts";

const MIB = 1024 * 1024;
const IDS = ["CP1", "CP2"];

let stateDir: string;
let remove: () => Promise<void>;
let server: Server;
let token: string;
const keys = new Map<string, string>();
const clients: Client[] = [];

beforeAll(async () => {
  ({ stateDir, remove } = await temporaryState());
  server = await startServer({ stateDir });
  const rest = restClient(server.url);
  for (const id of IDS) {
    await rest.post("/api/charge-points", { id });
    keys.set(id, (await rest.post(`/api/charge-points/${id}/credentials`)).password);
  }
  token = await bridgeToken(stateDir);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await server.kill();
  await remove();
});

async function connect(port: number, user: string, secure = false): Promise<Client> {
  const client = new Client(30_000);
  clients.push(client);
  const secureOptions = { rejectUnauthorized: false };
  await client.access({ host: "127.0.0.1", port, user, password: keys.get(user) ?? "", secure, secureOptions });
  return client;
}

const ftpPort = () => Number(/ftp:\/\/127\.0\.0\.1:(\d+)/.exec(server.output())?.[1]);
const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const stream = (bytes: Buffer) => Readable.from(bytes.length === 0 ? [] : [bytes]);

async function download(client: Client, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  await client.downloadTo(sink, name);
  return Buffer.concat(chunks);
}

/** Past the bridge: the Worker's own door, with the charger's credentials. */
async function fetched(id: string, path: string): Promise<Buffer | number> {
  const authorization = `Basic ${Buffer.from(`${id}:${keys.get(id)}`).toString("base64")}`;
  const response = await fetch(`${server.url}/http/files/${path}`, { headers: { authorization } });
  return response.ok ? Buffer.from(await response.arrayBuffer()) : response.status;
}

describe("through npm start", () => {
  test.for([0, 1, 5 * MIB, 5 * MIB + 1, 12 * MIB + 7])(
    "a file of %d bytes has the same checksum everywhere",
    async (size) => {
      const client = await connect(ftpPort(), "CP1", size % 2 === 1);
      const bytes = randomBytes(size);
      const name = `grüße ${size}.bin`;
      await client.uploadFrom(stream(bytes), `/files/${name}`);
      const overHttp = await fetched("CP1", encodeURIComponent(name));
      expect(Buffer.isBuffer(overHttp) && sum(overHttp)).toBe(sum(bytes));
      expect(sum(await download(client, name))).toBe(sum(bytes));
      expect(await client.list()).toContainEqual(expect.objectContaining({ name, size }));
    },
  );

  test("folders, a name that is taken, a resume, a rename and what a charger may not do", async () => {
    const client = await connect(ftpPort(), "CP1");
    await client.ensureDir("/logs/today");
    await client.uploadFrom(stream(Buffer.from("first")), "a.log");
    await client.uploadFrom(stream(Buffer.from("the second")), "a.log");
    expect(await client.size("a.log")).toBe(10);
    expect((await client.list()).map(({ name }) => name).sort()).toEqual(["a (2).log", "a.log"]);
    await client.uploadFrom(stream(Buffer.from("one ")), "b.log");
    await client.appendFrom(stream(Buffer.from("two")), "b.log");
    expect((await download(client, "b.log")).toString()).toBe("one two");
    await client.uploadFrom(stream(Buffer.from("x")), "c.tmp");
    await client.rename("c.tmp", "c.log");
    expect(await fetched("CP1", "logs/today/c.log")).toEqual(Buffer.from("x"));
    await expect(client.rename("c.log", "a.log")).rejects.toMatchObject({ code: 553 });
    await expect(client.remove("c.log")).rejects.toMatchObject({ code: 550 });
    await expect(client.uploadFrom(stream(Buffer.from("x")), "/firmware/mine.bin")).rejects.toMatchObject({
      code: 550,
    });
  });

  test("no charger reaches another's files, and strangers learn nothing", async () => {
    const one = await connect(ftpPort(), "CP1");
    await one.uploadFrom(stream(Buffer.from("of CP1")), "/private.log");
    const two = await connect(ftpPort(), "CP2");
    for (const name of ["/private.log", "../CP1/private.log", "/CP1/private.log", "/files/../../CP1/private.log"]) {
      await expect(download(two, name)).rejects.toMatchObject({ code: 550 });
    }
    await two.uploadFrom(stream(Buffer.from("of CP2")), "/../CP1/private.log");
    expect(await fetched("CP1", "private.log")).toEqual(Buffer.from("of CP1"));
    for (const [user, password] of [
      ["CP1", "wrong"],
      ["nobody", "wrong"],
      ["anonymous", "a@b"],
    ]) {
      const stranger = new Client(10_000);
      clients.push(stranger);
      const signIn = stranger.access({
        host: "127.0.0.1",
        port: ftpPort(),
        user: user ?? "",
        password: password ?? "",
      });
      await expect(signIn).rejects.toThrow("530 Sign-in failed");
    }
  });
});

describe("kill -9 in the middle of 20 uploads", () => {
  test.for(["the bridge", "the Worker", "both"])(
    "of %s: every 226 is in R2, and nothing shows that is not whole",
    async (killed) => {
      const folder = killed.replace(" ", "-");
      const spool = join(stateDir, "spool", folder);
      let bridge: BridgeProcess = await startBridgeProcess({ workerUrl: server.url, token, spool });
      try {
        const files = new Map(
          Array.from({ length: 20 }, (_, index) => [`${index}.bin`, randomBytes((index + 1) * 60_000)]),
        );
        const promised = new Set<string>();
        const uploads = [...files].map(async ([name, bytes]) => {
          const client = await connect(bridge.port, "CP1");
          await client.uploadFrom(Readable.from(slowly(bytes)), `${folder}-${name}`);
          promised.add(name);
        });
        const ended = Promise.allSettled(uploads);
        await expect.poll(() => promised.size, { timeout: 15_000, interval: 2 }).toBeGreaterThan(4);
        if (killed !== "the Worker") await bridge.kill();
        if (killed !== "the bridge") {
          const port = Number(new URL(server.url).port);
          await server.kill();
          // Without a Worker the bridge answers from its spool.
          await ended;
          server = await startServer({ stateDir, port });
        }
        await ended;
        if (killed !== "the Worker") bridge = await startBridgeProcess({ workerUrl: server.url, token, spool });
        expect(promised.size).toBeGreaterThan(4);
        if (killed === "the Worker") expect(promised.size).toBe(20);
        for (const name of promised) {
          await expect
            .poll(() => shown(folder).then((found) => found.get(`${folder}-${name}`)), { timeout: 30_000 })
            .toBe(sum(files.get(name) ?? Buffer.alloc(0)));
        }
        // A file that is there without a 226 is whole as well: its sender did not hear the answer.
        for (const [name, sha256] of await shown(folder)) {
          const bytes = await fetched("CP1", encodeURIComponent(name));
          expect(Buffer.isBuffer(bytes) && sum(bytes)).toBe(sha256);
          expect(sha256).toBe(sum(files.get(name.slice(folder.length + 1)) ?? Buffer.alloc(0)));
        }
      } finally {
        await bridge.kill();
      }
    },
  );
});

async function* slowly(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 60_000) {
    yield bytes.subarray(at, at + 60_000);
    await setTimeout(20);
  }
}

interface Page {
  items: { name: string; sha256: string }[];
  nextCursor: string | null;
}

/** What the Worker lists: name -> SHA-256. */
async function shown(prefix: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const path = `${server.url}/http/bridge/entries?path=/&limit=100`;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const response: Response = await fetch(cursor === "" ? path : `${path}&cursor=${cursor}`, {
      headers: { authorization: `Bearer ${token}`, "ov2x-account": await account() },
    });
    const { items, nextCursor }: Page = await response.json();
    for (const { name, sha256 } of items) if (name.startsWith(prefix)) found.set(name, sha256);
    cursor = nextCursor;
  }
  return found;
}

let known: string | undefined;
async function account(): Promise<string> {
  const credentials = { username: "CP1", password: keys.get("CP1"), remoteAddress: "127.0.0.1" };
  known ??= (await request(`${server.url}/http/bridge/sign-in`, "POST", token, credentials)).body.account;
  return known ?? "";
}
