// The server on the rack: a process that is killed, stopped and started again on the same port and the same state, and
// whose every word is read.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { bundleWorker } from "../../../scripts/bundle.ts";
import { freePort } from "../../../test/support/node/server.ts";
import { launch, type Server } from "../../server/launch.ts";
import { ABORT, ABORTED, MARK } from "./mark.ts";

const ENTRY = "bench/torture/server/worker.ts";
/** What Node and workerd say when something got away. */
const COMPLAINT = /unhandled|uncaught|segmentation fault|fatal/i;
/** workerd calls it uncaught, too, when it throws out a client that breaks the WebSocket protocol, and what we aborted. */
const BY_RIGHTS = new RegExp(`WebSocket protocol error|${ABORTED}`);
const MAX_COMPLAINTS = 200;
const LAST_WORDS = 20;

export class Control {
  readonly stateDir: string;
  readonly complaints: string[] = [];
  readonly counts = { kills: 0, killsWhileStarting: 0, restarts: 0, evictions: 0, printed: 0 };
  readonly #port: number;
  #server: Server | undefined;
  #rest = "";
  readonly #lastWords: string[] = [];
  /** Whether an exit now is our doing. */
  #isEnding = false;

  private constructor(stateDir: string, port: number) {
    this.stateDir = stateDir;
    this.#port = port;
  }

  static async start(root: string): Promise<Control> {
    const control = new Control(await mkdtemp(join(root, "ov2x-torture-")), await freePort());
    await writeFile(control.#bundleFile, JSON.stringify(await bundleWorker(ENTRY)));
    await control.#launch();
    return control;
  }

  get #bundleFile(): string {
    return join(this.stateDir, "bundle.json");
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What chargers connect to; the identity is appended. */
  get chargerUrl(): string {
    return `ws://127.0.0.1:${this.#port}/ws/ocpp`;
  }

  async kill(): Promise<void> {
    this.counts.kills += 1;
    this.#isEnding = true;
    await this.#server?.crash();
  }

  /** Dies once more, on its way up. */
  async killWhileStarting(afterMs: number): Promise<void> {
    this.counts.kills += 1;
    this.counts.killsWhileStarting += 1;
    const doom = new AbortController();
    const launched = this.#launch(doom.signal).then(
      () => {
        this.#isEnding = true;
        return this.#server?.crash();
      },
      () => undefined,
    );
    this.#isEnding = true;
    await Promise.race([wait(afterMs), launched]);
    doom.abort();
    await launched;
  }

  async restart(): Promise<void> {
    this.counts.restarts += 1;
    this.#isEnding = true;
    await this.#server?.stop(false);
    await this.#launch();
  }

  start(): Promise<void> {
    return this.#launch();
  }

  /** Has an actor forget: at rest, or in the midst of its work and with its sockets. */
  async evict(className: string, name: string, how: "gently" | "rudely"): Promise<void> {
    const isEvicted = await this.#server?.ask<boolean>(
      how === "gently" ? { ask: "evict", className, name } : { ask: "abort", className, name, method: ABORT },
    );
    if (isEvicted === true) this.counts.evictions += 1;
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    await this.#server?.stop(false);
  }

  forget(): Promise<void> {
    return rm(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
  }

  async #launch(signal?: AbortSignal): Promise<void> {
    const server = await launch("ours", {
      ...{ root: "", stateDir: this.stateDir, port: this.#port, entry: ENTRY, bundleFile: this.#bundleFile },
      ...(signal === undefined ? {} : { signal }),
      onOutput: (text) => this.#read(text),
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#lastWords.join("\n")}`);
    });
    this.#server = server;
    this.#isEnding = false;
    void server.exited.then(() => {
      if (this.#server === server && !this.#isEnding) this.#complain("the server ended by itself");
    });
  }

  #read(text: string): void {
    this.counts.printed += text.length;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    this.#lastWords.push(...lines);
    this.#lastWords.splice(0, this.#lastWords.length - LAST_WORDS);
    for (const line of lines) if (isComplaint(line)) this.#complain(line);
  }

  #complain(line: string): void {
    if (this.complaints.length < MAX_COMPLAINTS) this.complaints.push(line.slice(0, 2000));
  }
}

const isComplaint = (line: string): boolean => line.includes(MARK) || (COMPLAINT.test(line) && !BY_RIGHTS.test(line));
