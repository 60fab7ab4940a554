// Folders, names, and what is known of a file without reading it.
import type { Commands } from "../command.ts";
import { FACTS, factsLine, timestamp } from "../listing.ts";
import { quoted } from "../paths.ts";
import { failureReply, type Reply, reply } from "../replies.ts";
import type { Session } from "../session.ts";

const printFolder = ({ folder }: Session) => reply(257, `${quoted(folder)} is the folder`);
const changeUp = (session: Session) => changeFolder(session, "..");

export const folders: Commands = {
  PWD: { run: printFolder },
  XPWD: { run: printFolder },
  CWD: { run: changeFolder },
  XCWD: { run: changeFolder },
  CDUP: { run: changeUp },
  XCUP: { run: changeUp },
  MKD: { permission: "write", run: makeFolder },
  XMKD: { permission: "write", run: makeFolder },
  RMD: { permission: "delete", run: (session, name) => remove(session, name, "folder") },
  XRMD: { permission: "delete", run: (session, name) => remove(session, name, "folder") },
  DELE: { permission: "delete", run: (session, name) => remove(session, name, "file") },
  RNFR: {
    permission: "write",
    async run(session, name) {
      const found = await look(session, name);
      if (!found.ok) return found.reply;
      session.renameFrom = found.stored;
      return reply(350, "And its new name");
    },
  },
  RNTO: {
    permission: "write",
    async run(session, name) {
      const from = session.renameFrom;
      session.renameFrom = undefined;
      if (from === undefined) return reply(503, "RNFR first");
      const to = session.path(name);
      if (!to.ok) return to.reply;
      const { account, files } = signedIn(session);
      const renamed = await files.rename(account, from, to.stored);
      if (!renamed.ok) return failureReply(renamed.error);
      return reply(
        250,
        renamed.value === to.stored ? "Renamed" : `That name was taken: renamed to ${quoted(renamed.value)}`,
      );
    },
  },
  SIZE: {
    permission: "read",
    feature: "SIZE",
    async run(session, name) {
      const path = session.path(name);
      if (!path.ok) return path.reply;
      const { account, files } = signedIn(session);
      const size = await files.size(account, path.stored);
      return size.ok ? reply(213, String(size.value)) : failureReply(size.error);
    },
  },
  MDTM: {
    permission: "read",
    feature: "MDTM",
    async run(session, name) {
      const found = await look(session, name);
      if (!found.ok) return found.reply;
      return found.item.type === "file" ? reply(213, timestamp(found.item.modifiedAt)) : reply(550, "Not a file");
    },
  },
  MLST: {
    permission: "read",
    feature: `MLST ${FACTS}`,
    async run(session, name) {
      const found = await look(session, name);
      if (!found.ok) return found.reply;
      const line = factsLine(session.account?.permissions ?? [])({ ...found.item, name: found.shown });
      return reply(250, "Listing", line, "End");
    },
  },
};

async function changeFolder(session: Session, name: string): Promise<Reply> {
  const found = await look(session, name);
  // A charger that changes to its folder and then stores must be able to do so while the Worker is away.
  const blind = !found.ok && session.services.pulse.away && session.path(name).ok;
  if (!found.ok && !blind) return found.reply;
  if (found.ok && found.item.type !== "folder") return reply(550, "Not a folder");
  const path = session.path(name);
  if (!path.ok) return path.reply;
  session.folder = path.shown;
  return reply(250, `${quoted(path.shown)} is the folder`);
}

async function makeFolder(session: Session, name: string): Promise<Reply> {
  const path = session.path(name);
  if (!path.ok) return path.reply;
  if (path.stored === "/") return reply(550, "It is there already");
  const { account, files } = signedIn(session);
  const made = await files.makeFolder(account, path.stored);
  return made.ok ? reply(257, `${quoted(path.shown)} is made`) : failureReply(made.error);
}

async function remove(session: Session, name: string, type: "file" | "folder"): Promise<Reply> {
  const path = session.path(name);
  if (!path.ok) return path.reply;
  if (path.stored === "/") return reply(550, "Not permitted");
  const { account, files } = signedIn(session);
  const item = await files.look(account, path.stored);
  if (item.ok && item.value.type !== type)
    return reply(550, type === "file" ? "A folder: use RMD" : "A file: use DELE");
  const removed = await files.remove(account, path.stored);
  return removed.ok ? reply(250, "Removed") : failureReply(removed.error);
}

async function look(session: Session, name: string) {
  const path = session.path(name);
  if (!path.ok) return path;
  const { account, files } = signedIn(session);
  const item = await files.look(account, path.stored);
  if (!item.ok) return { ok: false as const, reply: failureReply(item.error) };
  return { ok: true as const, item: item.value, shown: path.shown, stored: path.stored };
}

/** Only rows that are not `open` come here. */
export function signedIn({ account, services }: Session) {
  if (account === undefined) throw new Error("not signed in");
  return { account: account.account, limits: account, ...services };
}
