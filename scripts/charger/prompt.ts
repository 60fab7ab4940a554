/** The interactive mode: commands from the keyboard, or from a pipe, while the charger runs. */
import { createInterface } from "node:readline";
import { runCommand, type Session } from "./commands.ts";
import { describe } from "./errors.ts";
import type { Printer } from "./print.ts";

/** Resolves after `quit`. The end of the input ends nothing: a charger run as a service has no keyboard. */
export function prompt(
  session: Session,
  printer: Printer,
  connected: Promise<void>,
  interrupted: () => void,
): Promise<void> {
  const interactive = process.stdin.isTTY;
  const lines = createInterface({
    input: process.stdin,
    output: interactive ? process.stdout : undefined,
    prompt: "> ",
  });
  if (interactive) printer.prompt = () => lines.prompt(true);
  lines.on("SIGINT", interrupted);
  lines.on("close", () => delete printer.prompt);
  lines.prompt();

  return new Promise((resolve) => {
    // In order, and by a pipe not before the boot: a script relies on each step being done before the next.
    let queue = interactive ? Promise.resolve() : connected.catch(() => {});
    lines.on("line", (line) => {
      queue = queue.then(async () => {
        if (line.trim()) await runLine(session, printer, line);
        if (line.trim() === "quit") {
          lines.close();
          resolve();
        }
      });
    });
  });
}

async function runLine(session: Session, printer: Printer, line: string): Promise<void> {
  try {
    printer.say((await runCommand(session, line)) ?? "ok");
  } catch (error) {
    printer.say(describe(error));
  }
}
