// /api/charge-points/{id}/...: its password over OCPP, and its security profile.
import { createRoute, z } from "@hono/zod-openapi";
import type { PasswordFailure } from "../../durable-objects/charge-point/passwords.ts";
import type { ProfileFailure } from "../../durable-objects/charge-point/profile-switch.ts";
import { chargePointOf } from "../../durable-objects/stubs.ts";
import { subjectOf } from "../audit.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { findChargePoint, Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { Command, presentFact } from "./command.ts";
import { json, Timestamp } from "./fields.ts";

const Wait = z.coerce.number().min(0).max(60).default(35).openapi({ description: "Seconds to wait for its answer" });

export const chargePointSecurity = createRouter();

const PendingPassword = z.object({
  commandId: z.string(),
  outcome: z.enum(["sent", "taken", "unclear", "refused"]).openapi({
    description: "taken: it will come with it; unclear: it may, for its answer was lost",
  }),
  since: Timestamp,
});

const SecurityStatus = z
  .object({
    securityProfile: z.int(),
    targetSecurityProfile: z.int().nullable().openapi({ description: "It may come under this one, too" }),
    moveTrouble: z.enum(["overdue", "fellBack"]).nullable().openapi({
      description: "overdue: it was reset and has not come back; fellBack: it came back under the old profile",
    }),
    pendingPasswords: z.array(PendingPassword).openapi({ description: "It may come with one of these, too" }),
  })
  .openapi("SecurityStatus");

const status = createRoute({
  method: "get",
  path: "/{id}/security",
  tags: ["security"],
  summary: "Its security profile, and passwords and profiles that it is being moved to",
  request: { params: Id },
  responses: { 200: { description: "As of now", content: json(SecurityStatus) }, ...problemResponses(401, 403, 404) },
});

chargePointSecurity.openapi(status, async (c) => {
  const { id } = c.req.valid("param");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const { pendingPasswords, ...now } = await chargePointOf(c.env, row.key).securityStatus();
  const passwords = pendingPasswords.map(({ since, ...one }) => ({ ...one, since: new Date(since).toISOString() }));
  return c.json({ ...now, pendingPasswords: passwords }, 200);
});

const Rotated = z
  .object({
    username: z.string(),
    password: z.string().openapi({ description: "Shown this once" }),
    outcome: z.enum(["sent", "taken", "unclear", "refused"]),
    command: Command,
  })
  .openapi("RotatedCredentials");

const rotate = createRoute({
  method: "post",
  path: "/{id}/credentials/rotate",
  tags: ["security"],
  summary: "Give it a new Basic password over OCPP",
  description:
    "Both the old and the new one let it in until it connects with the new one, or refuses it. Nothing that is lost on the way locks it out.",
  request: { params: Id, query: z.strictObject({ wait: Wait }) },
  responses: {
    200: { description: "Sent", content: json(Rotated) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

chargePointSecurity.openapi(rotate, async (c) => {
  const { id } = c.req.valid("param");
  const { wait } = c.req.valid("query");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const actor = chargePointOf(c.env, row.key);
  const rotated = await actor.rotatePassword(subjectOf(c.get("principal")), wait * 1000);
  if (!rotated.ok) return problem(c, failureOf(rotated.error));
  const { password, command, outcome } = rotated.value;
  const username = row.credentialUsername ?? row.id;
  const answer = { username, password, outcome, command: presentFact(command, row.id) };
  return c.json(answer, 200, { "cache-control": "no-store" });
});

const Switched = SecurityStatus.pick({ securityProfile: true, targetSecurityProfile: true })
  .extend({ commands: z.array(Command) })
  .openapi("SecurityProfileSwitch");

const NewProfile = z
  .strictObject({
    profile: z.int().min(0).max(3),
    force: z.boolean().default(false).openapi({ description: "Lower it, which the specification forbids" }),
    network: z
      .strictObject({
        slot: z.int().min(0),
        url: z
          .string()
          .max(512)
          .openapi({ description: "Without the identity", example: "wss://csms.example/ws/ocpp" }),
        interface: z.string().default("Any").openapi({ description: "As its version spells it, e.g. Wired0" }),
        messageTimeout: z.int().min(1).default(30).openapi({ description: "Seconds" }),
        priority: z
          .array(z.int().min(0))
          .min(1)
          .optional()
          .openapi({ description: "Left out: this slot, and behind it those that it has now, to fall back to" }),
      })
      .optional()
      .openapi({ description: "For OCPP 2.x: the network profile that is set. Without it the variable is set." }),
    reset: z.boolean().default(true).openapi({
      description: "Make it connect anew once it was told, as soon as nobody charges. false: you send the Reset",
    }),
    wait: Wait,
  })
  .openapi("NewSecurityProfile");

const switchProfile = createRoute({
  method: "post",
  path: "/{id}/security-profile",
  tags: ["security"],
  summary: "Move it to another security profile over OCPP",
  description:
    "It is told first, then reset; the registry follows when it connects under the new profile. Until then both let it in. " +
    "If it comes back under the old one, or not at all, that is a finding, and an OCPP 2.x charger gets its former order of network profiles back.",
  request: { params: Id, body: { required: true, content: json(NewProfile) } },
  responses: {
    200: { description: "What it answered so far", content: json(Switched) },
    ...problemResponses(400, 401, 403, 404, 409, 422),
  },
});

chargePointSecurity.openapi(switchProfile, async (c) => {
  const { id } = c.req.valid("param");
  const { wait, ...asked } = c.req.valid("json");
  const row = await findChargePoint(c.env, id);
  if (row === undefined) return problem(c, unknownChargePoint(id));
  const actor = chargePointOf(c.env, row.key);
  const result = await actor.switchProfile({ ...asked, requestedBy: subjectOf(c.get("principal")) }, wait * 1000);
  if (!result.ok) return problem(c, failureOf(result.error));
  const { commands, ...reached } = result.value;
  return c.json({ ...reached, commands: commands.map((command) => presentFact(command, row.id)) }, 200);
});

function failureOf(failure: PasswordFailure | ProfileFailure): Failure<"not_connected" | "conflict" | "invalid"> {
  const { reason, detail } = failure;
  if (reason === "not_connected") return { reason, detail };
  return { reason: reason === "invalid_payload" ? "invalid" : "conflict", detail };
}
