// A firmware campaign as clients see it.
import { z } from "@hono/zod-openapi";
import { CAMPAIGN_STATES, type campaignMembers, MEMBER_STATES } from "../../db/schema.ts";
import type { CampaignSettings } from "../../firmware/campaign.ts";
import type { CampaignRow, MemberState } from "../campaigns/store.ts";
import { Timestamp, timestamp, timestampOrNull } from "./fields.ts";

const MAX_IDS = 5000;
const MAX_WAVES = 50;
const MAX_CONCURRENCY = 200;

const Time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not HH:MM")
  .openapi({ example: "22:00" });

const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "is not a time zone of the IANA")
  .openapi({ example: "Europe/Berlin" });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}

const Window = z
  .strictObject({
    timeZone: TimeZone,
    start: Time,
    end: Time.openapi({ description: "Not after `start`: on the next day" }),
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .optional()
      .openapi({ description: "On which it begins: 1 Monday to 7 Sunday" }),
  })
  .openapi("MaintenanceWindow");

const Wave = z.union([
  z.strictObject({ size: z.int().min(1) }),
  z.strictObject({ percent: z.number().gt(0).max(100) }),
]);

const text = z.string().min(1).max(100);

export const settingFields = {
  filter: z
    .strictObject({
      vendor: text.optional(),
      model: text.optional(),
      firmwareVersion: text.optional(),
      ocppVersion: z.enum(["1.6", "2.0.1", "2.1"]).optional(),
      ids: z.array(z.string().min(1).max(255)).min(1).max(MAX_IDS).optional(),
    })
    .openapi({ description: "All that is given must fit; without any, every charger that the image is made for" }),
  waves: z
    .array(Wave)
    .min(1)
    .max(MAX_WAVES)
    .openapi({
      description: "By number or share of all; the last one is repeated until everybody had a turn",
      example: [{ size: 1 }, { percent: 10 }, { percent: 100 }],
    }),
  pauseOnFailures: z
    .strictObject({ percent: z.number().gt(0).max(100), atLeast: z.int().min(1).default(1) })
    .nullable()
    .openapi({ description: "Of the updates that have ended since it began or was resumed; null: never" }),
  window: Window.nullable().openapi({ description: "When updates may begin; null: at any time" }),
  concurrency: z.int().min(1).max(MAX_CONCURRENCY).openapi({ description: "Chargers that update at the same time" }),
  retry: z.strictObject({
    attempts: z.int().min(1).max(10),
    pauseMinutes: z
      .number()
      .min(0)
      .max(24 * 60),
  }),
  charging: z.enum(["wait", "skip", "ignore"]).openapi({
    description: "Of a charger with a running transaction: wait until it is over, leave it out, or update it",
  }),
  force: z.boolean().openapi({
    description: "Also chargers of another vendor or model, and those that have the version already",
  }),
  signed: z.boolean().openapi({ description: "With the image's signature, if it has one" }),
  protocol: z.enum(["http", "ftp"]).nullable().openapi({ description: "null: by what each charger supports" }),
  downloadRetries: z.int().min(0).max(20).openapi({ description: "Of the charger itself, within one attempt" }),
  downloadRetryInterval: z.int().min(0).max(3600).openapi({ description: "Seconds between them" }),
};

const members = Object.fromEntries(MEMBER_STATES.map((state) => [state, z.int()])) as Record<MemberState, z.ZodInt>;

export const Progress = z.object({ total: z.int(), ...members }).openapi("CampaignProgress", {
  description:
    "notReached: it was not there, or charging, until the end. skipped: it was not to be updated. installed: its boot " +
    "has proved it (reason verified), or it has only said so (unverified)",
});

export const Campaign = z
  .object({
    id: z.string(),
    name: z.string(),
    firmwareId: z.string(),
    state: z.enum(CAMPAIGN_STATES),
    reason: z.string().nullable().openapi({ description: "Why it is paused or ended" }),
    ...settingFields,
    wave: z.int().openapi({ description: "The latest that has begun, from 1; 0: none has" }),
    waveCount: z.int().openapi({ description: "0 before the start" }),
    matching: z.int().nullable().openapi({ description: "Of a draft: chargers that it would be for at this moment" }),
    progress: Progress,
    startsAt: Timestamp.nullable(),
    endsAt: Timestamp.nullable(),
    createdBy: z.string(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .openapi("FirmwareCampaign");

export const settingsOf = ({ settings }: Pick<CampaignRow, "settings">): CampaignSettings => JSON.parse(settings);

export function presentCampaign(
  row: CampaignRow,
  counts: Record<MemberState, number>,
  matching: number | null,
): z.infer<typeof Campaign> {
  const { origin: _origin, ...settings } = settingsOf(row);
  return {
    ...{ id: row.id, name: row.name, firmwareId: row.imageId, state: row.state, reason: row.reason },
    ...settings,
    ...{ wave: row.waves === 0 ? 0 : row.wave + 1, waveCount: row.waves, matching },
    progress: { total: Object.values(counts).reduce((sum, n) => sum + n, 0), ...counts },
    ...{ startsAt: timestampOrNull(row.startsAt), endsAt: timestampOrNull(row.endsAt) },
    ...{ createdBy: row.createdBy, createdAt: timestamp(row.createdAt), updatedAt: timestamp(row.updatedAt) },
    ...{ startedAt: timestampOrNull(row.startedAt), finishedAt: timestampOrNull(row.finishedAt) },
  };
}

export const Member = z
  .object({
    chargePointId: z.string(),
    wave: z.int().openapi({ description: "From 1" }),
    state: z.enum(MEMBER_STATES),
    reason: z.string().nullable().openapi({
      description: "While it waits: offline, charging, busy or retry. Later: why, or verified or unverified",
    }),
    attempts: z.int(),
    jobId: z.string().nullable().openapi({ description: "Of the latest attempt" }),
    versionBefore: z.string().nullable(),
    versionAfter: z.string().nullable().openapi({ description: "As its boot told" }),
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .openapi("CampaignChargePoint");

export type MemberRow = typeof campaignMembers.$inferSelect;

export const presentMember = (
  row: MemberRow,
  displayId: string | null,
  connected: boolean | null,
): z.infer<typeof Member> => ({
  ...{ chargePointId: displayId ?? row.chargePoint, wave: row.wave + 1, state: row.state },
  reason: row.state === "waiting" && connected === false ? "offline" : row.reason,
  ...{ attempts: row.attempts, jobId: row.jobId, versionBefore: row.versionBefore, versionAfter: row.versionAfter },
  ...{ startedAt: timestampOrNull(row.startedAt), finishedAt: timestampOrNull(row.finishedAt) },
});
