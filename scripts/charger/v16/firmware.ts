/** UpdateFirmware: a real download, a pretended installation, a real reboot. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import { transferOptions, versionOf } from "../files.ts";
import { download } from "../transfer.ts";
import { type Context, tell } from "./context.ts";
import { retryFields, timestamp } from "./types.ts";

const INSTALL_MS = 1_000;

export interface Firmware {
  commands: Commands;
  readonly status: string;
  /** Called when a boot was accepted: an installation that caused it is complete. */
  booted(): Promise<void>;
}

export function createFirmware(context: Context): Firmware {
  const { timers, identity } = context;
  let status = "Idle";
  /** The version that the running installation brings. */
  let installing: string | undefined;

  async function report(next: string): Promise<void> {
    status = next;
    await tell(context, "FirmwareStatusNotification", { status });
  }

  const update = z.object({ location: z.string().min(1), retrieveDate: timestamp, ...retryFields });

  async function run({ location, retrieveDate, ...retry }: z.output<typeof update>): Promise<void> {
    await timers.wait(Math.max(0, retrieveDate - timers.now()));
    await report("Downloading");
    if (!(await download(location, transferOptions(context, retry)))) {
      await report("DownloadFailed");
      status = "Idle";
      return;
    }
    await report("Downloaded");
    await report("Installing");
    await timers.wait(INSTALL_MS);
    installing = versionOf(location);
    identity.firmwareVersion = installing;
    await context.reboot("Reboot");
  }

  return {
    get status() {
      return status;
    },
    async booted() {
      if (!installing) return;
      installing = undefined;
      await report("Installed");
      status = "Idle";
    },
    commands: {
      UpdateFirmware: command(update, (request) => ({ response: {}, after: () => void run(request) })),
    },
  };
}
