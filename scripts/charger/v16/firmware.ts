/** UpdateFirmware and SignedUpdateFirmware: a real download, a signature really checked, a pretended installation, a real reboot. */
import type { X509Certificate } from "node:crypto";
import { z } from "zod";
import { parseCertificate } from "../certificate.ts";
import { type Commands, command } from "../command.ts";
import { isSigned, type RetryFields, transferOptions, versionOf } from "../files.ts";
import { download } from "../transfer.ts";
import { type Context, tell } from "./context.ts";
import { iso, retryFields, timestamp } from "./types.ts";

export interface Firmware {
  commands: Commands;
  readonly status: string;
  /** What SignedUpdateFirmware told last. */
  readonly signedStatus: { status: string; requestId?: number };
  /** Called when a boot was accepted: an installation that caused it is complete. */
  booted(): Promise<void>;
}

/** One update, signed or not. */
interface Update {
  location: string;
  retrieveAt: number;
  installAt?: number | undefined;
  retry: RetryFields;
  signed?: { requestId: number; certificate: X509Certificate; signature: string } | undefined;
}

const update = z.object({ location: z.string().min(1), retrieveDate: timestamp, ...retryFields });
const signedUpdate = z.object({
  requestId: z.int(),
  firmware: z.object({
    location: z.string().min(1).max(512),
    retrieveDateTime: timestamp,
    installDateTime: timestamp.optional(),
    signingCertificate: z.string().max(5500),
    signature: z.string().max(800),
  }),
  ...retryFields,
});

export function createFirmware(context: Context): Firmware {
  const { timers, identity, failFirmware, installMs } = context;
  let status = "Idle";
  let signedStatus: Firmware["signedStatus"] = { status: "Idle" };
  /** Whose installation waits for the boot. */
  let installing: Update | undefined;
  let untold: { which: Update; last: string } | undefined;
  /** A newer request takes the place of one that is still under way. */
  let newest: Update | undefined;

  async function report({ signed }: Update, next: string): Promise<boolean> {
    if (signed) {
      signedStatus = { status: next, requestId: signed.requestId };
      return tell(context, "SignedFirmwareStatusNotification", signedStatus);
    }
    status = next;
    return tell(context, "FirmwareStatusNotification", { status });
  }

  async function end(which: Update, last: string): Promise<void> {
    // The end of it is told when the CSMS is back: nobody would hear of it otherwise.
    untold = (await report(which, last)) ? undefined : { which, last };
    status = "Idle";
    signedStatus = { status: "Idle" };
    if (newest === which) newest = undefined;
  }

  async function refuseSignature(which: Update): Promise<void> {
    const type = "InvalidFirmwareSignature";
    await tell(context, "SecurityEventNotification", { type, timestamp: iso(timers.now()) });
    await end(which, "InvalidSignature");
  }

  async function run(which: Update): Promise<void> {
    const { location, retrieveAt, installAt = 0, retry, signed } = which;
    await timers.wait(Math.max(0, retrieveAt - timers.now()));
    if (newest !== which) return;
    await report(which, "Downloading");
    const file = failFirmware === "download" ? undefined : await download(location, transferOptions(context, retry));
    if (newest !== which) return;
    if (!file) return end(which, "DownloadFailed");
    await report(which, "Downloaded");
    if (signed) {
      const isRight = failFirmware !== "signature" && isSigned(file, signed.signature, signed.certificate);
      if (!isRight) return refuseSignature(which);
      await report(which, "SignatureVerified");
    }
    await timers.wait(Math.max(0, installAt - timers.now()));
    if (newest !== which) return;
    await report(which, "Installing");
    await timers.wait(installMs);
    // Unsigned, there is no word for a signature that is wrong.
    if (failFirmware !== undefined) return end(which, "InstallationFailed");
    installing = which;
    identity.firmwareVersion = versionOf(file, location);
    await context.reboot("Reboot");
  }

  function begin(which: Update): void {
    newest = which;
    void run(which);
  }

  return {
    get status() {
      return status;
    },
    get signedStatus() {
      return signedStatus;
    },
    async booted() {
      if (untold) await end(untold.which, untold.last);
      if (!installing) return;
      const which = installing;
      installing = undefined;
      await end(which, "Installed");
    },
    commands: {
      UpdateFirmware: command(update, ({ location, retrieveDate: retrieveAt, ...retry }) => ({
        response: {},
        after: () => begin({ location, retrieveAt, retry }),
      })),
      SignedUpdateFirmware: command(signedUpdate, ({ requestId, firmware, ...retry }) => {
        const { location, retrieveDateTime: retrieveAt, installDateTime: installAt, signature } = firmware;
        if (installing) return { response: { status: "Rejected" } };
        const certificate = parseCertificate(firmware.signingCertificate);
        if (!certificate) return { response: { status: "InvalidCertificate" } };
        const replaces = newest !== undefined;
        const signed = { requestId, certificate, signature };
        return {
          response: { status: replaces ? "AcceptedCanceled" : "Accepted" },
          after: () => begin({ location, retrieveAt, installAt, retry, signed }),
        };
      }),
    },
  };
}
