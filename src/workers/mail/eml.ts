// A mail as it is transmitted: RFC 5322, with MIME for what is not ASCII.
import { Buffer } from "node:buffer";
import type { Mail, Sender } from "./mail.ts";

const LINE_CHARS = 76;
/** An encoded word has 75 characters at most (RFC 2047, 2): what is left for base64, in bytes. */
const WORD_BYTES = 45;

export function toEml({ id, to, subject, text }: Mail, from: Sender, at: Date): string {
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  const body = Buffer.from(text.replaceAll("\n", "\r\n")).toString("base64");
  return [
    `From: ${from.name === undefined ? from.address : `${phrase(from.name)} <${from.address}>`}`,
    `To: ${to}`,
    `Subject: ${encodedWords(subject)}`,
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${id}@${domain}>`,
    // So that nobody's "I am on holiday" answers it (RFC 3834).
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    ...(body.match(new RegExp(`.{1,${LINE_CHARS}}`, "g")) ?? []),
    "",
  ].join("\r\n");
}

const phrase = (name: string): string => (isPlain(name) ? `"${name}"` : encodedWords(name));

/** RFC 2047; a character is never split over two words. Line breaks do not survive, so no header can be smuggled in. */
function encodedWords(text: string): string {
  if (isPlain(text)) return text;
  const words: string[] = [""];
  for (const character of text.replaceAll(/[\r\n]+/g, " ")) {
    const longer = (words.at(-1) ?? "") + character;
    if (Buffer.byteLength(longer) <= WORD_BYTES) words[words.length - 1] = longer;
    else words.push(character);
  }
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString("base64")}?=`).join("\r\n ");
}

const isPlain = (text: string): boolean => /^[\x20-\x7e]{0,200}$/.test(text) && !/["\\]|=\?/.test(text);
