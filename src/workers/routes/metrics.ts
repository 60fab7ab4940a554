// /api/metrics: the deployment's numbers in Prometheus' text format.
import { createRoute, z } from "@hono/zod-openapi";
import { expose } from "../../metrics/exposition.ts";
import { gather } from "../metrics/gather.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";

export const metrics = createRouter();

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const read = createRoute({
  method: "get",
  path: "/",
  tags: ["metrics"],
  summary: "Numbers for Prometheus",
  description:
    "With an API key or an access token of a viewer. Counters are those of actors since they woke, each with its shard: " +
    "Prometheus' rate() takes a new beginning as it is. observability/ has a dashboard and a scrape configuration.",
  responses: {
    200: { description: "Text format 0.0.4", content: { "text/plain": { schema: z.string() } } },
    ...problemResponses(401, 403),
  },
});

metrics.openapi(read, async (c) =>
  c.text(expose(await gather(c.env)), 200, { "content-type": CONTENT_TYPE, "cache-control": "no-store" }),
);
