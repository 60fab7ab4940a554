// Lines of log: one JSON object each, bounded in length and in number, because what they quote may come from anybody, of
// any length and as often as he likes. Logs are paid for; and workerd stops when the reader of its output cannot follow.

/** Never bodies, headers or query parameters: they carry secrets. */
export type LogLine = { event: string } & Record<string, unknown>;

const MAX_TEXT = 2_000;
/** Of one event, in one isolate. */
const MAX_PER_SECOND = 20;

/** For whoever looks for it. */
export const logDetail = (line: LogLine): void => write(line, (text) => console.debug(text));

/** It will be well again, or is somebody else's fault. */
export const logWarning = (line: LogLine): void => write(line, (text) => console.warn(text));

/** It should not have happened. */
export const logFailure = (line: LogLine): void => write(line, (text) => console.error(text));

interface Second {
  at: number;
  lines: number;
  /** Left out since the last line that was written. */
  unwritten: number;
}

const seconds = new Map<string, Second>();

function write(line: LogLine, print: (text: string) => void): void {
  const second = secondOf(line.event);
  second.lines += 1;
  if (second.lines > MAX_PER_SECOND) {
    second.unwritten += 1;
    return;
  }
  const unwritten = second.unwritten > 0 ? { unwritten: second.unwritten } : {};
  second.unwritten = 0;
  print(spell({ ...line, ...unwritten }));
}

function secondOf(event: string): Second {
  const at = Math.floor(Date.now() / 1000);
  const known = seconds.get(event);
  if (known?.at === at) return known;
  const fresh = { at, lines: 0, unwritten: known?.unwritten ?? 0 };
  seconds.set(event, fresh);
  return fresh;
}

const spell = (line: LogLine): string =>
  JSON.stringify(line, (_name, value) =>
    typeof value === "string" && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value,
  );
