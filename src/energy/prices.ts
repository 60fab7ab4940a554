// When energy is worth having: over the hours until the departure, the cheapest ones for charging, and the dearest ones
// for giving back what a later, cheaper hour makes good again. Pure.
import { currentOf } from "./electrical.ts";
import type { Session, Situation } from "./policies.ts";
import type { PriceCurve } from "./site.ts";

interface Slot {
  price: number;
  /** Epoch milliseconds. */
  begin: number;
  hours: number;
}

const HOUR_MS = 3_600_000;
/** Of what is charged, given back and charged again, so much arrives: a dearer hour must be worth the loss. */
const ROUND_TRIP = 0.8;

/** Whether now is among the cheapest hours that suffice until the departure. Without a departure or prices: always. */
export function chargesNow(session: Session, { now, prices = [] }: Situation): boolean {
  const { neededEnergy, departure } = session;
  if (neededEnergy === undefined || departure === undefined || prices.length === 0) return true;
  if (neededEnergy <= 0) return false;
  let left = hoursNeeded(session);
  for (const { begin, hours } of slotsOf(session, { now, prices }).toSorted(cheapestFirst)) {
    if (left <= 0) return false;
    if (begin <= now) return true;
    left -= hours;
  }
  // No price is known for now, or not even all hours suffice.
  return left > 0;
}

/** Whether now is an hour to give back in: a cheaper one, not needed to charge, is left to make it good. */
export function sellsNow(session: Session, { now, prices = [] }: Situation): boolean {
  const { maxDischarge = 0, spareEnergy = Number.POSITIVE_INFINITY, maxCurrent, departure } = session;
  if (maxDischarge <= 0 || spareEnergy <= 0 || maxCurrent <= 0 || departure === undefined) return false;
  const slots = slotsOf(session, { now, prices }).toSorted(cheapestFirst);
  // The cheapest hours are spoken for by what the driver wants; the ones after them can make good what is sold.
  let spoken = hoursNeeded(session);
  const free = slots.map((slot) => {
    const taken = Math.min(slot.hours, spoken);
    spoken -= taken;
    return { ...slot, hours: slot.hours - taken };
  });
  if (spoken > 0) return false;
  const hoursBackPerHour = maxDischarge / maxCurrent / ROUND_TRIP;
  for (const dear of free.toReversed()) {
    let toMakeGood = dear.hours * hoursBackPerHour;
    for (const cheap of free) {
      if (toMakeGood <= 0) break;
      if (cheap.price >= dear.price * ROUND_TRIP) break;
      const taken = Math.min(cheap.hours, toMakeGood);
      cheap.hours -= taken;
      toMakeGood -= taken;
    }
    if (dear.begin <= now) return dear.hours > 0 && toMakeGood <= 1e-9;
    if (toMakeGood > 1e-9) return false;
  }
  return false;
}

/**
 * A price curve with what the grid charges on top. Where nobody told a curve, the grid's prices alone tell hours apart.
 * @param steps that do not overlap, in order
 */
export function withGridPrices(
  curve: PriceCurve | undefined,
  steps: readonly { from: number; to: number; price: number }[],
  now: number,
): PriceCurve {
  const own = curve ?? [{ from: now, price: 0 }];
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const begin = own[0]?.from ?? now;
  const moments = new Set([...own.map(({ from }) => from), ...ends.filter((at) => at >= begin)]);
  return [...moments]
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
    .map((from) => {
      const price = own.findLast((one) => one.from <= from)?.price ?? 0;
      const more = steps.find((one) => one.from <= from && from < one.to)?.price ?? 0;
      return { from, price: price + more };
    });
}

const cheapestFirst = (a: Slot, b: Slot): number => a.price - b.price || a.begin - b.begin;

const hoursNeeded = (session: Session): number =>
  (Math.max(0, session.neededEnergy ?? 0) * currentOf(session, 1)) / session.maxCurrent;

/** What is left of the prices between now and the departure. */
function slotsOf({ departure = 0 }: Session, { now, prices = [] }: Situation): Slot[] {
  return prices.flatMap(({ from, price }, index) => {
    const begin = Math.max(from, now);
    const end = Math.min(prices[index + 1]?.from ?? departure, departure);
    return end > begin ? [{ price, begin, hours: (end - begin) / HOUR_MS }] : [];
  });
}
