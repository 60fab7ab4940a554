// Who gets how much first. A policy is a row: it puts the sessions of a site into an order, and into stages that are
// filled one after another. All else, the wires and the minimum currents, is the same for every policy.
import { currentOf, type Load } from "./electrical.ts";

export interface Session extends Load {
  /** Epoch milliseconds. */
  since: number;
  /** A below which the car does not charge. */
  minCurrent: number;
  /** A: the least of what car, cable and charger can. */
  maxCurrent: number;
  /** Higher goes first. */
  priority?: number | undefined;
  /** Wh that it still wants; undefined: as much as it gets. */
  neededEnergy?: number | undefined;
  /** Epoch milliseconds. */
  departure?: number | undefined;
}

export interface Situation {
  /** Epoch milliseconds. */
  now: number;
  /** What a kWh costs from each of these moments on, in order. */
  prices?: readonly { from: number; price: number }[] | undefined;
  /** W that the roof makes and nobody else uses. */
  surplus?: number | undefined;
}

/** Each of these rises to what it is granted here; what earlier stages gave it counts. */
export interface Stage {
  sessions: readonly Session[];
  /** A at most. */
  upTo: (session: Session) => number;
  weight?: (session: Session) => number;
}

export interface Plan {
  /** Who charges, if not all can have their minimum: the first ones do. Who is not in it waits. */
  order: readonly Session[];
  stages: readonly Stage[];
  /** W for all sessions together, below what the wires would carry. */
  powerCap?: number;
}

export const POLICIES = ["equalShare", "firstCome", "priority", "deadline", "price", "solar"] as const;
export type Policy = (typeof POLICIES)[number];

const all = ({ maxCurrent }: Session): number => maxCurrent;
const byArrival = (a: Session, b: Session): number => a.since - b.since || (a.id < b.id ? -1 : 1);
const byPriority = (a: Session, b: Session): number => (b.priority ?? 0) - (a.priority ?? 0) || byArrival(a, b);

export const PLANS: Readonly<Record<Policy, (sessions: readonly Session[], situation: Situation) => Plan>> = {
  equalShare(sessions) {
    return { order: sessions.toSorted(byArrival), stages: [{ sessions, upTo: all }] };
  },
  firstCome(sessions) {
    const order = sessions.toSorted(byArrival);
    return { order, stages: order.map((session) => ({ sessions: [session], upTo: all })) };
  },
  priority(sessions) {
    const order = sessions.toSorted(byPriority);
    const levels = Map.groupBy(order, ({ priority = 0 }) => priority);
    return { order, stages: [...levels.values()].map((level) => ({ sessions: level, upTo: all })) };
  },
  deadline(sessions, { now }) {
    const needed = (session: Session) => neededCurrent(session, now);
    const order = sessions.toSorted((a, b) => needed(b) - needed(a) || byArrival(a, b));
    // What is needed first, by its share where it does not suffice; then what is left, evenly.
    const weight = (session: Session) => Math.max(needed(session), 0.1);
    return {
      order,
      stages: [
        { sessions, upTo: needed, weight },
        { sessions, upTo: all },
      ],
    };
  },
  price(sessions, situation) {
    const willing = sessions.filter((session) => chargesNow(session, situation));
    return { order: willing.toSorted(byArrival), stages: [{ sessions: willing, upTo: all }] };
  },
  solar(sessions, { now, surplus = 0 }) {
    const urgent = sessions.filter((session) => neededCurrent(session, now) >= session.maxCurrent);
    const patient = sessions.filter((session) => !urgent.includes(session));
    const powerCap = surplus + urgent.reduce((sum, session) => sum + session.maxCurrent * wattsPerAmpere(session), 0);
    return {
      order: [...urgent.toSorted(byArrival), ...patient.toSorted(byArrival)],
      stages: [
        { sessions: urgent, upTo: all },
        { sessions: patient, upTo: all },
      ],
      powerCap,
    };
  },
};

const wattsPerAmpere = (session: Session): number => 1 / currentOf(session, 1);

/** A, held until the departure, that give what is still wanted; without a departure none is needed. */
export function neededCurrent(session: Session, now: number): number {
  const { neededEnergy, departure, maxCurrent } = session;
  if (neededEnergy === undefined || departure === undefined || neededEnergy <= 0) return 0;
  if (departure <= now) return maxCurrent;
  const watts = (neededEnergy * 3_600_000) / (departure - now);
  return Math.min(maxCurrent, currentOf(session, watts));
}

/** Whether now is among the cheapest hours that suffice until the departure. */
function chargesNow(session: Session, { now, prices = [] }: Situation): boolean {
  const { neededEnergy, departure } = session;
  if (neededEnergy === undefined || departure === undefined || prices.length === 0) return true;
  if (neededEnergy <= 0) return false;
  const hoursNeeded = (neededEnergy * currentOf(session, 1)) / session.maxCurrent;
  const slots = prices.flatMap(({ from, price }, index) => {
    const begin = Math.max(from, now);
    const end = Math.min(prices[index + 1]?.from ?? departure, departure);
    return end > begin ? [{ price, begin, hours: (end - begin) / 3_600_000 }] : [];
  });
  let left = hoursNeeded;
  for (const { begin, hours } of slots.toSorted((a, b) => a.price - b.price || a.begin - b.begin)) {
    if (left <= 0) return false;
    if (begin <= now) return true;
    left -= hours;
  }
  // No price is known for now, or not even all hours suffice.
  return left > 0;
}
