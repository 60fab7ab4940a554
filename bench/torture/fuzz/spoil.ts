// How a frame is spoilt: each way is a row. A way gets a real frame and gives what goes over the wire.
import type { Random } from "../../../test/support/node/random.ts";
import type { Specimen } from "./corpus.ts";

export interface Spoilt {
  /** Bytes, where they are no UTF-8. */
  data: string | Buffer;
  binary?: boolean;
}

type Json = unknown;
export type Frame = [type: Json, id: Json, action: Json, payload: Json, ...rest: Json[]];
export type Way = (frame: Frame, random: Random) => string | Spoilt;

export const frameOf = ({ action, payload }: Specimen, id: string): Frame => [2, id, action, structuredClone(payload)];

const pick = <T>(list: readonly T[], random: Random): T => list[random.between(0, list.length - 1)] as T;

/** Stands in the JSON text for something that JSON.stringify cannot write. */
const RAW = "@raw@";
const withRaw = (frame: Frame, raw: string): string => JSON.stringify(frame).replace(`"${RAW}"`, () => raw);

const OTHER_TYPES: readonly Json[] = [null, true, 0, -1, 1.5, "", "1", [], {}, [[]], { a: { b: 1 } }];
const NUMBERS = [
  "1e400",
  "-1e400",
  "1e-400",
  "-0",
  "9007199254740993",
  "1".repeat(400),
  "0.1e1",
  "1E+2",
  "-",
  "NaN",
  "01",
];
const TEXTS = [
  "\u0000",
  "\ud800",
  "\udfff\ud800",
  "\u202e‮",
  "é̂̃".repeat(40),
  "👩‍👩‍👧‍👦".repeat(30),
  "'; DROP TABLE transactions; --",
  "../../etc/passwd",
  "$" + "{jndi:ldap://x}",
  "%00%ff",
  "\r\nX-Injected: 1",
  "<script>alert(1)</script>",
];
const MEMBERS = ["__proto__", "constructor", "toString", "", "hasOwnProperty", "a".repeat(300), "customData", "\u0000"];
const DATES = [
  "0000-00-00T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  "-271821-04-20T00:00:00Z",
  "1969-07-20",
  "now",
  "2026-02-30T25:61:61+99:99",
];

/** A member somewhere in the payload, with the object or array that holds it. */
function somewhere(frame: Frame, random: Random): { holder: Record<string, Json>; name: string } | undefined {
  const places: { holder: Record<string, Json>; name: string }[] = [];
  const walk = (value: Json, depth: number) => {
    if (typeof value !== "object" || value === null || depth > 8) return;
    const holder = value as Record<string, Json>;
    for (const name of Object.keys(holder)) {
      places.push({ holder, name });
      walk(holder[name], depth + 1);
    }
  };
  walk(frame[3], 0);
  return places.length === 0 ? undefined : pick(places, random);
}

/** The frame with one value replaced; one without members gets a new one. */
function replace(frame: Frame, random: Random, value: Json): Frame {
  const place = somewhere(frame, random);
  if (place === undefined) frame[3] = { odd: value };
  else place.holder[place.name] = value;
  return frame;
}

const nested = (depth: number, [open, close]: readonly [string, string]): string =>
  open.repeat(depth) + close.repeat(depth);

