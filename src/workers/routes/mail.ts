// /api/mail: whether mail leaves, and trying it out.
import { createRoute, z } from "@hono/zod-openapi";
import { mailerOf } from "../../durable-objects/stubs.ts";
import { requireRole } from "../auth/roles.ts";
import { canMail, originOf, post } from "../mail/post.ts";
import { problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { json } from "./fields.ts";
import { Email } from "./user.ts";

const MailState = z
  .object({
    provider: z.string().nullable().openapi({ description: "MAIL_PROVIDER; null: no mail is sent" }),
    from: z.string().nullable(),
    waiting: z.int().openapi({ description: "Tried again until the link in them would have expired" }),
    sent: z.int(),
    failed: z.int().openapi({ description: "Refused, or not carried in time" }),
    lastError: z.string().nullable(),
  })
  .openapi("MailState");

export const mail = createRouter();
mail.use(requireRole("admin"));

const read = createRoute({
  method: "get",
  path: "/",
  tags: ["system"],
  summary: "How is the outgoing mail?",
  responses: {
    200: { description: "Since the deployment began", content: json(MailState) },
    ...problemResponses(401, 403),
  },
});

mail.openapi(read, async (c) => {
  const { MAIL_PROVIDER, MAIL_FROM } = c.env;
  return c.json({ provider: MAIL_PROVIDER || null, from: MAIL_FROM || null, ...(await mailerOf(c.env).state()) }, 200);
});

const test = createRoute({
  method: "post",
  path: "/test",
  tags: ["system"],
  summary: "Send a mail to try it out",
  request: { body: { required: true, content: json(z.strictObject({ to: Email })) } },
  responses: { 202: { description: "On its way" }, ...problemResponses(400, 401, 403, 409, 422) },
});

mail.openapi(test, async (c) => {
  if (!canMail(c.env)) return problem(c, { reason: "conflict", detail: "MAIL_PROVIDER is not set." });
  const { to } = c.req.valid("json");
  await post(c.env, { kind: "test", to, username: c.get("principal").name, origin: originOf(c.env, c.req.url) });
  return c.body(null, 202);
});
