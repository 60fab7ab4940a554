// What a run on the rack found: for people and for programs.
import { FAULTS, type Fault, type Verdict } from "./judge/compare.ts";

export interface Flood {
  /** Milliseconds, of the other chargers' answers. */
  calmP99: number;
  floodP99: number;
  floodPerSecond: number;
}

export interface Figures {
  seed: number;
  /** Asked for. */
  minutes: number;
  seconds: number;
  chargers: number;
  /** How often each fault was injected. */
  faults: Record<string, number>;
  kills: number;
  killsWhileStarting: number;
  restarts: number;
  evictions: number;
  /** Characters that the server printed. */
  printed: number;
  connections: number;
  sent: number;
  answered: number;
  sentAgain: number;
  duplicates: number;
  visits: number;
  visitsReplayed: number;
  commands: { asked: number; accepted: number; delivered: number };
  fuzz: { tried: number; answered: number; refused: number; rough: number; connections: number };
  floods: Flood[];
  /** Compared, in all histories. */
  claims: number;
}

export interface Report {
  figures: Figures;
  verdict: Verdict;
  /** Answers that were wrong or never came. */
  answers: string[];
  /** What escaped in the server. */
  uncaught: string[];
  /** Chargers that could not boot, speak or be commanded afterwards. */
  stuck: string[];
}

type Complaint = Fault | "answers" | "uncaught" | "stuck";

export const complaintsOf = (report: Report): [Complaint, string[]][] => [
  ...FAULTS.map((fault): [Complaint, string[]] => [fault, report.verdict[fault]]),
  ["answers", report.answers],
  ["uncaught", report.uncaught],
  ["stuck", report.stuck],
];

export const isClean = (report: Report): boolean => complaintsOf(report).every(([, found]) => found.length === 0);

const SHOWN = 20;

export function spellReport(report: Report): string {
  const { figures } = report;
  const { commands, fuzz, floods } = figures;
  const row = (name: string, value: unknown) => `${name.padEnd(38)}${value}`;
  return [
    row("seed", figures.seed),
    row("minutes of faults", figures.minutes),
    row("seconds in all", figures.seconds.toFixed(0)),
    row("chargers", figures.chargers),
    row("kills survived", `${figures.kills}, ${figures.killsWhileStarting} of them while starting`),
    row("clean restarts", figures.restarts),
    row("actors evicted", figures.evictions),
    row("connections", figures.connections),
    row("printed by the server", `${(figures.printed / 1000).toFixed(0)} kB`),
    row(
      "messages",
      `${figures.answered} answered of ${figures.sent} sent, ${figures.sentAgain} sent again after a loss`,
    ),
    row("sent twice at once", figures.duplicates),
    row("visits", `${figures.visits}, ${figures.visitsReplayed} of them replayed from offline hours`),
    row("commands", `${commands.asked} asked, ${commands.accepted} accepted, ${commands.delivered} delivered`),
    row(
      "fuzzed frames",
      `${fuzz.tried} tried, ${fuzz.answered} answered, ${fuzz.refused} refused, ${fuzz.rough} against the protocol`,
    ),
    ...floods.map(({ calmP99, floodP99, floodPerSecond }) =>
      row(
        "neighbours of a flood, p99",
        `${(floodP99 / calmP99).toFixed(2)} times (${floodP99.toFixed(1)} ms to ${calmP99.toFixed(1)} ms, flood ${floodPerSecond.toFixed(0)}/s)`,
      ),
    ),
    row("claims compared", figures.claims),
    "faults injected",
    ...Object.entries(figures.faults).map(([name, count]) => row(`  ${name}`, count)),
    ...complaintsOf(report).flatMap(([name, found]) => [
      row(name, found.length),
      ...found.slice(0, SHOWN).map((sentence) => `  ${sentence}`),
      ...(found.length > SHOWN ? [`  and ${found.length - SHOWN} more`] : []),
    ]),
    isClean(report)
      ? "verdict: nothing lost, nothing doubled, nothing uncaught, nobody stuck"
      : `verdict: GUILTY. Again with: npm run torture -- --seed ${figures.seed} --minutes ${figures.minutes}`,
  ].join("\n");
}
