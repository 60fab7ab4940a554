// What is known of one thing: names and values.
import type { ReactNode } from "react";
import classes from "./facts.module.css";

/** A value that is null or undefined is not known, and shown as such. */
export type Fact = readonly [name: string, value: ReactNode];

export function Facts({ of }: { of: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {of.map(([name, value]) => (
        <div key={name}>
          <dt className={classes.name}>{name}</dt>
          <dd className={classes.value}>{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}
