// What a charger's life is made of, wired together once per waking of the actor.

import { pricedPlace } from "../../billing/final-cost.ts";
import { ask as askIso15118 } from "../../iso15118/ask.ts";
import { StandardProvider } from "../../iso15118/standard-provider.ts";
import { certificateAuthority } from "../../pki/authority.ts";
import { orThrow } from "../../result.ts";
import { hash } from "../hash.ts";
import { historyWriterOf, registryReaderOf } from "../stubs.ts";
import { FLOOD, JUNK_NOT_KEPT, Remark, throwOut } from "./abuse.ts";
import { afterFrame, automatic } from "./after-frame.ts";
import { needsSetup, setupEnd } from "./boot-setup.ts";
import { bootTrigger } from "./boot-trigger.ts";
import { Calls } from "./calls.ts";
import { Commands } from "./commands.ts";
import { erasureOf } from "./customer-information.ts";
import { type Deadline, Deadlines, ringNow } from "./deadlines.ts";
import { Door } from "./door.ts";
import { doubts } from "./doubts.ts";
import { History, parkedFinding } from "./history.ts";
import { IdTokens } from "./id-tokens.ts";
import { Inbox } from "./inbox.ts";
import { JobRunner } from "./job-runner.ts";
import { Journal } from "./journal.ts";
import { Junk } from "./junk.ts";
import { commandClimbs } from "./ladders.ts";
import { Log } from "./log.ts";
import { Meters } from "./meters.ts";
import { Pace } from "./pace.ts";
import type { ReceiveParts } from "./receive.ts";
import { Registers } from "./registers.ts";
import { ReplayCache } from "./replay.ts";
import { expiryOf } from "./reservations.ts";
import { RunningCost } from "./running-cost.ts";
import { SecurityDesk } from "./security-desk.ts";
import { Session } from "./session.ts";
import { newcomer, tuningOf } from "./settings.ts";
import { startPatience } from "./start-patience.ts";
import { State } from "./state.ts";
import { EffectView } from "./station.ts";
import { Storage } from "./storage.ts";
import { noteThinning } from "./thinned.ts";
import { Transfers } from "./transfers.ts";
import { liveView } from "./view.ts";
import { Watch } from "./watch.ts";

export interface Parts {
  /** The identity in lower case. */
  key: string;
  env: Env;
  storage: Storage;
  log: Log;
  state: State;
  session: Session;
  door: Door;
  commands: Commands;
  history: History;
  deadlines: Deadlines;
  journal: Journal;
  calls: Calls;
  jobs: JobRunner;
  transfers: Transfers;
  replay: ReplayCache;
  inbox: Inbox;
  security: SecurityDesk;
  watch: Watch;
  /** What one frame is handled with: as of this moment. */
  frame(): ReceiveParts;
  /** Work that must not be cut short by hibernation; what it leaves due is waited for. */
  keepAlive(work: Promise<unknown>): void;
}

