// One SMTP connection: a line is said, a reply of one or more lines is heard (RFC 5321, 4.2).

const MAX_REPLY_BYTES = 64 * 1024;

/** The server said no. */
export class SmtpRefusal extends Error {
  readonly isAboutTheMail: boolean;
  constructor(message: string, isAboutTheMail: boolean) {
    super(message);
    this.isAboutTheMail = isAboutTheMail;
  }
}

export const refusal = (message: string): SmtpRefusal => new SmtpRefusal(message, false);

interface Streams {
  readable: ReadableStream;
  writable: WritableStream;
}

export class SmtpDialogue {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #heard = "";

  constructor({ readable, writable }: Streams) {
    this.#reader = readable.getReader();
    this.#writer = writable.getWriter();
  }

  /** Says a line, and gives the lines of the reply without their code, in upper case. */
  say(line: string, ...expected: number[]): Promise<string[]> {
    return this.#exchange(line, expected, false);
  }

  /** The same for what depends on the mail: a lasting no (5xx) is one to this mail alone. */
  sayOfMail(line: string, ...expected: number[]): Promise<string[]> {
    return this.#exchange(line, expected, true);
  }

  async hear(...expected: number[]): Promise<string[]> {
    return this.#judge("the greeting", await this.#reply(), expected, false);
  }

  /** Gives the streams back, for the handshake of TLS. */
  release(): void {
    // What came before the handshake was said by nobody who was authenticated.
    this.#heard = "";
    this.#reader.releaseLock();
    this.#writer.releaseLock();
  }

  async #exchange(line: string, expected: number[], isAboutTheMail: boolean): Promise<string[]> {
    await this.#writer.write(new TextEncoder().encode(`${line}\r\n`));
    const [verb = ""] = line.split(" ", 1);
    return this.#judge(verb.slice(0, 10), await this.#reply(), expected, isAboutTheMail);
  }

  #judge(asked: string, lines: string[], expected: number[], isAboutTheMail: boolean): string[] {
    const [first = ""] = lines;
    const code = Number(first.slice(0, 3));
    if (expected.includes(code)) return lines.map((line) => line.slice(4).toUpperCase());
    const detail = `the SMTP server answered ${asked} with ${first.slice(0, 200)}`;
    throw new SmtpRefusal(detail, isAboutTheMail && code >= 500);
  }

  async #reply(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      lines.push(line);
      // A hyphen after the code: there is more.
      if (line[3] !== "-") return lines;
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#heard.indexOf("\n");
      if (end >= 0) {
        const line = this.#heard.slice(0, end).trimEnd();
        this.#heard = this.#heard.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#reader.read();
      if (done) throw refusal("the SMTP server closed the connection");
      this.#heard += this.#decoder.decode(value, { stream: true });
      if (this.#heard.length > MAX_REPLY_BYTES) throw refusal("the SMTP server never ends a line");
    }
  }
}
