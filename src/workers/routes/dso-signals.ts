// /api/dso-signals: what the grid asks of everything below a transformer. A capacity limit reaches every site there by
// itself, and ends by itself.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq, gt, isNull } from "drizzle-orm";
import { OcpiId } from "../../billing/documents/tariff.ts";
import { priceUnit } from "../../billing/grid-prices.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { SIGNAL_TYPES, dsoSignals as table } from "../../db/schema.ts";
import { gridOrderOf } from "../../durable-objects/stubs.ts";
import { curveOf, GridPeriods } from "../../energy/grid-signal.ts";
import { subjectOf } from "../audit.ts";
import { sitesInScope } from "../grid/scope.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Flag, json, Timestamp, TimestampInput, timestamp, timestampOrNull } from "./fields.ts";
import { ocpi } from "./ocpi-names.ts";

const Value = z.union([z.number(), z.tuple([z.number(), z.number()])]).openapi({
  description: "At most, or [at least, at most]; below zero: given back to the grid",
});

const Period = z
  .strictObject({ from: TimestampInput, to: TimestampInput, value: Value })
  .refine(({ from, to }) => from < to, "ends before it begins")
  .refine(({ value }) => typeof value === "number" || value[0] <= value[1], "has a band upside down");

const POWERS: Readonly<Record<string, number>> = { W: 1, kW: 1000, MW: 1_000_000 };
const PRICE = /^[A-Z]{3}\/(k|M)Wh$/;

/** Of a unit to the one that is kept: W, or a currency per kWh; undefined: there is no such unit. */
function factorOf(type: (typeof SIGNAL_TYPES)[number], unit: string): number | undefined {
  if (type === "capacityLimit") return Object.hasOwn(POWERS, unit) ? POWERS[unit] : undefined;
  const [, prefix] = PRICE.exec(unit) ?? [];
  return prefix === undefined ? undefined : prefix === "M" ? 0.001 : 1;
}

const SignalInput = z
  .strictObject({
    id: z
      .union([OcpiId, z.int().transform(String)])
      .optional()
      .openapi({ description: "Sent twice, it counts once" }),
    type: z.enum(SIGNAL_TYPES),
    transformerId: z.string().min(1).max(255),
    unit: z
      .string()
      .min(1)
      .max(20)
      .optional()
      .openapi({ description: "W, kW or MW of a limit, W without it; of a tariff e.g. EUR/kWh" }),
    periods: z.array(Period).min(1).max(1000),
  })
  .superRefine(({ type, unit = "W", periods }, context) => {
    const wrong = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
    if (factorOf(type, unit) === undefined)
      wrong(
        ["unit"],
        `of a ${type} is ${type === "capacityLimit" ? "W, kW or MW" : "a currency per kWh or MWh, e.g. EUR/kWh"}`,
      );
    for (const [index, { value }] of periods.entries()) {
      if (type === "duosTariff" && typeof value !== "number")
        wrong(["periods", index, "value"], "of a tariff is one price");
    }
  })
  .openapi("NewDsoSignal");

const Signal = z
  .object({
    id: z.string(),
    type: z.enum(SIGNAL_TYPES),
    transformerId: z.string(),
    unit: z.string().openapi({ description: "A limit is kept in W, a tariff per kWh" }),
    periods: z.array(z.object({ from: Timestamp, to: Timestamp, value: Value })),
    createdAt: Timestamp,
    createdBy: z.string(),
    cancelledAt: Timestamp.nullable(),
    siteIds: z.array(z.string()).openapi({ description: "The sites below the transformer" }),
  })
  .openapi("DsoSignal");

export const dsoSignals = createRouter();

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["grid signals"],
  summary: "Tell what the grid asks",
  request: { body: { required: true, content: json(ocpi(SignalInput)) } },
  responses: {
    200: { description: "Known already: nothing changed", content: json(Signal) },
    201: { description: "Taken: every site below the transformer was told", content: json(Signal) },
    ...problemResponses(400, 401, 403, 409, 422),
  },
});

dsoSignals.openapi(create, async (c) => {
  const { id = crypto.randomUUID(), type, transformerId, unit = "W", periods } = c.req.valid("json");
  const db = database(c.env);
  const factor = factorOf(type, unit) ?? 1;
  const kept = periods.map(({ from, to, value }) => ({
    from: from.getTime(),
    to: to.getTime(),
    value: scaled(value, factor),
  }));
  const row = {
    ...{
      id,
      type,
      transformerId,
      unit: type === "capacityLimit" ? "W" : priceUnit(unit.slice(0, 3)),
      periods: JSON.stringify(kept),
    },
    startsAt: new Date(Math.min(...kept.map(({ from }) => from))),
    endsAt: new Date(Math.max(...kept.map(({ to }) => to))),
    ...{ createdAt: new Date(), createdBy: subjectOf(c.get("principal")), cancelledAt: null },
  };
  const known = await db.query.dsoSignals.findFirst({ where: eq(table.id, id) });
  if (known !== undefined) {
    const isSame = known.periods === row.periods && known.type === type && known.transformerId === transformerId;
    if (!isSame) return problem(c, { reason: "conflict", detail: `Signal ${id} is known, and says something else.` });
    // Known, and perhaps no more than that: whoever told it may have died before the sites were told.
    await gridOrderOf(c.env, "signal", id).turn("signal", id);
    return c.json(await present(db, known), 200);
  }
  await db.insert(table).values(row);
  await gridOrderOf(c.env, "signal", id).turn("signal", id);
  return c.json(await present(db, row), 201, { location: `/api/dso-signals/${encodeURIComponent(id)}` });
});

