// One data connection in use: opened, secured where asked for, watched for stalls, ended by ABOR.
import type { Socket } from "node:net";
import { secureSocket } from "../data/tls.ts";
import { describe } from "../log.ts";
import { type Reply, reply } from "./replies.ts";
import type { Session } from "./session.ts";

export class Transfer {
  readonly #aborting = new AbortController();
  #socket: Socket | undefined;
  bytes = 0;

  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  use(socket: Socket, stallMs: number): void {
    this.#socket = socket;
    if (stallMs > 0) socket.setTimeout(stallMs, () => socket.destroy(new Error("nothing moved for too long")));
    if (this.signal.aborted) socket.destroy(new Error("aborted"));
  }

  abort(): void {
    this.#aborting.abort();
    this.#socket?.destroy(new Error("aborted"));
  }
}

/**
 * Sends 150, opens the data connection, lets `move` use it, and answers by how that ended.
 * @param move returns the last reply; throws when the connection broke
 */
export async function withData(
  session: Session,
  opening: string,
  move: (socket: Socket, transfer: Transfer) => Promise<Reply>,
): Promise<Reply> {
  const port = session.takeData();
  if (port === undefined) return reply(425, "Use PASV or EPSV first");
  const transfer = new Transfer();
  session.transfer = transfer;
  transfer.signal.addEventListener("abort", () => port.close());
  let socket: Socket | undefined;
  try {
    session.control.send(reply(150, opening));
    try {
      socket = await connected(session, port.connect());
    } catch (error) {
      session.log("info", "no_data_connection", { detail: describe(error) });
      return reply(425, "No data connection");
    }
    transfer.use(socket, session.services.settings.stallMs);
    return await move(socket, transfer);
  } catch (error) {
    session.log("info", "transfer_broken", { detail: describe(error), bytes: transfer.bytes });
    return reply(426, transfer.signal.aborted ? "Transfer aborted" : "The data connection broke");
  } finally {
    session.transfer = undefined;
    socket?.destroy();
    port.close();
  }
}

async function connected(session: Session, connecting: Promise<Socket>): Promise<Socket> {
  const plain = await connecting;
  const { certificate } = session.services;
  if (!session.dataSecured || certificate === undefined) return plain;
  try {
    return await secureSocket(plain, await certificate.context());
  } catch (error) {
    plain.destroy();
    throw error;
  }
}
