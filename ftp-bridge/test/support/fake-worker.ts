// The Worker's doors as the bridge needs them, in memory: a double for rules about the bridge itself. What the two say to each
// other for real is tested against the real Worker in test/system/ftp.test.ts.
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

interface StoredFile {
  bytes: Buffer;
  sha256: string;
  modifiedAt: string;
}

interface UploadSession {
  account: string;
  path: string;
  replaces: string | undefined;
  bytes: Buffer;
  result: { path: string; size: number; sha256: string } | undefined;
}

export interface FakeWorker {
  url: string;
  /** By account, then path. */
  files: Map<string, Map<string, StoredFile>>;
  /** What it answered, as `METHOD path status`. */
  calls: string[];
  /** Every connection is refused with 503 until it is set back. */
  away: boolean;
  /** Answers to PATCH are held back until this resolves. */
  gate: Promise<unknown>;
  /** Status instead of an answer, for calls whose `METHOD path` matches. */
  refuse: { pattern: RegExp; status: number } | undefined;
  stop(): Promise<void>;
}

export const PASSWORDS: Record<string, string> = { CP1: "key-of-cp1", CP2: "key-of-cp2", reader: "reads-only" };
export const BRIDGE_TOKEN = "the bridge's token of the tests";
const PART_BYTES = 64 * 1024;

