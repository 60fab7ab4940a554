// Bytes of the control connection -> commands. Knows Telnet's interrupt and synch marks (RFC 959, 4.1.3), UTF-8 (RFC 2640)
// and, for old firmware, Latin-1.

const MAX_LINE_BYTES = 8192;
const LF = 0x0a;
const CR = 0x0d;
const IAC = 0xff;
/** Telnet: IP, AO, DM and so on stand alone; WILL, WONT, DO, DONT take one more byte. */
const FIRST_NEGOTIATION = 251;
const LAST_NEGOTIATION = 254;

export interface Command {
  verb: string;
  argument: string;
}

export type Line = Command | "too_long";

export class LineReader {
  #kept: Buffer = Buffer.alloc(0);
  #skipping = false;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let rest = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    for (let end = rest.indexOf(LF); end >= 0; end = rest.indexOf(LF)) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      if (this.#skipping || line.length > MAX_LINE_BYTES) lines.push("too_long");
      else lines.push(parse(line));
      this.#skipping = false;
    }
    if (rest.length > MAX_LINE_BYTES) this.#skipping = true;
    this.#kept = this.#skipping ? Buffer.alloc(0) : Buffer.from(rest);
    return lines;
  }

  /** Forgets what came before TLS began: it was sent by nobody knows whom. */
  reset(): void {
    this.#kept = Buffer.alloc(0);
    this.#skipping = false;
  }
}

function parse(line: Buffer): Command {
  const text = decode(withoutTelnet(line.at(-1) === CR ? line.subarray(0, -1) : line));
  const space = text.indexOf(" ");
  if (space < 0) return { verb: text.trim().toUpperCase(), argument: "" };
  return { verb: text.slice(0, space).toUpperCase(), argument: text.slice(space + 1) };
}

function withoutTelnet(line: Buffer): Buffer {
  if (!line.includes(IAC)) return line;
  const bytes: number[] = [];
  for (let at = 0; at < line.length; at += 1) {
    const byte = line[at] ?? 0;
    if (byte !== IAC) bytes.push(byte);
    else {
      const next = line[at + 1] ?? 0;
      if (next === IAC) bytes.push(IAC);
      at += next >= FIRST_NEGOTIATION && next <= LAST_NEGOTIATION ? 2 : 1;
    }
  }
  // The data mark of a Telnet synch comes as urgent data, without its IAC on some systems.
  return Buffer.from(bytes[0] === 0xf2 ? bytes.slice(1) : bytes);
}

function decode(line: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line);
  } catch {
    return line.toString("latin1");
  }
}
