// The REST API as an operator's program uses it: signs in, signs in again when its token ran out, reads page by page.
import { ADMIN_PASSWORD } from "./server.ts";

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  body: any;
}

export interface Rest {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The body of a GET that has to succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  get(path: string): Promise<any>;
  /** The body of a POST that has to succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  post(path: string, body?: unknown): Promise<any>;
  /** All items of a list. */
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  walk(path: string): Promise<any[]>;
}

export interface Tokens {
  access: string;
  refresh: string;
}

export async function request(url: string, method: string, access?: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(access === undefined ? {} : { authorization: `Bearer ${access}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return { status: response.status, headers: response.headers, body: isJson && text !== "" ? JSON.parse(text) : text };
}

export async function signIn(url: string, password = ADMIN_PASSWORD): Promise<Tokens> {
  const { status, body } = await request(`${url}/api/token`, "POST", undefined, { username: "admin", password });
  if (status !== 200) throw new Error(`sign-in answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

export function restClient(url: string, password?: string): Rest {
  let access: string | undefined;
  async function call(method: string, path: string, body?: unknown): Promise<Answer> {
    access ??= (await signIn(url, password)).access;
    const answer = await request(url + path, method, access, body);
    if (answer.status !== 401) return answer;
    access = (await signIn(url, password)).access;
    return request(url + path, method, access, body);
  }
  async function succeed(method: string, path: string, body?: unknown) {
    const answer = await call(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  const get = (path: string) => succeed("GET", path);
  return {
    call,
    get,
    post: (path, body) => succeed("POST", path, body),
    async walk(path) {
      const items = [];
      for (let cursor = ""; ; ) {
        const page = await get(`${path}${path.includes("?") ? "&" : "?"}limit=500${cursor}`);
        items.push(...page.items);
        if (page.nextCursor === null) return items;
        cursor = `&cursor=${page.nextCursor}`;
      }
    },
  };
}
