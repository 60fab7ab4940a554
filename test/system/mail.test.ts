// Mail as it leaves a real server: into the outbox of a local start, to an SMTP server, to a service over HTTP.
import { readdir, readFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { parseEml } from "../support/eml.ts";
import { request } from "../support/node/rest.ts";
import { type Server, startServer, temporaryState } from "../support/node/server.ts";
import { certificateFor, type TlsFiles } from "../support/node/tls.ts";

const cleanUp: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const PASSWORD = "correct horse battery";
const EMAIL = "driver@example.org";

async function start(env: Record<string, string> = {}): Promise<Server & { outbox: string }> {
  const { stateDir, remove } = await temporaryState();
  cleanUp.push(remove);
  const server = await startServer({ stateDir, env });
  cleanUp.push(() => server.kill());
  return { ...server, outbox: join(stateDir, "outbox") };
}

const post = (server: Server, path: string, body: object) =>
  request(`${server.url}/api${path}`, "POST", undefined, body);

const signUp = (server: Server, more: object = {}) =>
  post(server, "/account/sign-up", { email: EMAIL, password: PASSWORD, ...more });

/** Follows the link of a mail to the end. */
async function confirmAndSignIn(server: Server, eml: string): Promise<void> {
  const { to, token, text } = parseEml(eml);
  expect(to).toBe(EMAIL);
  expect(text).toContain(`${server.url}/account/confirm#token=`);
  expect((await post(server, "/account/confirm", { token })).status).toBe(200);
  expect((await post(server, "/token", { username: EMAIL, password: PASSWORD })).status).toBe(200);
}

async function listen(
  server: {
    listen(port: number, host: string, done: () => void): unknown;
    address(): unknown;
    close(): unknown;
  },
  host = "127.0.0.1",
) {
  await new Promise<void>((done) => server.listen(0, host, done));
  cleanUp.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe("a local start", () => {
  test("puts mail into its outbox, says where that is, and the link in it works", async () => {
    const server = await start();
    expect(server.output()).toContain(server.outbox);
    expect((await signUp(server)).status).toBe(202);
    await expect.poll(() => readdir(server.outbox), { timeout: 10_000 }).toHaveLength(1);
    const [name = ""] = await readdir(server.outbox);
    await confirmAndSignIn(server, await readFile(join(server.outbox, name), "utf8"));
  });
});

/** An SMTP server that speaks no TLS, as one on one's own machine may; it refuses the first so many connections. */
function smtpServer(refusals: number) {
  const mails: { from: string; to: string; auth: string; data: string }[] = [];
  let left = refusals;
  const server = createServer((socket: Socket) => {
    const mail = { from: "", to: "", auth: "", data: "" };
    let heard = "";
    let isData = false;
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const answer = (line: string): void => {
      if (isData) {
        if (line !== ".") mail.data += `${line.replace(/^\.\./, ".")}\r\n`;
        else {
          isData = false;
          mails.push({ ...mail });
          say("250 kept");
        }
      } else if (line.startsWith("EHLO ")) {
        // In two pieces, as a network may deliver it.
        socket.write("250-mail.test greets\r\n250-SIZE 1000000\r\n250 AU");
        setTimeout(() => say("TH LOGIN PLAIN"), 20);
      } else if (line.startsWith("AUTH PLAIN ")) {
        mail.auth = Buffer.from(line.slice(11), "base64").toString();
        say("235 welcome");
      } else if (line.startsWith("MAIL FROM:")) {
        mail.from = line.slice(10);
        say("250 go on");
      } else if (line.startsWith("RCPT TO:")) {
        mail.to = line.slice(8);
        say("250 go on");
      } else if (line === "DATA") {
        isData = true;
        say("354 speak");
      } else if (line === "QUIT") {
        say("221 bye");
        socket.end();
      } else say("502 what?");
    };
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      heard += bytes.toString();
      for (let end = heard.indexOf("\r\n"); end >= 0; end = heard.indexOf("\r\n")) {
        const line = heard.slice(0, end);
        heard = heard.slice(end + 2);
        answer(line);
      }
    });
    left -= 1;
    if (left >= 0) socket.end("421 too busy\r\n");
    else say("220 mail.test");
  });
  return { server, mails };
}

