// What each charger says one after the other: a generator that yields a CALL and gets its answer's payload back.
import type { Dialect, Payload, Session, Step } from "./dialects.ts";

export type Script = Generator<Step, void, Payload>;

const SAMPLE_EVERY_MS = 60_000;
/** Far enough back that a charger's clock, which runs faster here, never gets ahead of the server's. */
const CLOCK_START_MS = 300 * 24 * 3_600_000;

export const newSession = (token: string): Session => ({
  token,
  transactionId: "",
  at: Date.now() - CLOCK_START_MS - Math.floor(Math.random() * 50_000),
  meter: 1000,
  seqNo: 0,
});

function tick(session: Session): Session {
  session.at += SAMPLE_EVERY_MS;
  session.meter += 184;
  session.seqNo += 1;
  return session;
}

export function* heartbeats(dialect: Dialect): Script {
  for (;;) yield dialect.heartbeat;
}

/** Samples of one running transaction. */
export function* meterValues(dialect: Dialect, session: Session): Script {
  yield* begin(dialect, session);
  for (;;) yield dialect.meterValues(tick(session));
}

/** Transactions without samples. */
export function* startStop(dialect: Dialect, session: Session): Script {
  for (;;) {
    yield* begin(dialect, session);
    yield dialect.stop(tick(session));
  }
}

/** A driver's visits: authorize, start, samples, stop. */
export function* sessions(dialect: Dialect, session: Session, samples: number): Script {
  for (;;) {
    yield dialect.authorize(session.token);
    yield* begin(dialect, session);
    for (let sample = 0; sample < samples; sample += 1) yield dialect.meterValues(tick(session));
    yield dialect.stop(tick(session));
  }
}

function* begin(dialect: Dialect, session: Session): Script {
  session.transactionId = crypto.randomUUID();
  session.transactionId = dialect.transactionOf(yield dialect.start(tick(session)), session);
}

export const ACTIONS = {
  Heartbeat: heartbeats,
  MeterValues: meterValues,
  StartStop: startStop,
} as const;
export type Action = keyof typeof ACTIONS;
