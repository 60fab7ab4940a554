// What follows from a frame once it is answered: queued commands go out, and a boot may have consequences. From OCPP 2.x
// on they wait until the charger told of a connector: some are overtaxed by what comes right after they are accepted.

import { logFailure, logWarning } from "../../log.ts";
import { versionRow } from "../../ocpp/versions.ts";
import { orThrow } from "../../result.ts";
import { registryReaderOf } from "../stubs.ts";
import type { Parts } from "./assemble.ts";
import { isInSetup, knowsPending } from "./boot-setup.ts";
import { prepareCommand } from "./command-request.ts";
import type { Deadline } from "./deadlines.ts";
import { onBootCommands } from "./on-boot.ts";
import type { Connection } from "./session.ts";
import { bootLoop, modelKey, templateRequest } from "./templates.ts";

/** As long as a charger without a boot is left alone. */
const MAX_QUIET_MS = 10_000;

export function afterFrame(parts: Parts, connection: Connection, hasBooted: boolean, now: number): void {
  if (hasBooted) afterBoot(parts, connection, now);
  if ((parts.state.quietUntil ?? Infinity) <= now) endQuiet(parts, now);
  if (parts.commands.isWaiting) parts.calls.pump(now);
}

/** Nothing goes out of its own accord unless the deployment or a template says so. */
function afterBoot(parts: Parts, connection: Connection, now: number): void {
  const isLive = parts.session.current()?.connection.id === connection.id;
  if (!isLive || parts.state.settings?.registration !== "accepted") return;
  if (isInSetup(parts.state.boot)) {
    parts.state.quietUntil = undefined;
    parts.keepAlive(applyTemplate(parts, connection, now));
    return;
  }
  parts.security.booted(now);
  parts.state.quietUntil = knowsPending(versionRow(connection.version)) ? now + MAX_QUIET_MS : undefined;
  if (parts.state.quietUntil === undefined) sayAutomatic(parts, connection, now);
  else parts.deadlines.arm();
}

function sayAutomatic(parts: Parts, connection: Connection, now: number): void {
  parts.keepAlive(sendOnBoot(parts, connection));
  if (!wasSetUp(parts)) parts.keepAlive(applyTemplate(parts, connection, now));
}

/** Whether its template was, or still is being, applied since it was told that it is pending, before this boot. */
function wasSetUp({ state }: Parts): boolean {
  const before = state.boot?.recent?.at(-2);
  const job = before?.isSetup === true ? state.told.jobs.templateSince(before.at) : undefined;
  return job !== undefined && job.state !== "failed";
}

/** The end of the quiet after a boot: the charger told of a connector, or has been waited for long enough. */
export const automatic = (get: () => Parts): Deadline => ({
  name: "automatic commands",
  due: () => get().state.quietUntil,
  fire: (now) => endQuiet(get(), now),
});

function endQuiet(parts: Parts, now: number): void {
  parts.state.quietUntil = undefined;
  const connection = parts.session.current()?.connection;
  if (connection !== undefined && parts.state.settings?.registration === "accepted")
    sayAutomatic(parts, connection, now);
}

/** In their order, and at once, unless one sets a password: that has to be known here before. Never throws. */
async function sendOnBoot({ env, security, calls }: Parts, { version }: Connection): Promise<void> {
  try {
    for (const request of onBootCommands(env.ON_BOOT, version)) {
      const now = Date.now();
      const prepared = prepareCommand(request, version, undefined, now);
      if (prepared.ok) {
        const noted = security.beforeCommand(prepared.value);
        if (noted !== undefined) await noted;
        calls.submit(prepared.value, now);
      } else {
        const { action } = request;
        logFailure({ event: "on_boot_command_refused", action, error: prepared.error });
      }
    }
  } catch (error) {
    logFailure({ event: "on_boot_failed", detail: String(error) });
  }
}

/** Never throws: a charger that booted must not notice that nobody could be asked for its template. */
async function applyTemplate(
  { env, key, state, jobs, journal }: Parts,
  connection: Connection,
  now: number,
): Promise<void> {
  const { boot } = state;
  if (boot === undefined) return;
  try {
    const template = orThrow(await registryReaderOf(env, key).bootTemplate(modelKey(boot)));
    if (template === null) return;
    const request = templateRequest(template, versionRow(connection.version), "on-boot");
    if (request === undefined) return;
    const loop = bootLoop(boot, now);
    if (loop === undefined) jobs.start(request, Date.now());
    else journal.event(Date.now(), { event: "template_not_applied", template: template.name }, [loop]);
  } catch (error) {
    logWarning({ event: "boot_template_failed", chargePoint: key, detail: String(error) });
  }
}
