// Lives some virtual hours of a small fleet against the metered Worker and tells what each part of a charger's month
// takes: a connect with its boot, a heartbeat, a session.
import { setTimeout } from "node:timers/promises";
import type { Charger } from "../load/charger.ts";
import { DIALECTS, type Payload, type Step } from "../load/dialects.ts";
import { assemble, disband } from "../load/fleet.ts";
import { failures, Score } from "../load/score.ts";
import { newSession } from "../load/scripts.ts";
import { launch } from "../server/launch.ts";
import type { BillCounters } from "../server/protocol.ts";
import type { Fleet } from "./bill.ts";

/** Virtual time per real time. */
const SPEED = 300;
const CHARGERS = 24;
const HEARTBEATS = 8;
const SESSIONS = 2;
const MINUTE_MS = 60_000 / SPEED;
/** Virtual minutes until the slow beat has shipped everything, and then some. */
const SETTLE_MINUTES = 13;
/** Of real time: what a charger tells when it comes waits for company by the platform's own clock. */
const ARRIVAL_MS = 5_000;

export interface Consumption {
  connect: BillCounters;
  heartbeat: BillCounters;
  session: BillCounters;
  /** One MeterValues of a session, by itself. */
  sample: BillCounters;
  samplesPerSession: number;
  failures: number;
}

export async function measure(fleet: Fleet, root: string): Promise<Consumption> {
  const server = await launch("probe", { root, bindings: { SPEED: String(SPEED) } });
  try {
    const score = new Score();
    const read = () => server.ask<BillCounters>({ ask: "bill" });
    const settled = async () => {
      await setTimeout(SETTLE_MINUTES * MINUTE_MS);
      return read();
    };
    const url = `${server.origin.replace("http", "ws")}/ws/ocpp`;
    const dialect = DIALECTS["1.6"];
    const connectAll = () => assemble({ url, dialect, chargers: CHARGERS, prefix: "COST-", score });
    // The first time makes tables and rows that no later connect makes again.
    const first = await connectAll();
    await setTimeout(ARRIVAL_MS);
    await disband(first);
    const before = await settled();
    const chargers = await connectAll();
    await setTimeout(ARRIVAL_MS);
    const connected = await settled();
    await inStep(chargers, HEARTBEATS, fleet.heartbeatEveryMinutes, () => dialect.heartbeat);
    const beaten = await settled();
    let sampling: [BillCounters, BillCounters] = [beaten, beaten];
    for (let session = 0; session < SESSIONS; session += 1) sampling = await charge(chargers, fleet, settled);
    const charged = await settled();
    await disband(chargers);
    return {
      connect: share(before, connected, CHARGERS),
      heartbeat: share(connected, beaten, CHARGERS * HEARTBEATS),
      session: share(beaten, charged, CHARGERS * SESSIONS),
      sample: share(...sampling, (CHARGERS * fleet.sessionMinutes) / fleet.sampleEveryMinutes),
      samplesPerSession: fleet.sessionMinutes / fleet.sampleEveryMinutes,
      failures: failures(score.tally()),
    };
  } finally {
    await server.stop();
  }
}

/** @returns what was counted before the first and after the last sample */
async function charge(
  chargers: readonly Charger[],
  fleet: Fleet,
  settled: () => Promise<BillCounters>,
): Promise<[BillCounters, BillCounters]> {
  const dialect = DIALECTS["1.6"];
  const sessions = new Map(chargers.map((charger) => [charger, { ...newSession("BENCH"), at: Date.now() - 9e9 }]));
  const each = async (
    next: (session: ReturnType<typeof newSession>) => Step,
    done?: (answer: Payload, session: ReturnType<typeof newSession>) => void,
  ) => {
    await Promise.all(
      [...sessions].map(async ([charger, session]) => {
        session.at += fleet.sampleEveryMinutes * 60_000;
        session.meter += 184;
        const answer = await charger.ask(next(session));
        done?.(answer, session);
      }),
    );
  };
  const statuses = fleet.statusNotificationsPerSession / 2;
  for (let status = 0; status < statuses; status += 1)
    await each((session) => dialect.status(status % 2 === 0, session));
  await each((session) => dialect.authorize(session.token));
  await each(dialect.start, (answer, session) => {
    session.transactionId = dialect.transactionOf(answer, session);
  });
  const before = await settled();
  for (let minute = 0; minute < fleet.sessionMinutes; minute += fleet.sampleEveryMinutes) {
    await setTimeout(fleet.sampleEveryMinutes * MINUTE_MS);
    await each(dialect.meterValues);
  }
  const after = await settled();
  await each(dialect.stop);
  for (let status = 0; status < statuses; status += 1)
    await each((session) => dialect.status(status % 2 === 0, session));
  return [before, after];
}

async function inStep(chargers: readonly Charger[], times: number, minutes: number, next: () => Step): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await setTimeout(minutes * MINUTE_MS);
    await Promise.all(chargers.map((charger) => charger.ask(next())));
  }
}

function share(before: BillCounters, after: BillCounters, by: number): BillCounters {
  const result = { ...after };
  for (const key of keysOf(after)) result[key] = (after[key] - before[key]) / by;
  return result;
}

const keysOf = (counters: BillCounters) => Object.keys(counters) as (keyof BillCounters)[];
