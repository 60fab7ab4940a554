/** GetLog: the recent frames, really uploaded. */
import { logName, transferOptions } from "../files.ts";
import { upload } from "../transfer.ts";
import { type Context, tell } from "./context.ts";
import type { Handlers, v21, v201 } from "./messages.ts";
import { at } from "./types.ts";

export interface Diagnostics {
  handlers: Handlers;
  /** What was told last, for triggered messages. */
  readonly status: v201.LogStatusNotificationRequest;
}

export function createDiagnostics(context: Context): Diagnostics {
  let status: v201.LogStatusNotificationRequest = { status: "Idle" };

  async function report(next: v201.LogStatusNotificationRequest): Promise<void> {
    status = next;
    await tell(context, "LogStatusNotification", next);
  }

  async function send({ log, requestId, ...retry }: v21.GetLogRequest, name: string, body: string): Promise<void> {
    await report({ status: "Uploading", requestId });
    const done = await upload(log.remoteLocation, name, body, transferOptions(context, retry));
    await report({ status: done ? "Uploaded" : "UploadFailure", requestId });
    status = { status: "Idle" };
  }

  return {
    get status() {
      return status;
    },
    handlers: {
      GetLog(request) {
        const { log, logType } = request;
        if (logType === "DataCollectorLog") return { response: { status: "Rejected" } };
        const security = logType === "SecurityLog";
        const name = logName(context, security ? "security" : "diagnostics");
        // Nothing that happens to a simulated charger is a security event; its security log is honestly empty.
        const body = security ? "" : context.recent.text(at(log.oldestTimestamp), at(log.latestTimestamp));
        return {
          response: { status: "Accepted", filename: name },
          after: () => void send(request, name, body),
        };
      },
    },
  };
}
