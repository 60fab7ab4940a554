// SMTP submission (RFC 5321, RFC 6409): smtps: is TLS from the first byte, smtp: has to become TLS by STARTTLS, or nothing
// secret is said. Only a server on one's own machine may do without.
import { connect } from "cloudflare:sockets";
import { Buffer } from "node:buffer";
import { within } from "../../webhooks/within.ts";
import { toEml } from "./eml.ts";
import { type Carried, type Mail, senderOf } from "./mail.ts";
import { refusal, SmtpDialogue, SmtpRefusal } from "./smtp-dialogue.ts";

const TIMEOUT_MS = 30_000;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "smtp:": 587, "smtps:": 465 };

type SmtpEnv = Pick<Env, "MAIL_FROM" | "MAIL_URL" | "MAIL_TOKEN">;

/** `MAIL_URL`: `smtps://user@host`, its password in MAIL_TOKEN. Never throws. */
export async function sendBySmtp(env: SmtpEnv, mail: Mail): Promise<Carried> {
  try {
    await within(TIMEOUT_MS, (signal) => submit(env, mail, signal));
    return { ok: true, value: null };
  } catch (error) {
    const final = error instanceof SmtpRefusal && error.isAboutTheMail;
    return { ok: false, error: { detail: error instanceof Error ? error.message : String(error), final } };
  }
}

async function submit(env: SmtpEnv, mail: Mail, signal: AbortSignal): Promise<void> {
  const url = new URL(env.MAIL_URL);
  const port = url.port === "" ? (DEFAULT_PORTS[url.protocol] ?? 587) : Number(url.port);
  const isTls = url.protocol === "smtps:";
  const socket = connect(
    { hostname: url.hostname, port },
    { secureTransport: isTls ? "on" : "starttls", allowHalfOpen: false },
  );
  const end = () => void socket.close().catch(() => undefined);
  signal.addEventListener("abort", end, { once: true });
  const from = senderOf(env.MAIL_FROM);
  const greeting = `EHLO ${from.address.slice(from.address.lastIndexOf("@") + 1)}`;
  try {
    let dialogue = new SmtpDialogue(socket);
    await dialogue.hear(220);
    let features = await dialogue.say(greeting, 250);
    if (!isTls && (features.includes("STARTTLS") || !LOOPBACK.has(url.hostname))) {
      await dialogue.say("STARTTLS", 220);
      dialogue.release();
      dialogue = new SmtpDialogue(socket.startTls());
      features = await dialogue.say(greeting, 250);
    }
    if (url.username !== "")
      await authenticate(dialogue, features, decodeURIComponent(url.username), env.MAIL_TOKEN ?? "");
    await dialogue.say(`MAIL FROM:<${from.address}>`, 250);
    await dialogue.sayOfMail(`RCPT TO:<${mail.to}>`, 250, 251);
    await dialogue.say("DATA", 354);
    await dialogue.sayOfMail(`${stuffed(toEml(mail, from, new Date()))}.`, 250);
    // It has the mail: what becomes of the farewell changes nothing.
    await dialogue.say("QUIT", 221).catch(() => undefined);
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

async function authenticate(dialogue: SmtpDialogue, features: readonly string[], user: string, password: string) {
  const methods = features.find((feature) => feature.startsWith("AUTH ")) ?? "";
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  if (methods.includes("PLAIN")) {
    await dialogue.say(`AUTH PLAIN ${encoded(`\0${user}\0${password}`)}`, 235);
  } else if (methods.includes("LOGIN")) {
    await dialogue.say("AUTH LOGIN", 334);
    await dialogue.say(encoded(user), 334);
    await dialogue.say(encoded(password), 235);
  } else throw refusal("the SMTP server offers neither AUTH PLAIN nor AUTH LOGIN");
}

/** A line that begins with a dot would end the mail (RFC 5321, 4.5.2). */
const stuffed = (eml: string): string => eml.replaceAll(/^\./gm, "..");
