// A number where text belongs, or the reverse: the same value in the spelling that the schema wants.
import type { ValidationError } from "./message.ts";
import { number } from "./read.ts";

/** More odd values in one message than any charger has sent. */
const MAX_RESPELT = 32;

/** The payload in a spelling that fits, if nothing else is wrong with it. @param check the first violation, if any */
export function respelt(payload: unknown, check: (payload: unknown) => ValidationError | undefined): unknown {
  let fixed = payload;
  for (let times = 0; times < MAX_RESPELT; times += 1) {
    const error = check(fixed);
    if (error === undefined) return fixed;
    const path = error.instancePath.split("/").slice(1).map(unescapePointer);
    const next = error.keyword === "type" ? replaced(fixed, path, (value) => as(error.params.type, value)) : undefined;
    if (next === undefined) return undefined;
    fixed = next;
  }
  return undefined;
}

function as(type: unknown, value: unknown): unknown {
  if (type === "string") return typeof value === "number" ? String(value) : undefined;
  return (type === "integer" || type === "number") && typeof value === "string" ? number(value) : undefined;
}

/** A copy in which the value at the path is another one; undefined: there is none for it. */
function replaced(value: unknown, [name, ...rest]: string[], by: (value: unknown) => unknown): unknown {
  if (name === undefined) return by(value);
  if (typeof value !== "object" || value === null) return undefined;
  const inner = replaced(Reflect.get(value, name), rest, by);
  if (inner === undefined) return undefined;
  if (!Array.isArray(value)) return { ...value, [name]: inner };
  const copy: unknown[] = [...value];
  copy[Number(name)] = inner;
  return copy;
}

const unescapePointer = (segment: string): string => segment.replaceAll("~1", "/").replaceAll("~0", "~");
