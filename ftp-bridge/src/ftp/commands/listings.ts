// LIST, NLST, MLSD over a data connection, STAT over the control connection. Long folders are streamed page by page.
import { pipeline } from "node:stream/promises";
import type { Commands } from "../command.ts";
import { type Format, factsLine, type Item, longLine, shortLine } from "../listing.ts";
import { nameOf, parentOf } from "../paths.ts";
import { failureReply, type Reply, reply } from "../replies.ts";
import type { Session } from "../session.ts";
import { withData } from "../transfer.ts";
import { signedIn } from "./folders.ts";

/** STAT of a folder is held in memory. */
const MOST_STAT_LINES = 1000;

export const listings: Commands = {
  LIST: { permission: "read", run: (session, name) => list(session, withoutFlags(name), longLine) },
  NLST: { permission: "read", run: (session, name) => list(session, withoutFlags(name), shortLine) },
  MLSD: {
    permission: "read",
    run: (session, name) => list(session, name, factsLine(session.account?.permissions ?? [])),
  },
  STAT: { urgent: true, run: status },
};

async function list(session: Session, name: string, format: Format): Promise<Reply> {
  const pages = await open(session, name);
  if (!pages.ok) return pages.reply;
  return withData(session, "Listing follows", async (socket, transfer) => {
    await pipeline(async function* () {
      for await (const item of pages.items) {
        const line = `${format(item)}\r\n`;
        transfer.bytes += line.length;
        yield line;
      }
    }, socket);
    return reply(226, "That was the listing");
  });
}

/** Asks for the first page at once: a failure is told before 150. */
async function open(
  session: Session,
  name: string,
): Promise<{ ok: true; items: AsyncIterable<Item> } | { ok: false; reply: Reply }> {
  const { account, files } = signedIn(session);
  const path = session.path(name);
  if (!path.ok) return path;
  const pattern = globOf(nameOf(path.stored));
  const folder = pattern === undefined ? path.stored : parentOf(path.stored);
  const item = await files.look(account, folder);
  if (!item.ok) return { ok: false, reply: failureReply(item.error) };
  if (item.value.type === "file") return { ok: true, items: oneOf(item.value) };
  const pages = files.list(account, folder);
  const first = await pages.next();
  if (!first.done && !first.value.ok) return { ok: false, reply: failureReply(first.value.error) };
  return { ok: true, items: itemsOf(first, pages, pattern) };
}

type Pages = ReturnType<ReturnType<typeof signedIn>["files"]["list"]>;

async function* itemsOf(first: Awaited<ReturnType<Pages["next"]>>, pages: Pages, pattern: RegExp | undefined) {
  for (let page = first; !page.done; page = await pages.next()) {
    // In the middle of a listing only a broken connection says that something is missing.
    if (!page.value.ok) throw new Error(page.value.error.detail);
    for (const item of page.value.value) if (pattern === undefined || pattern.test(item.name)) yield item;
  }
}

async function* oneOf(item: Item) {
  yield item;
}

async function status(session: Session, name: string): Promise<Reply> {
  if (name === "") {
    const moved =
      session.transfer === undefined ? "No transfer" : `Transfer in progress, ${session.transfer.bytes} bytes`;
    return reply(211, "Status", `Signed in, TLS ${session.secured ? "on" : "off"}`, moved, "End");
  }
  if (!session.account?.permissions.includes("read")) return reply(550, "Not permitted");
  const pages = await open(session, name);
  if (!pages.ok) return pages.reply;
  const lines: string[] = [];
  for await (const item of pages.items) {
    if (lines.length >= MOST_STAT_LINES) return reply(452, "Too many for STAT, use LIST");
    lines.push(longLine(item));
  }
  return reply(213, "Status", ...lines, "End");
}

/** Clients send `LIST -la folder`, as if it were a shell. */
function withoutFlags(argument: string): string {
  return argument.replace(/^(-[A-Za-z]+ ?)+/, "");
}

/** `*.log` -> what matches; undefined where it is an ordinary name. */
function globOf(name: string): RegExp | undefined {
  if (!/[*?]/.test(name)) return undefined;
  const source = name
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "u");
}
