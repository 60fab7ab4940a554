// POST /api/charge-points/{id}/apply-template: gives a charger the settings of a template.
import { createRoute, z } from "@hono/zod-openapi";
import { caseKey } from "../../db/case-key.ts";
import { templateRequest } from "../../durable-objects/charge-point/templates.ts";
import { isVersion, versionRow } from "../../ocpp/versions.ts";
import { flushHistory } from "../history.ts";
import { problem } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { findTemplate } from "./configuration-template.ts";
import { json } from "./fields.ts";
import { jobResponses, startJob, wait } from "./job.ts";

export const applyTemplate = createRouter();

const apply = createRoute({
  method: "post",
  path: "/{id}/apply-template",
  tags: ["configuration-templates"],
  summary: "Give a charge point the settings of a template",
  description:
    "Reads first and writes only what differs; the job tells setting by setting what came of it. A setting with " +
    "rebootRequired is in force after a reset, which is the operator's to order.",
  request: {
    params: Id,
    body: {
      required: true,
      content: json(z.strictObject({ templateId: z.string(), wait }).openapi("TemplateToApply")),
    },
  },
  responses: jobResponses,
});

applyTemplate.openapi(apply, async (c) => {
  const { id } = c.req.valid("param");
  const { templateId, wait } = c.req.valid("json");
  // Vendor, model and version are those of its last boot, which may still be on its way to D1.
  await flushHistory(c.env, caseKey(id));
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const template = await findTemplate(c.env, templateId);
  if (template === undefined) {
    const detail = `There is no template ${templateId}.`;
    return problem(c, { reason: "invalid", detail, errors: [{ pointer: "/templateId", detail }] });
  }
  const isMeant = fits(template.vendor, row.vendor) && fits(template.model, row.model);
  if (!isMeant)
    return problem(c, { reason: "conflict", detail: `The template is not meant for ${row.vendor} ${row.model}.` });
  if (!isVersion(row.ocppVersion)) return problem(c, { reason: "not_connected", detail: `${id} has never connected.` });
  const request = templateRequest(template, versionRow(row.ocppVersion), "");
  if (request === undefined) {
    return problem(c, { reason: "conflict", detail: `The template sets nothing in OCPP ${row.ocppVersion}.` });
  }
  return startJob(c, row, request, wait);
});

const fits = (wanted: string | null, actual: string | null): boolean =>
  wanted === null || wanted === actual?.toLowerCase();