export async function startFakeWorker(port = 0): Promise<FakeWorker> {
  const files: FakeWorker["files"] = new Map();
  const folders = new Map<string, Set<string>>();
  const uploads = new Map<string, UploadSession>();
  const calls: string[] = [];
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body, headers = {} }) => {
      calls.push(`${request.method} ${request.url} ${status}`);
      const payload = Buffer.isBuffer(body) ? body : body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      write(response, status, headers, payload);
    });
  });

  const fake: FakeWorker = {
    url: "",
    files,
    calls,
    away: false,
    gate: Promise.resolve(),
    refuse: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  interface Told {
    status: number;
    body?: unknown;
    headers?: Record<string, string>;
  }

  async function answer(request: IncomingMessage): Promise<Told> {
    const url = new URL(request.url ?? "/", "http://fake");
    const body = await read(request);
    if (request.method === "PATCH") await fake.gate;
    if (fake.away) return { status: 503 };
    if (fake.refuse?.pattern.test(`${request.method} ${url.pathname}`)) return { status: fake.refuse.status };
    if (request.headers.authorization !== `Bearer ${BRIDGE_TOKEN}`) return { status: 403 };
    if (url.pathname === "/http/bridge/sign-in") return signIn(JSON.parse(body.toString()));
    const account = request.headers["ov2x-account"];
    if (typeof account !== "string") return { status: 401 };
    if (url.pathname.startsWith("/http/bridge/")) return bridge(request.method ?? "", url, account, body);
    if (url.pathname.startsWith("/http/files/")) return download(request, url, account);
    if (url.pathname.startsWith("/http/uploads")) return upload(request, url, account, body);
    return { status: 404 };
  }

  function signIn({ username, password }: { username: string; password: string }): Told {
    if (!Object.hasOwn(PASSWORDS, username) || PASSWORDS[username] !== password) return { status: 401 };
    const permissions = username === "reader" ? ["read"] : ["read", "write", "delete"];
    return {
      status: 200,
      body: { account: username, kind: "chargePoint", permissions, quotaBytes: 1e9, usedBytes: 0, maxFileBytes: 1e8 },
    };
  }

  function bridge(method: string, url: URL, account: string, body: Buffer): Told {
    const own = ownFiles(account);
    const path = url.searchParams.get("path") ?? "";
    const entry = (of: string) => {
      const file = own.get(of);
      const name = of.slice(of.lastIndexOf("/") + 1);
      if (file !== undefined) {
        return {
          name,
          path: of,
          type: "file",
          size: file.bytes.length,
          modifiedAt: file.modifiedAt,
          sha256: file.sha256,
        };
      }
      return foldersOf(account).has(of) ? { name, path: of, type: "folder", size: 0, modifiedAt: null } : undefined;
    };
    if (url.pathname.endsWith("/entry")) {
      const found = entry(path);
      return found === undefined ? { status: 404 } : { status: 200, body: found };
    }
    if (url.pathname.endsWith("/entries") && method === "GET") {
      const inside = [...own.keys(), ...foldersOf(account)].filter((of) => parent(of) === path && of !== "/");
      const from = Number(url.searchParams.get("cursor") ?? "0");
      const nextCursor = inside.length > from + 2 ? String(from + 2) : null;
      return { status: 200, body: { items: inside.slice(from, from + 2).map(entry), nextCursor } };
    }
    if (url.pathname.endsWith("/entries") && method === "DELETE") {
      return own.delete(path) || folders.get(account)?.delete(path) ? { status: 204 } : { status: 404 };
    }
    const asked: { path?: string; from?: string; to?: string } = JSON.parse(body.toString());
    if (url.pathname.endsWith("/folders")) {
      folders.set(account, new Set([...(folders.get(account) ?? []), asked.path ?? ""]));
      return { status: 201, body: {} };
    }
    if (url.pathname.endsWith("/rename")) {
      const file = own.get(asked.from ?? "");
      if (file === undefined) return { status: 404 };
      if (own.has(asked.to ?? "")) return { status: 409 };
      own.delete(asked.from ?? "");
      own.set(asked.to ?? "", file);
      return { status: 200, body: { path: asked.to } };
    }
    return { status: 404 };
  }

  function download(request: IncomingMessage, url: URL, account: string): Told {
    const path = decodeURIComponent(url.pathname.slice("/http/files".length));
    const file = ownFiles(account).get(path);
    if (file === undefined) return { status: 404 };
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    return from === undefined
      ? { status: 200, body: file.bytes }
      : { status: 206, body: file.bytes.subarray(Number(from)) };
  }

  function upload(request: IncomingMessage, url: URL, account: string, body: Buffer): Told {
    const [, , , id = "", action] = url.pathname.split("/");
    if (id === "") {
      const { path, replaces } = JSON.parse(body.toString());
      const session = { account, path: `/${path}`, replaces, bytes: Buffer.alloc(0), result: undefined };
      const made = randomUUID();
      uploads.set(made, session);
      return { status: 201, body: { id: made, path, offset: 0, partBytes: PART_BYTES, expiresAt: "" } };
    }
    const session = uploads.get(id);
    if (session === undefined || session.account !== account) return { status: 404 };
    const headers = () => ({ "upload-offset": String(session.bytes.length) });
    if (request.method === "HEAD") return { status: 200, headers: headers() };
    if (request.method === "DELETE") return { status: uploads.delete(id) ? 204 : 404 };
    if (action === "complete") return { status: 201, body: complete(session, JSON.parse(body.toString()).sha256) };
    if (Number(request.headers["upload-offset"]) !== session.bytes.length) return { status: 409, headers: headers() };
    session.bytes = Buffer.concat([session.bytes, body]);
    return { status: 204, headers: headers() };
  }

  function complete(session: UploadSession, expected: string) {
    if (session.result !== undefined) return session.result;
    const own = ownFiles(session.account);
    const sha256 = createHash("sha256").update(session.bytes).digest("hex");
    if (sha256 !== expected) throw new Error("the bridge told another checksum");
    let { path } = session;
    if (own.get(path)?.sha256 !== session.replaces || session.replaces === undefined) {
      const dot = path.lastIndexOf(".");
      for (let n = 2; own.has(path); n += 1) path = `${session.path.slice(0, dot)} (${n})${session.path.slice(dot)}`;
    }
    own.set(path, { bytes: session.bytes, sha256, modifiedAt: new Date().toISOString() });
    session.result = { path: path.slice(1), size: session.bytes.length, sha256 };
    return session.result;
  }

  const ownFiles = (account: string) => {
    const own = files.get(account) ?? new Map<string, StoredFile>();
    files.set(account, own);
    return own;
  };
  const foldersOf = (account: string) =>
    new Set([...(folders.get(account) ?? []), ...[...ownFiles(account).keys()].map(parent).filter((of) => of !== "/")]);

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  fake.url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : port}`;
  return fake;
}

const parent = (path: string) => path.slice(0, path.lastIndexOf("/")) || "/";

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    // Cut off by the bridge.
  }
  return Buffer.concat(chunks);
}

function write(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Buffer | undefined,
): void {
  response.writeHead(status, { ...headers, ...(body === undefined ? {} : { "content-length": body.length }) });
  response.end(body);
}
