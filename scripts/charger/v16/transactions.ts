/** StartTransaction and StopTransaction through the outbox; remote start and stop. */
import { z } from "zod";
import { type Commands, command } from "../command.ts";
import { type Connector, obstacle, type Transaction } from "../connector.ts";
import type { Verdict } from "../driver.ts";
import { describe } from "../errors.ts";
import type { Authorization } from "./authorization.ts";
import type { Context } from "./context.ts";
import type { Metering } from "./metering.ts";
import { chargingProfile, toProfile } from "./smart-charging.ts";
import { connectorId, idTag, idTagInfo, iso } from "./types.ts";

export interface Transactions {
  commands: Commands;
  started(transaction: Transaction): Promise<Verdict | undefined>;
  stopped(transaction: Transaction): Promise<void>;
}

const startAnswer = z.object({ transactionId: z.int(), idTagInfo });
const stopAnswer = z.object({ idTagInfo: idTagInfo.optional() });

export function createTransactions(context: Context, authorization: Authorization, metering: Metering): Transactions {
  const { station, sessions, outbox, config, timers, log } = context;

  async function started(transaction: Transaction): Promise<Verdict | undefined> {
    const { connectorId: connector, idToken, meterStartWh, reservationId, startedAt } = transaction;
    const delivery = outbox.deliver("StartTransaction", () => ({
      connectorId: connector,
      idTag: idToken,
      meterStart: meterStartWh,
      timestamp: iso(startedAt),
      ...(reservationId !== undefined && { reservationId }),
    }));
    // Behind the start in the outbox, so that their transaction id is known when they go.
    metering.begin(transaction);
    const result = await delivery;
    const answer = result.ok ? startAnswer.safeParse(result.answer) : undefined;
    if (!answer?.success) {
      log(
        `the start at connector ${connector} has no transaction id: ${result.ok ? "unusable answer" : result.reason}`,
      );
      return undefined;
    }
    transaction.id = answer.data.transactionId;
    return authorization.learn(idToken, answer.data.idTagInfo);
  }

  async function stopped(transaction: Transaction): Promise<void> {
    const { ended } = transaction;
    if (!ended) return;
    const transactionData = metering.end(transaction);
    const result = await outbox.deliver("StopTransaction", () =>
      transaction.id === undefined
        ? undefined
        : {
            transactionId: transaction.id,
            idTag: ended.idToken ?? transaction.idToken,
            meterStop: ended.meterWh,
            timestamp: iso(ended.at),
            reason: ended.reason,
            ...(transactionData.length > 0 && { transactionData }),
          },
    );
    if (!result.ok) return log(`the stop at connector ${transaction.connectorId} was dropped: ${result.reason}`);
    const answer = stopAnswer.safeParse(result.answer);
    if (answer.success && answer.data.idTagInfo) authorization.learn(transaction.idToken, answer.data.idTagInfo);
  }

  const remoteStart = z.object({
    connectorId: connectorId.optional(),
    idTag,
    chargingProfile: chargingProfile.optional(),
  });
  const remoteStop = z.object({ transactionId: z.int() });

  /** Where a cable is in, the driver stands in front of it; so that one first. */
  function pick(tag: string): Connector | undefined {
    const free = station.connectors.filter((connector) => mayStart(connector, tag));
    return free.find((connector) => connector.plugged) ?? free[0];
  }

  function mayStart(connector: Connector, tag: string): boolean {
    const { reservation } = connector;
    return !obstacle(connector) && (!reservation || reservation.idToken === tag || reservation.groupId !== undefined);
  }

  return {
    started,
    stopped,
    commands: {
      RemoteStartTransaction: command(remoteStart, ({ connectorId: id, idTag: tag, chargingProfile: wire }) => {
        const connector = id === undefined ? pick(tag) : station.find(id);
        const profileFits = !wire || wire.chargingProfilePurpose === "TxProfile";
        if (!connector || !mayStart(connector, tag) || !profileFits) return { response: { status: "Rejected" } };
        const profile = wire && toProfile(wire, connector.id, timers.now());
        const authorize = config.flag("AuthorizeRemoteTxRequests");
        const start = async () => {
          try {
            await sessions.start(connector.id, tag, { authorize, profile });
          } catch (error) {
            log(`remote start: ${describe(error)}`);
          }
        };
        return { response: { status: "Accepted" }, after: () => void start() };
      }),
      RemoteStopTransaction: command(remoteStop, ({ transactionId }) => {
        const connector = station.connectors.find(({ transaction }) => transaction?.id === transactionId);
        if (!connector) return { response: { status: "Rejected" } };
        return { response: { status: "Accepted" }, after: () => void sessions.stop(connector.id, "Remote") };
      }),
    },
  };
}
