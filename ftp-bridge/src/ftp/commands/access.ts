// Signing in, and TLS (RFC 4217).
import type { Commands } from "../command.ts";
import { reply, SIGN_IN_FAILURES } from "../replies.ts";
import type { Session } from "../session.ts";

export const access: Commands = {
  USER: {
    open: true,
    run(session, argument) {
      if (session.services.settings.tlsRequired && !session.secured) return reply(534, "Use AUTH TLS first");
      if (session.account !== undefined) return reply(503, "Already signed in");
      session.username = argument;
      // The same for every name, also for one that nobody has.
      return reply(331, "Password please");
    },
  },
  PASS: { open: true, run: signIn },
  REIN: { open: true, run: () => reply(502, "Not implemented") },
  ACCT: { open: true, run: () => reply(202, "Not needed") },
  QUIT: {
    open: true,
    run(session) {
      session.close(reply(221, "Goodbye"));
      return undefined;
    },
  },
  AUTH: {
    open: true,
    feature: "AUTH TLS",
    async run(session, argument) {
      const { certificate } = session.services;
      if (certificate === undefined) return reply(502, "There is no TLS here");
      if (session.secured) return reply(503, "It is secured already");
      if (!/^(TLS|TLS-C|SSL)$/i.test(argument)) return reply(504, "Only AUTH TLS");
      const context = await certificate.context();
      session.startAnew();
      session.secured = true;
      await session.control.secure(context, reply(234, "Begin TLS"));
      return undefined;
    },
  },
  PBSZ: {
    open: true,
    feature: "PBSZ",
    run: ({ secured }) => (secured ? reply(200, "PBSZ=0") : reply(503, "AUTH TLS first")),
  },
  PROT: {
    open: true,
    feature: "PROT",
    run(session, argument) {
      if (!session.secured) return reply(503, "AUTH TLS first");
      const level = argument.toUpperCase();
      if (level !== "P" && level !== "C") return reply(536, "Only C and P");
      if (level === "C" && session.services.settings.tlsRequired) return reply(534, "Data has to be protected");
      session.dataSecured = level === "P";
      return reply(200, `Protection is ${level}`);
    },
  },
  CCC: { open: true, run: () => reply(533, "The control connection stays protected") },
};

async function signIn(session: Session, password: string) {
  const { username, services } = session;
  if (session.account !== undefined) return reply(503, "Already signed in");
  if (username === "") return reply(503, "USER first");
  session.username = "";
  if (services.settings.tlsRequired && !session.secured) return reply(534, "Use AUTH TLS first");
  const outcome = await services.signIn({
    username,
    password,
    remoteAddress: session.remoteAddress,
    secure: session.secured,
  });
  if (outcome.ok) {
    session.account = outcome.value;
    session.log("info", "signed_in");
    return reply(230, "Signed in");
  }
  session.failedSignIns += 1;
  session.log("warn", "sign_in_failed", { username: username.slice(0, 100), reason: outcome.error });
  if (!session.tooManyFailures) return SIGN_IN_FAILURES[outcome.error];
  session.close(reply(421, "Sign-in failed too often"));
  return undefined;
}
