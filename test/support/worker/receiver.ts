// A webhook's receiver in a test: answers as it is told, and checks what it gets. It stands in for fetch.
import { createHmac } from "node:crypto";
import { vi } from "vitest";

export interface Received {
  id: string;
  type: string;
  chargePointId: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  data: any;
  headers: Headers;
  body: string;
}

export interface Receiver {
  url: string;
  /** What it took, that is, answered with 2xx. */
  taken: Received[];
  /** How often it was called, whatever it answered. */
  calls: number;
  /** How it answers; may throw like a network that fails. */
  answer: (request: Received) => Response | Promise<Response>;
  /** What the name of the receiver resolves to. */
  addresses: string[];
}

const OK = () => new Response("thanks");
let counter = 0;

const there = new Map<string, Receiver>();
const real = globalThis.fetch;

/** Several may be there at once: each has a host of its own. Undone by vi.restoreAllMocks(). */
export function receiver(): Receiver {
  const url = `https://receiver-${++counter}.example.com/hook`;
  const one: Receiver = { url, taken: [], calls: 0, answer: OK, addresses: ["93.184.216.34"] };
  there.set(new URL(url).host, one);
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const target = new URL(input instanceof Request ? input.url : input);
    const named = there.get(target.searchParams.get("name") ?? "");
    if (target.host === "cloudflare-dns.com" && named !== undefined) {
      const type = target.searchParams.get("type");
      return Response.json({ Answer: type === "A" ? named.addresses.map((data) => ({ type: 1, data })) : [] });
    }
    const called = there.get(target.host);
    return called === undefined ? real(input, init) : take(called, init);
  });
  return one;
}

async function take(one: Receiver, init: RequestInit | undefined): Promise<Response> {
  one.calls += 1;
  const body = String(init?.body);
  const request: Received = { ...JSON.parse(body), headers: new Headers(init?.headers), body };
  const response = await one.answer(request);
  if (response.ok) one.taken.push(request);
  return response;
}

/** Whether one of the signatures was made with this secret. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const text = `${headers.get("webhook-id")}.${headers.get("webhook-timestamp")}.${body}`;
  const expected = `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
  return headers.get("webhook-signature")?.split(" ").includes(expected) === true;
}
