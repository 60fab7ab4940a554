// What the live feeds and webhooks say: an event is a fact in the words of the REST API. Pure.
import type { z } from "@hono/zod-openapi";
import type { HistoryRow } from "../durable-objects/history/batch.ts";
import type { Fact, FactKind } from "../ocpp/facts/fact.ts";

export interface FleetEvent {
  /** Made of the charger, its log entry and the place within it: the same whenever it is told again. */
  id: string;
  type: string;
  /** ISO 8601: when the frame or the operator's act that it comes from was received. */
  at: string;
  /** The OCPP identity; null: it is of no single charger. */
  chargePointId: string | null;
  data: Readonly<Record<string, unknown>>;
}

/** A charger as it names itself, and as everything here refers to it. */
export interface Origin {
  /** The identity in lower case. */
  chargePoint: string;
  identity: string;
}

/** A log entry with what an event needs to know about where it comes from. */
export interface EventSource extends Origin {
  row: HistoryRow;
}

export interface Told<K extends FactKind = FactKind> {
  /** Type of event and when it is told. More than one where the fact says which. */
  types: Readonly<Record<string, string>>;
  data: z.ZodObject;
  /**
   * `near`: only to those who watch the charger itself, and to webhooks that name the type. There is one for each
   * meter reading.
   */
  reach: "all" | "near";
  tell(fact: Fact<K>, source: EventSource): { type: string; data: Readonly<Record<string, unknown>> };
}

/** A fact that is no news to anybody outside, and why. */
export interface Silent {
  silent: string;
}

export type Announcement<K extends FactKind> = Told<K> | Silent;

type Tell<K extends FactKind, S extends z.ZodObject> = (fact: Fact<K>, source: EventSource) => z.input<S>;

export const announce = <K extends FactKind, S extends z.ZodObject>(
  type: string,
  when: string,
  data: S,
  tell: Tell<K, S>,
  reach: Told["reach"] = "all",
): Told<K> => ({
  types: { [type]: when },
  data,
  reach,
  tell: (fact, source) => ({ type, data: tell(fact, source) }),
});

/** For a fact that is told under several types. */
export const announceAs = <K extends FactKind, S extends z.ZodObject, T extends string>(
  types: Readonly<Record<T, string>>,
  choose: (fact: Fact<K>) => T,
  data: S,
  tell: Tell<K, S>,
): Told<K> => ({
  types,
  data,
  reach: "all",
  tell: (fact, source) => ({ type: choose(fact), data: tell(fact, source) }),
});

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrUndefined = (at: number | undefined): string | undefined => (at === undefined ? undefined : iso(at));
