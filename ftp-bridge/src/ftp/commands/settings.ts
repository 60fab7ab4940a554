// What a session is told and may set. Files go as they are: ASCII mode changes no byte, so that checksums hold.
import type { Commands } from "../command.ts";
import { FACTS } from "../listing.ts";
import { reply } from "../replies.ts";

export const settings: Commands = {
  SYST: { open: true, run: () => reply(215, "UNIX Type: L8") },
  NOOP: { open: true, run: () => reply(200, "Here") },
  HELP: { open: true, run: () => reply(214, "See FEAT") },
  CLNT: { open: true, run: () => reply(200, "Noted") },
  OPTS: {
    open: true,
    run(_session, argument) {
      if (/^UTF-?8( (ON|NLST))?$/i.test(argument)) return reply(200, "Always UTF-8");
      if (/^MLST( |$)/i.test(argument)) return reply(200, `MLST OPTS ${FACTS.replaceAll("*", "")}`);
      return reply(501, "No such option");
    },
  },
  TYPE: {
    run: (_session, argument) =>
      /^(A( N)?|I|L ?8)$/i.test(argument) ? reply(200, "Files go as they are") : reply(504, "Only A and I"),
  },
  MODE: { run: (_session, argument) => (/^S$/i.test(argument) ? reply(200, "Stream") : reply(504, "Only S")) },
  STRU: { run: (_session, argument) => (/^F$/i.test(argument) ? reply(200, "File") : reply(504, "Only F")) },
  ALLO: {
    run(session, argument) {
      const [, bytes] = /^(\d{1,15})( R \d+)?$/i.exec(argument.trim()) ?? [];
      if (bytes === undefined) return reply(501, "A number of bytes");
      // 0 is what clients send that do not know.
      session.announcedBytes = Number(bytes) || undefined;
      return reply(200, "Noted");
    },
  },
  REST: {
    feature: "REST STREAM",
    run(session, argument) {
      if (!/^\d{1,15}$/.test(argument.trim())) return reply(501, "A number of bytes");
      session.offset = Number(argument);
      return reply(350, `The next transfer begins at ${session.offset}`);
    },
  },
  ABOR: {
    urgent: true,
    run(session) {
      session.setData(undefined);
      if (session.transfer === undefined) return reply(226, "Nothing is under way");
      session.transfer.abort();
      // First the transfer's own answer, then this one's.
      session.next({ verb: "ABOR", argument: "" });
      return undefined;
    },
  },
};
