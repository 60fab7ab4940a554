// A charger of OCPP 2.x is configured before it is accepted: its boot is answered Pending while a template is applied,
// then it is asked to boot again. Never twice in a row, so whatever goes wrong, its next boot is accepted. Nothing of
// what it says meanwhile is refused: this is our wish, not the operator's. OCPP 2.0.1 part 2, B02.
import { logWarning } from "../../log.ts";
import type { Registration } from "../../ocpp/facts/fact.ts";
import type { StationData } from "../../ocpp/facts/station.ts";
import { type VersionRow, versionRow } from "../../ocpp/versions.ts";
import { orThrow } from "../../result.ts";
import { registryReaderOf } from "../stubs.ts";
import type { Boot } from "./boots.ts";
import type { Calls } from "./calls.ts";
import { prepareCommand } from "./command-request.ts";
import type { Commands } from "./commands.ts";
import type { Deadline } from "./deadlines.ts";
import type { Session } from "./session.ts";
import type { State } from "./state.ts";
import { bootLoop, modelKey, templateRequest } from "./templates.ts";

/** After this a charger that ignores our trigger boots again by itself. Seconds. */
export const SETUP_INTERVAL_S = 20;
/** A template that takes longer goes on after the charger was accepted. */
const MAX_SETUP_MS = SETUP_INTERVAL_S * 1000;
/** For the job to begin: it needs the database. */
const MAX_BEGIN_MS = 5_000;
/** Longer nobody waits for his boot to be answered. */
const LOOKUP_TIMEOUT_MS = 2_000;
/** One that works on without ever booting again must not be kept from charging. */
const OVER_MS = 60_000;

const REQUEST = {
  action: "TriggerMessage",
  payload: { requestedMessage: "BootNotification" },
  offline: "fail",
  requestedBy: "boot-setup",
} as const;

/** Whether this version tells a charger that is pending from one that is accepted. */
export const knowsPending = ({ beforeAcceptance }: VersionRow): boolean => beforeAcceptance.pending !== undefined;

/** Whether its newest boot was answered Pending for a set-up. */
export const isInSetup = (boot: Boot | undefined): boolean => boot?.recent?.at(-1)?.isSetup === true;

/** As what it has to be treated just now. */
export function registrationNow({ settings, boot }: State, now: number): Registration {
  const registration = settings?.registration ?? "accepted";
  const isPending = boot !== undefined && isInSetup(boot) && now < boot.at + OVER_MS;
  return registration === "accepted" && isPending ? "pending" : registration;
}

/** Whether a boot is to be answered Pending. Never throws: where nobody can be asked, the charger is accepted. */
export async function needsSetup(
  { env, key, state }: { env: Env; key: string; state: State },
  station: StationData,
  row: VersionRow,
  now: number,
): Promise<boolean> {
  const { boot, settings } = state;
  if (!knowsPending(row) || settings?.registration !== "accepted" || isInSetup(boot)) return false;
  // It has to tell of what it charged, and may be charging.
  if (state.transactions.open().length > 0) return false;
  const recent = [...(boot?.recent ?? []), { at: now, reason: null }];
  if (bootLoop({ at: now, station, recent }, now) !== undefined) return false;
  const readTemplate = async () => orThrow(await registryReaderOf(env, key).bootTemplate(modelKey({ station })));
  try {
    const template = await withTimeout(readTemplate());
    return template !== null && templateRequest(template, row, "on-boot") !== undefined;
  } catch (error) {
    logWarning({ event: "boot_setup_skipped", chargePoint: key, detail: String(error) });
    return false;
  }
}

export interface SetupParts {
  state: State;
  session: Session;
  commands: Commands;
  calls: Calls;
}

/** The end of a set-up: the charger is asked, once, to boot again. */
export const setupEnd = ({ state, session, commands, calls }: SetupParts): Deadline => ({
  name: "end of set-up",
  due() {
    const { boot, settings } = state;
    if (boot === undefined || !isInSetup(boot) || settings?.registration !== "accepted") return undefined;
    const version = session.current()?.connection.version;
    if (version === undefined || !knowsPending(versionRow(version))) return undefined;
    const isAsked = commands.all().some((one) => one.requestedBy === REQUEST.requestedBy && one.createdAt >= boot.at);
    if (isAsked) return undefined;
    const job = state.told.jobs.templateSince(boot.at);
    if (job === undefined) return boot.at + MAX_BEGIN_MS;
    return job.state === "requested" || job.state === "running" ? boot.at + MAX_SETUP_MS : job.updatedAt;
  },
  fire(now) {
    const version = session.current()?.connection.version;
    if (version === undefined) return;
    const prepared = prepareCommand(REQUEST, version, undefined, now);
    if (prepared.ok) calls.submit(prepared.value, now);
  },
});

function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("the registry did not answer in time")), LOOKUP_TIMEOUT_MS);
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
