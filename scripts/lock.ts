// One server a state directory: two would answer chargers from the same databases and break them.
// The lock is a local socket, because it ends with its owner, also on kill -9, and cannot be mistaken for another's.
import { createHash } from "node:crypto";
import { realpath, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Held until the process ends. */
export async function lockState(stateDir: string): Promise<void> {
  const path = socketPath(await realpath(stateDir));
  if (await listen(path)) return;
  if (await answers(path)) throw new Error(`another ov2x-edge uses ${stateDir}. Choose another with STATE_DIR=…`);
  await rm(path, { force: true });
  if (!(await listen(path))) throw new Error(`${path} cannot be locked`);
}

/** Not in the state directory itself: the path of a socket may have about 100 bytes. */
function socketPath(stateDir: string): string {
  const name = `ov2x-edge-${createHash("sha256").update(stateDir).digest("hex").slice(0, 16)}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`);
}

/** @returns false if the path is taken */
function listen(path: string): Promise<boolean> {
  const server = createServer((socket) => socket.end()).unref();
  return new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? done(false) : fail(error)));
    server.listen(path, () => done(true));
  });
}

/** Whether its owner still lives. */
function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}
