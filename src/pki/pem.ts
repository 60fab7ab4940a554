// PEM: base64 between two lines. Chargers send it with any line ends, with \n spelt out, or without the frame.
import { Buffer } from "node:buffer";

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;

/** @returns one block, lines of 64 characters as RFC 7468 wants them */
export function toPem(label: string, der: ArrayBuffer | Uint8Array): string {
  const bytes = der instanceof Uint8Array ? der : new Uint8Array(der);
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The blocks with this label in the order sent, e.g. a certificate chain. */
export function fromPem(text: string, label: RegExp): Uint8Array<ArrayBuffer>[] {
  // Some chargers escape the line ends twice.
  const plain = text.replaceAll("\\r", "").replaceAll("\\n", "\n");
  const blocks = [...plain.matchAll(BLOCK)].filter(([, name = ""]) => label.test(name)).map(([, , body = ""]) => body);
  return blocks.map((body) => Uint8Array.from(Buffer.from(body.replaceAll(/\s/g, ""), "base64")));
}
