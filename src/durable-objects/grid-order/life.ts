// How something that the grid or an operator asks goes on: what is to be told now, who has to act, when to look again.
import type { FleetEvent } from "../../events/event.ts";
import { setPointTurn } from "./set-point.ts";
import { signalTurn } from "./signal.ts";

export interface Turn {
  /** Events that are due; told again, they are the same ones. */
  events: FleetEvent[];
  siteIds: readonly string[];
  /** Epoch milliseconds; undefined: it is over. */
  next: number | undefined;
}

/** Kind of order -> what a turn of it is. Undefined: there is none of that id. */
export const LIVES = {
  signal: signalTurn,
  "set-point": setPointTurn,
} as const satisfies Readonly<Record<string, (env: Env, id: string, now: number) => Promise<Turn | undefined>>>;

export type OrderKind = keyof typeof LIVES;
