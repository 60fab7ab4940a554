// How long cars stand without power though there is room for them: by what the chargers themselves hold, and not by what
// the server says. One waits for its place as long as those before it leave it none; that is no delay of the server's.
import { LEAST_A, type SiteCharger } from "./charger.ts";
import { type JudgedNode, NOMINAL_V, PHASES } from "./judge.ts";

export class Waiting {
  /** Of each wait that had room all the time, until the car may charge. */
  readonly servedMs: number[] = [];
  /** Cars that found no room when they came, or lost it again. */
  readonly crowdedOut = new Set<string>();
  readonly #chargers: readonly SiteCharger[];
  readonly #nodes: readonly JudgedNode[];
  /** When a car that stands without power has had room without interruption; by charger. */
  readonly #since = new Map<SiteCharger, number>();

  constructor(chargers: readonly SiteCharger[], nodes: readonly JudgedNode[]) {
    this.#chargers = chargers;
    this.#nodes = nodes;
  }

  /** @param limitW the grid's limit now, from its first moment; undefined: none */
  look(now: number, limitW: number | undefined): void {
    for (const charger of this.#chargers) {
      const since = this.#since.get(charger);
      const waits = charger.wantsPower && !charger.hasPower && charger.behaviour === "obeys";
      if (waits && this.#hasRoom(charger, limitW)) {
        if (since === undefined) this.#since.set(charger, now);
        continue;
      }
      if (waits) this.crowdedOut.add(charger.id);
      else if (since !== undefined) this.servedMs.push(now - since);
      this.#since.delete(charger);
    }
  }

  /** Those that still stand there count as long as they have stood. */
  end(now: number): void {
    this.servedMs.push(...[...this.#since.values()].map((since) => now - since));
    this.#since.clear();
  }

  #hasRoom({ wiring }: SiteCharger, limitW: number | undefined): boolean {
    const kept = (fits: (other: SiteCharger) => boolean) =>
      this.#chargers.reduce((sum, other) => (fits(other) ? sum + other.keeps : sum), 0);
    const isOn = (node: JudgedNode, name: string) => node.parent === undefined || node.id === name;
    const wires = this.#nodes.filter((node) => isOn(node, wiring.node));
    const fitsWires = wires.every((node) =>
      PHASES.filter((phase) => wiring.phases.includes(phase)).every(
        (phase) =>
          kept((other) => other.wiring.phases.includes(phase) && isOn(node, other.wiring.node)) + LEAST_A <=
          node.maxCurrent,
      ),
    );
    if (!fitsWires || limitW === undefined) return fitsWires;
    const watts = this.#chargers.reduce((sum, other) => sum + other.keeps * other.wiring.phases.length, 0) * NOMINAL_V;
    return watts + LEAST_A * wiring.phases.length * NOMINAL_V <= limitW;
  }
}
