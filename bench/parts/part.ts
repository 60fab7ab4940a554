// What every part of the benchmark gets and gives.
import type { Plan } from "../plan.ts";
import type { Findings } from "../report/lines.ts";
import type { Server } from "../server/launch.ts";

export interface Servers {
  ours: Server;
  bare: Server;
  durable: Server;
}

export interface Context {
  plan: Plan;
  /** `disk` or `tmpfs`, and its folder. */
  medium: string;
  root: string;
  servers: Servers;
  /** Answers per second of ours at its best, by action: found by the first part. */
  best: Map<string, number>;
  note(text: string): void;
}

export type Part = (context: Context) => Promise<Partial<Findings>>;

let fleets = 0;
/** Identities that no earlier run has used: a known charger connects more cheaply than a new one. */
export function newPrefix(): string {
  fleets += 1;
  return `B${process.pid}-${fleets}-`;
}
