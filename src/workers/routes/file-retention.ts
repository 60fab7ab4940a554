// /api/files/retention: how long files are kept, by kind.
import { createRoute, z } from "@hono/zod-openapi";
import { FILE_KINDS } from "../../db/schema.ts";
import { DEFAULT_RETENTION, retentionDays, setRetention } from "../files/retention.ts";
import { limitBody } from "../limit-body.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";

const MAX_DAYS = 36_500;

const Retention = z
  .object({
    kind: z.enum(FILE_KINDS),
    days: z.int().nullable().openapi({ description: "null: for ever" }),
    defaultDays: z.int().nullable(),
  })
  .openapi("FileRetention");

const tags = ["files"];

export const fileRetention = createRouter();

const list = createRoute({
  method: "get",
  path: "/retention",
  tags,
  summary: "How long files are kept",
  responses: {
    200: { description: "By kind", content: json(z.object({ items: z.array(Retention) })) },
    ...problemResponses(401, 403),
  },
});

fileRetention.openapi(list, async (c) => {
  const days = await retentionDays(c.env);
  const items = FILE_KINDS.map((kind) => ({ kind, days: days[kind], defaultDays: DEFAULT_RETENTION[kind] }));
  return c.json({ items }, 200);
});

const set = createRoute({
  method: "put",
  path: "/retention/{kind}",
  tags,
  summary: "Set how long files of a kind are kept",
  description: "Older ones go with the next scheduled work, whose result `/api/scheduled-work` shows.",
  middleware: [limitBody()] as const,
  request: {
    params: z.object({ kind: z.enum(FILE_KINDS) }),
    body: { required: true, content: json(z.strictObject({ days: z.int().min(1).max(MAX_DAYS).nullable() })) },
  },
  responses: { 200: { description: "Set", content: json(Retention) }, ...problemResponses(400, 401, 403, 422) },
});

fileRetention.openapi(set, async (c) => {
  const { kind } = c.req.valid("param");
  const { days } = c.req.valid("json");
  await setRetention(c.env, kind, days);
  return c.json({ kind, days, defaultDays: DEFAULT_RETENTION[kind] }, 200);
});
