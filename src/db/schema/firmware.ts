// Firmware images, and the campaigns that roll them out. Only a campaign's workflow and the operators' routes write here.
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const firmwareImages = sqliteTable(
  "firmware_images",
  {
    /** A UUID. */
    id: text().primaryKey(),
    /** The row in `files`. */
    fileId: text("file_id").notNull(),
    /** What a charger says of itself that runs it. */
    version: text().notNull(),
    /** In lower case; null: of any vendor, any model. */
    vendor: text(),
    model: text(),
    /** Of the file, at the time of registration: for lists and links. */
    name: text().notNull(),
    size: integer().notNull(),
    /** SHA-256, hexadecimal. */
    checksum: text().notNull(),
    /** Base64. */
    signature: text(),
    /** PEM. */
    signingCertificate: text("signing_certificate"),
    note: text(),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
  },
  (t) => [
    index("firmware_images_created").on(t.createdAt, t.id),
    index("firmware_images_vendor").on(t.vendor, t.createdAt, t.id),
    index("firmware_images_file").on(t.fileId),
  ],
);

export const CAMPAIGN_STATES = ["draft", "scheduled", "running", "paused", "finished", "aborted"] as const;

export const firmwareCampaigns = sqliteTable(
  "firmware_campaigns",
  {
    /** A UUID. */
    id: text().primaryKey(),
    name: text().notNull(),
    imageId: text("image_id").notNull(),
    state: text({ enum: CAMPAIGN_STATES }).notNull(),
    /** Why it is paused, or ended before everybody had a turn. */
    reason: text(),
    /** JSON: CampaignSettings of src/firmware/campaign.ts. */
    settings: text().notNull(),
    /** The latest wave that has begun, from 0. */
    wave: integer().notNull().default(0),
    waves: integer().notNull().default(0),
    /** Each driver has one of its own: an older one that wakes up finds that it is not meant any more. */
    generation: integer().notNull().default(0),
    /** When its driver looks at it next; null: it has none. */
    nextTurnAt: integer("next_turn_at", { mode: "timestamp_ms" }),
    /** Ends that were counted when an operator resumed it: only later ones can pause it again. */
    pardonedFailed: integer("pardoned_failed").notNull().default(0),
    pardonedEnded: integer("pardoned_ended").notNull().default(0),
    startsAt: integer("starts_at", { mode: "timestamp_ms" }),
    endsAt: integer("ends_at", { mode: "timestamp_ms" }),
    createdBy: text("created_by").notNull(),
    createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
    startedAt: integer("started_at", { mode: "timestamp_ms" }),
    waveStartedAt: integer("wave_started_at", { mode: "timestamp_ms" }),
    finishedAt: integer("finished_at", { mode: "timestamp_ms" }),
  },
  (t) => [
    index("firmware_campaigns_created").on(t.createdAt, t.id),
    index("firmware_campaigns_state").on(t.state, t.createdAt, t.id),
    index("firmware_campaigns_image").on(t.imageId),
    index("firmware_campaigns_turn").on(t.nextTurnAt),
  ],
);

export const MEMBER_STATES = [
  "waiting",
  "updating",
  "installed",
  "failed",
  "skipped",
  "notReached",
  "aborted",
] as const;

/** What a campaign has come to at each of its chargers. */
export const campaignMembers = sqliteTable(
  "firmware_campaign_members",
  {
    campaignId: text("campaign_id").notNull(),
    chargePoint: text("charge_point").notNull(),
    wave: integer().notNull(),
    state: text({ enum: MEMBER_STATES }).notNull(),
    /** While it waits: offline, charging, busy, retry. Later: why. */
    reason: text(),
    attempts: integer().notNull().default(0),
    jobId: text("job_id"),
    versionBefore: text("version_before"),
    versionAfter: text("version_after"),
    notBefore: integer("not_before", { mode: "timestamp_ms" }),
    updatedAt: integer("updated_at", { mode: "timestamp_ms" }).notNull(),
    startedAt: integer("started_at", { mode: "timestamp_ms" }),
    finishedAt: integer("finished_at", { mode: "timestamp_ms" }),
  },
  (t) => [
    primaryKey({ columns: [t.campaignId, t.chargePoint] }),
    index("firmware_campaign_members_state").on(t.campaignId, t.state, t.chargePoint),
  ],
);
