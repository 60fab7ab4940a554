// The REST API as tests use it: over HTTP, as someone.
import { env, exports } from "cloudflare:workers";
import { database } from "../../../src/db/client.ts";
import { users } from "../../../src/db/schema.ts";
import { issueAccessToken } from "../../../src/workers/auth/access-tokens.ts";
import { hashPassword } from "../../../src/workers/auth/passwords.ts";
import type { Role } from "../../../src/workers/context.ts";

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  body: any;
}

interface Options {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request; `body` goes as JSON, or as it is when it is a string. */
export async function call(method: string, path: string, { token, body, headers = {} }: Options = {}): Promise<Answer> {
  const response = await exports.default.fetch(`https://csms.test${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
}

interface NewUser {
  username?: string;
  /** Left out: the user cannot sign in with a password, which spares the test its stretching. */
  password?: string;
  active?: boolean;
}

/** Someone with a role, put into the database directly. */
export async function someone(role: Role, { username, password, active = true }: NewUser = {}) {
  const id = crypto.randomUUID();
  const now = new Date();
  await database(env)
    .insert(users)
    .values({
      id,
      username: username ?? `${role}-${id}`,
      passwordHash: password === undefined ? "none" : await hashPassword(password),
      role,
      active,
      createdAt: now,
      updatedAt: now,
    });
  return { id, username: username ?? `${role}-${id}`, token: await issueAccessToken(env, id) };
}

/** Every item of a list, page by page. */
export async function walk(path: string, token: string, limit: number) {
  const items = [];
  let cursor: string | null = null;
  do {
    const url: string = `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`;
    const { body, status } = await call("GET", url, { token });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    items.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return items;
}
