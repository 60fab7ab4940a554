/** Files to and from the addresses that a CSMS names: HTTP only, with retries. */
import { describe } from "./errors.ts";

export interface TransferOptions {
  retries: number;
  retryIntervalMs: number;
  wait(ms: number): Promise<void>;
  /** Basic credentials of this charger, sent only to the host of its own CSMS. */
  credentials: { host: string; authorization: string | undefined };
  log(line: string): void;
}

const TRANSFER_TIMEOUT_MS = 60_000;

/** PUT first; a server that takes only POST says so with 405. */
export async function upload(location: string, name: string, body: string, options: TransferOptions): Promise<boolean> {
  const target = location.endsWith("/") ? location + encodeURIComponent(name) : location;
  const answer = await withRetries(options, async () => {
    const send = (method: string) =>
      request(target, { method, body, headers: { "content-type": "text/plain; charset=utf-8" } }, options);
    const response = await send("PUT");
    return response.status === 405 ? send("POST") : response;
  });
  return answer !== undefined;
}

/** The whole file, or undefined when it cannot be had. */
export async function download(location: string, options: TransferOptions): Promise<Buffer | undefined> {
  return withRetries(options, () => request(location, {}, options));
}

/** The body of the first answer that is a success. */
async function withRetries(options: TransferOptions, attempt: () => Promise<Response>): Promise<Buffer | undefined> {
  for (let left = options.retries; ; left -= 1) {
    try {
      const response = await attempt();
      const body = Buffer.from(await response.arrayBuffer());
      if (response.ok) return body;
      options.log(`file transfer: HTTP ${response.status}`);
    } catch (error) {
      options.log(`file transfer: ${describe(error)}`);
    }
    if (left <= 0) return undefined;
    await options.wait(options.retryIntervalMs);
  }
}

function request(
  location: string,
  init: { method?: string; body?: string; headers?: Record<string, string> },
  options: TransferOptions,
): Promise<Response> {
  const url = new URL(location);
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new Error(`${url.protocol} is not supported`);
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
