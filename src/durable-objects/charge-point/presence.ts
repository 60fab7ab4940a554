// The end of a connection: told by the platform, or noticed because nobody told.
import type { Parts } from "./assemble.ts";
import type { Connection } from "./session.ts";

/** Only the connection that history believes in counts: an old socket closes after its successor came. */
export function connectionEnded(
  { state, journal, calls }: Parts,
  connection: Pick<Connection, "id"> | undefined,
  reason: string,
): void {
  if (connection === undefined) return;
  const now = Date.now();
  const { id: connectionId } = connection;
  if (state.connectionId === connectionId) {
    journal.event(now, { event: "disconnected", connectionId, reason }, [
      { kind: "disconnected", connectionId, reason },
    ]);
  }
  calls.connectionLost(connectionId, now);
}

/** After a crash or a deploy the socket is gone without a close event. */
export function noticeLoss(parts: Parts): void {
  const id = parts.state.connectionId;
  if (id !== undefined && parts.session.current()?.connection.id !== id) connectionEnded(parts, { id }, "lost");
}
