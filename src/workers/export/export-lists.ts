// Every list as a file: `?format=csv` or `ndjson`, or the Accept header that says the same. It asks the list itself,
// page by page, as whoever asks, so that filters, rights and order are those of the list.
import { z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";
import { problem } from "../problems.ts";
import type { Router } from "../router.ts";
import { csvLine } from "./csv.ts";
import { type List, listsOf } from "./lists.ts";

/** The most that a list gives at once. */
const PAGE = 500;
/** Each page costs some queries, and the platform bounds those of a request: 250,000 items. */
const MAX_PAGES = 500;

interface Format {
  mediaType: string;
  contentType: string;
  header(columns: readonly string[]): string;
  line(item: Item, columns: readonly string[]): string;
}

const FORMATS: Readonly<Record<string, Format>> = {
  csv: {
    mediaType: "text/csv",
    contentType: "text/csv; charset=utf-8; header=present",
    header: csvLine,
    line: (item, columns) => csvLine(columns.map((name) => item[name])),
  },
  ndjson: {
    mediaType: "application/x-ndjson",
    contentType: "application/x-ndjson; charset=utf-8",
    header: () => "",
    line: (item) => `${JSON.stringify(item)}\n`,
  },
};

const Item = z.record(z.string(), z.unknown());
type Item = z.infer<typeof Item>;
const Page = z.object({ items: z.array(Item), nextCursor: z.string().nullable().default(null) });
type Page = z.infer<typeof Page>;

export function exportLists(app: Router): MiddlewareHandler<AppEnv> {
  let lists: List[] | undefined;
  return async function exportLists(c, next) {
    if (c.req.method !== "GET") return next();
    const wanted = c.req.query("format");
    const accepted = Object.keys(FORMATS).find((name) => accepts(c, FORMATS[name]?.mediaType));
    if (wanted === undefined && accepted === undefined) return next();
    lists ??= listsOf(app);
    const list = lists.find(({ path }) => path.test(c.req.path));
    if (list === undefined) return next();
    const format = FORMATS[wanted ?? accepted ?? ""];
    if (format === undefined && wanted !== "json")
      return problem(c, { reason: "bad_request", detail: "`format` is csv, ndjson or json." });
    return format === undefined ? readPage(app, c, {}) : answer(app, c, list, format);
  };
}

const accepts = (c: Context<AppEnv>, mediaType: string | undefined): boolean =>
  mediaType !== undefined && (c.req.header("accept")?.includes(mediaType) ?? false);

async function answer(app: Router, c: Context<AppEnv>, list: List, format: Format): Promise<Response> {
  const wanted = Number(c.req.query("limit") ?? Number.POSITIVE_INFINITY);
  const limit = (left: number) => (list.isPaged ? { limit: String(Math.min(PAGE, left)) } : {});
  // What is wrong with the request shows with the first page: the rest of it is a file.
  const first = await readPage(app, c, limit(wanted));
  if (!first.ok) return first;
  let page: Page | undefined = Page.parse(await first.json());
  const columns = list.columns ?? Object.keys(page.items[0] ?? {});
  let left = wanted;
  let pages = 1;
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(format.header(columns))),
    async pull(controller) {
      if (page === undefined) return controller.close();
      const items = page.items.slice(0, left);
      left -= items.length;
      if (items.length > 0)
        controller.enqueue(encoder.encode(items.map((item) => format.line(item, columns)).join("")));
      const cursor: string | null = left > 0 ? page.nextCursor : null;
      pages += 1;
      // A file that was cut off must not look like a whole one.
      if (cursor !== null && pages > MAX_PAGES) throw new Error("too much for one file: narrow it down by a filter");
      page = cursor === null ? undefined : await nextPage(app, c, { ...limit(left), cursor });
      if (page === undefined) controller.close();
    },
  });
  const name = c.req.path
    .split("/")
    .filter(Boolean)
    .slice(1)
    .join("-")
    .replaceAll(/[^\w.-]/g, "_");
  return c.body(body, 200, {
    "content-type": format.contentType,
    "content-disposition": `attachment; filename="${name}.${format === FORMATS.csv ? "csv" : "ndjson"}"`,
    "cache-control": "no-store",
  });
}

async function nextPage(app: Router, c: Context<AppEnv>, query: Record<string, string>): Promise<Page> {
  const response = await readPage(app, c, query);
  if (!response.ok) throw new Error(`the list was answered ${response.status}`);
  return Page.parse(await response.json());
}

/** The list's own answer to the same request, in JSON. */
async function readPage(app: Router, c: Context<AppEnv>, query: Record<string, string>): Promise<Response> {
  const url = new URL(c.req.url);
  url.searchParams.delete("format");
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const headers = new Headers(c.req.raw.headers);
  headers.set("accept", "application/json");
  return app.fetch(new Request(url, { headers }), c.env, c.executionCtx);
}
