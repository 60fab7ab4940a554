// Who gets in, what strangers learn (nothing), and what is limited.

import { once } from "node:events";
import { connect as connectSocket, createServer, type Socket } from "node:net";
import { Client } from "basic-ftp";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ftpCertificate } from "../../scripts/ftp-certificate.ts";
import { cleanAll, connect, download, later, newFolder, startPlace, upload } from "./support/bridge.ts";
import { type FakeWorker, startFakeWorker } from "./support/fake-worker.ts";
import { rawClient, signedIn } from "./support/raw.ts";

let worker: FakeWorker;
beforeEach(async () => {
  worker = await startFakeWorker();
  later(() => worker.stop());
});
afterEach(cleanAll);

describe("a stranger", () => {
  test("gets the same answers for a name that exists, one that does not, and anonymous", async () => {
    const { bridge } = await startPlace(worker.url);
    const answers = [];
    for (const name of ["CP1", "CP-unknown", "anonymous", "__proto__"]) {
      const raw = await rawClient(bridge.port);
      answers.push([await raw.ask(`USER ${name}`), await raw.ask("PASS wrong")]);
      raw.socket.destroy();
    }
    expect(new Set(answers.map((answer) => answer.join("\n"))).size).toBe(1);
    expect(answers[0]?.[1]).toBe("530 Sign-in failed");
  });

  test.for(["LIST", "RETR x", "STOR x", "SIZE x", "CWD /", "PWD", "EPSV", "PORT 127,0,0,1,9,9", "NONSENSE", "STAT"])(
    "is told to sign in by %s",
    async (command) => {
      const { bridge } = await startPlace(worker.url);
      const raw = await rawClient(bridge.port);
      expect(await raw.ask(command)).toBe("530 Please sign in");
    },
  );

  test("loses the connection after three failures, and waits longer for each answer", async () => {
    const { bridge, lines } = await startPlace(worker.url, { FTP_FAILURE_DELAY_MS: "20" });
    const raw = await rawClient(bridge.port);
    const took: number[] = [];
    for (let n = 1; n <= 3; n += 1) {
      await raw.ask("USER CP1");
      const begun = performance.now();
      expect(await raw.ask("PASS wrong-secret")).toMatch(n < 3 ? /^530/ : /^421/);
      took.push(performance.now() - begun);
    }
    // 20, 40, 80: a lower bound, which a slow machine cannot break.
    expect(took.map((ms, n) => ms >= 19 * 2 ** n)).toEqual([true, true, true]);
    await once(raw.socket, "close");
    expect(lines.join("")).not.toContain("wrong-secret");
  });

  test("does not keep a charger behind the same address waiting", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_FAILURE_DELAY_MS: "600000" });
    const raw = await rawClient(bridge.port);
    await raw.ask("USER CP2");
    raw.socket.write("PASS wrong\r\n");
    await expect.poll(() => worker.calls.filter((call) => call.endsWith("sign-in 401")).length).toBe(1);
    expect((await connect(bridge.port)).closed).toBe(false);
  });

  test("cannot put commands in front of TLS", async () => {
    const { cert, key } = await ftpCertificate(await newFolder());
    const { bridge } = await startPlace(worker.url, { FTP_TLS_CERT: cert, FTP_TLS_KEY: key });
    const raw = await rawClient(bridge.port);
    expect(await raw.ask("AUTH TLS\r\nUSER CP1\r\nPASS key-of-cp1")).toMatch(/^234 /);
    raw.socket.destroy();
    expect(worker.calls.filter((call) => call.includes("sign-in"))).toEqual([]);
  });
});

describe("an account", () => {
  test("may do what the Worker says it may", async () => {
    const { bridge } = await startPlace(worker.url);
    const client = await connect(bridge.port, "reader");
    for (const attempt of [() => upload(client, "x", "x"), () => client.remove("x"), () => client.send("MKD x")]) {
      await expect(attempt()).rejects.toMatchObject({ code: 550 });
    }
    expect(await client.list()).toEqual([]);
  });

  test("is no Worker's administrator: a bridge with a wrong token lets nobody in", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_BRIDGE_TOKEN: "not the token of this Worker" });
    await expect(connect(bridge.port)).rejects.toMatchObject({ code: 530 });
  });
});

describe("TLS", () => {
  test("protects the control connection and the data", async () => {
    const { cert, key } = await ftpCertificate(await newFolder());
    const { bridge } = await startPlace(worker.url, { FTP_TLS_CERT: cert, FTP_TLS_KEY: key, FTP_TLS_REQUIRED: "on" });
    const client = new Client(10_000);
    later(async () => client.close());
    await client.access({
      host: "127.0.0.1",
      port: bridge.port,
      user: "CP1",
      password: "key-of-cp1",
      secure: true,
      secureOptions: { rejectUnauthorized: false },
    });
    await upload(client, "secret.log", "over TLS");
    expect((await download(client, "secret.log")).toString()).toBe("over TLS");
    expect((await client.list()).map(({ name }) => name)).toEqual(["secret.log"]);
  });

  test("can be demanded: nothing is said in clear then", async () => {
    const { cert, key } = await ftpCertificate(await newFolder());
    const { bridge } = await startPlace(worker.url, { FTP_TLS_CERT: cert, FTP_TLS_KEY: key, FTP_TLS_REQUIRED: "on" });
    const raw = await rawClient(bridge.port);
    expect(await raw.ask("USER CP1")).toMatch(/^534 /);
    expect(await raw.ask("PASS key-of-cp1")).toMatch(/^503 /);
    expect(await raw.ask("PROT P")).toMatch(/^503 /);
  });
});

