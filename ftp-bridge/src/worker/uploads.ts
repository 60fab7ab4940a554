// The Worker's resumable uploads: a session, its parts in order, and the word that it is complete.
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { fail, ok, type Result } from "../result.ts";
import { refusalOf, type WorkerFailure } from "./failures.ts";
import type { WorkerHttp } from "./http.ts";
import { type Stored, storedSchema, type Upload, uploadSchema } from "./shapes.ts";
import { type Answer, done, exchange, told } from "./store.ts";

export interface Part {
  offset: number;
  length: number;
  bytes: Readable;
}

export interface Uploads {
  /** @param replaces SHA-256 of the whole file that the new one takes the place of */
  create(account: string, path: string, replaces: string | undefined): Answer<Upload>;
  /** How many bytes the Worker has. */
  offset(account: string, id: string): Answer<number>;
  /** @returns how many bytes the Worker has now, which is its word also where it disagrees */
  append(account: string, id: string, part: Part, signal: AbortSignal): Answer<number>;
  complete(account: string, id: string, sha256: string): Answer<Stored>;
  abort(account: string, id: string): Answer<void>;
}

export function createUploads(http: WorkerHttp): Uploads {
  const at = (id: string) => `/http/uploads/${encodeURIComponent(id)}`;

  return {
    async create(account, path, replaces) {
      const json = { path: path.slice(1), ...(replaces === undefined ? {} : { replaces }) };
      return told(await exchange(http, { method: "POST", path: "/http/uploads", account, json }), uploadSchema);
    },
    async offset(account, id) {
      const answer = await exchange(http, { method: "HEAD", path: at(id), account });
      return answer.ok ? offsetOf(answer.value) : answer;
    },
    async append(account, id, { offset, ...body }, signal) {
      const headers = { "upload-offset": String(offset), "content-type": "application/offset+octet-stream" };
      const answer = await http.call({ method: "PATCH", path: at(id), account, headers, body, signal });
      if (!answer.ok) return answer;
      const { statusCode = 0, headers: told } = answer.value;
      const disagrees = statusCode === 409 && told["upload-offset"] !== undefined;
      if (disagrees || (statusCode >= 200 && statusCode < 300)) return offsetOf(answer.value);
      return fail(await refusalOf(answer.value));
    },
    async complete(account, id, sha256) {
      const call = { method: "POST", path: `${at(id)}/complete`, account, json: { sha256 } };
      return told(await exchange(http, call), storedSchema);
    },
    async abort(account, id) {
      return done(await exchange(http, { method: "DELETE", path: at(id), account }));
    },
  };
}

function offsetOf(response: IncomingMessage): Result<number, WorkerFailure> {
  response.resume();
  const text = response.headers["upload-offset"];
  if (typeof text === "string" && /^\d+$/.test(text)) return ok(Number(text));
  return fail({ reason: "not_understood", detail: "no Upload-Offset" });
}
