// Which routes are lists, and what their items have: told by the schemas that document them.
import { z } from "@hono/zod-openapi";
import type { Router } from "../router.ts";

export interface List {
  path: RegExp;
  /** The members of an item, in the order of its schema; undefined: it is none with members of its own. */
  columns: readonly string[] | undefined;
  /** Whether it is read page by page. */
  isPaged: boolean;
}

export function listsOf(app: Router): List[] {
  return app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== "route" || definition.route.method !== "get") return [];
    const { path, request, responses } = definition.route;
    const item = itemOf(contentOf(responses[200]));
    if (item === undefined) return [];
    const { query } = request ?? {};
    return {
      path: pattern(path),
      columns: item instanceof z.ZodObject ? Object.keys(item.shape) : undefined,
      isPaged: query instanceof z.ZodObject && "cursor" in query.shape,
    };
  });
}

/** A placeholder is one segment of the path. */
const pattern = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/[.+*?^$()|[\]\\]/g, "\\$&").replaceAll(/\{\w+\}/g, "[^/]+")}/?$`);

function contentOf(response: unknown): unknown {
  const Documented = z.object({ content: z.object({ "application/json": z.object({ schema: z.unknown() }) }) });
  return Documented.safeParse(response).data?.content["application/json"].schema;
}

function itemOf(schema: unknown): unknown {
  if (!(schema instanceof z.ZodObject)) return undefined;
  const { items } = schema.shape;
  return items instanceof z.ZodArray ? items.element : undefined;
}
