// What the deployment wants sent after an accepted boot. Nothing, unless it says so: some chargers drop the link when
// they are called early.
import { z } from "zod";
import type { Version } from "../../ocpp/versions.ts";
import type { CommandRequest } from "./command-request.ts";

/** ON_BOOT: `{ "1.6": [{ "action": "TriggerMessage", "payload": { "requestedMessage": "StatusNotification" } }] }` */
const schema = z.partialRecord(
  z.enum(["1.6", "2.0.1", "2.1"]),
  z.array(z.object({ action: z.string(), payload: z.record(z.string(), z.unknown()) })),
);

export function onBootCommands(setting: string, version: Version): CommandRequest[] {
  if (setting.trim() === "") return [];
  const commands = schema.parse(JSON.parse(setting))[version] ?? [];
  return commands.map((command) => ({ ...command, offline: "fail", requestedBy: "on-boot" }));
}
