/** StatusNotification of every change; ChangeAvailability and UnlockConnector. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import type { Payload } from "../frame.ts";
import { type Context, tell } from "./context.ts";
import { connectorId, iso } from "./types.ts";

export interface Availability {
  commands: Commands;
  changed(connectorId: number): void;
  /** Tells what the CSMS does not know yet: everything after a boot, what changed meanwhile after a reconnect. */
  catchUp(): Promise<void>;
  forget(): void;
  statusPayload(connectorId: number): Payload;
}

export function createAvailability(context: Context): Availability {
  const { station, sessions, timers } = context;
  const told = new Map<number, string>();
  const everyId = () => [0, ...station.connectors.map(({ id }) => id)];

  function statusPayload(id: number): Payload {
    const errorCode = station.find(id)?.faultCode ?? "NoError";
    return { connectorId: id, status: station.status(id), errorCode, timestamp: iso(timers.now()) };
  }

  async function notify(id: number): Promise<void> {
    if (!context.accepted) return;
    told.set(id, station.status(id));
    await tell(context, "StatusNotification", statusPayload(id));
  }

  const availability = z.object({ connectorId, type: z.enum(["Inoperative", "Operative"]) });
  const unlock = z.object({ connectorId });

  return {
    statusPayload,
    changed: (id) => void notify(id),
    async catchUp() {
      await Promise.all(
        everyId()
          .filter((id) => told.get(id) !== station.status(id))
          .map(notify),
      );
    },
    forget: () => told.clear(),
    commands: {
      ChangeAvailability: command(availability, ({ connectorId: id, type }) => {
        const targets = id === 0 ? station.connectors : station.connectors.filter((connector) => connector.id === id);
        if (targets.length === 0) return { response: { status: "Rejected" } };
        const operative = type === "Operative";
        const scheduled = !operative && targets.some((connector) => connector.transaction);
        const apply = () =>
          station.change(() => {
            for (const connector of targets) connector.operative = operative;
            if (id === 0) station.operative = operative;
          });
        return { response: { status: scheduled ? "Scheduled" : "Accepted" }, after: apply };
      }),
      UnlockConnector: command(unlock, ({ connectorId: id }) => {
        const connector = station.find(id);
        if (!connector) return { response: { status: "NotSupported" } };
        const running = connector.transaction;
        return { response: { status: "Unlocked" }, after: () => void (running && sessions.stop(id, "UnlockCommand")) };
      }),
    },
  };
}
