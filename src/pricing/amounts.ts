// Exact amounts. A bill is summed as fractions and rounded once, at its end: splitting a session into more periods
// can never change the sum.
import Fraction from "fraction.js";

export type Amount = Fraction;

export const ZERO: Amount = new Fraction(0);

/** The decimal that was written, not its binary neighbour: 0.1 is one tenth. */
export const exact = (value: number | string): Amount => new Fraction(String(value));

export const sum = (amounts: Iterable<Amount>): Amount => {
  let total = ZERO;
  for (const amount of amounts) total = total.add(amount);
  return total;
};

export const larger = (a: Amount, b: Amount): Amount => (a.compare(b) < 0 ? b : a);
export const smaller = (a: Amount, b: Amount): Amount => (a.compare(b) > 0 ? b : a);

/** Half away from zero: a credit is rounded as its debit is. */
export function rounded(amount: Amount, places: number): number {
  const magnitude = amount
    .abs()
    .mul(exact(10 ** places))
    .add(new Fraction(1, 2))
    .floor(0)
    .div(exact(10 ** places));
  const value = magnitude.valueOf();
  return amount.compare(0) < 0 && value !== 0 ? -value : value;
}

/** Up to the next multiple; a step of nothing leaves it as it is. */
export const roundedUpTo = (amount: Amount, step: Amount): Amount =>
  step.compare(0) <= 0 ? amount : amount.div(step).ceil(0).mul(step);
