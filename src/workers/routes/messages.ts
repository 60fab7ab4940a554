// /api/messages: the OCPP messages of all chargers, as far as their logs reach.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, count, eq, gt } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { chargePoints } from "../../db/schema.ts";
import { GROUP, searchGroup } from "../message-search.ts";
import { encodeCursor, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { unknownChargePoint } from "./charge-point-lookup.ts";
import { Flag, json } from "./fields.ts";
import { logFilter, Message, messageQuery, presentMessage } from "./message.ts";

const FleetMessage = z.object({ chargePointId: z.string(), ...Message.shape }).openapi("FleetMessage");

const Page = pageOf(FleetMessage).extend({
  searched: z.object({
    chargePoints: z.int().openapi({ description: "Whose logs this page is from, newest first among them" }),
    remaining: z.int().openapi({ description: "Chargers that come with later pages" }),
    unanswered: z.array(z.string()).openapi({ description: "Those of this page that could not be asked" }),
  }),
});

/** The last charger of the groups that are done, and the time before which the next group goes on; 0: at its newest. */
const Cursor = z.tuple([z.string(), z.int()]);

const Query = z.strictObject({
  chargePointId: z.string().optional(),
  connected: Flag.optional().openapi({ description: "Only chargers that are connected, or only those that are not" }),
  ...messageQuery,
  ...pageQuery(Cursor),
});

export const messages = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["messages"],
  summary: "Find messages of all charge points",
  description: `Each charger's log is with its actor, so chargers are searched in groups of ${GROUP}, in the order of their
identities: a page has the messages of one group, newest first, and may be empty while \`nextCursor\` leads on.
Fewer than ${GROUP} chargers are one group. A page may have somewhat fewer items than \`limit\`, or more of one millisecond.`,
  request: { query: Query },
  responses: {
    200: { description: "Newest first within a group", content: json(Page) },
    ...problemResponses(400, 401, 403, 404),
  },
});

messages.openapi(list, async (c) => {
  const { chargePointId, connected, cursor, limit, ...query } = c.req.valid("query");
  const [done, before] = cursor ?? ["", 0];
  const db = database(c.env);
  const found = await selectSearched(db, { chargePointId, connected }, done);
  if (chargePointId !== undefined && found.length === 0) return problem(c, unknownChargePoint(chargePointId));
  const group = found.slice(0, GROUP);
  const filter = logFilter(query);
  const to = before === 0 ? filter.to : Math.min(before, filter.to ?? before);
  const page = await searchGroup(c.env, group, { ...filter, to }, limit);
  const last = group.at(-1)?.key ?? done;
  const isMore = found.length > GROUP;
  const next = page.before === null ? (isMore ? encodeCursor([last, 0]) : null) : encodeCursor([done, page.before]);
  return c.json(
    {
      items: page.items.map(({ chargePointId, row }) => ({ chargePointId, ...presentMessage(row) })),
      nextCursor: next,
      searched: {
        chargePoints: group.length,
        remaining: isMore ? await countAfter(db, { chargePointId, connected }, last) : 0,
        unanswered: page.unanswered,
      },
    },
    200,
  );
});

interface Which {
  chargePointId?: string | undefined;
  connected?: boolean | undefined;
}

const behind = ({ chargePointId, connected }: Which, key: string) =>
  and(
    gt(chargePoints.key, key),
    chargePointId === undefined ? undefined : eq(chargePoints.key, caseKey(chargePointId)),
    connected === undefined ? undefined : eq(chargePoints.connected, connected),
  );

/** One more than a group, in the order of the key. */
export const selectSearched = (db: Database, which: Which, after: string) =>
  db
    .select({ key: chargePoints.key, id: chargePoints.id })
    .from(chargePoints)
    .where(behind(which, after))
    .orderBy(asc(chargePoints.key))
    .limit(GROUP + 1);

async function countAfter(db: Database, which: Which, key: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(chargePoints).where(behind(which, key));
  return row?.count ?? 0;
}
