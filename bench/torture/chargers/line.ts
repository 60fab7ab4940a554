// A charger's socket with its cable laid bare: frames as a library sends them, and all that a modem does to them.
// Knows nothing of OCPP.
import { connect, type Socket } from "node:net";
import WebSocket from "ws";

const HANDSHAKE_TIMEOUT_MS = 20_000;
/** A masked text frame that announces 60,000 bytes; the mask is zeros. */
const HEAD = Buffer.from([0x81, 0xfe, 0xea, 0x60, 0, 0, 0, 0]);

/** Is told of its line, as the first frame may come with the upgrade itself, before whoever dialled has the line. */
export interface Listener {
  onText(text: string, line: Line): void;
  onClose(line: Line): void;
}

export class Line {
  readonly #socket: WebSocket;
  readonly #cable: Socket;

  private constructor(socket: WebSocket, cable: Socket) {
    this.#socket = socket;
    this.#cable = cable;
  }

  /** @returns undefined where the upgrade was refused, or nobody was there */
  static dial(url: string, subprotocol: string, listener: Listener): Promise<Line | undefined> {
    const { hostname, port } = new URL(url);
    const cable = connect({ host: hostname, port: Number(port) });
    const socket = new WebSocket(url, subprotocol, {
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      createConnection: () => cable,
    });
    const line = new Line(socket, cable);
    socket.on("message", (data) => listener.onText(String(data), line));
    socket.once("close", () => listener.onClose(line));
    return new Promise((resolve) => {
      socket.once("open", () => resolve(line));
      // Also the handler without which the library would throw.
      socket.on("error", () => resolve(undefined));
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Bytes that the other side has not taken yet. */
  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  /** @param data bytes go out as text unless `binary` is set, whether they are UTF-8 or not */
  send(data: string | Buffer, options: { binary?: boolean; fin?: boolean } = {}): void {
    if (this.isOpen) this.#socket.send(data, { binary: false, ...options });
  }

  /** Bytes that are no frame, or only the beginning of one. */
  sendRaw(bytes: Buffer): void {
    if (!this.#cable.destroyed) this.#cable.write(bytes);
  }

  /** Dies in the middle of a frame. */
  cut(text: string): void {
    this.sendRaw(Buffer.concat([HEAD, Buffer.from(text)]));
    this.#cable.destroySoon();
  }

  /** Stops reading: what the server sends piles up. */
  freeze(): void {
    if (this.isOpen) this.#socket.pause();
  }

  thaw(): void {
    if (this.isOpen) this.#socket.resume();
  }

  drop(): void {
    this.#socket.terminate();
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.once("close", resolve));
    this.#socket.close();
    await closed;
  }
}
