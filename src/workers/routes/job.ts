// A job as clients see it.
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { JOB_KINDS, JOB_STATES } from "../../db/schema.ts";
import type { ProcedureRequest } from "../../durable-objects/charge-point/job-runner.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { isOpen, type Job as JobFact } from "../../ocpp/job.ts";
import type { AppEnv } from "../context.ts";
import { flushHistory } from "../history.ts";
import { problem, problemResponses } from "../problems.ts";
import type { ChargePointRow } from "./charge-point.ts";
import { json, Timestamp } from "./fields.ts";

const Item = z
  .object({
    key: z.string().optional(),
    component: z.string().optional(),
    componentInstance: z.string().optional(),
    evseId: z.int().optional(),
    connectorId: z.int().optional(),
    variable: z.string().optional(),
    variableInstance: z.string().optional(),
    attributeType: z.string().optional(),
    wanted: z.string().optional(),
    found: z.string().optional().openapi({ description: "The value before, or what was read" }),
    outcome: z
      .enum(["read", "unchanged", "written", "rebootRequired", "rejected", "unanswered"])
      .nullable()
      .openapi({ description: "null: not done" }),
    detail: z.string().optional().openapi({ description: "The charger's word for it" }),
  })
  .openapi("JobItem");

export const Job = z
  .object({
    id: z.string(),
    chargePointId: z.string(),
    kind: z.enum(JOB_KINDS),
    state: z.enum(JOB_STATES).openapi({
      description: "timedOut: nothing was heard for too long. What comes later still counts, so it may go on",
    }),
    requestId: z.int().nullable().openapi({ description: "OCPP's; OCPP 1.6 has none for most" }),
    commandId: z.string().nullable().openapi({ description: "null: the charger began by itself" }),
    requestedBy: z.string().nullable(),
    reason: z.string().nullable().openapi({ description: "Why it failed" }),
    fileName: z.string().nullable().openapi({ description: "As the charger said that it would call it" }),
    file: z
      .object({ id: z.string(), name: z.string(), size: z.int(), url: z.string() })
      .nullable()
      .openapi({ description: "What the charger has uploaded" }),
    firmware: z
      .object({
        id: z.string().openapi({ description: "The image" }),
        version: z.string(),
        before: z.string().nullable(),
        booted: z.string().nullable().openapi({ description: "What its newest boot since then said" }),
        verification: z.enum(["pending", "verified", "mismatch"]),
      })
      .nullable(),
    locations: z.array(z.string()).openapi({ description: "Where the charger offers its published firmware" }),
    template: z.object({ id: z.string(), name: z.string(), version: z.int() }).nullable(),
    statuses: z
      .array(z.object({ status: z.string(), at: Timestamp, detail: z.string().optional() }))
      .openapi({ description: "Everything the charger told of it, oldest first" }),
    items: z.array(Item).openapi({ description: "Settings, one by one" }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    finishedAt: Timestamp.nullable(),
  })
  .openapi("Job");

type JobView = z.infer<typeof Job>;

const iso = (at: number): string => new Date(at).toISOString();

/** Where operators get it. */
const fileUrl = (id: string): string => `/api/files/${id}/content`;

function presentFirmware({ firmware }: JobFact): JobView["firmware"] {
  if (firmware === undefined) return null;
  const { imageId: id, version, before = null, booted = null, verification } = firmware;
  return { id, version, before, booted, verification };
}

export function presentJob(job: JobFact, chargePointId: string): JobView {
  return {
    ...{ id: job.id, chargePointId, kind: job.kind, state: job.state },
    ...{ requestId: job.requestId ?? null, commandId: job.commandId ?? null, requestedBy: job.requestedBy ?? null },
    ...{ reason: job.reason ?? null, fileName: job.fileName ?? null, locations: job.locations ?? [] },
    file: job.file === undefined ? null : { ...job.file, url: fileUrl(job.file.id) },
    firmware: presentFirmware(job),
    template: job.template ?? null,
    statuses: job.statuses.map((status) => ({ ...status, at: iso(status.at) })),
    items: (job.items ?? []).map(({ setting, wanted, found, outcome = null, detail }) => ({
      ...setting,
      ...{ wanted, found, outcome, detail },
    })),
    createdAt: iso(job.createdAt),
    updatedAt: iso(job.updatedAt),
    finishedAt: job.finishedAt === undefined ? null : iso(job.finishedAt),
  };
}

export const wait = z.coerce.number().min(0).max(60).default(30).openapi({
  description: "Seconds to wait for the end of it; 0: answer 202 at once",
});

export const jobResponses = {
  200: { description: "It has ended: see each item's outcome", content: json(Job) },
  202: { description: "It goes on; see Location", content: json(Job) },
  ...problemResponses(400, 401, 403, 404, 409, 422),
};

/** Begins a procedure on a charger, and answers with its job. */
export async function startJob(
  c: Context<AppEnv>,
  row: ChargePointRow,
  request: Omit<ProcedureRequest, "requestedBy">,
  waitSeconds: number,
) {
  const { kind, name } = c.get("principal");
  const requestedBy = kind === "user" ? name : `api-key:${name}`;
  const result = await chargePointOf(c.env, row.key).configureCharger({ ...request, requestedBy }, waitSeconds * 1000);
  if (!result.ok) {
    const { reason, detail } = result.error;
    return problem(c, { reason: reason === "not_connected" ? "not_connected" : "conflict", detail });
  }
  const job = presentJob(result.value, row.id);
  const location = `/api/jobs/${job.id}`;
  if (!isOpen(result.value)) return c.json(job, 200, { location });
  // Whoever gets 202 will look under Location next: it must be there.
  await flushHistory(c.env, row.key);
  return c.json(job, 202, { location });
}
