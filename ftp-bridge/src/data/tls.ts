// The certificate, read again when its file changes (renewals), and the server's side of a TLS handshake (RFC 4217).
import { readFile, stat } from "node:fs/promises";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

const HANDSHAKE_TIMEOUT_MS = 15_000;

export class Certificate {
  readonly #certFile: string;
  readonly #keyFile: string;
  #loaded: { context: SecureContext; changedAt: number } | undefined;

  constructor(certFile: string, keyFile: string) {
    this.#certFile = certFile;
    this.#keyFile = keyFile;
  }

  async context(): Promise<SecureContext> {
    const changedAt = Math.max((await stat(this.#certFile)).mtimeMs, (await stat(this.#keyFile)).mtimeMs);
    if (this.#loaded?.changedAt !== changedAt) {
      const [cert, key] = await Promise.all([readFile(this.#certFile), readFile(this.#keyFile)]);
      this.#loaded = { context: createSecureContext({ cert, key, minVersion: "TLSv1.2" }), changedAt };
    }
    return this.#loaded.context;
  }
}

/** Wraps a paused socket on which nothing has been read. */
export function secureSocket(socket: Socket, secureContext: SecureContext): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    const timer = setTimeout(() => secure.destroy(new Error("no TLS handshake")), HANDSHAKE_TIMEOUT_MS);
    const failed = (error?: Error) => {
      clearTimeout(timer);
      reject(error ?? new Error("closed in the handshake"));
    };
    secure.once("error", failed);
    secure.once("close", failed);
    secure.once("secure", () => {
      clearTimeout(timer);
      secure.off("error", failed);
      secure.off("close", failed);
      secure.on("error", () => {});
      resolve(secure);
    });
  });
}
