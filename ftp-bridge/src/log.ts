// One JSON object a line. Never a password: commands are logged by their verb, PASS without its argument.

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];
export const LOG_LEVELS: readonly Level[] = LEVELS;

export type Fields = Record<string, string | number | boolean | undefined>;
export type Log = Record<Level, (event: string, fields?: Fields) => void>;

/** @param least what is less important is not written */
export function createLog(
  least: Level,
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Log {
  const at =
    (level: Level) =>
    (event: string, fields: Fields = {}) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** For a log line or a thrown message; can never itself throw. */
export function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
