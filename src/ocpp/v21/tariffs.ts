// Tariff and cost, OCPP 2.1 part 2, block I: tariffs that the charger holds and reckons with, and what it reckoned.
import type { Fact } from "../facts/fact.ts";
import { type Effects, effect, type Handler, type Handlers } from "../handler.ts";
import { drop, hold, transactionDetail } from "../held.ts";
import { integer, list, type Payload, record, text } from "../read.ts";
import { tariffEffects as tariffEffects201 } from "../v201/tariffs.ts";

const DEFAULT = "DefaultTariff";

export const tariffEffects: Effects = {
  ...tariffEffects201,

  SetDefaultTariff: effect(
    "an accepted tariff is kept under /api/charge-points/{id}/tariffs",
    (request, { status }) => {
      const tariff = record(request.tariff);
      const tariffId = text(tariff.tariffId);
      if (status !== "Accepted" || tariffId === undefined) return [];
      const evseId = integer(request.evseId) ?? 0;
      const { validFrom } = tariff;
      const data = { tariffId, tariffKind: DEFAULT, evseIds: [evseId], validFrom, tariff };
      const held = hold({ kind: "tariff", key: tariffId, evseId, data });
      // One that is valid later waits beside the present one; the charger changes over by itself.
      if (validFrom !== undefined) return [held];
      const scope = evseId === 0 ? undefined : evseId;
      return [held, drop({ kind: "tariff", except: [tariffId], evseId: scope, match: { tariffKind: DEFAULT } })];
    },
  ),

  GetTariffs: effect(
    "the tariffs of the answer are those that are shown as held",
    (request, { status, tariffAssignments }) => {
      const evseId = integer(request.evseId) || undefined;
      const told = status === "NoTariff" ? [] : list(tariffAssignments).map(record);
      if (status !== "Accepted" && status !== "NoTariff") return [];
      const except = told.flatMap(({ tariffId }) => text(tariffId) ?? []);
      return [...told.flatMap(assigned), drop({ kind: "tariff", evseId, except })];
    },
  ),

  ClearTariffs: effect("the cleared tariffs leave /api/charge-points/{id}/tariffs", (request, response) => {
    const results = list(response.clearTariffsResult).map(record);
    // NoTariff: the charger does not have it, so what we believed is gone as well.
    const gone = results.filter(({ status }) => status === "Accepted" || status === "NoTariff");
    const keys = gone.flatMap(({ tariffId }) => text(tariffId) ?? []);
    const evseId = integer(request.evseId) || undefined;
    const isAll = list(request.tariffIds).length === 0 && keys.length < gone.length;
    return [
      ...(keys.length === 0 ? [] : [drop({ kind: "tariff", keys, evseId })]),
      ...(isAll ? [drop({ kind: "tariff", evseId, match: { tariffKind: DEFAULT } })] : []),
    ];
  }),

  ChangeTransactionTariff: effect("the tariff that the transaction has now is shown on it", (request, { status }) =>
    status === "Accepted"
      ? [transactionDetail("tariff", text(request.transactionId) ?? "", 0, record(request.tariff))]
      : [],
  ),
};

/** The charger names its tariffs and does not repeat them: what we know of their contents stays. */
function assigned(assignment: Payload): Fact[] {
  const tariffId = text(assignment.tariffId);
  if (tariffId === undefined) return [];
  const evseIds = list(assignment.evseIds).flatMap((id) => integer(id) ?? []);
  const evseId = evseIds.length === 1 ? (evseIds[0] ?? 0) : 0;
  return [hold({ kind: "tariff", key: tariffId, evseId, data: assignment, merge: true })];
}

/** What a charger reckoned by its tariff comes with the transaction's events. */
const withCostDetails = (handler: Handler): Handler => ({
  ...handler,
  handle(station, payload) {
    const outcome = handler.handle(station, payload);
    const id = text(record(payload.transactionInfo).transactionId);
    if (payload.costDetails === undefined || id === undefined) return outcome;
    return {
      ...outcome,
      facts: [...outcome.facts, transactionDetail("costDetails", id, 0, record(payload.costDetails))],
    };
  },
});

export const withCosts = (handlers: Handlers): Handlers =>
  Object.fromEntries(Object.entries(handlers).map(([action, handler]) => [action, withCostDetails(handler)]));
