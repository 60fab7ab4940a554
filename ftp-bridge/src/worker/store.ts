// The Worker's doors for names: sign in, look, list, rename, delete, read. Paths are the account's own, `/a/b`.
import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { fail, ok, type Result } from "../result.ts";
import { refusalOf, type WorkerFailure } from "./failures.ts";
import { type Call, readJson, type WorkerHttp } from "./http.ts";
import { type Account, accountSchema, type Entry, entriesSchema, entrySchema, renamedSchema } from "./shapes.ts";

export type Answer<T> = Promise<Result<T, WorkerFailure>>;

export interface Credentials {
  username: string;
  password: string;
  remoteAddress: string;
  /** They came over TLS: some chargers may not send them in clear. */
  secure: boolean;
}

export interface Store {
  signIn(credentials: Credentials): Answer<Account>;
  entry(account: string, path: string): Answer<Entry>;
  /** Page by page, so that a long folder is never held as a whole. */
  entries(account: string, path: string): AsyncGenerator<Result<Entry[], WorkerFailure>>;
  makeFolder(account: string, path: string): Answer<void>;
  /** @returns the name that it got */
  rename(account: string, from: string, to: string): Answer<string>;
  remove(account: string, path: string): Answer<void>;
  /** The bytes from `offset` on. */
  read(account: string, path: string, offset: number, signal: AbortSignal): Answer<IncomingMessage>;
}

export function createStore(http: WorkerHttp): Store {
  const read = async <T>(call: Call, schema: z.ZodType<T>) => told(await exchange(http, call), schema);

  return {
    signIn: (credentials) => read({ method: "POST", path: "/http/bridge/sign-in", json: credentials }, accountSchema),
    entry: (account, path) =>
      read({ method: "GET", path: `/http/bridge/entry?${query({ path })}`, account }, entrySchema),
    async *entries(account, path) {
      for (let cursor: string | undefined = ""; cursor !== undefined; ) {
        const search = query(cursor === "" ? { path } : { path, cursor });
        const page = await read({ method: "GET", path: `/http/bridge/entries?${search}`, account }, entriesSchema);
        yield page.ok ? ok(page.value.items) : page;
        cursor = page.ok ? (page.value.nextCursor ?? undefined) : undefined;
      }
    },
    async makeFolder(account, path) {
      return done(await exchange(http, { method: "POST", path: "/http/bridge/folders", account, json: { path } }));
    },
    async rename(account, from, to) {
      const call: Call = { method: "POST", path: "/http/bridge/rename", account, json: { from, to } };
      const renamed = await told(await exchange(http, call), renamedSchema);
      return renamed.ok ? ok(renamed.value?.path ?? to) : renamed;
    },
    async remove(account, path) {
      return done(await exchange(http, { method: "DELETE", path: `/http/bridge/entries?${query({ path })}`, account }));
    },
    async read(account, path, offset, signal) {
      const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
      const call: Call = { method: "GET", path: `/http/files${encodePath(path)}`, account, headers, signal };
      const answer = await exchange(http, call);
      // A whole file in answer to a range would be appended to what the charger has.
      if (answer.ok && answer.value.statusCode !== (offset > 0 ? 206 : 200)) {
        answer.value.destroy();
        return fail({ reason: "not_understood", detail: `HTTP ${answer.value.statusCode} to a range` });
      }
      return answer;
    },
  };
}

/** @returns the answer if it is a success */
export async function exchange(http: WorkerHttp, call: Call): Answer<IncomingMessage> {
  const answer = await http.call(call);
  if (!answer.ok) return answer;
  const status = answer.value.statusCode ?? 0;
  return status >= 200 && status < 300 ? answer : fail(await refusalOf(answer.value));
}

export async function told<T>(answer: Result<IncomingMessage, WorkerFailure>, schema: z.ZodType<T>): Answer<T> {
  if (!answer.ok) return answer;
  const body = await readJson(answer.value);
  if (!body.ok) return body;
  const parsed = schema.safeParse(body.value);
  return parsed.success ? ok(parsed.data) : fail({ reason: "not_understood", detail: parsed.error.message });
}

export function done(answer: Result<IncomingMessage, WorkerFailure>): Result<void, WorkerFailure> {
  if (!answer.ok) return answer;
  answer.value.resume();
  return ok(undefined);
}

function query(values: Record<string, string>): string {
  return new URLSearchParams(values).toString();
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
