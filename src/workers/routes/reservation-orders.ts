// Making and ending a reservation: what operators and drivers have in common.
import type { Context } from "hono";
import { database } from "../../db/client.ts";
import type { NeutralRequest } from "../../ocpp/neutral.ts";
import type { AppEnv } from "../context.ts";
import { flushHistory } from "../history.ts";
import { type Failure, problem } from "../problems.ts";
import { findChargePoint, unknownChargePoint } from "./charge-point-lookup.ts";
import { answerUnanswered, refuseCommand } from "./command.ts";
import { findReservation, presentReservation, type ReservationRow, reservationOf } from "./reservation.ts";
import { sendNeutral } from "./send-neutral.ts";

type Reserve = NeutralRequest<"reserve">["params"];

export async function placeReservation(c: Context<AppEnv>, chargePointId: string, params: Reserve, wait: number) {
  const sent = await send(c, chargePointId, { kind: "reserve", params }, wait);
  if (!sent.ok) return sent.answer;
  const row = await reservationOf(database(c.env), chargePointId, sent.command.id);
  if (row === undefined || row.reservation.status === "rejected") {
    const detail = `The charger answered ${row?.reservation.reason ?? JSON.stringify(sent.command.response)}.`;
    return problem(c, { reason: "conflict", detail, commandId: sent.command.id });
  }
  return c.json(presentReservation(row), 201, { location: `/api/reservations/${row.reservation.id}` });
}

export async function cancelReservation(c: Context<AppEnv>, { reservation }: ReservationRow, wait: number) {
  const { id, status, reservationId, chargePoint } = reservation;
  if (status !== "active") return problem(c, { reason: "conflict", detail: `The reservation is ${status} already.` });
  const sent = await send(c, chargePoint, { kind: "cancelReservation", params: { reservationId } }, wait);
  if (!sent.ok) return sent.answer;
  const after = await newestReservation(c.env, id);
  return after ? c.json(presentReservation(after), 200) : problem(c, unknownReservation(id));
}

/** Sends a neutral command and waits for its answer to be in history. What is not an answer is told as for any command. */
async function send(c: Context<AppEnv>, chargePointId: string, request: NeutralRequest, wait: number) {
  const row = await findChargePoint(c.env, chargePointId);
  if (row === undefined) return { ok: false as const, answer: problem(c, unknownChargePoint(chargePointId)) };
  const sent = await sendNeutral(c, row, request, { wait, offline: "fail" });
  if (!sent.ok) return { ok: false as const, answer: refuseCommand(c, sent.error, "") };
  await flushHistory(c.env, row.key);
  const { status } = sent.value;
  if (status === "accepted") return { ok: true as const, command: sent.value };
  return { ok: false as const, answer: answerUnanswered(c, sent.value, status) };
}

export async function newestReservation(env: Env, id: string): Promise<ReservationRow | undefined> {
  const db = database(env);
  const row = await findReservation(db, id);
  if (row?.reservation.status !== "active") return row;
  // It may have ended, and its charger's actor may not have told yet.
  await flushHistory(env, row.reservation.chargePoint);
  return findReservation(db, id);
}

export const unknownReservation = (id: string): Failure<"not_found"> => ({
  reason: "not_found",
  detail: `There is no reservation ${id}.`,
});
