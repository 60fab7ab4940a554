// /api/certificate-requests: what chargers asked to have signed, and what came of it.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { CERTIFICATE_REQUEST_STATUSES, chargePoints, certificateRequests as table } from "../../db/schema.ts";
import { flushHistory } from "../history.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json, Timestamp, timestamp } from "./fields.ts";

const CertificateRequest = z
  .object({
    id: z.string(),
    chargePointId: z.string(),
    certificateType: z.string().nullable().openapi({ description: "Null: for everything that the charger does" }),
    status: z.enum(CERTIFICATE_REQUEST_STATUSES),
    detail: z.string().nullable().openapi({ description: "Why it was refused, rejected, or has to wait" }),
    csr: z.string(),
    certificateChain: z.string().nullable(),
    commandId: z.string().nullable().openapi({ description: "The CertificateSigned that carries the chain" }),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .openapi("CertificateRequest");

const Query = z.strictObject({
  chargePointId: z.string().optional(),
  status: z.enum(CERTIFICATE_REQUEST_STATUSES).optional(),
  ...pageQuery(z.tuple([z.int(), z.string()])),
});

export const certificateRequests = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["security"],
  summary: "List certificate signing requests of charge points",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(CertificateRequest)) },
    ...problemResponses(400, 401, 403),
  },
});

certificateRequests.openapi(list, async (c) => {
  const query = c.req.valid("query");
  if (query.chargePointId !== undefined) await flushHistory(c.env, caseKey(query.chargePointId));
  const rows = await selectCertificateRequests(database(c.env), query);
  const key = ({ request }: (typeof rows)[number]) => [request.createdAt.getTime(), request.id] as const;
  return c.json(page(rows, query.limit, { key, present }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectCertificateRequests(
  db: Database,
  { chargePointId, status, cursor, limit }: z.infer<typeof Query>,
) {
  return db
    .select({ request: table, displayId: chargePoints.id })
    .from(table)
    .leftJoin(chargePoints, eq(chargePoints.key, table.chargePoint))
    .where(
      and(
        chargePointId === undefined ? undefined : eq(table.chargePoint, caseKey(chargePointId)),
        status === undefined ? undefined : eq(table.status, status),
        before([table.createdAt, table.id], cursor),
      ),
    )
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

interface RequestRow {
  request: typeof table.$inferSelect;
  displayId: string | null;
}

function present({ request, displayId }: RequestRow): z.infer<typeof CertificateRequest> {
  const { chargePoint, historySeq: _seq, createdAt, updatedAt, ...rest } = request;
  return {
    ...rest,
    chargePointId: displayId ?? chargePoint,
    createdAt: timestamp(createdAt),
    updatedAt: timestamp(updatedAt),
  };
}
