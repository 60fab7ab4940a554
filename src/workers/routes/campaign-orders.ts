// What operators do with a firmware campaign, and its report.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq } from "drizzle-orm";
import type { Context } from "hono";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { campaignMembers, chargePoints, MEMBER_STATES } from "../../db/schema.ts";
import { subjectOf } from "../audit.ts";
import { abort, pause, resume, start } from "../campaigns/orders.ts";
import type { AppEnv } from "../context.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, TimestampInput } from "./fields.ts";
import { Campaign, Member, presentMember, settingsOf } from "./firmware-campaign.ts";
import { CampaignId, findCampaign, shown, unknownCampaign } from "./firmware-campaigns.ts";

export const campaignOrders = createRouter();

const order = <Path extends string, Body extends z.ZodType>(
  path: Path,
  body: Body,
  summary: string,
  description: string,
) =>
  createRoute({
    method: "post",
    path,
    tags: ["firmware"],
    summary,
    description,
    request: { params: CampaignId, body: { content: json(body) } },
    responses: {
      200: { description: "The campaign as it is now", content: json(Campaign) },
      ...problemResponses(400, 401, 403, 404, 409, 422),
    },
  });

const StartBody = z.strictObject({
  startsAt: TimestampInput.optional().openapi({ description: "At once by default" }),
  endsAt: TimestampInput.optional().openapi({
    description:
      "When those that could not be reached are given up. By default at the end of the window, or after a day " +
      "without one, once all others have had their turn",
  }),
});

campaignOrders.openapi(
  order(
    "/{campaignId}/start",
    StartBody,
    "Start a firmware campaign",
    "Of a draft. Whom it is for is fixed when it begins.",
  ),
  async (c) => {
    const { campaignId } = c.req.valid("param");
    const { startsAt, endsAt } = c.req.valid("json");
    const row = await findCampaign(c.env, campaignId);
    if (row === undefined) return problem(c, unknownCampaign(campaignId));
    const now = Date.now();
    const begin = startsAt?.getTime() ?? now;
    if (endsAt !== undefined && endsAt.getTime() <= Math.max(begin, now)) {
      const detail = "it would end before it begins";
      return problem(c, { reason: "invalid", detail, errors: [{ pointer: "/endsAt", detail }] });
    }
    const settings = { ...settingsOf(row), origin: new URL(c.req.url).origin };
    const done = await start(c.env, campaignId, { settings, startsAt: begin, endsAt: endsAt?.getTime() ?? null }, now);
    return answer(c, campaignId, done, "it is no draft");
  },
);

campaignOrders.openapi(
  order(
    "/{campaignId}/pause",
    z.strictObject({}),
    "Pause a firmware campaign",
    "No charger begins any more. Those that update go on, and are reported.",
  ),
  async (c) => {
    const { campaignId } = c.req.valid("param");
    const done = await pause(c.env, campaignId, `paused by ${subjectOf(c.get("principal"))}`, Date.now());
    return answer(c, campaignId, done, "it is not running");
  },
);

campaignOrders.openapi(
  order(
    "/{campaignId}/resume",
    z.strictObject({
      retryFailed: z.boolean().default(false).openapi({ description: "Those that have failed get another turn" }),
    }),
    "Resume a paused firmware campaign",
    "What has failed so far is not counted against it again.",
  ),
  async (c) => {
    const { campaignId } = c.req.valid("param");
    const done = await resume(c.env, campaignId, c.req.valid("json").retryFailed, Date.now());
    return answer(c, campaignId, done, "it is not paused");
  },
);

campaignOrders.openapi(
  order(
    "/{campaignId}/abort",
    z.strictObject({}),
    "Abort a firmware campaign",
    "No charger begins any more, for good. Those that update go on, and are reported.",
  ),
  async (c) => {
    const { campaignId } = c.req.valid("param");
    const done = await abort(c.env, campaignId, `aborted by ${subjectOf(c.get("principal"))}`, Date.now());
    return answer(c, campaignId, done, "it has not begun or is over");
  },
);

async function answer(c: Context<AppEnv>, campaignId: string, done: boolean, otherwise: string) {
  const row = await findCampaign(c.env, campaignId);
  if (row === undefined) return problem(c, unknownCampaign(campaignId));
  if (!done) return problem(c, { reason: "conflict", detail: `The campaign is ${row.state}: ${otherwise}.` });
  return c.json(await shown(c.env, row), 200);
}

const Query = z.strictObject({ state: z.enum(MEMBER_STATES).optional(), ...pageQuery(z.tuple([z.string()])) });

const report = createRoute({
  method: "get",
  path: "/{campaignId}/charge-points",
  tags: ["firmware"],
  summary: "What a firmware campaign has come to, charger by charger",
  request: { params: CampaignId, query: Query },
  responses: {
    200: { description: "In order of the id", content: json(pageOf(Member)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

campaignOrders.openapi(report, async (c) => {
  const { campaignId } = c.req.valid("param");
  const query = c.req.valid("query");
  if ((await findCampaign(c.env, campaignId)) === undefined) return problem(c, unknownCampaign(campaignId));
  const rows = await selectMembers(database(c.env), campaignId, query);
  const shown = page(rows, query.limit, {
    key: ({ row }) => [row.chargePoint],
    present: ({ row, displayId, connected }) => presentMember(row, displayId, connected),
  });
  return c.json(shown, 200);
});

/** One row more than the page, in the order of the index. */
export function selectMembers(db: Database, campaignId: string, { state, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select({ row: campaignMembers, displayId: chargePoints.id, connected: chargePoints.connected })
    .from(campaignMembers)
    .leftJoin(chargePoints, eq(chargePoints.key, campaignMembers.chargePoint))
    .where(
      and(
        eq(campaignMembers.campaignId, campaignId),
        state === undefined ? undefined : eq(campaignMembers.state, state),
        after([campaignMembers.chargePoint], cursor),
      ),
    )
    .orderBy(asc(campaignMembers.chargePoint))
    .limit(limit + 1);
}
