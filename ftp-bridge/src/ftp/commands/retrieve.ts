// RETR, with REST.
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Commands } from "../command.ts";
import { failureReply, type Reply, reply } from "../replies.ts";
import type { Session } from "../session.ts";
import { withData } from "../transfer.ts";
import { signedIn } from "./folders.ts";

export const retrieve: Commands = { RETR: { permission: "read", run: send } };

async function send(session: Session, name: string): Promise<Reply> {
  const { account, files } = signedIn(session);
  const { offset } = session;
  session.offset = 0;
  const path = session.path(name);
  if (!path.ok) return path.reply;
  if (session.data === undefined) return reply(425, "Use PASV or EPSV first");
  const item = await files.look(account, path.stored);
  if (!item.ok) return failureReply(item.error);
  if (item.value.type === "folder") return reply(550, "Not a file");
  const { size } = item.value;
  if (offset > size) return failureReply({ reason: "bad_offset" });
  return withData(session, `${size - offset} bytes follow`, async (socket, transfer) => {
    if (offset < size) {
      const bytes = await files.read(account, path.stored, offset, transfer.signal);
      // A plain close would look like the end of the file.
      if (!bytes.ok) {
        socket.resetAndDestroy();
        return failureReply(bytes.error);
      }
      const count = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          transfer.bytes += chunk.length;
          done(null, chunk);
        },
      });
      await pipeline(bytes.value, count, socket);
    } else socket.end();
    session.log("info", "sent", { path: path.stored, bytes: transfer.bytes });
    return reply(226, "That was the file");
  });
}
