// The same wish said otherwise, for chargers that refuse how it was said first: watts for amperes, connector by connector
// for the whole charger, a start at each place for one that names none. Only an explicit refusal leads to the next rung,
// and what was accepted is tried first from then on. Made of the neutral commands, so it knows no version. Pure.
import { type Circumstances, type Neutral, type NeutralRequest, type Refused, type Said, say } from "./neutral.ts";

/** One way to say it: all of its calls go out. */
export interface Rung {
  /** What is remembered of it, e.g. "A" or "each". */
  manner: string;
  calls: Said[];
}

export interface Ladder {
  /** What is learnt about, e.g. "set-limit"; empty: nothing, since another time it may be otherwise. */
  topic: string;
  manner: string;
  otherwise: Rung[];
  /** What was said first was refused: what is accepted now is worth remembering. */
  isClimbed: boolean;
}

/** V between phase and neutral, and the phases of a charger that was not told otherwise: errs on the side of less power. */
const NOMINAL_V = 230;
const NOMINAL_PHASES = 3;

type Way = { manner: string; requests: NeutralRequest[] };

/** @param accepted the manner that the charger accepted last */
export function climb(
  neutral: Neutral,
  request: NeutralRequest,
  circumstances: Circumstances,
  accepted: (topic: string) => string | undefined,
): (Said & { ladder?: Ladder }) | Refused {
  const plan = waysOf(request, circumstances);
  if (plan === undefined) return say(neutral, request, circumstances);
  const rungs = plan.ways.map(({ manner, requests }) => ({
    manner,
    said: requests.map((one) => say(neutral, one, circumstances)),
  }));
  const [asked] = rungs;
  const [refused] = asked?.said ?? [];
  if (refused !== undefined && "refused" in refused) return refused;
  const possible: Rung[] = rungs.flatMap(({ manner, said }) => {
    const calls = said.filter((one): one is Said => "action" in one);
    return calls.length === said.length && calls.length > 0 ? [{ manner, calls }] : [];
  });
  const known = accepted(plan.topic);
  const [first, ...otherwise] = possible.toSorted((a, b) => Number(b.manner === known) - Number(a.manner === known));
  const [call, ...together] = first?.calls ?? [];
  if (first === undefined || call === undefined) return say(neutral, request, circumstances);
  // What was learnt may be several calls: all but the first follow it.
  const rest = together.length > 0 ? [{ manner: first.manner, calls: together }] : [];
  return {
    ...call,
    ladder: {
      topic: plan.topic,
      manner: first.manner,
      otherwise: rest.length > 0 ? rest : otherwise,
      isClimbed: false,
    },
  };
}

function waysOf(request: NeutralRequest, { station }: Circumstances): { topic: string; ways: Way[] } | undefined {
  const places = [
    ...new Set(station.connectors().flatMap(({ evseId, connectorId }) => (connectorId > 0 ? evseId : []))),
  ];
  switch (request.kind) {
    case "availability": {
      if ((request.params.evseId ?? request.params.connectorId ?? 0) !== 0 || places.length === 0) return undefined;
      const each = places.map(
        (evseId): NeutralRequest => ({ kind: "availability", params: { ...request.params, evseId } }),
      );
      return {
        topic: "availability",
        ways: [
          { manner: "whole", requests: [request] },
          { manner: "each", requests: each },
        ],
      };
    }
    case "start": {
      const { evseId, connectorId } = request.params;
      if (evseId !== undefined || connectorId !== undefined) return undefined;
      const busy = new Set(station.openTransactions().map((tx) => tx.evseId));
      const free = places.filter((place) => !busy.has(place));
      const at = (place: number): Way => ({
        manner: `at ${place}`,
        requests: [{ kind: "start", params: { ...request.params, evseId: place } }],
      });
      return { topic: "", ways: [{ manner: "likeliest", requests: [request] }, ...free.map(at)] };
    }
    case "setLimit": {
      const { limit, unit, phases = NOMINAL_PHASES } = request.params;
      const whole = (request.params.evseId ?? request.params.connectorId ?? 0) === 0;
      const inUnit = (to: "A" | "W"): NeutralRequest<"setLimit">["params"] => {
        const factor = to === unit ? 1 : to === "W" ? NOMINAL_V * phases : 1 / (NOMINAL_V * phases);
        return { ...request.params, unit: to, limit: Math.trunc(limit * factor * 10) / 10 };
      };
      const units = unit === "A" ? (["A", "W"] as const) : (["W", "A"] as const);
      const plain = units.map((to): Way => ({ manner: to, requests: [{ kind: "setLimit", params: inUnit(to) }] }));
      // Shared out, so that together they never exceed it.
      const share = (params: ReturnType<typeof inUnit>, evseId: number): NeutralRequest => ({
        kind: "setLimit",
        params: { ...params, evseId, limit: Math.trunc((params.limit / places.length) * 10) / 10 },
      });
      const each = units.map(
        (to): Way => ({ manner: `${to} each`, requests: places.map((place) => share(inUnit(to), place)) }),
      );
      return { topic: "set-limit", ways: whole && places.length > 0 ? [...plain, ...each] : plain };
    }
    default:
      return undefined;
  }
}
