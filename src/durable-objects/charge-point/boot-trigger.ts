// A charger that connects and says nothing of itself is asked once a connection to boot, but not for ever: some never do.
import type { Calls } from "./calls.ts";
import { prepareCommand } from "./command-request.ts";
import type { Deadline } from "./deadlines.ts";
import type { Session } from "./session.ts";
import { tuningOf } from "./settings.ts";
import type { State } from "./state.ts";

/** As long as commands wait for the boot: who is not called before must not be asked before. */
const PATIENCE_MS = 10_000;
const MAX_ASKED = 3;

const REQUEST = {
  action: "TriggerMessage",
  payload: { requestedMessage: "BootNotification" },
  offline: "fail",
  requestedBy: "boot-trigger",
} as const;

export const bootTrigger = ({ state, session, calls }: { state: State; session: Session; calls: Calls }): Deadline => ({
  name: "boot trigger",
  due() {
    if (state.boot !== undefined || state.settings?.registration !== "accepted") return undefined;
    const connection = session.current()?.connection;
    const { times, connectionId } = state.bootAsked;
    if (connection === undefined || connectionId === connection.id || times >= MAX_ASKED) return undefined;
    return tuningOf(state.settings).triggerBoot ? connection.connectedAt + PATIENCE_MS : undefined;
  },
  fire(now) {
    const connection = session.current()?.connection;
    if (connection === undefined) return;
    // Stored first: whatever becomes of the question, it is not asked again on this connection.
    state.bootAsked = { connectionId: connection.id, times: state.bootAsked.times + 1 };
    const prepared = prepareCommand(REQUEST, connection.version, undefined, now);
    if (prepared.ok) calls.submit(prepared.value, now);
  },
});