describe("SMTP", () => {
  test("carries a mail, after a server that was too busy, and its link works", async () => {
    const { server: smtp, mails } = smtpServer(1);
    const port = await listen(smtp);
    const env = {
      MAIL_PROVIDER: "smtp",
      MAIL_URL: `smtp://us%40er@127.0.0.1:${port}`,
      MAIL_TOKEN: "pass",
      MAIL_FROM: "Φορτιστής <noreply@csms.test>",
    };
    const server = await start(env);
    expect((await signUp(server, { language: "el" })).status).toBe(202);
    await expect.poll(() => mails.length, { timeout: 30_000 }).toBe(1);
    const [mail] = mails;
    expect(mail).toMatchObject({ from: "<noreply@csms.test>", to: `<${EMAIL}>`, auth: "\0us@er\0pass" });
    expect(mail?.data).toMatch(/^From: =\?utf-8\?B\?[^?]+\?= <noreply@csms\.test>\r\n/);
    expect(parseEml(mail?.data ?? "").subject).toBe("Επιβεβαιώστε τη διεύθυνσή σας");
    await confirmAndSignIn(server, mail?.data ?? "");
  });

  test("says nothing to a server elsewhere that will not have TLS", async () => {
    // By an address that does not count as this machine's own, though it leads here.
    const { server: smtp, mails } = smtpServer(0);
    const port = await listen(smtp, "127.0.0.2");
    const server = await start({
      MAIL_PROVIDER: "smtp",
      MAIL_URL: `smtp://user@127.0.0.2:${port}`,
      MAIL_TOKEN: "pass",
      MAIL_FROM: "a@csms.test",
    });
    await signUp(server);
    await expect.poll(server.output, { timeout: 20_000 }).toMatch(/mail_delayed.*STARTTLS with 502/);
    expect(mails).toEqual([]);
  });
});

/** A server that we did not write, which takes mail from those alone who have signed in, and sign-ins over TLS alone. */
async function strictServer({ key, cert }: TlsFiles, isTls: boolean) {
  const mails: { user: string; secure: boolean; data: string }[] = [];
  const smtp = new SMTPServer({
    ...{ key, cert, secure: isTls, logger: false, allowInsecureAuth: false },
    onAuth({ username, password }, session, done) {
      if (password === "pass" && session.secure) done(null, { user: String(username) });
      else done(new Error("no"));
    },
    onData(stream, { user, secure }, done) {
      let data = "";
      stream.on("data", (bytes) => {
        data += String(bytes);
      });
      stream.on("end", () => {
        mails.push({ user: String(user), secure, data });
        done();
      });
    },
  });
  smtp.on("error", () => undefined);
  await new Promise<void>((done) => smtp.listen(0, "127.0.0.1", done));
  cleanUp.push(() => new Promise<void>((done) => smtp.close(done)));
  return { mails, port: (smtp.server.address() as AddressInfo).port };
}

describe.each([
  ["smtps", true],
  ["smtp", false],
] as const)("a mail server by %s:, which wants TLS", (scheme, isTls) => {
  const env = (port: number) => ({
    ...{ MAIL_PROVIDER: "smtp", MAIL_URL: `${scheme}://ada@localhost:${port}`, MAIL_TOKEN: "pass" },
    MAIL_FROM: "noreply@csms.test",
  });

  test("gets the mail, and its link works", async () => {
    const tls = await certificateFor("localhost");
    cleanUp.push(tls.remove);
    const { mails, port } = await strictServer(tls, isTls);
    const server = await start({ ...env(port), NODE_EXTRA_CA_CERTS: tls.caFile });
    expect((await signUp(server)).status).toBe(202);
    await expect.poll(() => mails.length, { timeout: 30_000 }).toBe(1);
    expect(mails[0]).toMatchObject({ user: "ada", secure: true });
    await confirmAndSignIn(server, mails[0]?.data ?? "");
  });

  test("with a certificate that nobody trusts hears no password", async () => {
    const tls = await certificateFor("localhost");
    cleanUp.push(tls.remove);
    const { mails, port } = await strictServer(tls, isTls);
    const server = await start(env(port));
    await signUp(server);
    await expect.poll(server.output, { timeout: 20_000 }).toContain("mail_delayed");
    expect(mails).toEqual([]);
  });
});

test("a service over HTTP gets the mail in its own words, again after it failed", async () => {
  const asked: {
    authorization: string | undefined;
    body: { to: string[]; from: string; subject: string; text: string };
  }[] = [];
  const http = createHttpServer((incoming, response) => {
    let body = "";
    incoming.on("data", (bytes) => {
      body += String(bytes);
    });
    incoming.on("end", () => {
      asked.push({ authorization: incoming.headers.authorization, body: JSON.parse(body) });
      response.writeHead(asked.length === 1 ? 500 : 200).end("{}");
    });
  });
  const port = await listen(http);
  const server = await start({
    MAIL_PROVIDER: "resend",
    MAIL_URL: `http://127.0.0.1:${port}/emails`,
    MAIL_TOKEN: "key",
    MAIL_FROM: "CSMS <a@csms.test>",
  });
  await signUp(server);
  await expect.poll(() => asked.length, { timeout: 30_000 }).toBe(2);
  expect(asked[1]).toEqual(asked[0]);
  expect(asked[1]).toMatchObject({ authorization: "Bearer key", body: { to: [EMAIL], from: '"CSMS" <a@csms.test>' } });
  const [, token] = /#token=([\w-]+)/.exec(asked[1]?.body.text ?? "") ?? [];
  expect((await post(server, "/account/confirm", { token })).status).toBe(200);
});
