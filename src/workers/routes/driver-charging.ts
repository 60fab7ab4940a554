// /api/driver: starting and stopping by one's own hand, with one's own id token, at chargers that are open to drivers.
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { hasCredit } from "../../billing/ledger.ts";
import { caseKey } from "../../db/case-key.ts";
import { database } from "../../db/client.ts";
import { findTransaction, isTransactionOf } from "../../db/transactions.ts";
import type { NeutralRequest } from "../../ocpp/neutral.ts";
import { fail, ok, type Result } from "../../result.ts";
import type { AppEnv } from "../context.ts";
import { chargingToken } from "../driver/own-tokens.ts";
import { placesOf } from "../driver/places.ts";
import { flushHistory } from "../history.ts";
import { type Failure, problem, problemResponses } from "../problems.ts";
import { createRouter } from "../router.ts";
import { Id, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerFailed, type CommandView, refuseCommand } from "./command.ts";
import { wait } from "./command-options.ts";
import { json } from "./fields.ts";
import { TokenText } from "./id-token.ts";
import { sendNeutral } from "./send-neutral.ts";

/** A command as a driver sees it: not what was said on the wire. */
const DriverOrder = z
  .object({
    commandId: z.string().openapi({ description: "The transaction that comes of a start has it, too" }),
    accepted: z.boolean().nullable().openapi({ description: "null: the charger has not answered yet" }),
    answer: z.string().nullable().openapi({ description: "The charger's own word", example: "Accepted" }),
  })
  .openapi("DriverOrder");

const answers = {
  200: { description: "The charger answered", content: json(DriverOrder) },
  202: { description: "On its way", content: json(DriverOrder) },
};

export const driverCharging = createRouter();

const Place = {
  evseId: z.int().min(1).optional().openapi({ description: "May be left out where there is one alone" }),
};

const start = createRoute({
  method: "post",
  path: "/charge-points/{id}/start",
  tags: ["driver"],
  summary: "Start charging",
  description:
    "With an id token of one's own: the first that may charge unless one is named. 402 where credit is required and none is left.",
  request: {
    params: Id,
    body: {
      required: true,
      content: json(z.strictObject({ ...Place, idToken: TokenText.optional(), wait }).openapi("DriverStart")),
    },
  },
  responses: { ...answers, ...problemResponses(400, 401, 402, 403, 404, 409, 422, 502, 504) },
});

driverCharging.openapi(start, async (c) => {
  const { id } = c.req.valid("param");
  const { evseId, idToken, wait } = c.req.valid("json");
  const may = await mayCharge(c, id, { evseId, idToken });
  if (!may.ok) return problem(c, may.error);
  const { params, charger } = may.value;
  return order(c, charger, { kind: "start", params }, wait);
});

const stop = createRoute({
  method: "post",
  path: "/transactions/{id}/stop",
  tags: ["driver"],
  summary: "Stop charging",
  description: "A session of one's own.",
  request: {
    params: z.object({ id: z.string() }),
    body: { required: true, content: json(z.strictObject({ wait }).openapi("DriverStop")) },
  },
  responses: { ...answers, ...problemResponses(400, 401, 403, 404, 409, 422, 502, 504) },
});

driverCharging.openapi(stop, async (c) => {
  const { id } = c.req.valid("param");
  const db = database(c.env);
  const found = await findTransaction(db, id);
  // To a driver, another's session does not exist.
  if (!found || !(await isTransactionOf(db, found, c.get("principal").id))) {
    return problem(c, { reason: "not_found", detail: `There is no transaction ${id}.` });
  }
  await flushHistory(c.env, found.transaction.chargePoint, false);
  const { transaction, displayId } = (await findTransaction(db, id)) ?? found;
  const { status, chargePoint } = transaction;
  if (status !== "active") return problem(c, { reason: "conflict", detail: `The transaction is ${status} already.` });
  const charger = { key: chargePoint, id: displayId ?? chargePoint };
  return order(c, charger, { kind: "stop", params: { transactionId: id } }, c.req.valid("json").wait);
});

interface Charging {
  charger: { key: string; id: string };
  params: { evseId: number; idToken: string; idTokenType: string | undefined; groupId: string | undefined };
}

type Why = Failure<"not_found"> | Failure<"conflict"> | Failure<"invalid"> | Failure<"no_credit">;

/** Whether this driver may charge there, and with what. */
export async function mayCharge(
  c: Context<AppEnv>,
  chargePointId: string,
  { evseId, idToken }: { evseId?: number | undefined; idToken?: string | undefined },
): Promise<Result<Charging, Why>> {
  const { id: userId } = c.get("principal");
  const evses = (await placesOf(c.env, chargePointId)).flatMap((place) => place.evses);
  const [first] = evses;
  if (first === undefined) return fail(unknownChargePoint(chargePointId));
  const evse =
    evseId === undefined ? (evses.length === 1 ? first : undefined) : evses.find((one) => one.evseId === evseId);
  if (evse === undefined) {
    const detail = `is one of ${evses.map((one) => one.evseId).join(", ")}`;
    return fail({ reason: "invalid", detail: `evseId ${detail}`, errors: [{ pointer: "/evseId", detail }] });
  }
  const token = await chargingToken(c.env, userId, idToken);
  if (!token.ok) return token;
  if (c.env.REQUIRE_CREDIT === "yes" && !(await hasCredit(c.env.DB, userId)))
    return fail({ reason: "no_credit", detail: "There is no credit left in your account." });
  const { type, groupId } = token.value;
  return ok({
    charger: { key: caseKey(evse.chargePointId), id: evse.chargePointId },
    params: {
      ...{ evseId: evse.evseId, idToken: token.value.idToken },
      ...{ idTokenType: type ?? undefined, groupId: groupId ?? undefined },
    },
  });
}

async function order(c: Context<AppEnv>, charger: Charging["charger"], request: NeutralRequest, seconds: number) {
  const sent = await sendNeutral(c, charger, request, { wait: seconds, offline: "fail" });
  if (!sent.ok) return refuseCommand(c, sent.error, "");
  const { id: commandId, status } = sent.value;
  if (status === "accepted") {
    const answer = answerOf(sent.value);
    return c.json({ commandId, accepted: answer === "Accepted", answer }, 200);
  }
  if (status === "queued" || status === "sent") return c.json({ commandId, accepted: null, answer: null }, 202);
  return answerFailed(c, sent.value, status);
}

const Answer = z.object({ status: z.string() });
const answerOf = ({ response }: CommandView): string | null => Answer.safeParse(response).data?.status ?? null;
