// Adds up what a run found.
import type { Report } from "./figures.ts";
import { emptyVerdict, merge } from "./judge/compare.ts";
import type { Judgement } from "./judge/judge.ts";
import type { Rack } from "./rack.ts";

export interface Ending {
  seed: number;
  minutes: number;
  seconds: number;
  stuck: string[];
  judgements: Judgement[];
}

export function reportOf(rack: Rack, { seed, minutes, seconds, stuck, judgements }: Ending): Report {
  const { lives, fuzzers, operator, control, floodBook } = rack;
  const chargers = lives.map(({ charger }) => charger);
  const sum = <T>(list: readonly T[], of: (one: T) => number) => list.reduce((total, one) => total + of(one), 0);
  const verdict = emptyVerdict();
  for (const judgement of judgements) merge(verdict, judgement.verdict);
  return {
    figures: {
      ...{ seed, minutes, seconds, chargers: chargers.length, faults: rack.struck, ...control.counts },
      connections: sum(chargers, ({ counts }) => counts.connections),
      sent: sum(chargers, ({ counts }) => counts.sent),
      answered: sum(chargers, ({ counts }) => counts.answered),
      sentAgain: sum(chargers, ({ counts }) => counts.sentAgain),
      duplicates: sum(chargers, ({ counts }) => counts.duplicates),
      visits: sum(lives, ({ visits }) => visits),
      visitsReplayed: sum(lives, ({ replayed }) => replayed),
      commands: {
        asked: operator.asked.length,
        accepted: operator.asked.filter(({ isAccepted }) => isAccepted).length,
        delivered: sum(chargers, ({ counts }) => counts.obeyed),
      },
      fuzz: {
        tried: sum(fuzzers, ({ counts }) => counts.tried),
        answered: sum(fuzzers, ({ counts }) => counts.answered),
        refused: sum(fuzzers, ({ counts }) => counts.refused),
        rough: sum(fuzzers, ({ counts }) => counts.rough),
        connections: sum(fuzzers, ({ counts }) => counts.connections),
      },
      floods: rack.floods,
      claims: sum(judgements, ({ claims }) => claims),
    },
    verdict,
    answers: [
      ...chargers.flatMap(({ book }) => book.objections),
      ...(floodBook?.objections ?? []),
      ...fuzzers.flatMap(({ objections }) => objections),
      ...operator.objections(),
    ],
    uncaught: control.complaints,
    stuck,
  };
}
