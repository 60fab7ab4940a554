// Prometheus' text format 0.0.4: what was counted, as lines. Pure.
// Source: prometheus.io/docs/instrumenting/exposition_formats.
import type { Histogram } from "./histogram.ts";

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  labels: Labels;
  value: number;
}

export interface Metric {
  /** Without the prefix; counters end in _total. */
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: readonly Sample[] | readonly HistogramSample[];
}

export interface HistogramSample {
  labels: Labels;
  bounds: readonly number[];
  histogram: Histogram;
}

const PREFIX = "ov2x_";

export const expose = (metrics: readonly Metric[]): string => metrics.map(lines).join("");

function lines({ name, help, type, samples }: Metric): string {
  const full = `${PREFIX}${name}`;
  const body = samples.flatMap((sample) => ("value" in sample ? [line(full, sample)] : histogramLines(full, sample)));
  return [`# HELP ${full} ${escaped(help)}`, `# TYPE ${full} ${type}`, ...body, ""].join("\n");
}

const line = (name: string, { labels, value }: Sample): string => `${name}${spell(labels)} ${value}`;

function histogramLines(name: string, { labels, bounds, histogram }: HistogramSample): string[] {
  let total = 0;
  const buckets = histogram.counts.map((count, index) => {
    total += count;
    const le = String(bounds[index] ?? "+Inf");
    return line(`${name}_bucket`, { labels: { ...labels, le }, value: total });
  });
  return [
    ...buckets,
    line(`${name}_sum`, { labels, value: histogram.sum }),
    line(`${name}_count`, { labels, value: total }),
  ];
}

function spell(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
