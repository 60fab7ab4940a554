/** StatusNotification of every change, NotifyEvent on faults; ChangeAvailability and UnlockConnector. */
import { type Context, tell } from "./context.ts";
import type { Events } from "./events.ts";
import type { Handlers, v201 } from "./messages.ts";
import { connectorStatus, evseOf, iso } from "./types.ts";

export interface Availability {
  handlers: Handlers;
  changed(connectorId: number): void;
  /** Tells what the CSMS does not know yet: everything after a boot, what changed meanwhile after a reconnect. */
  catchUp(): Promise<void>;
  forget(): void;
  statusPayload(evseId: number): v201.StatusNotificationRequest;
}

export function createAvailability(context: Context, events: Events): Availability {
  const { station, timers } = context;
  const told = new Map<number, v201.ConnectorStatusEnumType>();
  const faults = new Map<number, string>();

  function statusPayload(evseId: number): v201.StatusNotificationRequest {
    const status = connectorStatus(station.status(evseId));
    return { timestamp: iso(timers.now()), connectorStatus: status, evseId, connectorId: 1 };
  }

  async function notify(evseId: number): Promise<void> {
    const status = connectorStatus(station.status(evseId));
    if (!context.accepted || told.get(evseId) === status) return;
    told.set(evseId, status);
    await tell(context, "StatusNotification", statusPayload(evseId));
    await notifyFault(evseId);
  }

  async function notifyFault(evseId: number): Promise<void> {
    const code = station.find(evseId)?.faultCode;
    const before = faults.get(evseId);
    if (code === before) return;
    if (code === undefined) faults.delete(evseId);
    else faults.set(evseId, code);
    await events.notify({
      component: { name: "Connector", evse: evseOf(evseId) },
      variable: { name: "Problem" },
      value: String(code !== undefined),
      trigger: "Alerting",
      severity: 2,
      techCode: code ?? before,
      cleared: code === undefined,
    });
  }

  return {
    statusPayload,
    changed: (id) => void (id > 0 && notify(id)),
    async catchUp() {
      await Promise.all(station.connectors.map(({ id }) => notify(id)));
    },
    forget: () => told.clear(),
    handlers: {
      ChangeAvailability({ evse, operationalStatus }) {
        const targets = evse ? station.connectors.filter(({ id }) => id === evse.id) : station.connectors;
        const exists = targets.length > 0 && (evse?.connectorId ?? 1) === 1;
        if (!exists) return { response: { status: "Rejected" } };
        const operative = operationalStatus === "Operative";
        const scheduled = !operative && targets.some(({ transaction }) => transaction);
        // At once in either case: a running transaction hides it until it ends.
        const after = () =>
          station.change(() => {
            for (const connector of targets) connector.operative = operative;
            if (!evse) station.operative = operative;
          });
        return { response: { status: scheduled ? "Scheduled" : "Accepted" }, after };
      },
      UnlockConnector({ evseId, connectorId }) {
        const connector = station.find(evseId);
        if (!connector || connectorId !== 1) return { response: { status: "UnknownConnector" } };
        if (connector.transaction) return { response: { status: "OngoingAuthorizedTransaction" } };
        return { response: { status: "Unlocked" } };
      },
    },
  };
}
