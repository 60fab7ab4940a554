/** UpdateFirmware: a real download, a signature really checked, a pretended installation, a real reboot. */
import { parseCertificate } from "../certificate.ts";
import { isSigned, transferOptions, versionOf } from "../files.ts";
import { download } from "../transfer.ts";
import { type Context, tell } from "./context.ts";
import { type Handlers, notSupported, type v21, type v201 } from "./messages.ts";
import { at, iso, reason } from "./types.ts";

export interface Firmware {
  handlers: Handlers;
  /** What was told last, for triggered messages. */
  readonly status: v201.FirmwareStatusNotificationRequest;
  /** Called when a boot was accepted: an installation that caused it is complete. */
  booted(): Promise<void>;
}

type Status = v201.FirmwareStatusEnumType;

export function createFirmware(context: Context, because: (cause: "FirmwareUpdate") => void): Firmware {
  const { timers, identity, failFirmware, installMs } = context;
  let status: v201.FirmwareStatusNotificationRequest = { status: "Idle" };
  /** The request whose installation waits for the boot. */
  let installing: number | undefined;
  let untold: { next: Status; requestId: number } | undefined;
  /** A newer request takes the place of one that is still under way. */
  let newest: number | undefined;

  async function report(next: Status, requestId: number): Promise<boolean> {
    status = { status: next, requestId };
    return tell(context, "FirmwareStatusNotification", status);
  }

  async function end(next: Status, requestId: number): Promise<void> {
    // The end of it is told when the CSMS is back: nobody would hear of it otherwise.
    untold = (await report(next, requestId)) ? undefined : { next, requestId };
    status = { status: "Idle" };
    if (newest === requestId) newest = undefined;
  }

  async function waitUntil(moment: number, told: Status, requestId: number): Promise<boolean> {
    const leftMs = moment - timers.now();
    if (leftMs > 0) {
      await report(told, requestId);
      await timers.wait(leftMs);
    }
    return newest === requestId;
  }

  async function run({ firmware, requestId, ...retry }: v21.UpdateFirmwareRequest): Promise<void> {
    const { location, retrieveDateTime, installDateTime, signingCertificate, signature } = firmware;
    if (!(await waitUntil(Date.parse(retrieveDateTime), "DownloadScheduled", requestId))) return;
    await report("Downloading", requestId);
    const file = failFirmware === "download" ? undefined : await download(location, transferOptions(context, retry));
    if (newest !== requestId) return;
    if (!file) return end("DownloadFailed", requestId);
    await report("Downloaded", requestId);
    const certificate = signingCertificate && parseCertificate(signingCertificate);
    if (certificate || failFirmware === "signature") {
      if (failFirmware === "signature" || !certificate || !isSigned(file, signature, certificate)) {
        const type = "InvalidFirmwareSignature";
        await tell(context, "SecurityEventNotification", { type, timestamp: iso(timers.now()) });
        return end("InvalidSignature", requestId);
      }
      await report("SignatureVerified", requestId);
    }
    if (!(await waitUntil(at(installDateTime) ?? 0, "InstallScheduled", requestId))) return;
    await report("Installing", requestId);
    await timers.wait(installMs);
    if (failFirmware === "install") return end("InstallationFailed", requestId);
    await report("InstallRebooting", requestId);
    installing = requestId;
    identity.firmwareVersion = versionOf(file, location);
    because("FirmwareUpdate");
    await context.reboot("Reboot");
  }

  return {
    get status() {
      return status;
    },
    async booted() {
      if (untold) await end(untold.next, untold.requestId);
      if (installing === undefined) return;
      const requestId = installing;
      installing = undefined;
      await end("Installed", requestId);
    },
    handlers: {
      UpdateFirmware(request) {
        const { signingCertificate } = request.firmware;
        if (installing !== undefined) return { response: { status: "Rejected", ...reason("Installing") } };
        if (signingCertificate !== undefined && !parseCertificate(signingCertificate))
          return { response: { status: "InvalidCertificate" } };
        const replaces = newest !== undefined;
        newest = request.requestId;
        return {
          response: { status: replaces ? "AcceptedCanceled" : "Accepted" },
          after: () => void run(request),
        };
      },
      PublishFirmware: notSupported("only a local controller publishes firmware"),
      UnpublishFirmware: notSupported("only a local controller publishes firmware"),
    },
  };
}
