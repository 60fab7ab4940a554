// /api/charge-points/{id}/credentials: a new password at once, for chargers that are told it by hand.
import { createRoute, z } from "@hono/zod-openapi";
import { eq } from "drizzle-orm";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { chargePoints as table } from "../../db/schema.ts";
import { newPassword } from "../credentials.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { configure, storedHash } from "./charge-point-copy.ts";
import { Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { json } from "./fields.ts";

export const chargePointCredentials = createRouter();

const Credentials = z
  .object({ username: z.string(), password: z.string().openapi({ description: "Shown this once" }) })
  .openapi("Credentials");

const rotate = createRoute({
  method: "post",
  path: "/{id}/credentials",
  tags: ["charge-points"],
  summary: "Make a new Basic password",
  description: "The old one stops to work with the next connection. The live connection stays.",
  request: { params: Id },
  responses: {
    200: { description: "The new credentials", content: json(Credentials) },
    ...problemResponses(401, 403, 404),
  },
});

chargePointCredentials.openapi(rotate, async (c) => {
  const { id } = c.req.valid("param");
  const key = caseKey(id);
  const password = newPassword();
  const change = { credentialHash: await storedHash(c.env, key, password), updatedAt: new Date() };
  const [row] = await database(c.env).update(table).set(change).where(eq(table.key, key)).returning();
  if (row === undefined) return problem(c, unknownChargePoint(id));
  await configure(c.env, row, { password: true, securityProfile: false });
  return c.json({ username: row.credentialUsername ?? row.id, password }, 200, { "cache-control": "no-store" });
});
