// A run for people.
import type { Quantiles } from "./latency.ts";
import type { LoadOptions } from "./options.ts";
import type { Tally } from "./score.ts";

const COLUMNS = ["p50", "p95", "p99", "p999", "max"] as const;

export function table({ mode, version, chargers }: LoadOptions, tally: Tally): string {
  const rows: [string, Quantiles][] = [["all", tally.latency], ...Object.entries(tally.byAction)];
  return [
    `${mode}, OCPP ${version}, ${chargers} chargers: ${tally.answered} answers in ${tally.seconds.toFixed(1)} s, ${tally.perSecond.toFixed(0)}/s`,
    `implausible ${tally.implausible}, CALLERRORs ${tally.callErrors}, stray ${tally.stray}, sockets lost ${tally.lost}, refused ${tally.refused}; generator at ${Math.round(tally.generatorCpu * 100)} % of a core`,
    `${"ms".padEnd(20)}${["count", ...COLUMNS].map((name) => name.padStart(10)).join("")}`,
    ...rows.map(
      ([name, quantiles]) =>
        name.padEnd(20) +
        String(quantiles.count).padStart(10) +
        COLUMNS.map((column) => quantiles[column].toFixed(2).padStart(10)).join(""),
    ),
    ...extras(tally),
    ...tally.examples,
  ].join("\n");
}

const extras = (tally: object): string[] =>
  ["bootedAfter", "returnedAfter"].flatMap((name) => {
    const value: unknown = Reflect.get(tally, name);
    return value === undefined ? [] : [`${name}: ${JSON.stringify(value)} s`];
  });
