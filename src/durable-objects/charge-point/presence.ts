// The end of a connection: told by the platform, or noticed because nobody told.
import type { Fact, Urgency } from "../../ocpp/facts/fact.ts";
import type { Parts } from "./assemble.ts";
import { idleFinding, left } from "./contact.ts";
import { heartbeatOf } from "./heartbeat.ts";
import type { Connection } from "./session.ts";

/** Only the connection that history believes in counts: an old socket closes after its successor came. */
export function connectionEnded(
  parts: Parts,
  connection: Pick<Connection, "id"> | undefined,
  reason: string,
  { idleMs, urgency }: { idleMs?: number | undefined; urgency?: Urgency } = {},
): void {
  const { state, journal, calls } = parts;
  if (connection === undefined) return;
  const now = Date.now();
  const { id: connectionId } = connection;
  if (state.connectionId === connectionId) {
    const facts: Fact[] = [
      { kind: "disconnected", connectionId, reason, ...(idleMs === undefined ? {} : { idleMs }) },
      ...idleFinding(left(state.contact, now, idleMs), heartbeatOf(parts.frame())),
    ];
    journal.event(now, { event: "disconnected", connectionId, reason }, facts, urgency);
  }
  calls.connectionLost(connectionId, now);
}

/** The charger hung up, or its socket failed. */
export function hungUp(parts: Parts, connection: Connection | undefined, reason: string): void {
  const idleMs = connection && parts.session.silentFor(connection, Date.now());
  connectionEnded(parts, connection, reason, { idleMs });
}

/**
 * After a crash or a deploy the socket is gone without a close event.
 * @param urgency `soon` where the charger is just coming back
 */
export function noticeLoss(parts: Parts, urgency?: Urgency): void {
  const id = parts.state.connectionId;
  if (id !== undefined && parts.session.current()?.connection.id !== id)
    connectionEnded(parts, { id }, "lost", urgency === undefined ? {} : { urgency });
}
