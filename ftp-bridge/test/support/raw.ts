// FTP by hand: for what no client does.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { later } from "./bridge.ts";

export interface Raw {
  socket: Socket;
  /** The next reply's last line. */
  reply(): Promise<string>;
  /** Sends a line and waits for the reply to it. */
  ask(line: string | Buffer): Promise<string>;
  /** A data connection to the port of a fresh EPSV. */
  data(): Promise<Socket>;
}

export async function rawClient(port: number): Promise<Raw> {
  const socket = connect(port, "127.0.0.1");
  later(async () => socket.destroy());
  socket.on("error", () => {});
  let text = "";
  let wake = () => {};
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    wake();
  });
  socket.on("close", () => wake());
  const reply = async (): Promise<string> => {
    for (;;) {
      const [line, last] = /^(?:.*\r\n)*?(\d{3} .*)\r\n/.exec(text) ?? [];
      if (line !== undefined && last !== undefined) {
        text = text.slice(line.length);
        return last;
      }
      if (socket.closed) return "closed";
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const ask = (line: string | Buffer) => {
    socket.write(Buffer.concat([Buffer.from(line), Buffer.from("\r\n")]));
    return reply();
  };
  await reply();
  return {
    socket,
    reply,
    ask,
    async data() {
      const [, number] = /\|\|\|(\d+)\|/.exec(await ask("EPSV")) ?? [];
      const data = connect(Number(number), "127.0.0.1");
      later(async () => data.destroy());
      data.on("error", () => {});
      await once(data, "connect");
      return data;
    },
  };
}

export async function signedIn(port: number, user = "CP1", password = "key-of-cp1"): Promise<Raw> {
  const raw = await rawClient(port);
  await raw.ask(`USER ${user}`);
  const answer = await raw.ask(`PASS ${password}`);
  if (!answer.startsWith("230")) throw new Error(answer);
  return raw;
}
