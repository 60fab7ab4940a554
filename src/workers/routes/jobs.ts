// /api/jobs: firmware updates, log uploads and changes of settings, and how far they are.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { chargePoints, JOB_KINDS, JOB_STATES, jobs as table } from "../../db/schema.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findUpToDate } from "./charge-point-list.ts";
import { Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json } from "./fields.ts";
import { Job, presentJob } from "./job.ts";

const cursor = z.tuple([z.int(), z.string()]);
const filters = { kind: z.enum(JOB_KINDS).optional(), state: z.enum(JOB_STATES).optional() };
const Query = z.strictObject({ chargePointId: z.string().optional(), ...filters, ...pageQuery(cursor) });

/** Below /api/jobs. */
export const jobs = createRouter();
/** Below /api/charge-points. */
export const chargePointJobs = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["jobs"],
  summary: "Firmware updates, log uploads and changes of settings",
  request: { query: Query },
  responses: { 200: { description: "Newest first", content: json(pageOf(Job)) }, ...problemResponses(400, 401, 403) },
});

jobs.openapi(list, async (c) => {
  const query = c.req.valid("query");
  if (query.chargePointId !== undefined) await flushHistory(c.env, caseKey(query.chargePointId));
  return c.json(await jobPage(c.env, query), 200);
});

const listOfOne = createRoute({
  method: "get",
  path: "/{id}/jobs",
  tags: ["jobs"],
  summary: "The jobs of one charge point",
  description:
    "Sending UpdateFirmware, SignedUpdateFirmware, PublishFirmware, UnpublishFirmware, GetLog or GetDiagnostics begins " +
    "one; the charger's status notifications move it on.",
  request: { params: Id, query: z.strictObject({ ...filters, ...pageQuery(cursor) }) },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Job)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

chargePointJobs.openapi(listOfOne, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  return c.json(await jobPage(c.env, { ...c.req.valid("query"), chargePointId: row.key }), 200);
});

interface JobRow {
  row: typeof table.$inferSelect;
  displayId: string | null;
}

const present = ({ row, displayId }: JobRow): z.infer<typeof Job> =>
  presentJob(JSON.parse(row.job), displayId ?? row.chargePoint);

async function jobPage(env: Env, query: z.infer<typeof Query>) {
  const rows = await selectJobs(database(env), query);
  return page(rows, query.limit, { key: ({ row }) => [row.createdAt.getTime(), row.id], present });
}

/** One row more than the page, in the order of the index. */
export function selectJobs(db: Database, { chargePointId, kind, state, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select({ row: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint))
    .where(
      and(
        chargePointId === undefined ? undefined : eq(table.chargePoint, caseKey(chargePointId)),
        kind === undefined ? undefined : eq(table.kind, kind),
        state === undefined ? undefined : eq(table.state, state),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

const read = createRoute({
  method: "get",
  path: "/{jobId}",
  tags: ["jobs"],
  summary: "Read a job",
  request: { params: z.object({ jobId: z.string() }) },
  responses: { 200: { description: "The job", content: json(Job) }, ...problemResponses(401, 403, 404) },
});

jobs.openapi(read, async (c) => {
  const { jobId } = c.req.valid("param");
  const first = await find(c.env, jobId);
  if (first === undefined) return problem(c, { reason: "not_found", detail: `There is no job ${jobId}.` });
  await flushHistory(c.env, first.row.chargePoint);
  return c.json(present((await find(c.env, jobId)) ?? first), 200);
});

async function find(env: Env, jobId: string): Promise<JobRow | undefined> {
  const [row] = await database(env)
    .select({ row: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint))
    .where(eq(table.id, jobId));
  return row;
}
