// Open loop: calls are due at fixed instants whether or not the server keeps up, and a latency counts from the instant
// at which its call was due. So a server that stalls is charged for everybody who had to wait (no coordinated omission).
import type { Charger } from "../charger.ts";
import { DIALECTS, type Payload } from "../dialects.ts";
import { assemble, disband } from "../fleet.ts";
import type { LoadOptions } from "../options.ts";
import type { Progress } from "../progress.ts";
import { Score, type Tally } from "../score.ts";
import { ACTIONS, newSession, type Script } from "../scripts.ts";

/** How long answers that are still owed at the end are waited for. */
const GRACE_MS = 10_000;

interface Caller {
  charger: Charger;
  script: Script;
  /** The instants of calls that are due but wait for an answer. */
  due: number[];
  last: Payload;
}

export async function steady(options: LoadOptions, progress: Progress): Promise<Tally> {
  const score = new Score();
  const dialect = DIALECTS[options.version];
  const fleet = await assemble({ ...options, dialect, score });
  const callers = fleet.map((charger): Caller => {
    const script = ACTIONS[options.action](dialect, newSession(options.token));
    const caller: Caller = { charger, script, due: [], last: {} };
    charger.onAnswer = (payload) => {
      caller.last = payload;
      proceed(caller);
    };
    return caller;
  });
  await keepPace(callers, options.rate, options.warmup * 1000);
  await settle(callers);
  score.begin();
  progress.watch(score);
  await keepPace(callers, options.rate, options.seconds * 1000);
  await settle(callers);
  const tally = score.tally();
  progress.end();
  score.lost += callers.filter(({ charger }) => charger.isBusy).length;
  await disband(fleet);
  return { ...tally, lost: score.lost };
}

function proceed(caller: Caller): void {
  const intendedAt = caller.due.shift();
  if (intendedAt === undefined) return;
  const { done, value } = caller.script.next(caller.last);
  if (!done) caller.charger.call(value, intendedAt);
}

/** Spins on setImmediate: a timer is a millisecond late, which is more than most answers take. */
function keepPace(callers: readonly Caller[], rate: number, milliseconds: number): Promise<void> {
  const start = performance.now();
  const total = Math.floor((rate * milliseconds) / 1000);
  let sent = 0;
  return new Promise((resolve) => {
    const turn = () => {
      const elapsed = performance.now() - start;
      while (sent < total && (sent * 1000) / rate <= elapsed) {
        const caller = callers[sent % callers.length];
        if (caller !== undefined) {
          caller.due.push(start + (sent * 1000) / rate);
          if (!caller.charger.isBusy) proceed(caller);
        }
        sent += 1;
      }
      if (sent < total) setImmediate(turn);
      else resolve();
    };
    turn();
  });
}

function settle(callers: readonly Caller[]): Promise<void> {
  const end = performance.now() + GRACE_MS;
  return new Promise((resolve) => {
    const look = () => {
      const owed = callers.some(({ charger, due }) => charger.isBusy || due.length > 0);
      if (owed && performance.now() < end) setImmediate(look);
      else resolve();
    };
    look();
  });
}
