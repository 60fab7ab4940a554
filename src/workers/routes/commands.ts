// /api/commands and the two ways to send one: by name in the body, or as one documented operation per action.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { COMMAND_STATUSES, chargePoints, commands as table } from "../../db/schema.ts";
import { chargePointOf, historyWritersOf } from "../../durable-objects/stubs.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findUpToDate } from "./charge-point-list.ts";
import { Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { Command, type CommandView, presentFact, presentRow } from "./command.ts";
import { json } from "./fields.ts";

const cursor = z.tuple([z.int(), z.string()]);
const filters = { status: z.enum(COMMAND_STATUSES).optional(), action: z.string().optional() };
const Query = z.strictObject({ chargePointId: z.string().optional(), ...filters, ...pageQuery(cursor) });

/** Below /api/commands. */
export const commands = createRouter();
/** Below /api/charge-points. */
export const chargePointCommands = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["commands"],
  summary: "List commands",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Command)) },
    ...problemResponses(400, 401, 403),
  },
});

commands.openapi(list, async (c) => {
  const query = c.req.valid("query");
  if (query.chargePointId !== undefined) await flushHistory(c.env, caseKey(query.chargePointId));
  return c.json(await commandPage(c.env, query), 200);
});

const listOfOne = createRoute({
  method: "get",
  path: "/{id}/commands",
  tags: ["commands"],
  summary: "List the commands to one charge point",
  request: { params: Id, query: z.strictObject({ ...filters, ...pageQuery(cursor) }) },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Command)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

chargePointCommands.openapi(listOfOne, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  return c.json(await commandPage(c.env, { ...c.req.valid("query"), chargePointId: row.key }), 200);
});

async function commandPage(env: Env, query: z.infer<typeof Query>) {
  const rows = await selectCommands(database(env), query);
  const key = ({ command }: CommandRow) => [command.createdAt.getTime(), command.id] as const;
  return page(rows, query.limit, { key, present: ({ command, displayId }) => presentRow(command, displayId) });
}

interface CommandRow {
  command: typeof table.$inferSelect;
  displayId: string | null;
}

/** One row more than the page, in the order of the index. */
export function selectCommands(db: Database, { chargePointId, status, action, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select({ command: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint))
    .where(
      and(
        chargePointId === undefined ? undefined : eq(table.chargePoint, caseKey(chargePointId)),
        status === undefined ? undefined : eq(table.status, status),
        action === undefined ? undefined : eq(table.action, action),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

const CommandId = z.object({ commandId: z.string() });

const read = createRoute({
  method: "get",
  path: "/{commandId}",
  tags: ["commands"],
  summary: "Read a command and what came of it",
  request: { params: CommandId },
  responses: { 200: { description: "The command", content: json(Command) }, ...problemResponses(401, 403, 404) },
});

commands.openapi(read, async (c) => {
  const { commandId } = c.req.valid("param");
  const row = await arrived(c.env, commandId);
  if (row === undefined) return problem(c, unknown(commandId));
  return c.json(await newest(c.env, row), 200);
});

const cancel = createRoute({
  method: "post",
  path: "/{commandId}/cancel",
  tags: ["commands"],
  summary: "Cancel a command that still waits",
  description: "What is on the wire cannot be taken back: 409.",
  request: { params: CommandId },
  responses: {
    200: { description: "The cancelled command", content: json(Command) },
    ...problemResponses(401, 403, 404, 409),
  },
});

commands.openapi(cancel, async (c) => {
  const { commandId } = c.req.valid("param");
  const row = await arrived(c.env, commandId);
  if (row === undefined) return problem(c, unknown(commandId));
  const cancelled = await chargePointOf(c.env, row.command.chargePoint).cancelCommand(commandId);
  const after = await newest(c.env, row);
  if (!cancelled) {
    const detail = `The command is ${after.status} and can no longer be cancelled.`;
    return problem(c, { reason: "conflict", detail, commandId });
  }
  return c.json(after, 200);
});

/**
 * A command of a moment ago is on its way to D1, and its id alone does not tell whose actor could be asked: whichever
 * batch it waits in goes now.
 */
const PAUSES_MS = [25, 50, 100, 200, 400];

async function arrived(env: Env, commandId: string): Promise<CommandRow | undefined> {
  let row = await find(env, commandId);
  for (const pause of PAUSES_MS) {
    if (row !== undefined) break;
    await Promise.all(historyWritersOf(env).map((writer) => writer.hurry()));
    await scheduler.wait(pause);
    row = await find(env, commandId);
  }
  return row;
}

/** Its actor knows before D1 does, as long as it remembers; only an answer is the last word, for a late one counts. */
async function newest(env: Env, { command, displayId }: CommandRow): Promise<CommandView> {
  const { id, status, chargePoint } = command;
  const isAnswered = status === "accepted" || status === "error";
  const now = isAnswered ? null : await chargePointOf(env, chargePoint).commandNow(id);
  return now === null ? presentRow(command, displayId) : presentFact(now, displayId ?? chargePoint);
}

async function find(env: Env, commandId: string): Promise<CommandRow | undefined> {
  const [row] = await database(env)
    .select({ command: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint))
    .where(eq(table.id, commandId));
  return row;
}

const unknown = (commandId: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no command ${commandId}. Old ones are under /api/charge-points/{id}/archived-records.`,
});
