// What a charger does with its files, by a real client over real sockets.
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { Client } from "basic-ftp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cleanAll, connect, download, later, type Place, startPlace, upload } from "./support/bridge.ts";
import { type FakeWorker, startFakeWorker } from "./support/fake-worker.ts";
import { signedIn } from "./support/raw.ts";

let worker: FakeWorker;
let place: Place;
let client: Client;

beforeAll(async () => {
  worker = await startFakeWorker();
  later(() => worker.stop());
  place = await startPlace(worker.url);
  client = await connect(place.bridge.port);
});
beforeEach(() => {
  worker.files.clear();
  worker.calls.length = 0;
});
afterAll(cleanAll);

const stored = (path: string, account = "CP1") => worker.files.get(account)?.get(path)?.bytes;

const streamOf = (bytes: Buffer | string) => Readable.from([Buffer.from(bytes)]);

describe("an upload", () => {
  test.for([0, 1, 64 * 1024 - 1, 64 * 1024, 200_000])(
    "of %d bytes arrives whole and comes back the same",
    async (size) => {
      const bytes = randomBytes(size);
      await upload(client, "file.bin", bytes);
      expect(stored("/file.bin")).toEqual(bytes);
      expect(await client.size("file.bin")).toBe(size);
      expect(await download(client, "file.bin")).toEqual(bytes);
    },
  );

  test.for(["with spaces.log", " leading", "grüße-充電.log", "a;b'c\"d%20.log", "*?[x].log", "#?&=.log"])(
    "may be called %j",
    async (name) => {
      await upload(client, name, name);
      expect(stored(`/${name}`)?.toString()).toBe(name);
      expect((await client.list()).map((item) => item.name)).toEqual([name]);
    },
  );

  test("of a name that is taken becomes another file, and the charger's name means the one it just sent", async () => {
    await upload(client, "log.txt", "first");
    const { message } = await upload(client, "log.txt", "the second");
    expect(message).toContain('"/log (2).txt"');
    expect(stored("/log.txt")?.toString()).toBe("first");
    expect(stored("/log (2).txt")?.toString()).toBe("the second");
    expect(await client.size("log.txt")).toBe(10);
    expect((await download(client, "log.txt")).toString()).toBe("the second");
  });

  test("leaves nothing in the spool", async () => {
    await upload(client, "x", randomBytes(100_000));
    expect(place.bridge.health()).toMatchObject({ pendingUploads: 0, transfers: 0 });
  });

  test("comes 50 at a time", async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => connect(place.bridge.port)));
    const files = clients.map((one, index) => ({ one, name: `p${index}.bin`, bytes: randomBytes(50_000 + index) }));
    await Promise.all(files.map(({ one, name, bytes }) => upload(one, name, bytes)));
    for (const { one, name, bytes } of files) {
      expect(stored(`/${name}`)).toEqual(bytes);
      one.close();
    }
  });

  test("that the Worker refuses is answered with its reason, before or after the bytes", async () => {
    worker.refuse = { pattern: /^POST \/http\/uploads$/, status: 507 };
    await expect(upload(client, "full", "x")).rejects.toMatchObject({ code: 552 });
    worker.refuse = { pattern: /^PATCH/, status: 413 };
    await expect(upload(client, "large", randomBytes(300_000))).rejects.toMatchObject({ code: 552 });
    worker.refuse = undefined;
    expect(await client.size("large").catch((error) => error.code)).toBe(550);
  });
});

describe("a resume", () => {
  test("by APPE or REST continues what a broken connection left, which is no file until then", async () => {
    const bytes = randomBytes(150_000);
    for (const resume of ["APPE", "REST"]) {
      const name = `${resume}.bin`;
      const broken = await signedIn(place.bridge.port);
      const data = await broken.data();
      await broken.ask(`STOR ${name}`);
      data.write(bytes.subarray(0, 100_000));
      await expect.poll(() => client.size(name).catch(() => 0), { interval: 5 }).toBe(0);
      await expect.poll(() => place.bridge.health().transfers).toBe(1);
      data.resetAndDestroy();
      expect(await broken.reply()).toMatch(/^426 /);
      const start = await client.size(name);
      expect(await client.list()).not.toContainEqual(expect.objectContaining({ name }));
      await expect(download(client, name)).rejects.toMatchObject({ code: 550 });
      if (resume === "APPE") await client.appendFrom(streamOf(bytes.subarray(start)), name);
      else {
        const again = await signedIn(place.bridge.port);
        const more = await again.data();
        expect(await again.ask(`REST ${start}`)).toMatch(/^350 /);
        await again.ask(`STOR ${name}`);
        more.end(bytes.subarray(start));
        expect(await again.reply()).toMatch(/^226 /);
      }
      expect(stored(`/${name}`)).toEqual(bytes);
    }
  });

  test("of a file that is whole already extends it", async () => {
    await upload(client, "log.txt", "one ");
    await client.appendFrom(streamOf("two"), "log.txt");
    expect(stored("/log.txt")?.toString()).toBe("one two");
    expect(await client.size("log.txt")).toBe(7);
  });

  test("takes over from a connection that died without a word", async () => {
    const dead = await signedIn(place.bridge.port);
    const data = await dead.data();
    await dead.ask("STOR taken.bin");
    data.write("first half, ");
    await expect.poll(() => place.bridge.health().transfers).toBe(1);
    const raw = await signedIn(place.bridge.port);
    await expect.poll(async () => (await raw.ask("STAT")).slice(0, 3)).toBe("211");
    const more = await raw.data();
    expect(await raw.ask("APPE taken.bin")).toMatch(/^150 /);
    more.end("second half");
    expect(await raw.reply()).toMatch(/^226 /);
    expect(stored("/taken.bin")?.toString()).toBe("first half, second half");
  });

  test("behind the end of what is there is refused", async () => {
    const raw = await signedIn(place.bridge.port);
    await raw.data();
    await raw.ask("REST 5");
    expect(await raw.ask("STOR nothing.bin")).toMatch(/^554 /);
  });

  test("of a download begins where REST says", async () => {
    await upload(client, "down.bin", "0123456789");
    expect((await download(client, "down.bin", 4)).toString()).toBe("456789");
    expect((await download(client, "down.bin", 10)).toString()).toBe("");
  });
});