export function assemble(ctx: DurableObjectState, env: Env): Parts {
  const key = ctx.id.name ?? "";
  const spread = hash(key);
  const keepAlive = (work: Promise<unknown>) => ctx.waitUntil(work.finally(() => deadlines.arm()));
  const storage = new Storage(ctx.storage);
  const log = new Log(storage);
  const state = new State(storage);
  const session = new Session(ctx);
  const commands = new Commands(storage);
  const registers = new Registers(storage, log);
  const replay = new ReplayCache(storage, log);
  const meters = new Meters();
  const history = new History(
    storage,
    log,
    {
      write: async (rows, isHurried) => {
        const { sampleInterval } = tuningOf(state.settings);
        if (sampleInterval > 0) noteThinning({ state, journal }, rows, sampleInterval, Date.now());
        const counted = meters.take();
        const origin = { chargePoint: key, identity: state.settings?.identity ?? key };
        let isTold = false;
        try {
          const reply = await historyWriterOf(env, key).write({ ...origin, rows, sampleInterval, counted }, isHurried);
          isTold = reply.ok;
          return reply;
        } finally {
          if (!isTold) meters.giveBack(counted);
        }
      },
      hurry: () => historyWriterOf(env, key).hurry(),
    },
    keepAlive,
    (seq, detail) => journal.event(Date.now(), { event: "history_parked", seq }, [parkedFinding(seq, detail)]),
    spread,
  );
  const deadlines: Deadlines = new Deadlines(ctx.storage, () => [
    history.deadline,
    calls.deadline,
    expiryOf(state.reservations, journal),
    jobs.deadline,
    erasureOf(state, log),
    bootTrigger({ state, session, calls }),
    doubts({ state, log, journal, session, calls }),
    setup,
    automatic(() => parts),
    startPatience({ state, commands, journal }),
    ...security.deadlines,
  ]);
  const watch = new Watch(ctx, { key, log, state, commands, live: () => liveView(parts, frame(), Date.now()) });
  const journal = new Journal(storage, log, state, history, deadlines, (row) => watch.noted(row));
  const calls: Calls = new Calls(
    commands,
    journal,
    session,
    state,
    (row, command, at) => new EffectView(frame(), row, command, at),
    (command, at) => {
      jobs.commandEnded(command, at);
      transfers.commandEnded(command, at);
      commandClimbs({ state, commands, calls }, command.id, at);
      ringNow(setup, at);
    },
  );
  const setup: Deadline = setupEnd({ state, session, commands, calls });
  const transfers = new Transfers({ journal, state });
  const jobs = new JobRunner({ commands, journal, session, state, calls });
  const idTokens = new IdTokens(
    env.DB,
    async (token) => orThrow(await registryReaderOf(env, key).idToken(token)),
    storage,
    key,
    {
      outage: env.AUTHORIZATION_OUTAGE === "reject" ? "reject" : "accept",
      concurrent: env.CONCURRENT_TRANSACTIONS === "deny" ? "deny" : "allow",
      masterPassGroup: env.MASTER_PASS_GROUP,
    },
  );
  const security = new SecurityDesk({
    ...{ key, state, commands, calls, session, journal, keepAlive },
    credentialsKey: env.CREDENTIALS_KEY,
    authority: () => certificateAuthority(parts.env),
    organisation: env.CERTIFICATE_ORGANISATION,
  });
  const flood = new Remark(journal, "flood", FLOOD);
  const junkNotKept = new Remark(journal, "junk_not_kept", JUNK_NOT_KEPT);
  const junk = new Junk((now) => {
    meters.unkept();
    junkNotKept.say(now);
  });
  const frame = (): ReceiveParts => receiving;
  const priced = (id: string) => pricedPlace(env, key, state.transactions.byOcppId(id));
  const runningCost = new RunningCost({
    ...{ state, log, session, commands, calls, priced, keepAlive, frame },
    intervalMs: Number(env.RUNNING_COST_SECONDS) * 1000,
  });
  // Made once: each frame is handled with it.
  const receiving: ReceiveParts = {
    ...{ state, log, commands, registers, idTokens, journal, replay, calls, junk, priced },
    get settings() {
      return state.settings ?? newcomer(key, "accepted");
    },
    heartbeatInterval: Number(env.HEARTBEAT_INTERVAL_SECONDS),
    spread,
    iso15118: (need) => askIso15118(new StandardProvider(parts.env), need),
    needsSetup: (station, row, now) => needsSetup({ env: parts.env, key, state }, station, row, now),
    noted(facts, now) {
      registers.noted(facts);
      runningCost.noted(facts, now);
    },
  };
  const inbox = new Inbox({
    ...{ key, frame, meters, junk },
    pace: new Pace(() => tuningOf(state.settings).messagesPerSecond),
    afterwards: (connection, hasBooted, now) => afterFrame(parts, connection, hasBooted, now),
    floods: (now) => flood.say(now),
    throwOut(socket, connection, abuse) {
      meters.thrownOut();
      throwOut(parts, socket, connection, abuse);
    },
    isWelcome: (socket) => session.of(socket) !== undefined,
  });
  const parts: Parts = {
    ...{ key, env, storage, log, state, session, commands, history, deadlines, journal, calls, jobs },
    ...{ transfers, replay, inbox, door: new Door() },
    ...{ security, watch, frame, keepAlive },
  };
  return parts;
}
