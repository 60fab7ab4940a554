// /api/certificates: the roots that operators manage. They are installed in chargers, and contracts are checked
// against them. /api/certificate-authority: the root of the deployment's own authority.
import { createRoute, z } from "@hono/zod-openapi";
import { and, desc, eq } from "drizzle-orm";
import { type Database, database } from "../../db/client.ts";
import { before } from "../../db/keyset.ts";
import { CERTIFICATE_TYPES, certificates as table } from "../../db/schema.ts";
import { isDuplicate } from "../../db/unavailable.ts";
import { certificatePem, hashData, hashDataKey, readCertificates, summarize } from "../../pki/certificate.ts";
import { LocalAuthority } from "../../pki/local-authority.ts";
import { page, pageOf, pageQuery } from "../paging.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Certificate, presentCertificate } from "./certificate.ts";
import { json } from "./fields.ts";

const Query = z.strictObject({
  type: z.enum(CERTIFICATE_TYPES).optional(),
  ...pageQuery(z.tuple([z.int(), z.string()])),
});
const Path = z.object({ certificateId: z.string() });

export const certificates = createRouter();
export const certificateAuthorityRoutes = createRouter();

const list = createRoute({
  method: "get",
  path: "/",
  tags: ["security"],
  summary: "List managed root certificates",
  request: { query: Query },
  responses: {
    200: { description: "Newest first", content: json(pageOf(Certificate)) },
    ...problemResponses(400, 401, 403),
  },
});

certificates.openapi(list, async (c) => {
  const query = c.req.valid("query");
  const rows = await selectCertificates(database(c.env), query);
  const key = ({ createdAt, id }: (typeof rows)[number]) => [createdAt.getTime(), id] as const;
  return c.json(page(rows, query.limit, { key, present: presentCertificate }), 200);
});

/** One row more than the page, in the order of the index. */
export function selectCertificates(db: Database, { type, cursor, limit }: z.infer<typeof Query>) {
  return db
    .select()
    .from(table)
    .where(and(type === undefined ? undefined : eq(table.type, type), before([table.createdAt, table.id], cursor)))
    .orderBy(desc(table.createdAt), desc(table.id))
    .limit(limit + 1);
}

const NewCertificate = z
  .strictObject({
    type: z.enum(CERTIFICATE_TYPES),
    name: z.string().min(1).max(200).optional().openapi({ description: "Its subject, if left out" }),
    certificate: z.string().max(20_000).openapi({ description: "PEM, one certificate" }),
  })
  .openapi("NewCertificate");

const create = createRoute({
  method: "post",
  path: "/",
  tags: ["security"],
  summary: "Add a root certificate",
  request: { body: { required: true, content: json(NewCertificate) } },
  responses: {
    201: { description: "Added", content: json(Certificate) },
    ...problemResponses(400, 401, 403, 409, 422),
  },
});

certificates.openapi(create, async (c) => {
  const { type, name, certificate: pem } = c.req.valid("json");
  const [certificate, second] = readCertificates(pem) ?? [];
  if (certificate === undefined || second !== undefined) {
    const detail = "is not one certificate in PEM";
    return problem(c, { reason: "invalid", detail, errors: [{ pointer: "/certificate", detail }] });
  }
  const summary = summarize(certificate);
  const row = {
    ...summary,
    id: crypto.randomUUID(),
    type,
    name: name ?? summary.subject,
    certificate: certificatePem(certificate),
    key: hashDataKey(hashData(certificate)),
    createdAt: new Date(),
  };
  try {
    await database(c.env).insert(table).values(row);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return problem(c, { reason: "conflict", detail: "This certificate is here already." });
  }
  return c.json(presentCertificate(row), 201, { location: `/api/certificates/${row.id}` });
});

const read = createRoute({
  method: "get",
  path: "/{certificateId}",
  tags: ["security"],
  summary: "Read a root certificate",
  request: { params: Path },
  responses: {
    200: { description: "The certificate", content: json(Certificate) },
    ...problemResponses(401, 403, 404),
  },
});

certificates.openapi(read, async (c) => {
  const { certificateId } = c.req.valid("param");
  const row = await findCertificate(database(c.env), certificateId);
  return row === undefined ? problem(c, unknownCertificate(certificateId)) : c.json(presentCertificate(row), 200);
});

const remove = createRoute({
  method: "delete",
  path: "/{certificateId}",
  tags: ["security"],
  summary: "Forget a root certificate",
  description: "It stays installed in chargers that have it, and contracts are checked against it no more.",
  request: { params: Path },
  responses: { 204: { description: "Forgotten" }, ...problemResponses(401, 403, 404) },
});

certificates.openapi(remove, async (c) => {
  const { certificateId } = c.req.valid("param");
  const gone = await database(c.env).delete(table).where(eq(table.id, certificateId)).returning({ id: table.id });
  return gone.length > 0 ? c.body(null, 204) : problem(c, unknownCertificate(certificateId));
});

export const findCertificate = (db: Database, id: string) =>
  db.query.certificates.findFirst({ where: eq(table.id, id) });

export const unknownCertificate = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no certificate ${id}.`,
});

const root = createRoute({
  method: "get",
  path: "/root.pem",
  tags: ["security"],
  summary: "Download the root of the deployment's own certificate authority",
  description:
    "For chargers as CSMSRootCertificate, and for the edge as the authority of client certificates. Made on first use. Where CERTIFICATE_AUTHORITY_URL is set, that authority's root is its own matter.",
  responses: {
    200: { description: "PEM", content: { "application/x-pem-file": { schema: z.string() } } },
    ...problemResponses(401, 403),
  },
});

certificateAuthorityRoutes.openapi(root, async (c) => {
  const { DB, CREDENTIALS_KEY, CERTIFICATE_ORGANISATION } = c.env;
  const pem = await new LocalAuthority(DB, CREDENTIALS_KEY, CERTIFICATE_ORGANISATION).root();
  return c.body(pem, 200, { "content-type": "application/x-pem-file" });
});
