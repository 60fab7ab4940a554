// /api/charge-points/{id}/local-list: the charger's local authorization list as far as it is known, and bringing it
// in step with the id tokens.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { subjectOf } from "../audit.ts";
import type { AppEnv } from "../context.ts";
import { type SyncFailure, syncLocalList } from "../local-list.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerFailed, presentFact, refuseCommand } from "./command.ts";
import { json, Timestamp } from "./fields.ts";

const Entry = z
  .object({
    idToken: z.string(),
    type: z.string().nullable(),
    status: z.string(),
    expiresAt: Timestamp.nullable(),
    groupId: z.string().nullable(),
  })
  .openapi("LocalListEntry");

const LocalList = pageOf(Entry)
  .extend({
    version: z.int().nullable().openapi({ description: "null: nothing is known of it" }),
    complete: z.boolean().openapi({ description: "false: somebody else has sent it, and its content is not known" }),
    knownAt: Timestamp.nullable().openapi({ description: "When the charger last spoke of it" }),
  })
  .openapi("LocalList");

export const localList = createRouter();

const read = createRoute({
  method: "get",
  path: "/{id}/local-list",
  tags: ["charge-points"],
  summary: "Its local authorization list",
  description: "As the charger has accepted it.",
  request: { params: Id, query: z.strictObject(pageQuery(z.tuple([z.string()]))) },
  responses: {
    200: { description: "In order of the token", content: json(LocalList) },
    ...problemResponses(400, 401, 403, 404),
  },
});

localList.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const { cursor, limit } = c.req.valid("query");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const known = await chargePointOf(c.env, row.key).localList();
  const behind = cursor?.[0];
  const entries = (known?.entries ?? []).map((entry) => ({ entry, key: entry.idToken.toLowerCase() }));
  const rest = entries.filter(({ key }) => behind === undefined || key > behind);
  const items = page(rest.slice(0, limit + 1), limit, {
    key: ({ key }) => [key],
    present: ({ entry }) => present(entry),
  });
  return c.json(
    {
      version: known?.version ?? null,
      complete: known?.isComplete ?? false,
      knownAt: known === null ? null : new Date(known.at).toISOString(),
      ...items,
    },
    200,
  );
});

const present = ({
  idToken,
  type,
  status,
  expiresAt,
  groupId,
}: {
  idToken: string;
  type?: string | undefined;
  status: string;
  expiresAt?: number | undefined;
  groupId?: string | undefined;
}): z.infer<typeof Entry> => ({
  idToken,
  type: type ?? null,
  status,
  expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
  groupId: groupId ?? null,
});

const Report = z
  .object({
    version: z.int(),
    entries: z.int().openapi({ description: "In the whole list" }),
    omitted: z.int().openapi({ description: "Tokens that it has no room for, or that its OCPP version cannot say" }),
    messages: z.array(
      z.object({
        commandId: z.string(),
        updateType: z.enum(["Full", "Differential"]),
        version: z.int(),
        entries: z.int(),
        status: z.string(),
      }),
    ),
  })
  .openapi("LocalListSync");

const sync = createRoute({
  method: "post",
  path: "/{id}/local-list/sync",
  tags: ["charge-points"],
  summary: "Bring its local authorization list in step with the id tokens",
  description:
    "Asks for the list's version and limits, then sends SendLocalList: differential where the content is known, in as " +
    "many messages as the charger needs. `messages` is empty where nothing had changed.",
  request: {
    params: Id,
    body: {
      content: json(
        z.strictObject({ mode: z.enum(["auto", "full", "differential"]).default("auto") }).openapi("NewLocalListSync"),
      ),
    },
  },
  responses: {
    200: { description: "The list is in step", content: json(Report) },
    ...problemResponses(400, 401, 403, 404, 409, 422, 502, 504),
  },
});

localList.openapi(sync, async (c) => {
  const { id } = c.req.valid("param");
  const { mode = "auto" } = c.req.valid("json");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const result = await syncLocalList(c.env, row.key, mode, subjectOf(c.get("principal")));
  return result.ok ? c.json(result.value, 200) : refuse(c, result.error, row.id);
});

function refuse(c: Context<AppEnv>, failure: SyncFailure, chargePointId: string) {
  switch (failure.reason) {
    case "command":
      return refuseCommand(c, failure.failure, "");
    case "no_list":
      return problem(c, { reason: "conflict", detail: "The charger has no local authorization list, or it is off." });
    case "unknown_content":
      return problem(c, {
        reason: "conflict",
        detail: "What is in the list is not known: only a full update will do.",
      });
    case "refused": {
      const { version, messages } = failure.report;
      return problem(c, { reason: "conflict", detail: `The charger answered ${failure.status}.`, version, messages });
    }
    case "unanswered": {
      const { status } = failure.command;
      const command = presentFact(failure.command, chargePointId);
      // Waiting longer is up to the client: what it comes to is found under the command.
      if (status === "accepted" || status === "queued" || status === "sent") {
        return problem(c, { reason: "no_answer", detail: "No answer in time.", commandId: command.id });
      }
      return answerFailed(c, command, status);
    }
  }
}
