// Who gets how much first. A policy is a row: it puts the sessions of a site into an order, and into stages that are
// filled one after another. All else, the wires and the minimum currents, is the same for every policy.
import { currentOf, type Load } from "./electrical.ts";
import { chargesNow, sellsNow } from "./prices.ts";

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
  /** A per phase that it can give back: the least of what car, cable and charger can. undefined: nothing. */
  maxDischarge?: number | undefined;
  /** Wh that it may give back before its driver would miss them; undefined: nobody set a bound. */
  spareEnergy?: number | undefined;
}

/**
 * What is asked of the whole site, W at its grid connection: what else is drawn there is included, below zero is given
 * back. All members may be given together.
 */
export interface Ask {
  /** It never gives back more than that. */
  minW?: number | undefined;
  /** It never draws more than that. Below zero: nobody charges, and what can gives back at least so much. */
  maxW?: number | undefined;
  /**
   * What it comes as close to as it can, from above. `givingBack`: those that can give back do, and all others charge
   * on; `all`: where that does not suffice, the others charge less, too.
   */
  aim?: { watts: number; by: "givingBack" | "all" } | undefined;
}

export interface Situation {
  /** Epoch milliseconds. */
  now: number;
  /** What a kWh costs from each of these moments on, in order. */
  prices?: readonly { from: number; price: number }[] | undefined;
  /** W that the roof makes and nobody else uses; undefined: nobody knows, and drivers are not stranded for that. */
  surplus?: number | undefined;
  /** By the grid or an operator. */
  ask?: Ask | undefined;
  /** What is taken already, by those that nobody steers: who is away, refuses, or draws more than it may. */
  taken?: readonly (Load & { current: number })[] | undefined;
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
  /** Who gives back what it can now, though nobody asks for it. */
  givingBack?: readonly Session[];
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
    const givingBack = sessions.filter((session) => sellsNow(session, situation));
    const willing = sessions.filter((one) => !givingBack.includes(one) && chargesNow(one, situation));
    return { order: willing.toSorted(byArrival), stages: [{ sessions: willing, upTo: all }], givingBack };
  },
  solar(sessions, { now, surplus }) {
    if (surplus === undefined) return { order: sessions.toSorted(byArrival), stages: [{ sessions, upTo: all }] };
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

/** How much of what it could take a car may need until its departure, and still have the time to give something back. */
const UNHURRIED = 0.8;

/** A per phase that it may give back now: not what its driver needs, nor what there is no time to take again. */
export function dischargeOf(session: Session, now: number): number {
  const { maxDischarge = 0, spareEnergy = Number.POSITIVE_INFINITY, maxCurrent } = session;
  if (spareEnergy <= 0 || neededCurrent(session, now) > UNHURRIED * maxCurrent) return 0;
  return Math.max(0, maxDischarge);
}
