/** What the command line shows: frames and remarks, for eyes or as JSON lines. Never touches the charger. */
import { clearLine, cursorTo } from "node:readline";
import type { Frame } from "./create.ts";
import { formatFrame, type Message, parseJson } from "./frame.ts";

export interface Printer {
  frame(frame: Frame): void;
  say(text: string): void;
  fail(text: string): void;
  /** Drawn again after each line, so that output does not tear what is being typed. */
  prompt?: () => void;
}

const MAX_PAYLOAD_CHARS = 160;
const ARROWS = { out: "→", in: "←" };
const KINDS = { call: "", send: "", result: " ✓", error: " ✗", resultError: " ✗✗" };

export function createPrinter({ quiet, json }: { quiet: boolean; json: boolean }): Printer {
  const printer: Printer = {
    frame(frame) {
      if (quiet) return;
      line(json ? frameJson(frame) : frameText(frame));
    },
    say(text) {
      if (!quiet) line(json ? JSON.stringify({ at: new Date().toISOString(), log: text }) : text);
    },
    fail: (text) => console.error(text),
  };
  function line(text: string): void {
    if (printer.prompt) {
      clearLine(process.stdout, 0);
      cursorTo(process.stdout, 0);
    }
    console.log(text);
    printer.prompt?.();
  }
  return printer;
}

function frameJson({ at, direction, action, message }: Frame): string {
  return JSON.stringify({ at: new Date(at).toISOString(), direction, action, frame: parseJson(formatFrame(message)) });
}

function frameText({ at, direction, action, message }: Frame): string {
  const time = new Date(at).toTimeString().slice(0, 8);
  return `${time} ${ARROWS[direction]} ${action}${KINDS[message.kind]} ${shorten(contents(message))}`;
}

function contents(message: Message): string {
  if (message.kind === "error" || message.kind === "resultError") return `${message.code} ${message.description}`;
  return JSON.stringify(message.payload ?? null);
}

/** Quotes around names only make a line longer. */
function shorten(text: string): string {
  const plain = text.replace(/"([A-Za-z]\w*)":/g, "$1: ").replaceAll(",", ", ");
  return plain.length > MAX_PAYLOAD_CHARS ? `${plain.slice(0, MAX_PAYLOAD_CHARS)}…` : plain;
}
