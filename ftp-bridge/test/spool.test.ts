// The Worker goes away, the bridge dies: what was answered with 226 arrives, what was not is no file.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cleanAll, connect, download, later, newFolder, startPlace, upload } from "./support/bridge.ts";
import { BRIDGE_TOKEN, type FakeWorker, startFakeWorker } from "./support/fake-worker.ts";
import { signedIn } from "./support/raw.ts";

let worker: FakeWorker;
beforeEach(async () => {
  worker = await startFakeWorker();
  later(() => worker.stop());
});
afterEach(cleanAll);

const stored = (path: string) => worker.files.get("CP1")?.get(path)?.bytes;

describe("while the Worker is away", () => {
  test("an upload is kept, told as there, and forwarded when the Worker is back", async () => {
    const { bridge } = await startPlace(worker.url);
    const client = await connect(bridge.port);
    worker.away = true;
    const bytes = randomBytes(150_000);
    await upload(client, "kept.bin", bytes);
    expect(bridge.health()).toMatchObject({ pendingUploads: 1, worker: "away" });
    expect(await client.size("kept.bin")).toBe(bytes.length);
    expect(await download(client, "kept.bin")).toEqual(bytes);
    await expect(client.list()).rejects.toMatchObject({ code: 451 });
    await expect(client.size("unknown.bin")).rejects.toMatchObject({ code: 451 });
    worker.away = false;
    await expect.poll(() => stored("/kept.bin"), { timeout: 15_000 }).toEqual(bytes);
    await expect.poll(() => bridge.health().pendingUploads).toBe(0);
    expect((await client.list()).map(({ name }) => name)).toEqual(["kept.bin"]);
  });

  test("a charger that signed in before can still sign in and leave its files, nobody else", async () => {
    const { bridge, spool } = await startPlace(worker.url);
    (await connect(bridge.port)).close();
    await expect.poll(() => readdir(spool)).toContain("accounts.json");
    worker.away = true;
    const client = await connect(bridge.port);
    await client.cd("/files/logs");
    await upload(client, "offline.log", "kept");
    await expect(connect(bridge.port, "CP1", "wrong")).rejects.toMatchObject({ code: 530 });
    await expect(connect(bridge.port, "CP2")).rejects.toMatchObject({ code: 530 });
    worker.away = false;
    await expect.poll(() => stored("/logs/offline.log")?.toString(), { timeout: 15_000 }).toBe("kept");
  });

  test("many that signed in at once are all remembered", async () => {
    const { bridge, lines, spool } = await startPlace(worker.url);
    await Promise.all(["CP1", "CP2", "reader", "CP1", "CP2"].map((user) => connect(bridge.port, user)));
    const known = () => readFile(join(spool, "accounts.json"), "utf8").catch(() => "{}");
    await expect.poll(async () => Object.keys(JSON.parse(await known())).sort()).toEqual(["CP1", "CP2", "reader"]);
    expect(lines.join("")).not.toContain("known_accounts_unwritable");
  });

  test("a file that waits may be renamed, and its name then holds", async () => {
    const { bridge } = await startPlace(worker.url);
    const client = await connect(bridge.port);
    worker.away = true;
    await upload(client, "log.tmp", "x");
    await client.rename("log.tmp", "log.txt");
    worker.away = false;
    await expect.poll(() => stored("/log.txt")?.toString(), { timeout: 15_000 }).toBe("x");
    expect(stored("/log.tmp")).toBeUndefined();
  });

  test("what went away in the middle continues where it was", async () => {
    const { bridge } = await startPlace(worker.url);
    const raw = await signedIn(bridge.port);
    const data = await raw.data();
    await raw.ask("STOR half.bin");
    const bytes = randomBytes(300_000);
    data.write(bytes.subarray(0, 200_000));
    await expect.poll(() => worker.calls.filter((call) => /^PATCH .* 204/.test(call)).length).toBe(3);
    worker.away = true;
    data.end(bytes.subarray(200_000));
    expect(await raw.reply()).toMatch(/^226 /);
    worker.away = false;
    await expect.poll(() => stored("/half.bin"), { timeout: 15_000 }).toEqual(bytes);
    expect(worker.calls.filter((call) => /^POST .*uploads 201/.test(call))).toHaveLength(1);
  });
});

