// Has one charger of a campaign begin. It is claimed before it is called, under a job id that stays the same until it is
// known what came of it: a turn that dies in between is taken again and calls nobody twice.
import { eq } from "drizzle-orm";
import { database } from "../../db/client.ts";
import { chargePoints } from "../../db/schema.ts";
import type { CommandFailure } from "../../durable-objects/charge-point/command-request.ts";
import type { ImageRow } from "../firmware/image.ts";
import { sendFirmware } from "../firmware/send.ts";
import type { Campaign, CampaignStore, Member } from "./store.ts";

const MINUTE_MS = 60_000;
/** How long a charger that is away, charging or busy is left alone. */
const LEFT_ALONE_MS = MINUTE_MS;

/** Reasons that lie in the moment, and what the charger waits for then. */
const WAITS_FOR: Partial<Record<CommandFailure["reason"], string>> = {
  not_connected: "offline",
  busy: "busy",
  charging: "charging",
  expired: "offline",
};

/** @param member claimed, under this job id */
export async function dispatch(
  env: Env,
  store: CampaignStore,
  campaign: Campaign,
  image: ImageRow,
  member: Member & { jobId: string },
  now: number,
): Promise<void> {
  const { settings } = campaign;
  const { jobId } = member;
  const chargePoint = await database(env).query.chargePoints.findFirst({
    columns: { key: true, id: true, fileTransfer: true, registration: true },
    where: eq(chargePoints.key, member.chargePoint),
  });
  if (chargePoint === undefined) {
    return store.end(member, { state: "skipped", reason: "the charge point was deleted", versionAfter: null }, now);
  }
  const {
    charging,
    downloadRetries: retries,
    downloadRetryInterval: retryInterval,
    protocol,
    origin,
    signed,
  } = settings;
  const sent = await sendFirmware(
    env,
    { image, chargePoint, jobId, protocol, origin, signed, retries, retryInterval },
    {
      ...{ offline: "fail", requestedBy: `campaign:${campaign.id}`, waitMs: 0 },
      conditions: { unlessBusy: true, unlessCharging: charging !== "ignore" },
    },
  );
  if (sent.ok) return;
  const { reason, detail } = sent.error;
  if (reason === "charging" && charging === "skip") {
    return store.end(member, { state: "skipped", reason: detail, versionAfter: null }, now);
  }
  const waitsFor = WAITS_FOR[reason];
  if (waitsFor === undefined) return store.end(member, { state: "failed", reason: detail, versionAfter: null }, now);
  return store.putBack(member, waitsFor, now + LEFT_ALONE_MS, false, now);
}
