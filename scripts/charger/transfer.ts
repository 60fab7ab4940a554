/** Files to and from the addresses that a CSMS names: HTTP and FTP, with retries. */
import { describe } from "./errors.ts";
import { ftpDownload, ftpUpload } from "./ftp.ts";

export interface TransferOptions {
  retries: number;
  retryIntervalMs: number;
  wait(ms: number): Promise<void>;
  /** Basic credentials of this charger, sent only to the host of its own CSMS. */
  credentials: { host: string; authorization: string | undefined };
  log(line: string): void;
}

const TRANSFER_TIMEOUT_MS = 60_000;

/** How one kind of address is used: throws when it could not be. */
interface Way {
  upload(url: URL, body: Buffer<ArrayBuffer>, options: TransferOptions): Promise<void>;
  download(url: URL, options: TransferOptions): Promise<Buffer>;
}

const http: Way = {
  /** PUT first; a server that takes only POST says so with 405. */
  async upload(url, body, options) {
    const send = (method: string) =>
      request(url, { method, body, headers: { "content-type": "text/plain; charset=utf-8" } }, options);
    const response = await send("PUT");
    await whole(response.status === 405 ? await send("POST") : response);
  },
  download: async (url, options) => whole(await request(url, {}, options)),
};

const ftp: Way = { upload: ftpUpload, download: ftpDownload };

const WAYS: Readonly<Record<string, Way>> = { "http:": http, "https:": http, "ftp:": ftp, "ftps:": ftp };

function wayOf(url: URL): Way {
  const way = WAYS[url.protocol];
  if (!way) throw new Error(`${url.protocol} is not supported`);
  return way;
}

/** A location that ends with a slash is a folder: the name is the charger's. */
export async function upload(location: string, name: string, body: string, options: TransferOptions): Promise<boolean> {
  const target = location.endsWith("/") ? location + encodeURIComponent(name) : location;
  const done = await withRetries(options, async () => {
    const url = new URL(target);
    await wayOf(url).upload(url, Buffer.from(body), options);
    return true;
  });
  return done === true;
}

/** The whole file, or undefined when it cannot be had. */
export async function download(location: string, options: TransferOptions): Promise<Buffer | undefined> {
  return withRetries(options, async () => {
    const url = new URL(location);
    return wayOf(url).download(url, options);
  });
}

/** What the first attempt that succeeds gives. */
async function withRetries<T>(options: TransferOptions, attempt: () => Promise<T>): Promise<T | undefined> {
  for (let left = options.retries; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      options.log(`file transfer: ${describe(error)}`);
    }
    if (left <= 0) return undefined;
    await options.wait(options.retryIntervalMs);
  }
}

async function whole(response: Response): Promise<Buffer> {
  const body = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return body;
}

function request(
  given: URL,
  init: { method?: string; body?: Buffer<ArrayBuffer>; headers?: Record<string, string> },
  options: TransferOptions,
): Promise<Response> {
  const url = new URL(given);
  const headers = { ...init.headers, ...authorizationFor(url, options) };
  // fetch refuses an address that carries a user name.
  url.username = "";
  url.password = "";
  return fetch(url, { ...init, headers, signal: AbortSignal.timeout(TRANSFER_TIMEOUT_MS) });
}

function authorizationFor(url: URL, { credentials }: TransferOptions): Record<string, string> {
  if (url.username) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
  }
  if (credentials.authorization && url.host === credentials.host) return { authorization: credentials.authorization };
  return {};
}
