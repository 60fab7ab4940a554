// Where the data connection comes from: PASV and EPSV always, PORT and EPRT where they are allowed (RFC 959, 2428).
import { isIPv4 } from "node:net";
import { activePort, parseEprt, parsePort, type Target } from "../../data/active.ts";
import type { Commands } from "../command.ts";
import { reply } from "../replies.ts";
import type { Session } from "../session.ts";

export const data: Commands = {
  PASV: {
    async run(session) {
      if (session.extendedOnly) return reply(503, "Only EPSV after EPSV ALL");
      const address = session.services.settings.publicAddress ?? session.localAddress;
      if (!isIPv4(address)) return reply(522, "Use EPSV");
      const port = await passive(session);
      if (port === undefined) return reply(425, "No port is free");
      return reply(227, `Entering Passive Mode (${address.replaceAll(".", ",")},${port >> 8},${port & 255})`);
    },
  },
  EPSV: {
    feature: "EPSV",
    async run(session, argument) {
      if (/^ALL$/i.test(argument)) {
        session.extendedOnly = true;
        return reply(200, "Only EPSV from now on");
      }
      if (!/^[12]?$/.test(argument)) return reply(522, "Use (1,2)");
      const port = await passive(session);
      return port === undefined
        ? reply(425, "No port is free")
        : reply(229, `Entering Extended Passive Mode (|||${port}|)`);
    },
  },
  PORT: { run: (session, argument) => active(session, parsePort(argument.trim())) },
  EPRT: { run: (session, argument) => active(session, parseEprt(argument.trim())) },
};

async function passive(session: Session): Promise<number | undefined> {
  session.setData(undefined);
  const port = await session.services.passive.open(session.remoteAddress);
  session.setData(port);
  return port?.number;
}

function active(session: Session, target: Target | undefined) {
  if (!session.services.settings.activeMode) return reply(502, "Active mode is off, use PASV or EPSV");
  if (session.extendedOnly) return reply(503, "Only EPSV after EPSV ALL");
  if (target === undefined) return reply(501, "An address and a port");
  const port = activePort(target, session.remoteAddress);
  if (port === undefined) return reply(504, "Only your own address and no system port");
  session.setData(port);
  return reply(200, "Noted");
}
