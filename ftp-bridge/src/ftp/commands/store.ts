// STOR, STOU and APPE: the only place where 226 promises something.
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { describe } from "../../log.ts";
import { fail } from "../../result.ts";
import type { IntakeFailure } from "../../spool/intake.ts";
import type { Reception } from "../../spool/reception.ts";
import type { Commands } from "../command.ts";
import { quoted } from "../paths.ts";
import { failureReply, type Reply, reply } from "../replies.ts";
import type { Session } from "../session.ts";
import { type Transfer, withData } from "../transfer.ts";
import { signedIn } from "./folders.ts";

export const store: Commands = {
  STOR: { permission: "write", run: (session, name) => receive(session, name, session.offset) },
  APPE: { permission: "write", run: (session, name) => receive(session, name, session.offset || "end") },
  STOU: {
    permission: "write",
    run(session) {
      const name = `upload-${randomUUID()}`;
      return receive(session, name, 0, `FILE: ${name}`);
    },
  },
};

async function receive(
  session: Session,
  name: string,
  offset: number | "end",
  opening = "Ready for the file",
): Promise<Reply> {
  const { account, intake } = signedIn(session);
  const announced = session.announcedBytes;
  session.offset = 0;
  session.announcedBytes = undefined;
  if (session.draining) return reply(421, "The service stops");
  const path = session.path(name);
  if (!path.ok) return path.reply;
  if (path.stored === "/") return failureReply({ reason: "bad_name" });
  if (session.data === undefined) return reply(425, "Use PASV or EPSV first");
  const begun = await intake.begin(account, path.stored, offset);
  if (!begun.ok) return refused(session, path.stored, begun.error);
  const reception = begun.value;
  let opened = false;
  const outcome = await withData(session, opening, async (socket, transfer) => {
    opened = true;
    return take(session, reception, path.stored, { socket, transfer, announced });
  });
  if (!opened) await reception.giveUp();
  return outcome;
}

/** The end of the control connection may be told a little after that of the data. */
const CRASH_GRACE_MS = 50;

interface Incoming {
  socket: Socket;
  transfer: Transfer;
  announced: number | undefined;
}

async function take(session: Session, reception: Reception, path: string, incoming: Incoming): Promise<Reply> {
  const { limits } = signedIn(session);
  const limit = limits.maxFileBytes ?? Number.POSITIVE_INFINITY;
  const refusal = await pour(reception, limit, incoming);
  if (refusal !== undefined) {
    incoming.socket.destroy();
    await reception.discard();
    return refused(session, path, refusal);
  }
  const { transfer, announced } = incoming;
  await new Promise((resolve) => setTimeout(resolve, CRASH_GRACE_MS));
  // A charger that lost its power closes nothing; one that crashed closes both connections. Neither has sent a whole file.
  if (session.control.ended || (announced !== undefined && transfer.bytes < announced)) {
    await reception.giveUp();
    session.log("info", "upload_incomplete", { path, bytes: reception.size });
    return reply(451, `Only ${transfer.bytes} bytes came; resume where it stopped`);
  }
  const bytes = reception.size;
  const settled = await reception.settle();
  if (!settled.ok) return refused(session, path, settled.error);
  session.log("info", "received", { path, bytes, safe: settled.value.safe });
  if (settled.value.path === path) return reply(226, settled.value.safe === "stored" ? "Stored" : "Kept safe");
  return reply(226, `That name was taken: stored as ${quoted(settled.value.path)}`);
}

/** @returns why it must end; throws, with what came kept, when the connection broke */
async function pour(
  reception: Reception,
  limit: number,
  { socket, transfer }: Incoming,
): Promise<IntakeFailure | undefined> {
  let no: IntakeFailure | undefined;
  void reception.refusal.then((refusal) => {
    no = refusal;
    socket.destroy();
  });
  reception.interrupted.addEventListener("abort", () => transfer.abort());
  try {
    for await (const chunk of socket) {
      if (!Buffer.isBuffer(chunk)) continue;
      if (reception.size + chunk.length > limit) return { reason: "too_large", detail: `more than ${limit} bytes` };
      const written = await write(reception, chunk);
      if (!written.ok) return written.error;
      transfer.bytes += chunk.length;
    }
    if (no === undefined && transfer.signal.aborted) throw new Error("aborted");
    return no;
  } catch (error) {
    if (no !== undefined) return no;
    await reception.giveUp();
    throw error;
  }
}

async function write(reception: Reception, chunk: Buffer) {
  try {
    await reception.write(chunk);
    return { ok: true as const };
  } catch (error) {
    return fail<IntakeFailure>({ reason: "disk_full", detail: describe(error) });
  }
}

function refused(session: Session, path: string, error: IntakeFailure): Reply {
  session.log("warn", "upload_refused", { path, reason: error.reason, detail: error.detail });
  return failureReply(error);
}
