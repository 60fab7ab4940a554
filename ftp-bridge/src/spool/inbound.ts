// Bytes of one upload on their way into the spool: written, counted, hashed; the courier reads behind.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Source } from "./source.ts";

export class Inbound implements Source {
  readonly file: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash("sha256");
  #size = 0;
  #state: "growing" | "whole" | "broken" = "growing";
  #checksum = "";
  #waiting: { bytes: number; wake: () => void }[] = [];

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  /** @param offset how much of the file stays; what is behind is cut off */
  static async open(file: string, offset: number): Promise<Inbound> {
    const handle = await open(file, "r+");
    const inbound = new Inbound(file, handle);
    try {
      await handle.truncate(offset);
      // The checksum of the whole file needs what an earlier connection brought.
      if (offset > 0) {
        for await (const chunk of createReadStream(file, { end: offset - 1, highWaterMark: 1 << 20 })) {
          inbound.#hash.update(chunk);
        }
      }
      inbound.#size = offset;
      return inbound;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Back pressure: resolves when the disk has it. */
  async write(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await this.#handle.write(chunk, done, chunk.length - done, this.#size + done);
      done += bytesWritten;
    }
    this.#size += chunk.length;
    this.#wake(this.#size);
  }

  /** On the disk itself, so that it survives a loss of power. */
  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  /** No more will come, and nothing is missing. */
  finish(): void {
    this.#checksum = this.#hash.digest("hex");
    this.#end("whole");
  }

  /** No more will come, and something is missing. */
  break(): void {
    if (this.#state === "growing") this.#end("broken");
  }

  async close(): Promise<void> {
    this.break();
    await this.#handle.close();
  }

  async reach(bytes: number) {
    if (this.#state === "growing" && this.#size < bytes) {
      await new Promise<void>((wake) => this.#waiting.push({ bytes, wake }));
    }
    return { size: this.#size, state: this.#state };
  }

  checksum(): string {
    return this.#checksum;
  }

  #end(state: "whole" | "broken"): void {
    this.#state = state;
    this.#wake(Number.POSITIVE_INFINITY);
  }

  #wake(bytes: number): void {
    for (const { wake } of this.#waiting.filter((one) => one.bytes <= bytes)) wake();
    this.#waiting = this.#waiting.filter((one) => one.bytes > bytes);
  }
}
