// Whoever watches one charger: a snapshot first, then every frame in both directions and every event, as they happen.
// Nobody watching costs the charger a comparison a frame.

import { begun } from "../../events/charging-events.ts";
import { wants } from "../../events/filter.ts";
import { eventsOf } from "../../events/table.ts";
import { logFailure } from "../../log.ts";
import { isOpen } from "../../ocpp/job.ts";
import { presentFact } from "../../workers/routes/command.ts";
import { presentJob } from "../../workers/routes/job.ts";
import { presentMessage } from "../../workers/routes/message.ts";
import { type Limits, Watchers } from "../watchers.ts";
import { type Commands, published } from "./commands.ts";
import type { Log, LogRow } from "./log.ts";
import type { State } from "./state.ts";
import type { Live } from "./view.ts";

const LIMITS: Limits = { watchers: 20, askAfterChars: 128 * 1024, dropAfterChars: 2 * 1024 * 1024 };
const PATH = "/live";

export const isWatching = (request: Request): boolean => new URL(request.url).pathname === PATH;

export interface WatchParts {
  key: string;
  log: Log;
  state: State;
  commands: Commands;
  live(): Live;
}

export class Watch {
  readonly watchers: Watchers;
  readonly #parts: WatchParts;
  #fresh: LogRow[] = [];

  constructor(ctx: DurableObjectState, parts: WatchParts) {
    this.watchers = new Watchers(ctx, LIMITS);
    this.#parts = parts;
  }

  accept(request: Request): Response {
    return this.watchers.accept(request, () => [JSON.stringify({ type: "snapshot", data: this.#snapshot() })]);
  }

  /** An entry was written. It is told when the frame that it belongs to has been answered. */
  noted(row: LogRow): void {
    if (this.watchers.count === 0) return;
    if (this.#fresh.length === 0) queueMicrotask(() => this.#tell());
    this.#fresh.push(row);
  }

  /** Never throws: whatever goes wrong here is no business of the charger. */
  #tell(): void {
    const rows = this.#fresh;
    this.#fresh = [];
    try {
      for (const row of rows) this.#tellOf(row, Date.now());
    } catch (error) {
      logFailure({ event: "watchers_not_told", chargePoint: this.#parts.key, detail: String(error) });
    }
  }

  #tellOf(row: LogRow, now: number): void {
    const message = JSON.stringify({ type: "message", message: presentMessage(row) });
    this.watchers.send(({ types }) => (types === undefined || types.includes("message") ? message : undefined), now);
    const events = eventsOf({ chargePoint: this.#parts.key, identity: this.#identity }, row, true);
    if (events.length === 0) return;
    this.watchers.send(({ types }) => {
      const wanted = types === undefined ? events : events.filter((event) => wants({ types }, event));
      return wanted.length === 0 ? undefined : JSON.stringify({ type: "events", events: wanted });
    }, now);
  }

  get #identity(): string {
    return this.#parts.state.settings?.identity ?? this.#parts.key;
  }

  /** The charger as it is now. `seq`: of its newest log entry; messages that follow are newer. */
  #snapshot() {
    const { state, commands, log } = this.#parts;
    const { connectedAt, lastSeenAt, bootedAt, awaySince, connectors, ...live } = this.#parts.live();
    const at = (epoch: number | null) => (epoch === null ? null : new Date(epoch).toISOString());
    const id = this.#identity;
    return {
      ...live,
      ...{ chargePointId: id, seq: log.nextSeq - 1 },
      ...{ connectedAt: at(connectedAt), lastSeenAt: at(lastSeenAt), bootedAt: at(bootedAt), awaySince: at(awaySince) },
      connectors: connectors.map((connector) => ({ ...connector, statusAt: at(connector.statusAt) })),
      commands: commands.open().map((one) => presentFact(published(one), id)),
      transactions: state.transactions.open().map(begun),
      jobs: state.told.jobs.all().flatMap((job) => (isOpen(job) ? [presentJob(job, id)] : [])),
    };
  }
}
