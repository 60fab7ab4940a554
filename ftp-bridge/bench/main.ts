// npm run bench:ftp [-- MiB rounds]: the same bytes by FTP through the bridge and straight to the Worker's upload route, in
// turns, and the memory of the bridge meanwhile. Client, Worker and bridge share this machine.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client } from "basic-ftp";
import { bridgeToken, startBridgeProcess } from "../../test/support/node/ftp-bridge.ts";
import { restClient } from "../../test/support/node/rest.ts";
import { startServer, temporaryState } from "../../test/support/node/server.ts";

const MIB = 1024 * 1024;
const [, , megabytes = "256", rounds = "3"] = process.argv;
const size = Number(megabytes) * MIB;
const block = randomBytes(MIB);

const { stateDir, remove } = await temporaryState();
const server = await startServer({ stateDir, env: { FTP_PORT: "off", FILE_QUOTA_BYTES: String(1024 ** 4) } });
const bridge = await startBridgeProcess({
  workerUrl: server.url,
  token: await bridgeToken(stateDir),
  spool: join(stateDir, "spool"),
  // What is measured is R2, not the spool.
  env: { FTP_COMMIT_SECONDS: "600" },
});
try {
  const password = await newCharger();
  const client = new Client(600_000);
  await client.access({ host: "127.0.0.1", port: bridge.port, user: "BENCH", password });
  await client.uploadFrom(bytes(MIB), "warm");
  await direct("warm-too", MIB, password);
  const before = await residentMib(bridge.pid);
  const samples = [before];
  const sampling = setInterval(() => void residentMib(bridge.pid).then((now) => samples.push(now)), 100);
  const ratios: number[] = [];
  for (let round = 1; round <= Number(rounds); round += 1) {
    const straight = await rate(() => direct(`direct-${round}`, size, password));
    const byFtp = await rate(() => client.uploadFrom(bytes(size), `ftp-${round}`));
    const ratio = byFtp / straight;
    ratios.push(ratio);
    const figures = `direct ${straight.toFixed(0)} MB/s, FTP ${byFtp.toFixed(0)} MB/s, ratio ${ratio.toFixed(2)}`;
    console.log(`round ${round}: ${figures}; bridge at ${samples.at(-1)} MiB`);
  }
  clearInterval(sampling);
  client.close();
  const median = ratios.toSorted((one, other) => one - other)[Math.floor(ratios.length / 2)];
  const passed = Number(megabytes) * Number(rounds);
  console.log(`median ratio ${median?.toFixed(2)}`);
  console.log(`bridge: ${before} MiB before, ${Math.max(...samples)} MiB at most while ${passed} MiB passed`);
} finally {
  await bridge.kill();
  await server.kill();
  await remove();
}

async function newCharger(): Promise<string> {
  const rest = restClient(server.url);
  await rest.post("/api/charge-points", { id: "BENCH" });
  return (await rest.post("/api/charge-points/BENCH/credentials")).password;
}

function bytes(count: number): Readable {
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < count; sent += MIB) yield block;
    })(),
  );
}

async function direct(name: string, count: number, password: string): Promise<void> {
  const outgoing = request(`${server.url}/http/upload/${name}`, {
    method: "PUT",
    auth: `BENCH:${password}`,
    headers: { "content-length": count },
  });
  const answered = new Promise<number>((resolve, reject) => {
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
  });
  await pipeline(bytes(count), outgoing);
  const status = await answered;
  if (status !== 201) throw new Error(`the Worker answered ${status}`);
}

/** MB/s; done means safe: 201 here, 226 there. */
async function rate(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return size / 1e6 / ((performance.now() - begun) / 1000);
}

async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const [, kib = "0"] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
  return Math.round(Number(kib) / 1024);
}
