// /api/firmware-campaigns: an image for many chargers, in waves. What drives one is src/workers/campaigns.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, inArray } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { CAMPAIGN_STATES, firmwareCampaigns as table } from "../../db/schema.ts";
import { subjectOf } from "../audit.ts";
import { type CampaignRow, CampaignStore } from "../campaigns/store.ts";
import { countTargets } from "../campaigns/targets.ts";
import { findImage } from "../firmware/image.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { unknownImage } from "./firmware.ts";
import { Campaign, settingFields as fields, presentCampaign, settingsOf } from "./firmware-campaign.ts";

const Name = z.string().min(1).max(100);

const NewCampaign = z
  .strictObject({
    name: Name,
    firmwareId: z.string(),
    filter: fields.filter.default({}),
    waves: fields.waves.default([{ percent: 100 }]),
    pauseOnFailures: fields.pauseOnFailures.default({ percent: 10, atLeast: 2 }),
    window: fields.window.default(null),
    concurrency: fields.concurrency.default(20),
    retry: fields.retry.default({ attempts: 2, pauseMinutes: 10 }),
    charging: fields.charging.default("wait"),
    force: fields.force.default(false),
    signed: fields.signed.default(true),
    protocol: fields.protocol.default(null),
    downloadRetries: fields.downloadRetries.default(3),
    downloadRetryInterval: fields.downloadRetryInterval.default(60),
  })
  .openapi("NewFirmwareCampaign");

const Patch = z
  .strictObject({ name: Name, ...fields })
  .partial()
  .openapi("FirmwareCampaignPatch");

export const firmwareCampaigns = createRouter();

const Query = z.strictObject({
  state: z.enum(CAMPAIGN_STATES).optional(),
  firmwareId: z.string().optional(),
  ...pageQuery(z.tuple([z.int(), z.string()])),
});

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["firmware"],
  summary: "List firmware campaigns",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Campaign)) },
    ...problemResponses(400, 401, 403),
  },
});

firmwareCampaigns.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectCampaigns(database(c.env), query);
  const { items, nextCursor } = page(rows, query.limit, {
    key: (row) => [row.createdAt.getTime(), row.id],
    present: (row) => row,
  });
  return c.json({ items: await Promise.all(items.map((row) => shown(c.env, row))), nextCursor }, 200);
});

/** One row more than the page, in the order of the index. */
export function selectCampaigns(db: Database, { state, firmwareId, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(
      and(
        state === undefined ? undefined : eq(table.state, state),
        firmwareId === undefined ? undefined : eq(table.imageId, firmwareId),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["firmware"],
  summary: "Draft a firmware campaign",
  description: "Nothing happens before it is started. `matching` tells how many chargers it would be for.",
  request: { body: { required: true, content: json(NewCampaign) } },
  responses: {
    201: { description: "The draft", content: json(Campaign) },
    ...problemResponses(400, 401, 403, 404, 422),
  },
});

firmwareCampaigns.openapi(create, async (c) => {
  const { name, firmwareId, ...settings } = c.req.valid("json");
  if ((await findImage(c.env, firmwareId)) === undefined) return problem(c, unknownImage(firmwareId));
  const now = new Date();
  const [row] = await database(c.env)
    .insert(table)
    .values({
      ...{ id: crypto.randomUUID(), name, imageId: firmwareId, state: "draft" },
      settings: JSON.stringify({ ...settings, origin: new URL(c.req.url).origin }),
      ...{ createdBy: subjectOf(c.get("principal")), createdAt: now, updatedAt: now },
    })
    .returning();
  if (row === undefined) throw new Error("the insert returned no row");
  return c.json(await shown(c.env, row), 201, { location: `/api/firmware-campaigns/${row.id}` });
});

export const CampaignId = z.object({ campaignId: z.string() });

const read = createRoute({
  method: "get",
  path: "/{campaignId}",
  tags: ["firmware"],
  summary: "Read a firmware campaign and how far it is",
  request: { params: CampaignId },
  responses: { 200: { description: "The campaign", content: json(Campaign) }, ...problemResponses(401, 403, 404) },
});

firmwareCampaigns.openapi(read, async (c) => {
  const { campaignId } = c.req.valid("param");
  const row = await findCampaign(c.env, campaignId);
  return row === undefined ? problem(c, unknownCampaign(campaignId)) : c.json(await shown(c.env, row), 200);
});

const patch = createRoute({
  method: "patch",
  path: "/{campaignId}",
  tags: ["firmware"],
  summary: "Change a firmware campaign",
  description:
    "A draft: everything. A paused one: everything but whom it is for and its waves, which were fixed at its start.",
  request: { params: CampaignId, body: { required: true, content: json(Patch) } },
  responses: {
    200: { description: "The campaign", content: json(Campaign) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

firmwareCampaigns.openapi(patch, async (c) => {
  const { campaignId } = c.req.valid("param");
  const { name, ...change } = c.req.valid("json");
  const old = await findCampaign(c.env, campaignId);
  if (old === undefined) return problem(c, unknownCampaign(campaignId));
  const isFixed = change.filter !== undefined || change.waves !== undefined || change.force !== undefined;
  if (old.state !== "draft" && (old.state !== "paused" || isFixed)) {
    const what = old.state === "paused" ? "filter, waves and force cannot be changed any more" : "pause it first";
    return problem(c, { reason: "conflict", detail: `The campaign is ${old.state}: ${what}.` });
  }
  const [row] = await database(c.env)
    .update(table)
    .set({
      settings: JSON.stringify({ ...settingsOf(old), ...change }),
      ...(name === undefined ? {} : { name }),
      updatedAt: new Date(),
    })
    .where(and(eq(table.id, campaignId), eq(table.state, old.state), eq(table.settings, old.settings)))
    .returning();
  return row === undefined
    ? problem(c, { reason: "conflict", detail: "The campaign was changed meanwhile." })
    : c.json(await shown(c.env, row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{campaignId}",
  tags: ["firmware"],
  summary: "Delete a firmware campaign and its report",
  description: "Only one that has not begun or is over.",
  request: { params: CampaignId },
  responses: { 204: { description: "Deleted" }, ...problemResponses(401, 403, 404, 409) },
});

firmwareCampaigns.openapi(remove, async (c) => {
  const { campaignId } = c.req.valid("param");
  const row = await findCampaign(c.env, campaignId);
  if (row === undefined) return problem(c, unknownCampaign(campaignId));
  const gone = await database(c.env)
    .delete(table)
    .where(and(eq(table.id, campaignId), inArray(table.state, ["draft", "finished", "aborted"])))
    .returning({ id: table.id });
  if (gone.length === 0) return problem(c, { reason: "conflict", detail: `The campaign is ${row.state}.` });
  await c.env.DB.prepare("DELETE FROM firmware_campaign_members WHERE campaign_id = ?").bind(campaignId).run();
  return c.body(null, 204);
});

export async function findCampaign(env: Pick<Env, "DB">, id: string): Promise<CampaignRow | undefined> {
  return database(env).query.firmwareCampaigns.findFirst({ where: eq(table.id, id) });
}

export async function shown(env: Env, row: CampaignRow): Promise<z.infer<typeof Campaign>> {
  const image = row.state === "draft" ? await findImage(env, row.imageId) : undefined;
  const matching = image === undefined ? null : await countTargets(env, settingsOf(row), image);
  return presentCampaign(row, await new CampaignStore(env.DB, row.id).counts(), matching);
}

export const unknownCampaign = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no firmware campaign ${id}.`,
});
