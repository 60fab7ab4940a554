// What is told of commands, jobs and reports: what passes between operators and chargers.
import { z } from "@hono/zod-openapi";
import type { Command as CommandFact } from "../ocpp/facts/command.ts";
import type { FactKind } from "../ocpp/facts/fact.ts";
import { parseFrame } from "../ocpp/frame.ts";
import { type Payload, record } from "../ocpp/read.ts";
import { readEvents } from "../ocpp/station-events.ts";
import { Command, presentFact } from "../workers/routes/command.ts";
import { Job, presentJob } from "../workers/routes/job.ts";
import { type Announcement, announce, announceAs } from "./event.ts";

type ExchangeKind =
  | "command"
  | "job"
  | "configuration"
  | "localList"
  | "notice"
  | "variables"
  | "monitorsCleared"
  | "reportExpected"
  | "reportPart"
  | "displayMessages"
  | "events";

type Announcements = { [K in ExchangeKind & FactKind]: Announcement<K> };

const report = { report: z.string(), requestId: z.int() };

function payloadOf(text: string): Payload {
  const frame = parseFrame(text);
  return frame.kind === "call" || frame.kind === "send" ? record(frame.payload) : {};
}

const commandType = ({ status }: CommandFact) =>
  status === "queued" ? "command.queued" : status === "sent" ? "command.sent" : "command.finished";

export const EXCHANGE_EVENTS: Announcements = {
  command: announceAs(
    {
      "command.queued": "A command waits to be sent.",
      "command.sent": "A command is on the wire.",
      "command.finished":
        "A command came to its end: answered, expired, cancelled or unknown. Again, if an answer comes late.",
    },
    ({ command }) => commandType(command),
    Command.omit({ chargePointId: true }),
    ({ command }, { identity }) => {
      const { chargePointId: _chargePointId, ...view } = presentFact(command, identity);
      return view;
    },
  ),
  job: announce(
    "job.changed",
    "A firmware update, log upload or change of settings moved on.",
    Job.omit({ chargePointId: true }),
    ({ job }, { identity }) => {
      const { chargePointId: _chargePointId, ...view } = presentJob(job, identity);
      return view;
    },
  ),
  configuration: announce(
    "configuration.told",
    "It told configuration keys (OCPP 1.6); their values are under /configuration.",
    z.object({ keys: z.array(z.string()), unknownKeys: z.array(z.string()), complete: z.boolean() }),
    ({ keys, unknownKeys, complete }) => ({ keys: keys.map(({ key }) => key), unknownKeys, complete }),
  ),
  localList: announce(
    "local-list.changed",
    "It took a change of its local authorization list, or told the list's version.",
    z.object({ update: z.enum(["full", "differential", "version"]), version: z.int() }),
    ({ change: { update, version } }) => ({ update, version }),
  ),
  notice: announce(
    "notice.received",
    "It sent a message that changes nothing here; `payload` is as it came.",
    z.object({ action: z.string(), payload: z.record(z.string(), z.unknown()) }),
    ({ action }, { row }) => ({ action, payload: payloadOf(row.frame) }),
  ),
  variables: announce(
    "device-model.told",
    "It told variables of its device model; their values are under /variables.",
    z.object({ count: z.int() }),
    ({ variables }) => ({ count: variables.length }),
  ),
  monitorsCleared: announce(
    "monitors.cleared",
    "Its variable monitors are gone: these, or all.",
    z.object({ ids: z.union([z.array(z.int()), z.literal("all")]) }),
    ({ ids }) => ({ ids }),
  ),
  reportExpected: announce(
    "report.expected",
    "It agreed to send a report, or said that there is nothing to report (`empty`).",
    z.object({ ...report, full: z.boolean(), empty: z.boolean(), commandId: z.string() }),
    ({ report, requestId, full, empty, commandId }) => ({ report, requestId, full, empty, commandId }),
  ),
  reportPart: announce(
    "report.received",
    "A part of a report came; what it says is under its own path.",
    z.object({ ...report, seqNo: z.int().optional(), last: z.boolean() }),
    ({ report, requestId, seqNo, last }) => ({ report, requestId, seqNo, last }),
  ),
  displayMessages: announce(
    "display-messages.changed",
    "It shows these messages, and no longer those.",
    z.object({ ids: z.array(z.int()), removed: z.array(z.int()) }),
    ({ messages, removed }) => ({ ids: messages.map(({ id }) => id), removed }),
  ),
  events: announce(
    "station.events",
    "It sent a NotifyEvent: what its monitors saw.",
    z.object({ events: z.array(z.record(z.string(), z.unknown())) }),
    (_fact, { row }) => ({ events: readEvents(payloadOf(row.frame), row.at).map((event) => ({ ...event })) }),
  ),
};
