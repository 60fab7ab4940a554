/** Tariffs: the default of each EVSE, a driver's own, and the one that a transaction runs under. Costs nothing itself. */
import type { Transaction } from "../connector.ts";
import type { Context } from "../v201/context.ts";
import type { Handlers21, v21 } from "../v201/messages.ts";
import { reason } from "../v201/types.ts";
import type { Shared } from "../v201.ts";

type Tariff = v21.TariffType;

/** Which tariff applies where. Made before the driver, as every transaction event names one. */
export class TariffBook {
  /** By EVSE; 0 is every EVSE that has none of its own. */
  readonly defaults = new Map<number, Tariff>();
  readonly #running = new WeakMap<Transaction, { tariff: Tariff; isDriver: boolean }>();

  begin(transaction: Transaction, driverTariff: Tariff | undefined): void {
    const tariff = driverTariff ?? this.defaults.get(transaction.connectorId) ?? this.defaults.get(0);
    if (tariff) this.change(transaction, tariff, driverTariff !== undefined);
  }

  change(transaction: Transaction, tariff: Tariff, isDriver: boolean): void {
    this.#running.set(transaction, { tariff, isDriver });
  }

  of(transaction: Transaction): Tariff | undefined {
    return this.#running.get(transaction)?.tariff;
  }

  ofDriver(transaction: Transaction): Tariff | undefined {
    const entry = this.#running.get(transaction);
    return entry?.isDriver ? entry.tariff : undefined;
  }
}

export function tariffHandlers({ station }: Context, { transactions }: Shared, book: TariffBook): Handlers21 {
  const { defaults } = book;
  const exists = (evseId: number) => evseId === 0 || station.find(evseId) !== undefined;

  function assignments(evseId: number): v21.TariffAssignmentType[] {
    const ids = new Set([...defaults.values()].map(({ tariffId }) => tariffId));
    const ofDefaults = [...ids].flatMap((tariffId): v21.TariffAssignmentType[] => {
      const evseIds = [...defaults].flatMap(([id, tariff]) => (tariff.tariffId === tariffId ? [id] : []));
      const isAsked = evseId === 0 || evseIds.includes(evseId) || evseIds.includes(0);
      return isAsked ? [{ tariffId, tariffKind: "DefaultTariff", evseIds }] : [];
    });
    const ofDrivers = station.connectors.flatMap(({ id, transaction }): v21.TariffAssignmentType[] => {
      const tariff = transaction && book.ofDriver(transaction);
      if (!tariff || (evseId !== 0 && evseId !== id)) return [];
      const { tariffId } = tariff;
      return [{ tariffId, tariffKind: "DriverTariff", evseIds: [id], idTokens: [transaction.idToken] }];
    });
    return [...ofDefaults, ...ofDrivers];
  }

  return {
    SetDefaultTariff({ evseId, tariff }) {
      if (!exists(evseId)) return { response: { status: "Rejected", ...reason("UnknownEvse") } };
      defaults.set(evseId, tariff);
      return { response: { status: "Accepted" } };
    },
    GetTariffs({ evseId }) {
      if (!exists(evseId)) return { response: { status: "Rejected", ...reason("UnknownEvse") } };
      const tariffAssignments = assignments(evseId);
      return {
        response: tariffAssignments.length > 0 ? { status: "Accepted", tariffAssignments } : { status: "NoTariff" },
      };
    },
    ClearTariffs({ tariffIds, evseId = 0 }) {
      const isThere = ([id]: [number, Tariff]) => evseId === 0 || id === evseId;
      const known = [...defaults].filter(isThere).map(([, { tariffId }]) => tariffId);
      const wanted = tariffIds ?? [...new Set(known)];
      for (const entry of [...defaults])
        if (isThere(entry) && wanted.includes(entry[1].tariffId)) defaults.delete(entry[0]);
      const clearTariffsResult = wanted.map((tariffId): v21.ClearTariffsResultType => {
        return { tariffId, status: known.includes(tariffId) ? "Accepted" : "NoTariff" };
      });
      // Nothing asked for, nothing there: still an answer with one result.
      return {
        response: { clearTariffsResult: clearTariffsResult.length > 0 ? clearTariffsResult : [{ status: "NoTariff" }] },
      };
    },
    ChangeTransactionTariff({ transactionId, tariff }) {
      const connector = station.connectors.find(({ transaction }) => transaction?.id === transactionId);
      const transaction = connector?.transaction;
      if (!transaction) return { response: { status: "TxNotFound" } };
      const before = book.of(transaction);
      if (before && before.currency !== tariff.currency) return { response: { status: "NoCurrencyChange" } };
      book.change(transaction, tariff, true);
      return {
        response: { status: "Accepted" },
        after: () => void transactions.update(connector.id, "TariffChanged"),
      };
    },
  };
}
