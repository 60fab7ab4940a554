// One CALL in flight each, the next as soon as the answer is there: what the server can do at most.
import { setTimeout } from "node:timers/promises";
import type { Charger } from "../charger.ts";
import { DIALECTS } from "../dialects.ts";
import { assemble, disband } from "../fleet.ts";
import type { LoadOptions } from "../options.ts";
import type { Progress } from "../progress.ts";
import { Score, type Tally } from "../score.ts";
import { ACTIONS, newSession, type Script, sessions } from "../scripts.ts";

export async function blast(options: LoadOptions, progress: Progress): Promise<Tally> {
  const dialect = DIALECTS[options.version];
  return run(options, progress, () => ACTIONS[options.action](dialect, newSession(options.token)));
}

export async function session(options: LoadOptions, progress: Progress): Promise<Tally> {
  const dialect = DIALECTS[options.version];
  return run(options, progress, () => sessions(dialect, newSession(options.token), options.samples));
}

async function run(options: LoadOptions, progress: Progress, scriptOf: () => Script): Promise<Tally> {
  const score = new Score();
  const dialect = DIALECTS[options.version];
  const fleet = await assemble({ ...options, dialect, score });
  for (const charger of fleet) recite(charger, scriptOf(), options.trace ? progress : undefined);
  await setTimeout(options.warmup * 1000);
  score.begin();
  progress.watch(score);
  progress.event({ event: "mark" });
  await setTimeout(options.seconds * 1000);
  const tally = score.tally();
  progress.event({ event: "mark" });
  progress.end();
  await disband(fleet);
  return tally;
}

/** Each answer begets the next call. */
function recite(charger: Charger, script: Script, trace: Progress | undefined): void {
  const first = script.next();
  if (first.done) return;
  charger.onAnswer = (payload, { action }) => {
    if (trace !== undefined && action === "StartTransaction") {
      trace.event({
        event: "started",
        charger: charger.identity,
        transactionId: String(payload.transactionId),
        at: Date.now(),
      });
    }
    const { done, value } = script.next(payload);
    if (!done) charger.call(value);
  };
  charger.call(first.value);
}
