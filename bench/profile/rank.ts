// A CPU profile as two lists: who burns the time itself, and below whom it is burnt.

interface Node {
  id: number;
  callFrame: { functionName: string; lineNumber: number; columnNumber: number };
  children?: number[];
}

export interface CpuProfile {
  nodes: Node[];
  samples: number[];
  timeDeltas: number[];
}

export function rank(profile: CpuProfile, top: number): string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const own = new Map<string, number>();
  const below = new Map<string, number>();
  let total = 0;
  let busy = 0;
  for (const [index, sample] of profile.samples.entries()) {
    const time = profile.timeDeltas[index] ?? 0;
    const name = nameOf(nodes.get(sample));
    total += time;
    if (name === "(idle)") continue;
    busy += time;
    add(own, name, time);
    const seen = new Set<string>();
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) seen.add(nameOf(nodes.get(id)));
    for (const one of seen) add(below, one, time);
  }
  const list = (title: string, times: Map<string, number>) => [
    `\n${title} (share of busy time)`,
    ...[...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, top)
      .map(([name, time]) => `${((100 * time) / busy).toFixed(1).padStart(6)} %  ${name}`),
  ];
  return [
    `busy ${((100 * busy) / total).toFixed(0)} % of ${(total / 1e6).toFixed(1)} s`,
    ...list("self", own),
    ...list("with callees", below),
  ].join("\n");
}

const nameOf = (node: Node | undefined): string => {
  if (node === undefined) return "?";
  const { functionName, lineNumber, columnNumber } = node.callFrame;
  return functionName === "" ? `(anonymous ${lineNumber}:${columnNumber})` : functionName;
};

const add = (times: Map<string, number>, name: string, time: number) => times.set(name, (times.get(name) ?? 0) + time);
