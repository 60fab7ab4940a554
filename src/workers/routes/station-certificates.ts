// /api/charge-points/{id}/certificates: what it has installed, and installing a managed root in it.
import { createRoute, z } from "@hono/zod-openapi";
import { and, asc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { after } from "../../db/keyset.ts";
import { certificates, stationCertificates as table } from "../../db/schema.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { isVersion, versionRow } from "../../ocpp/versions.ts";
import { subjectOf } from "../audit.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findCertificate, unknownCertificate } from "./certificates.ts";
import { findUpToDate } from "./charge-point-list.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerCommand, Command, presentFact, refuseCommand } from "./command.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const Wait = z.coerce.number().min(0).max(60).default(35).openapi({ description: "Seconds to wait for its answer" });

export const chargePointCertificates = createRouter();

const InstalledCertificate = z
  .object({
    certificateType: z.string().openapi({ description: "As its OCPP version spells it" }),
    hashData: z.object({
      hashAlgorithm: z.string(),
      issuerNameHash: z.string(),
      issuerKeyHash: z.string(),
      serialNumber: z.string(),
    }),
    isChild: z.boolean().openapi({ description: "Part of the chain of another one" }),
    certificateId: z.string().nullable().openapi({ description: "The managed certificate that it is, if it is one" }),
    name: z.string().nullable(),
    toldAt: Timestamp,
  })
  .openapi("InstalledCertificate");

const InventoryQuery = z.strictObject(pageQuery(z.tuple([z.string(), z.string()])));

const inventory = createRoute({
  method: "get",
  path: "/{id}/certificates",
  tags: ["security"],
  summary: "The certificates that it has installed",
  description:
    "As it last told: send GetInstalledCertificateIds to ask it anew. InstallCertificate and DeleteCertificate keep this up to date.",
  request: { params: Id, query: InventoryQuery },
  responses: {
    200: { description: "By type", content: json(pageOf(InstalledCertificate)) },
    ...problemResponses(400, 401, 403, 404),
  },
});

chargePointCertificates.openapi(inventory, async (c) => {
  const { id } = c.req.valid("param");
  const query = c.req.valid("query");
  const row = await findUpToDate(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const rows = await selectStationCertificates(database(c.env), row.key, query);
  const key = ({ installed }: InventoryRow) => [installed.certificateType, installed.key] as const;
  return c.json(page(rows, query.limit, { key, present: presentInstalled }), 200);
});

interface InventoryRow {
  installed: typeof table.$inferSelect;
  managed: { id: string; name: string } | null;
}

/** One row more than the page, in the order of the key. */
export function selectStationCertificates(
  db: Database,
  chargePoint: string,
  { cursor, limit }: z.infer<typeof InventoryQuery>,
) {
  return db
    .select({ installed: table, managed: { id: certificates.id, name: certificates.name } })
    .from(table)
    .leftJoin(certificates, eq(certificates.key, table.key))
    .where(and(eq(table.chargePoint, chargePoint), after([table.certificateType, table.key], cursor)))
    .orderBy(asc(table.certificateType), asc(table.key))
    .limit(limit + 1);
}

const presentInstalled = ({ installed, managed }: InventoryRow): z.infer<typeof InstalledCertificate> => ({
  certificateType: installed.certificateType,
  hashData: JSON.parse(installed.hashData),
  isChild: installed.parentKey !== null,
  certificateId: managed?.id ?? null,
  name: managed?.name ?? null,
  toldAt: timestamp(installed.toldAt),
});

const commandResponses = {
  200: { description: "It answered", content: json(Command) },
  202: { description: "On its way; see Location", content: json(Command) },
  ...problemResponses(400, 401, 403, 404, 409, 422, 502, 504),
};

const install = createRoute({
  method: "post",
  path: "/{id}/certificates",
  tags: ["security"],
  summary: "Install a managed root certificate in it",
  request: {
    params: Id,
    body: { required: true, content: json(z.strictObject({ certificateId: z.string(), wait: Wait })) },
  },
  responses: commandResponses,
});

chargePointCertificates.openapi(install, async (c) => {
  const { id } = c.req.valid("param");
  const { certificateId, wait } = c.req.valid("json");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const managed = await findCertificate(database(c.env), certificateId);
  if (managed === undefined) return problem(c, unknownCertificate(certificateId));
  const actor = chargePointOf(c.env, row.key);
  const live = await actor.live();
  if (live?.connected !== true || !isVersion(live.ocppVersion)) {
    return problem(c, { reason: "not_connected", detail: `The charge point ${row.id} is not connected.` });
  }
  const draft = versionRow(live.ocppVersion).security.installCertificate(managed.type, managed.certificate);
  const request = { ...draft, offline: "fail" as const, requestedBy: subjectOf(c.get("principal")) };
  const result = await actor.command(request, wait * 1000);
  if (!result.ok) return refuseCommand(c, result.error, "/certificateId");
  const command = presentFact(result.value, row.id);
  if (command.status === "queued" || command.status === "sent") await flushHistory(c.env, row.key);
  return answerCommand(c, command);
});
