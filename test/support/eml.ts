// A mail as it was transmitted, read as a mail program would: in workerd and in Node.
import { Buffer } from "node:buffer";

export interface ReceivedMail {
  to: string;
  subject: string;
  text: string;
  /** What its link carries. */
  token: string | undefined;
}

export function parseEml(eml: string): ReceivedMail {
  const [head = "", ...body] = eml.split("\r\n\r\n");
  const headers = new Map(
    head
      .replaceAll(/\r\n[ \t]+/g, " ")
      .split("\r\n")
      .map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
  );
  const text = Buffer.from(body.join(""), "base64").toString().replaceAll("\r\n", "\n");
  const [, token] = /#token=([\w-]+)/.exec(text) ?? [];
  return { to: headers.get("to") ?? "", subject: decoded(headers.get("subject") ?? ""), text, token };
}

const decoded = (text: string): string =>
  text
    .replaceAll(/\?= =\?/g, "?==?")
    .replaceAll(/=\?utf-8\?B\?([^?]*)\?=/g, (_, base64: string) => Buffer.from(base64, "base64").toString());