describe("an upload is not whole", () => {
  test("when fewer bytes came than ALLO said", async () => {
    const raw = await signedIn(place.bridge.port);
    await raw.ask("ALLO 100");
    const data = await raw.data();
    await raw.ask("STOR short.bin");
    data.end("only this");
    expect(await raw.reply()).toMatch(/^451 /);
    expect(stored("/short.bin")).toBeUndefined();
    expect(await client.size("short.bin")).toBe(9);
  });

  test("when the charger died and took both connections with it", async () => {
    const raw = await signedIn(place.bridge.port);
    const data = await raw.data();
    await raw.ask("STOR died.bin");
    raw.socket.destroy();
    await expect.poll(() => place.lines.filter((line) => line.includes('"disconnected"')).length).toBeGreaterThan(0);
    data.end("half of it");
    await expect.poll(() => client.size("died.bin").catch(() => 0)).toBe(10);
    expect(stored("/died.bin")).toBeUndefined();
  });

  test("also when the end of the data comes first", async () => {
    const raw = await signedIn(place.bridge.port);
    const data = await raw.data();
    await raw.ask("STOR crashed.bin");
    data.end("half of it");
    raw.socket.destroy();
    await expect.poll(() => client.size("crashed.bin").catch(() => 0)).toBe(10);
    await expect(download(client, "crashed.bin")).rejects.toMatchObject({ code: 550 });
  });

  test("when ABOR ends it, which is answered after the transfer's own 426", async () => {
    const raw = await signedIn(place.bridge.port);
    const data = await raw.data();
    await raw.ask("STOR aborted.bin");
    data.write("something");
    // As Telnet's interrupt and synch arrive.
    expect(await raw.ask(Buffer.concat([Buffer.from([0xff, 0xf4, 0xff, 0xf2]), Buffer.from("ABOR")]))).toMatch(/^426 /);
    expect(await raw.reply()).toMatch(/^226 /);
    expect(await raw.ask("NOOP")).toMatch(/^200 /);
    expect(stored("/aborted.bin")).toBeUndefined();
  });
});

describe("names", () => {
  test("are listed by LIST, NLST and MLSD over more than one page, and told by MLST, SIZE and MDTM", async () => {
    for (const name of ["a.log", "b.log", "c.txt"]) await upload(client, name, name);
    await client.ensureDir("sub");
    await client.cd("/");
    const names = (await client.list()).map((item) => `${item.name} ${item.size} ${item.isDirectory}`);
    expect(names).toEqual(["a.log 5 false", "b.log 5 false", "c.txt 5 false", "sub 0 true"]);
    const raw = await signedIn(place.bridge.port);
    for (const [command, lines] of [
      ["NLST *.log", ["a.log", "b.log"]],
      ["NLST", ["a.log", "b.log", "c.txt", "sub"]],
    ] as const) {
      const data = await raw.data();
      await raw.ask(command);
      const text = Buffer.concat(await data.toArray()).toString();
      expect(text).toBe(lines.map((line) => `${line}\r\n`).join(""));
      expect(await raw.reply()).toMatch(/^226 /);
    }
    expect(await raw.ask("MDTM a.log")).toMatch(/^213 \d{14}$/);
    expect(await raw.ask("MLST a.log")).toMatch(/^250 /);
    expect(await raw.ask("SIZE sub")).toMatch(/^550 /);
    expect(await raw.ask("STAT /")).toMatch(/^213 /);
  });

  test("are renamed and deleted, and a rename overwrites nothing", async () => {
    await upload(client, "upload.tmp", "x");
    await client.rename("upload.tmp", "final.log");
    expect(stored("/final.log")?.toString()).toBe("x");
    await upload(client, "other", "y");
    await expect(client.rename("other", "final.log")).rejects.toMatchObject({ code: 553 });
    await client.remove("final.log");
    expect(stored("/final.log")).toBeUndefined();
    await expect(client.remove("final.log")).rejects.toMatchObject({ code: 550 });
  });

  test("have `/files` as a second word for the root", async () => {
    await client.cd("/files");
    expect(await client.pwd()).toBe("/files");
    await upload(client, "seed.log", "x");
    expect(stored("/seed.log")?.toString()).toBe("x");
    await client.cd("/");
    expect(await client.size("/files/seed.log")).toBe(1);
  });

  test("lead nowhere but into the charger's own folder", async () => {
    const other = await connect(place.bridge.port, "CP2");
    await upload(other, "secret.log", "of CP2");
    const tricks = ["../CP2/secret.log", "/CP2/secret.log", "/../../CP2/secret.log", "/files/../../CP2/secret.log"];
    for (const name of tricks) await expect(download(client, name)).rejects.toMatchObject({ code: 550 });
    for (const name of tricks) await upload(client, name, "of CP1");
    expect(stored("/secret.log", "CP2")?.toString()).toBe("of CP2");
    expect(worker.files.get("CP2")?.size).toBe(1);
    const raw = await signedIn(place.bridge.port);
    for (const name of ["..\\..\\x", "C:\\x", "a\0b", "a\tb", "x".repeat(256), `${"y/".repeat(600)}z`]) {
      await raw.data();
      expect(await raw.ask(`STOR ${name}`)).toMatch(/^553 /);
    }
  });
});
