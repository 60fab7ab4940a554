/** RequestStart/StopTransaction and what else the CSMS asks or says about transactions. */
import { type Connector, obstacle } from "../connector.ts";
import { describe } from "../errors.ts";
import type { StartOptions } from "../sessions.ts";
import type { Context } from "./context.ts";
import type { Handlers } from "./messages.ts";
import type { SmartCharging } from "./smart-charging.ts";
import type { Transactions } from "./transactions.ts";
import { fromIdToken, reason } from "./types.ts";

export function remoteHandlers(context: Context, transactions: Transactions, smart: SmartCharging): Handlers {
  const { station, sessions, model, log } = context;

  function mayStart(connector: Connector, token: string, groupId: string | undefined): boolean {
    const { reservation } = connector;
    if (obstacle(connector)) return false;
    return !reservation || reservation.idToken === token || (groupId !== undefined && reservation.groupId === groupId);
  }

  /** Where a cable is in, the driver stands in front of it; so that one first. */
  function pick(token: string, groupId: string | undefined): Connector | undefined {
    const free = station.connectors.filter((connector) => mayStart(connector, token, groupId));
    return free.find((connector) => connector.plugged) ?? free[0];
  }

  async function start(connector: Connector, token: string, options: StartOptions): Promise<void> {
    try {
      await sessions.start(connector.id, token, {
        ...options,
        authorize: model.flag("AuthCtrlr.AuthorizeRemoteStart"),
      });
    } catch (error) {
      log(`remote start: ${describe(error)}`);
    }
  }

  const byId = (id: string) => station.connectors.find(({ transaction }) => transaction?.id === id);

  return {
    RequestStartTransaction(request) {
      const { evseId, idToken, groupIdToken, remoteStartId, chargingProfile } = request;
      const token = fromIdToken(idToken);
      const groupId = groupIdToken && fromIdToken(groupIdToken);
      const connector = evseId === undefined ? pick(token, groupId) : station.find(evseId);
      // A CSMS that has not accepted us yet may configure us, not more.
      if (!context.accepted || !connector || !mayStart(connector, token, groupId))
        return { response: { status: "Rejected" } };
      const profile = chargingProfile && smart.forStart(chargingProfile, connector.id);
      if (typeof profile === "string") return { response: { status: "Rejected", ...reason(profile) } };
      return {
        response: { status: "Accepted" },
        after: () => void start(connector, token, { remoteStartId, groupId, profile }),
      };
    },
    RequestStopTransaction({ transactionId }) {
      const connector = byId(transactionId);
      if (!connector) return { response: { status: "Rejected", ...reason("TxNotFound") } };
      return { response: { status: "Accepted" }, after: () => void sessions.stop(connector.id, "Remote") };
    },
    GetTransactionStatus({ transactionId }) {
      const messagesInQueue = transactions.isUnsent(transactionId);
      if (transactionId === undefined) return { response: { messagesInQueue } };
      return { response: { ongoingIndicator: transactions.isOngoing(transactionId), messagesInQueue } };
    },
    CostUpdated({ transactionId, totalCost }) {
      log(`display: transaction ${transactionId} costs ${totalCost} so far`);
      return { response: {} };
    },
  };
}
