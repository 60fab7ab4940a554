/**
 * Charging profiles as arithmetic: which limit holds at a moment, and when that may change. Pure; the versions
 * translate their messages into this form.
 */
const VOLTAGE_V = 230;
const MS_PER_S = 1000;
const RECURRENCE_MS = { daily: 86_400_000, weekly: 7 * 86_400_000 };

export interface Profile {
  id: number;
  /** 0 is the whole station. */
  connectorId: number;
  stackLevel: number;
  /** "priority" counts only for a transaction that was given it. */
  purpose: "station" | "default" | "transaction" | "priority";
  kind: "absolute" | "recurring" | "relative";
  recurrence?: keyof typeof RECURRENCE_MS | undefined;
  validFrom?: number | undefined;
  validTo?: number | undefined;
  /** When the station got it: the start of a schedule that names none. */
  setAt: number;
  startAt?: number | undefined;
  durationS?: number | undefined;
  unit: "A" | "W";
  /** A negative limit asks for energy from the vehicle; `mode` is the protocol's name for how the limit came about. */
  periods: readonly { startS: number; limit: number; phases?: number | undefined; mode?: string | undefined }[];
}

/** Holds from the moment asked about until `until` at least. */
export interface Limit {
  watts: number;
  until: number;
  mode?: string | undefined;
}

export interface Step {
  startS: number;
  watts: number;
  mode?: string | undefined;
}

const UNLIMITED = Infinity;

/** The limit of one connector at `at`: its transaction profile, else its default, never above the station's share. */
export function limitAt(
  profiles: readonly Profile[],
  connectorId: number,
  at: number,
  startedAt: number | undefined,
  phases: number,
  sharers = 1,
): Limit {
  const pick = (purpose: Profile["purpose"], connector: number) =>
    highest(
      profiles.filter((profile) => profile.purpose === purpose && profile.connectorId === connector),
      at,
      startedAt,
      phases,
    );
  const station = pick("station", 0);
  // In order of precedence; the first that says something at this moment wins.
  const own =
    connectorId === 0
      ? []
      : [
          pick("priority", connectorId),
          pick("priority", 0),
          pick("transaction", connectorId),
          pick("default", connectorId),
          pick("default", 0),
        ];
  const winner = own.find((limit) => limit.watts !== UNLIMITED);
  return {
    watts: Math.min(winner?.watts ?? UNLIMITED, station.watts / Math.max(1, sharers)),
    until: Math.min(station.until, ...own.map((limit) => limit.until)),
    mode: winner?.mode,
  };
}

/** The steps of the limit between two moments, as GetCompositeSchedule wants them. */
export function compose(limit: (at: number) => Limit, from: number, to: number): Step[] {
  const steps: Step[] = [];
  for (let at = from; at < to; ) {
    const { watts, until, mode } = limit(at);
    if (steps.at(-1)?.watts !== watts) steps.push({ startS: Math.round((at - from) / MS_PER_S), watts, mode });
    at = Math.max(until, at + 1);
  }
  return steps;
}

export function toWatts(limit: number, unit: "A" | "W", phases: number): number {
  return unit === "W" ? limit : limit * VOLTAGE_V * phases;
}

function highest(profiles: readonly Profile[], at: number, startedAt: number | undefined, phases: number): Limit {
  const limits = [...profiles]
    .sort((a, b) => b.stackLevel - a.stackLevel)
    .map((profile) => profileAt(profile, at, startedAt, phases));
  const winner = limits.find((limit) => limit.watts !== UNLIMITED);
  return {
    watts: winner?.watts ?? UNLIMITED,
    until: Math.min(Infinity, ...limits.map((limit) => limit.until)),
    mode: winner?.mode,
  };
}

function profileAt(profile: Profile, at: number, startedAt: number | undefined, phases: number): Limit {
  const { validFrom = -Infinity, validTo = Infinity, durationS = Infinity } = profile;
  if (at < validFrom) return { watts: UNLIMITED, until: validFrom };
  if (at >= validTo) return { watts: UNLIMITED, until: Infinity };
  const { start, nextStart } = startOf(profile, at, startedAt);
  if (at < start) return { watts: UNLIMITED, until: Math.min(start, validTo) };

  const end = Math.min(start + durationS * MS_PER_S, nextStart, validTo);
  if (at >= end) return { watts: UNLIMITED, until: Math.min(nextStart, validTo) };
  const elapsedS = (at - start) / MS_PER_S;
  const current = profile.periods.findLast((period) => period.startS <= elapsedS);
  const next = profile.periods.find((period) => period.startS > elapsedS);
  const until = Math.min(end, next ? start + next.startS * MS_PER_S : Infinity);
  if (!current) return { watts: UNLIMITED, until };
  // The specification assumes three phases when none is named; the hardware has what it has.
  const watts = toWatts(current.limit, profile.unit, Math.min(current.phases ?? 3, phases));
  return { watts, until, mode: current.mode };
}

function startOf(profile: Profile, at: number, startedAt: number | undefined): { start: number; nextStart: number } {
  const fallback = startedAt ?? profile.setAt;
  if (profile.kind === "relative") return { start: fallback, nextStart: Infinity };
  const first = profile.startAt ?? fallback;
  if (profile.kind === "absolute" || at < first) return { start: first, nextStart: Infinity };
  const every = RECURRENCE_MS[profile.recurrence ?? "daily"];
  const start = first + Math.floor((at - first) / every) * every;
  return { start, nextStart: start + every };
}
