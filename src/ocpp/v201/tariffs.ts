// Tariff and cost, OCPP 2.0.1 part 2, block I. What a transaction costs is told by us; the charger only shows it.
import { type Effects, effect } from "../handler.ts";
import { transactionDetail } from "../held.ts";
import { text } from "../read.ts";

/** Who tells a running session's cost of its own accord. */
export const RUNNING_COST = "running-cost";

export const tariffEffects: Effects = {
  CostUpdated: effect(
    "the cost that the charger now shows is shown on the transaction",
    (request, _, { requestedBy }) => {
      // What we reckon ourselves is worked out whenever somebody asks.
      if (requestedBy === RUNNING_COST) return [];
      const { transactionId, totalCost } = request;
      return [transactionDetail("runningCost", text(transactionId) ?? "", 0, { totalCost })];
    },
  ),
};
