/** Files over FTP and FTPS, passive, with the user name and password of the address. */
import { Readable, Writable } from "node:stream";
import { Client } from "basic-ftp";

const TIMEOUT_MS = 60_000;

export async function ftpUpload(url: URL, body: Buffer): Promise<void> {
  const folders = pathOf(url).split("/");
  const name = folders.pop() ?? "";
  await signedIn(url, async (client) => {
    if (folders.length > 0) await client.ensureDir(folders.join("/"));
    await client.uploadFrom(Readable.from([body], { objectMode: false }), name);
  });
}

export async function ftpDownload(url: URL): Promise<Buffer> {
  const parts: Buffer[] = [];
  const sink = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part);
      done();
    },
  });
  await signedIn(url, (client) => client.downloadTo(sink, pathOf(url)));
  return Buffer.concat(parts);
}

async function signedIn(url: URL, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client(TIMEOUT_MS);
  try {
    await client.access({
      host: url.hostname,
      ...(url.port === "" ? {} : { port: Number(url.port) }),
      user: url.username === "" ? "anonymous" : decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      secure: url.protocol === "ftps:",
      // A charger trusts what it was given; a simulated one was given nothing.
      secureOptions: { rejectUnauthorized: false },
    });
    await work(client);
  } finally {
    client.close();
  }
}

const pathOf = (url: URL): string => decodeURIComponent(url.pathname).replace(/^\/+/, "");
