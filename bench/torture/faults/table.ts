// The faults, a row each. The schedule strikes every row of a lane once before it strikes one again.
import type { Rack } from "../rack.ts";
import { hoursOffline, shuffledMessages, silence, wrongClocks } from "./day.ts";
import { flood } from "./flood.ts";
import { cutMidFrame, duplicates, halfOpen, slowReaders, twins, wave } from "./line.ts";
import { cleanRestart, databaseAway, databaseLocked, eviction, kill, killTwice, rudeEviction } from "./server.ts";

/** One fault of a lane at a time; lanes go on side by side. `alone`: everything else rests. */
export type Lane = "server" | "line" | "alone";

export interface Fault {
  name: string;
  lane: Lane;
  /** Resolves when the fault is over; what follows from it need not be. */
  strike(rack: Rack): Promise<void>;
}

export const FAULTS: readonly Fault[] = [
  { name: "kill -9", lane: "server", strike: kill },
  { name: "kill -9, and again on the way up", lane: "server", strike: killTwice },
  { name: "clean restart", lane: "server", strike: cleanRestart },
  { name: "D1 fails", lane: "server", strike: databaseAway },
  { name: "D1 takes no writes", lane: "server", strike: databaseLocked },
  { name: "actors evicted, sockets kept", lane: "server", strike: eviction },
  { name: "actors aborted in the midst of their work", lane: "server", strike: rudeEviction },
  { name: "sockets cut mid-frame", lane: "line", strike: cutMidFrame },
  { name: "half-open sockets", lane: "line", strike: halfOpen },
  { name: "messages sent twice", lane: "line", strike: duplicates },
  { name: "messages out of order", lane: "line", strike: shuffledMessages },
  { name: "hours offline, then all at once", lane: "line", strike: hoursOffline },
  { name: "the whole fleet reconnects", lane: "line", strike: wave },
  { name: "slow readers", lane: "line", strike: slowReaders },
  { name: "two chargers with one identity", lane: "line", strike: twins },
  { name: "wrong clocks", lane: "line", strike: wrongClocks },
  { name: "silence until the actor sleeps", lane: "line", strike: silence },
  { name: "flood from one charger", lane: "alone", strike: flood },
];
