// Steps over time, such as limits and prices, as a curve wants them: common moments, and a value of each at each.

export interface Step {
  from: string;
  to: string;
}

/** The end of a step is its own: what holds until then is drawn until then, even where nothing follows. */
export function momentsOf(steps: readonly Step[]): number[] {
  const edges = steps.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to) - 1]);
  return [...new Set(edges)].sort((a, b) => a - b);
}

export const valuesAt = <S extends Step>(
  times: readonly number[],
  steps: readonly S[],
  valueIn: (step: S) => number | null,
): (number | null)[] =>
  times.map((time) => {
    const step = steps.find(({ from, to }) => Date.parse(from) <= time && time < Date.parse(to));
    return step === undefined ? null : valueIn(step);
  });
