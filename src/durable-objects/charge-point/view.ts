// The charger as it is at this moment, for operators. D1 knows what it was; only the actor knows what it is.
import type { Registration } from "../../ocpp/facts/fact.ts";
import type { ConnectorStatus, StationData } from "../../ocpp/facts/station.ts";
import type { Commands } from "./commands.ts";
import { dialsWithinHour } from "./contact.ts";
import { type HeartbeatParts, heartbeatOf } from "./heartbeat.ts";
import type { History } from "./history.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";

export interface Live {
  connected: boolean;
  /** Epoch milliseconds. */
  connectedAt: number | null;
  lastSeenAt: number | null;
  /** Epoch milliseconds; null: it is connected, or never was. */
  awaySince: number | null;
  /** Seconds that its clock is ahead; negative: behind; null: right, as far as is known. */
  clockOffset: number | null;
  /** How it accepted what may be said in several ways, by topic. */
  accepts: Readonly<Record<string, string>>;
  /** How often it has dialled within the last hour. */
  dialsWithinHour: number;
  /** What it is told at its next boot, in seconds. */
  heartbeatInterval: number;
  ocppVersion: string | null;
  registration: Registration | null;
  bootedAt: number | null;
  station: StationData;
  connectors: ConnectorStatus[];
  openTransactions: string[];
  /** Commands that wait or are on the wire. */
  pendingCommands: number;
  /** Log entries whose facts are not in D1 yet. */
  historyBacklog: number;
}

interface Viewed {
  state: State;
  session: Session;
  history: History;
  commands: Commands;
}

export function liveView({ state, session, history, commands }: Viewed, heartbeat: HeartbeatParts, now: number): Live {
  const connection = session.current()?.connection;
  return {
    connected: connection !== undefined,
    connectedAt: connection?.connectedAt ?? null,
    awaySince: connection === undefined && state.contact.since > 0 ? state.contact.since : null,
    clockOffset: state.clock?.isSure === true ? Math.round(state.clock.offsetMs / 1000) : null,
    accepts: state.manners,
    dialsWithinHour: dialsWithinHour(state.contact, now),
    heartbeatInterval: heartbeatOf(heartbeat),
    lastSeenAt: session.lastSeenAt() ?? null,
    ocppVersion: connection?.version ?? state.lastVersion ?? null,
    registration: state.settings?.registration ?? null,
    bootedAt: state.boot?.at ?? null,
    station: state.boot?.station ?? {},
    connectors: state.connectors(),
    openTransactions: state.transactions.open().map(({ id }) => id),
    pendingCommands: commands.open().length,
    historyBacklog: history.backlog,
  };
}