type Told = z.infer<typeof Value>;
const scaled = (value: Told, factor: number): Told =>
  typeof value === "number" ? times(value, factor) : [times(value[0], factor), times(value[1], factor)];

/** 0.1 by 3 is 0.3. */
const times = (value: number, factor: number): number => Number((value * factor).toPrecision(15));

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["grid signals"],
  summary: "List grid signals",
  request: {
    query: z.strictObject({
      transformerId: z.string().optional(),
      type: z.enum(SIGNAL_TYPES).optional(),
      active: Flag.optional().openapi({ description: "true: that are not over" }),
      ...pageQuery(z.tuple([z.int(), z.string()])),
    }),
  },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Signal)) },
    ...problemResponses(400, 401, 403),
  },
});

dsoSignals.openapi(list, async (c) => {
  const { transformerId, type, active, cursor, limit } = c.req.valid("query");
  const db = database(c.env);
  const rows = await db
    .select()
    .from(table)
    .where(
      and(
        transformerId === undefined ? undefined : eq(table.transformerId, transformerId),
        type === undefined ? undefined : eq(table.type, type),
        active ? and(gt(table.endsAt, new Date()), isNull(table.cancelledAt)) : undefined,
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
  const { items, nextCursor } = page(rows, limit, {
    key: ({ createdAt, id }) => [createdAt.getTime(), id],
    present: (row) => row,
  });
  return c.json({ items: await Promise.all(items.map((row) => present(db, row))), nextCursor }, 200);
});

const readCurve = createRoute({
  method: "get",
  path: "/curve",
  tags: ["grid signals"],
  summary: "What the grid asks of a transformer over time",
  request: {
    query: z.strictObject({
      transformerId: z.string(),
      type: z.enum(SIGNAL_TYPES).default("capacityLimit"),
      from: TimestampInput.optional().openapi({ description: "Without it: now" }),
      to: TimestampInput.optional().openapi({ description: "Without it: a day later" }),
    }),
  },
  responses: {
    200: {
      description: "Steps without gaps; null: nothing is asked",
      content: json(
        z.object({
          items: z.array(
            z.object({
              ...{ from: Timestamp, to: Timestamp, value: z.number().nullable() },
              least: z.number().nullable().openapi({ description: "W at least; null: nothing is said of it" }),
            }),
          ),
        }),
      ),
    },
    ...problemResponses(400, 401, 403),
  },
});

dsoSignals.openapi(readCurve, async (c) => {
  const { transformerId, type, from = new Date(), to } = c.req.valid("query");
  const end = to ?? new Date(from.getTime() + 86_400_000);
  const rows = await database(c.env)
    .select()
    .from(table)
    .where(and(eq(table.transformerId, transformerId), eq(table.type, type), gt(table.endsAt, from)));
  const signals = rows.map(({ periods, cancelledAt }) => ({
    ...{ periods: GridPeriods.parse(JSON.parse(periods)), cancelledAt: cancelledAt?.getTime() },
  }));
  const items = curveOf(signals, from.getTime(), end.getTime()).map((step) => ({
    ...{ ...step, from: new Date(step.from).toISOString(), to: new Date(step.to).toISOString() },
  }));
  return c.json({ items }, 200);
});

const Id = z.object({ id: z.string() });

const read = createRoute({
  method: "get",
  path: "/{id}",
  tags: ["grid signals"],
  summary: "Read a grid signal",
  request: { params: Id },
  responses: { 200: { description: "The signal", content: json(Signal) }, ...problemResponses(401, 403, 404) },
});

dsoSignals.openapi(read, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const row = await db.query.dsoSignals.findFirst({ where: eq(table.id, id) });
  return row ? c.json(await present(db, row), 200) : problem(c, unknown(id));
});

const cancel = createRoute({
  method: "delete",
  path: "/{id}",
  tags: ["grid signals"],
  summary: "Take a grid signal back",
  description: "What it limited is free again at once. It stays listed.",
  request: { params: Id },
  responses: { 204: { description: "Taken back" }, ...problemResponses(401, 403, 404) },
});

dsoSignals.openapi(cancel, async (c) => {
  const { id } = c.req.valid("param");
  const [row] = await database(c.env)
    .update(table)
    .set({ cancelledAt: new Date() })
    .where(and(eq(table.id, id), isNull(table.cancelledAt)))
    .returning();
  if (!row) return problem(c, unknown(id));
  await gridOrderOf(c.env, "signal", id).turn("signal", id);
  return c.body(null, 204);
});

async function present(db: Database, row: typeof table.$inferSelect): Promise<z.infer<typeof Signal>> {
  const { periods, createdAt, cancelledAt, startsAt: _, endsAt: _ends, ...rest } = row;
  return {
    ...rest,
    periods: GridPeriods.parse(JSON.parse(periods)).map(({ from, to, value }) => ({
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString(), value },
    })),
    createdAt: timestamp(createdAt),
    cancelledAt: timestampOrNull(cancelledAt),
    siteIds: await sitesInScope(db, { transformerId: row.transformerId }),
  };
}

const unknown = (id: string): Failure<"not_found"> => ({ reason: "not_found", detail: `There is no signal ${id}.` });
