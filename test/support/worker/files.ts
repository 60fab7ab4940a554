// Chargers and people at the doors for files, as tests need them.
import { exports } from "cloudflare:workers";
import { newIdentity } from "./charger.ts";
import { type Registration, registerCharger } from "./registry.ts";

export const PASSWORD = "a key of the tests";

export const basic = (username: string, password: string) => ({
  authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)))}`,
});

export interface FileClient {
  id: string;
  headers: Record<string, string>;
  /** PUT with a body. */
  put(path: string, body: RequestInit["body"], headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

/** Goes to the door without a client that would tidy its path. */
export const door = (method: string, path: string, init: RequestInit = {}) =>
  exports.default.fetch(`https://csms.test${path}`, { method, ...init });

export async function fileClient(registration: Registration = {}, id = newIdentity("Files")): Promise<FileClient> {
  await registerCharger({ securityProfile: 1, password: PASSWORD, ...registration }, id);
  const headers = basic(id, registration.password ?? PASSWORD);
  return {
    id,
    headers,
    put: (path, body, more = {}) => door("PUT", path, { body: body ?? null, headers: { ...headers, ...more } }),
    get: (path, more = {}) => door("GET", path, { headers: { ...headers, ...more } }),
  };
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes that repeat nowhere, the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[index] = state ^ (state >>> 15);
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** A body whose length nobody tells. */
export const streamed = (bytes: Uint8Array<ArrayBuffer>, chunk = 65_536): ReadableStream<Uint8Array> => {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + chunk));
      at += chunk;
    },
  });
};