export const WAYS: Readonly<Record<string, Way>> = {
  "left as it is": (frame) => JSON.stringify(frame),
  "a value of another type": (frame, random) => JSON.stringify(replace(frame, random, pick(OTHER_TYPES, random))),
  "a member missing": (frame, random) => {
    const place = somewhere(frame, random);
    if (place !== undefined) delete place.holder[place.name];
    return JSON.stringify(frame);
  },
  "a member too many": (frame, random) => {
    // By text: a member named __proto__ would vanish in an object literal.
    const name = JSON.stringify(pick(MEMBERS, random));
    return JSON.stringify(frame).replace(/\}\]$/, (end) => `,${name}:{"polluted":true}${end}`);
  },
  "a member twice": (frame, random) => {
    const place = somewhere(frame, random);
    const [name] = place === undefined ? ["x"] : [place.name];
    return JSON.stringify(frame).replace("{", () => `{${JSON.stringify(name)}:1,${JSON.stringify(name)}:"2",`);
  },
  "a text too long": (frame, random) =>
    JSON.stringify(replace(frame, random, "x".repeat(pick([51, 256, 5_001, 70_000], random)))),
  "a list too long": (frame, random) =>
    JSON.stringify(replace(frame, random, Array(pick([100, 3_000], random)).fill({}))),
  "odd text": (frame, random) => JSON.stringify(replace(frame, random, pick(TEXTS, random))),
  "an odd number": (frame, random) => withRaw(replace(frame, random, RAW), pick(NUMBERS, random)),
  "an odd date": (frame, random) => JSON.stringify(replace(frame, random, pick(DATES, random))),
  "deep nesting": (frame, random) =>
    withRaw(
      replace(frame, random, RAW),
      nested(
        pick([33, 500, 20_000], random),
        pick(
          [
            ["[", "]"],
            ['{"a":', "}"],
          ] as const,
          random,
        ),
      ).replace(":}", ":1}"),
    ),
  "an odd id": (frame, random) => {
    frame[1] = pick<Json>(
      [null, "", 1, -1, 1.5, true, {}, [], "x".repeat(37), "x".repeat(9_000), "\u0000", "é"],
      random,
    );
    return JSON.stringify(frame);
  },
  "an odd action": (frame, random) => {
    frame[2] = pick<Json>(
      [null, "", 1, {}, "heartbeat", "constructor", "__proto__", "Reset", "x".repeat(9_000)],
      random,
    );
    return JSON.stringify(frame);
  },
  "an odd type": (frame, random) => {
    frame[0] = pick<Json>([0, 1, 5, 6, 7, -2, 2.5, "2", null, [2], 1e9], random);
    return JSON.stringify(frame);
  },
  "an answer to nothing": (frame, random) =>
    JSON.stringify(pick([[3, frame[1], frame[3]], [4, frame[1], "NoSuchCode", "", {}], [4, frame[1]], [3]], random)),
  "another shape": (frame, random) =>
    pick(
      ["", " ", "null", "[]", "{}", "[2]", `[2,"x"]`, `{"2":"x"}`, `"text"`, "[[2]]", JSON.stringify([...frame, 1, 2])],
      random,
    ),
  "cut short": (frame, random) => {
    const text = JSON.stringify(frame);
    return text.slice(0, random.between(0, text.length - 1));
  },
  "a character changed": (frame, random) => {
    const text = JSON.stringify(frame);
    const at = random.between(0, text.length - 1);
    return text.slice(0, at) + pick(['"', ",", "{", "]", "\\", "\u0001", "é", "/*", " "], random) + text.slice(at + 1);
  },
  "a byte order mark": (frame) => `\ufeff${JSON.stringify(frame)}`,
  "a binary message": (frame) => ({ data: Buffer.from(JSON.stringify(frame)), binary: true }),
};

/** Ways that end the connection by rights: rarer, since a new one costs more than a frame. */
export const ROUGH_WAYS: Readonly<Record<string, Way>> = {
  "broken UTF-8": (frame) => ({ data: Buffer.concat([Buffer.from(JSON.stringify(frame)), Buffer.from([0xff, 0xfe])]) }),
  "above 1 MiB": (frame, random) => JSON.stringify(replace(frame, random, "x".repeat(1_100_000))),
  "above 1 MiB in three bytes each": (frame, random) => JSON.stringify(replace(frame, random, "漢".repeat(400_000))),
};

/** Bytes on the cable that are no WebSocket frame: an opcode that does not exist, no mask, a length that cannot be. */
export const GARBAGE: readonly Buffer[] = [
  Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
  Buffer.from([0x81, 0x02, 0x5b, 0x5d]),
  Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
  Buffer.from("GET / HTTP/1.1\r\n\r\n"),
];