test("a Worker that is slow costs the charger FTP_COMMIT_SECONDS at most", async () => {
  const { bridge } = await startPlace(worker.url, { FTP_COMMIT_SECONDS: "0.05" });
  const client = await connect(bridge.port);
  const { promise, resolve } = Promise.withResolvers<void>();
  worker.gate = promise;
  await upload(client, "slow.bin", "x");
  expect(stored("/slow.bin")).toBeUndefined();
  expect(bridge.health().pendingUploads).toBe(1);
  resolve();
  await expect.poll(() => stored("/slow.bin")?.toString()).toBe("x");
});

test("a promised file that the Worker refuses is never thrown away", async () => {
  const { bridge, spool, lines } = await startPlace(worker.url);
  const client = await connect(bridge.port);
  worker.away = true;
  await upload(client, "refused.bin", "x");
  worker.refuse = { pattern: /^POST \/http\/uploads$/, status: 507 };
  worker.away = false;
  await expect.poll(() => bridge.health().refusedUploads, { timeout: 15_000 }).toBe(1);
  expect(lines.join("")).toContain("promised_file_refused");
  expect((await readdir(spool)).filter((name) => name.endsWith(".data"))).toHaveLength(1);
});

describe("kill -9 of the bridge", () => {
  test("loses no file that was answered with 226, and shows none that was not", async () => {
    const spool = await newFolder();
    const first = await startProcess(spool);
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(first.port)));
    // Ten are promised from the spool; ten are in the middle when it dies.
    worker.away = true;
    const files = clients.map((client, index) => ({ client, name: `k${index}.bin`, bytes: randomBytes(100_000) }));
    for (const { client, name, bytes } of files.slice(0, 10)) await upload(client, name, bytes);
    const broken = files.slice(10).map(async ({ name, bytes }) => {
      const raw = await signedIn(first.port).catch(() => undefined);
      const data = await raw?.data();
      await raw?.ask(`STOR ${name}`);
      data?.write(bytes.subarray(0, 50_000));
    });
    await Promise.all(broken);
    first.kill();
    await first.exited;
    worker.away = false;
    const { bridge } = await startPlace(worker.url, { FTP_SPOOL_DIR: spool });
    const sums = (bytes: Buffer | undefined) => bytes && createHash("sha256").update(bytes).digest("hex");
    for (const { name, bytes } of files.slice(0, 10)) {
      await expect.poll(() => sums(stored(`/${name}`)), { timeout: 15_000 }).toBe(sums(bytes));
    }
    expect(worker.files.get("CP1")?.size).toBe(10);
    // And what had come of the others can be resumed.
    const client = await connect(bridge.port);
    expect(await client.size("k15.bin")).toBeGreaterThan(0);
  });
});

async function startProcess(spool: string) {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const env = {
    PATH: process.env.PATH,
    WORKER_URL: worker.url,
    FTP_BRIDGE_TOKEN: BRIDGE_TOKEN,
    FTP_HOST: "127.0.0.1",
    FTP_PORT: "0",
    FTP_SPOOL_DIR: spool,
  };
  const child = spawn(process.execPath, ["--import", "tsx", main], { env, stdio: ["ignore", "pipe", "inherit"] });
  later(async () => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  let text = "";
  for await (const chunk of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    text += chunk;
    const [, port] = /"event":"started","port":(\d+)/.exec(text) ?? [];
    if (port !== undefined) {
      child.stdout.resume();
      return { port: Number(port), kill: () => child.kill("SIGKILL"), exited };
    }
  }
  throw new Error(`it did not start: ${text}`);
}
