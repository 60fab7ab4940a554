// The log shipper against a small server that takes the bulk format at its word and refuses what is not.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bodies, ship } from "../../log-shipper/src/bulk.ts";
import { documentsOf, type LogDocument, type Trace } from "../../log-shipper/src/documents.ts";
import shipper from "../../log-shipper/src/index.ts";

const trace = (overrides: Partial<Trace> = {}): Trace => ({
  ...{ scriptName: "ov2x-edge", outcome: "ok", eventTimestamp: 0, logs: [], exceptions: [] },
  ...{ entrypoint: "ChargePoint", durableObjectId: "abc", event: null },
  ...overrides,
});
const log = (message: unknown, level = "log") => ({ timestamp: Date.UTC(2026, 0, 2), level, message });

interface Bulk {
  url: string;
  /** Index and id -> document. */
  documents: Map<string, LogDocument>;
  requests: IncomingMessage[];
  /** What to answer instead, once each. */
  failures: number[];
  refused: (document: LogDocument) => boolean;
}

const servers: Server[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
});

async function bulkServer(): Promise<Bulk> {
  const bulk: Bulk = { url: "", documents: new Map(), requests: [], failures: [], refused: () => false };
  const server = createServer(async (request, response) => {
    bulk.requests.push(request);
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const failure = bulk.failures.shift();
    if (failure !== undefined) {
      response.writeHead(failure).end("not now");
      return;
    }
    const verdict = judge(bulk, request, body);
    response.writeHead(verdict.status, { "content-type": "application/json" }).end(JSON.stringify(verdict.reply));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  bulk.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return bulk;
}

/** As Elasticsearch reads it: pairs of lines, each valid JSON, a line feed at the end, a known action. */
function judge(bulk: Bulk, { method, url, headers }: IncomingMessage, body: string): { status: number; reply: object } {
  const refuse = (reason: string) => ({ status: 400, reply: { error: { reason } } });
  if (method !== "POST" || url !== "/_bulk") return refuse("no such path");
  if (headers["content-type"] !== "application/x-ndjson") return refuse("wrong content type");
  if (!body.endsWith("\n")) return refuse("the bulk request must be terminated by a newline");
  const lines = body.slice(0, -1).split("\n");
  if (lines.length % 2 !== 0) return refuse("an action without a document");
  const items = [];
  for (let at = 0; at < lines.length; at += 2) {
    const { create } = JSON.parse(lines[at] ?? "");
    const document: LogDocument = JSON.parse(lines[at + 1] ?? "");
    if (!/^[a-z0-9.-]+$/.test(create._index)) return refuse("invalid index name");
    const key = `${create._index}/${create._id}`;
    const status = bulk.refused(document) ? 400 : bulk.documents.has(key) ? 409 : 201;
    if (status === 201) bulk.documents.set(key, document);
    items.push({ create: { _index: create._index, _id: create._id, status } });
  }
  return { status: 200, reply: { took: 1, errors: items.some(({ create }) => create.status > 299), items } };
}

describe("a line of log", () => {
  it("that is one of ours becomes fields, of one type each", () => {
    const [document] = documentsOf(
      trace({ logs: [log(['{"event":"frame_failed","chargePoint":"cp1","count":2,"error":{"a":[1]}}'], "error")] }),
    );
    expect(document).toEqual({
      "@timestamp": "2026-01-02T00:00:00.000Z",
      ...{ level: "error", message: "frame_failed", service: "ov2x-edge", outcome: "ok" },
      ...{ entrypoint: "ChargePoint", actor: "abc" },
      fields: { event: "frame_failed", chargePoint: "cp1", count: 2, error: '{"a":[1]}' },
    });
  });

  it("of any other kind stays a message", () => {
    const messages = [["a", 1, { b: 2 }], "plain", ["{not json"], [undefined]];
    expect(documentsOf(trace({ logs: messages.map((message) => log(message)) })).map(({ message }) => message)).toEqual(
      ['a 1 {"b":2}', "plain", "{not json", "undefined"],
    );
  });

  it("carries where it was written, but no query and no header: they have tickets and passwords", () => {
    const event = {
      request: { method: "GET", url: "https://x.test/api/events?ticket=secret", headers: { a: "secret" } },
    };
    const exceptions = [{ timestamp: 1, name: "TypeError", message: "oh", stack: "at x" }];
    const documents = documentsOf(trace({ event, exceptions, outcome: "exception", logs: [log("hello")] }));
    expect(documents).toMatchObject([
      { method: "GET", path: "/api/events", message: "hello" },
      { message: "TypeError: oh", exception: "at x", level: "error", outcome: "exception" },
    ]);
    expect(JSON.stringify(documents)).not.toContain("secret");
  });
});

describe("the shipper", () => {
  it("loads what was logged into a bulk endpoint, a day an index, with its credentials", async () => {
    const bulk = await bulkServer();
    const env = { BULK_URL: `${bulk.url}/`, INDEX: "ov2x-edge", BULK_AUTHORIZATION: "ApiKey k" };
    await shipper.tail([trace({ logs: [log("one"), log("one")] }), trace({ logs: [log("zwei ü \n")] })], env);
    expect([...bulk.documents.values()].map(({ message }) => message)).toEqual(["one", "one", "zwei ü \n"]);
    expect([...bulk.documents.keys()].every((key) => key.startsWith("ov2x-edge-2026.01.02/"))).toBe(true);
    expect(bulk.requests[0]?.headers.authorization).toBe("ApiKey k");
  });

  it("sends nothing where there is nothing to send, or nowhere to send it to", async () => {
    const bulk = await bulkServer();
    await shipper.tail([trace()], { BULK_URL: bulk.url, INDEX: "i" });
    await shipper.tail([trace({ logs: [log("x")] })], { BULK_URL: "", INDEX: "i" });
    expect(bulk.requests).toHaveLength(0);
  });

  it("tries again what fails for now, and what was there already is not there twice", async () => {
    const bulk = await bulkServer();
    bulk.failures.push(503, 429);
    const documents = documentsOf(trace({ logs: [log("a"), log("b")] }));
    expect(await ship(documents, { url: bulk.url, index: "i" }, [1, 1])).toBe(0);
    expect(await ship(documents, { url: bulk.url, index: "i" }, [1, 1])).toBe(0);
    expect(bulk.documents.size).toBe(2);
    expect(bulk.requests).toHaveLength(4);
  });

  it("says how many were lost, and why", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const bulk = await bulkServer();
    const documents = documentsOf(trace({ logs: [log("a"), log("bad"), log("c")] }));
    bulk.refused = ({ message }) => message === "bad";
    expect(await ship(documents, { url: bulk.url, index: "i" }, [1])).toBe(1);
    bulk.failures.push(401);
    expect(await ship(documents, { url: bulk.url, index: "i" }, [1])).toBe(3);
    expect(await ship(documents, { url: "http://127.0.0.1:1", index: "i" }, [1])).toBe(3);
    expect(error.mock.calls.map(([line]) => JSON.parse(String(line)).event)).toEqual([
      "log_documents_refused",
      "logs_not_shipped",
      "logs_not_shipped",
    ]);
  });

  it("cuts what is too much for one request", () => {
    const documents = documentsOf(trace({ logs: Array.from({ length: 300 }, () => log("x".repeat(20_000))) }));
    const parts = bodies(documents, "i");
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    for (const { text } of parts) expect(text.length).toBeLessThanOrEqual(4_000_000);
  });
});
