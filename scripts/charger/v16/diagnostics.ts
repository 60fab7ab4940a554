/** GetDiagnostics and GetLog: the recent frames, really uploaded. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import { logName, transferOptions } from "../files.ts";
import { upload } from "../transfer.ts";
import { type Context, tell } from "./context.ts";
import { retryFields, timestamp } from "./types.ts";

export interface Diagnostics {
  commands: Commands;
  /** The last states told, for triggered messages. */
  readonly status: string;
  readonly logStatus: { status: string; requestId?: number };
}

export function createDiagnostics(context: Context): Diagnostics {
  let status = "Idle";
  let logStatus: Diagnostics["logStatus"] = { status: "Idle" };

  async function report(next: string): Promise<void> {
    status = next;
    await tell(context, "DiagnosticsStatusNotification", { status });
    if (next !== "Uploading") status = "Idle";
  }

  async function reportLog(next: string, requestId: number): Promise<void> {
    logStatus = { status: next, requestId };
    await tell(context, "LogStatusNotification", logStatus);
    if (next !== "Uploading") logStatus = { status: "Idle" };
  }

  const getDiagnostics = z.object({
    location: z.string().min(1),
    startTime: timestamp.optional(),
    stopTime: timestamp.optional(),
    ...retryFields,
  });
  const getLog = z.object({
    log: z.object({
      remoteLocation: z.string().min(1).max(512),
      oldestTimestamp: timestamp.optional(),
      latestTimestamp: timestamp.optional(),
    }),
    logType: z.enum(["DiagnosticsLog", "SecurityLog"]),
    requestId: z.int(),
    ...retryFields,
  });

  return {
    get status() {
      return status;
    },
    get logStatus() {
      return logStatus;
    },
    commands: {
      GetDiagnostics: command(getDiagnostics, ({ location, startTime, stopTime, ...retry }) => {
        const name = logName(context, "diagnostics");
        const body = context.recent.text(startTime, stopTime);
        const run = async () => {
          await report("Uploading");
          const done = await upload(location, name, body, transferOptions(context, retry));
          await report(done ? "Uploaded" : "UploadFailed");
        };
        return { response: { fileName: name }, after: () => void run() };
      }),
      GetLog: command(
        getLog,
        ({ log: { remoteLocation, oldestTimestamp, latestTimestamp }, logType, requestId, ...retry }) => {
          const name = logName(context, logType === "SecurityLog" ? "security" : "diagnostics");
          // Nothing that happens to a simulated charger is a security event; its security log is honestly empty.
          const body = logType === "SecurityLog" ? "" : context.recent.text(oldestTimestamp, latestTimestamp);
          const run = async () => {
            await reportLog("Uploading", requestId);
            const done = await upload(remoteLocation, name, body, transferOptions(context, retry));
            await reportLog(done ? "Uploaded" : "UploadFailure", requestId);
          };
          return { response: { status: "Accepted", filename: name }, after: () => void run() };
        },
      ),
    },
  };
}