describe("a data connection", () => {
  test("comes to a port of the configured range, which is free again afterwards", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_PASSIVE_PORTS: "47310-47311" });
    const clients = await Promise.all([1, 2, 3, 4, 5, 6].map(() => connect(bridge.port)));
    await Promise.all(clients.map((client, index) => upload(client, `f${index}`, "x")));
    const raw = await signedIn(bridge.port);
    expect(await raw.ask("PASV")).toMatch(/^227 .*\(127,0,0,1,184,20[67]\)$/);
    expect(worker.files.get("CP1")?.size).toBe(6);
  });

  test("is told under the public address where one is configured", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_PUBLIC_ADDRESS: "192.0.2.7" });
    const raw = await signedIn(bridge.port);
    expect(await raw.ask("PASV")).toMatch(/\(192,0,2,7,/);
    expect(await raw.ask("EPSV ALL")).toMatch(/^200 /);
    expect(await raw.ask("PASV")).toMatch(/^503 /);
  });

  test("is never opened by the bridge while active mode is off", async () => {
    const { bridge } = await startPlace(worker.url);
    const raw = await signedIn(bridge.port);
    expect(await raw.ask("PORT 127,0,0,1,100,100")).toMatch(/^502 /);
    expect(await raw.ask("EPRT |1|127.0.0.1|25700|")).toMatch(/^502 /);
  });

  test("is opened in active mode, only to the charger's own address and no system port", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_ACTIVE_MODE: "on" });
    const raw = await signedIn(bridge.port);
    for (const other of ["PORT 127,0,0,2,100,100", "PORT 127,0,0,1,0,22", "EPRT |1|192.0.2.1|4000|"]) {
      expect(await raw.ask(other)).toMatch(/^504 /);
    }
    const server = createServer();
    later(async () => server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    expect(await raw.ask(`EPRT |1|127.0.0.1|${port}|`)).toMatch(/^200 /);
    const incoming = once(server, "connection");
    expect(await raw.ask("STOR active.bin")).toMatch(/^150 /);
    const [socket]: Socket[] = await incoming;
    socket?.end("by PORT");
    expect(await raw.reply()).toMatch(/^226 /);
    expect(worker.files.get("CP1")?.get("/active.bin")?.bytes.toString()).toBe("by PORT");
  });
});

describe("limits", () => {
  test("of connections, in total and from one address, are told as 421", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_MAX_CONNECTIONS_PER_ADDRESS: "1" });
    await rawClient(bridge.port);
    const second = connectSocket(bridge.port, "127.0.0.1").setEncoding("utf8");
    const [greeting] = await once(second, "data");
    expect(greeting).toMatch(/^421 /);
  });

  test("of silence end a connection", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_IDLE_SECONDS: "0.05" });
    const raw = await rawClient(bridge.port);
    expect(await raw.reply()).toMatch(/^421 /);
  });

  test("of silence end a transfer, and what came can be resumed", async () => {
    const { bridge } = await startPlace(worker.url, { FTP_STALL_SECONDS: "0.05" });
    const raw = await signedIn(bridge.port);
    const data = await raw.data();
    await raw.ask("STOR stalled.bin");
    data.write("12345");
    expect(await raw.reply()).toMatch(/^426 /);
    expect(await raw.ask("SIZE stalled.bin")).toBe("213 5");
  });

  test("of a line and of waiting commands keep memory flat", async () => {
    const { bridge } = await startPlace(worker.url);
    const raw = await signedIn(bridge.port);
    expect(await raw.ask("x".repeat(100_000))).toMatch(/^500 /);
    expect(await raw.ask("NOOP")).toMatch(/^200 /);
    const data = await raw.data();
    await raw.ask("STOR flood.bin");
    expect(await raw.ask("NOOP\r\n".repeat(100))).toMatch(/^421 /);
    data.destroy();
  });
});

test("a stop lets a transfer finish, takes no new one, and tells its health", async () => {
  const { bridge } = await startPlace(worker.url, { FTP_DRAIN_SECONDS: "20", FTP_HEALTH_PORT: "0" });
  const healthUrl = `http://127.0.0.1:${bridge.healthPort}/health`;
  expect(await (await fetch(healthUrl)).json()).toMatchObject({ status: "ok", worker: "ok", pendingUploads: 0 });
  const idle = await signedIn(bridge.port);
  const raw = await signedIn(bridge.port);
  const data = await raw.data();
  await raw.ask("STOR last.bin");
  data.write("begun, ");
  const stopped = bridge.stop();
  expect(await idle.reply()).toMatch(/^421 /);
  const late = connectSocket(bridge.port, "127.0.0.1");
  await once(late, "error");
  expect((await fetch(healthUrl)).status).toBe(503);
  data.end("finished");
  expect(await raw.reply()).toMatch(/^226 /);
  expect(await raw.reply()).toMatch(/^421 /);
  await stopped;
  expect(worker.files.get("CP1")?.get("/last.bin")?.bytes.toString()).toBe("begun, finished");
});
