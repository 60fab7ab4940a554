// Members that are there twice in one object: JSON.parse keeps the last one and says nothing.
// The text is counted against what was parsed of it; there is no second parser.

/** Strings, with whatever they hold. */
const STRINGS = /"(?:[^"\\]|\\.)*"/g;
const SPACE_BEFORE_COLON = /"\s+:/;

/** @param text valid JSON; @param payload the only part of it that has members, as parsed */
export function hasDoubledMembers(text: string, payload: unknown): boolean {
  const names = countMembers(payload);
  // A quotation mark and a colon may also stand in a text, so this counts too many at worst: equal means all is well.
  if (countPairs(text) === names && !SPACE_BEFORE_COLON.test(text)) return false;
  const colons = text.replace(STRINGS, "").split(":").length - 1;
  return colons > countMembers(JSON.parse(text));
}

function countPairs(text: string): number {
  let count = 0;
  for (let index = text.indexOf('":'); index >= 0; index = text.indexOf('":', index + 2)) count += 1;
  return count;
}

/** Without recursion: a frame may be nested deeper than the stack. */
function countMembers(value: unknown): number {
  let count = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null) continue;
    const members: unknown[] = Object.values(next);
    if (!Array.isArray(next)) count += members.length;
    for (const member of members) if (typeof member === "object") open.push(member);
  }
  return count;
}
