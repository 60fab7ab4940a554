/** MeterValues: sampled during a transaction, aligned to the clock, and on request. */
import type { Transaction } from "../connector.ts";
import type { Reading } from "../station.ts";
import { type Context, tell } from "./context.ts";
import { iso } from "./types.ts";

type SampleContext = "Transaction.Begin" | "Sample.Periodic" | "Sample.Clock" | "Transaction.End" | "Trigger";

export interface MeterValue {
  timestamp: string;
  sampledValue: Record<string, string>[];
}

export interface Metering {
  begin(transaction: Transaction): void;
  /** Ends the sampling; the answer is the transactionData of the stop, if the configuration asks for any. */
  end(transaction: Transaction): MeterValue[];
  /** Meter values on request; `send` lets a triggered message pass while the boot is pending. */
  request(connectorId: number, send?: typeof tell): Promise<void>;
  watchClock(): void;
}

interface Sampling {
  cancel(): void;
  kept: MeterValue[];
}

export function createMetering(context: Context): Metering {
  const { config, station, link, outbox, timers } = context;
  const samplings = new Map<Transaction, Sampling>();
  let cancelClock = () => {};

  config.onChange("MeterValueSampleInterval", () => {
    for (const [transaction, sampling] of samplings) schedule(transaction, sampling);
  });
  config.onChange("ClockAlignedDataInterval", watchClock);

  function measure(connectorId: number, key: string, sampleContext: SampleContext): MeterValue[] {
    const reading = station.read(connectorId);
    const sampledValue = config.list(key).flatMap((measurand) => sample(measurand, reading, sampleContext));
    return sampledValue.length > 0 ? [{ timestamp: iso(reading.at), sampledValue }] : [];
  }

  async function deliver(transaction: Transaction, meterValue: MeterValue[]): Promise<void> {
    if (meterValue.length === 0) return;
    const { connectorId } = transaction;
    await outbox.deliver("MeterValues", () =>
      transaction.id === undefined ? undefined : { connectorId, transactionId: transaction.id, meterValue },
    );
  }

  function schedule(transaction: Transaction, sampling: Sampling): void {
    sampling.cancel();
    const everyMs = config.ms("MeterValueSampleInterval");
    if (everyMs === 0) return;
    sampling.cancel = timers.after(everyMs, () => {
      void deliver(transaction, measure(transaction.connectorId, "MeterValuesSampledData", "Sample.Periodic"));
      sampling.kept.push(...measure(transaction.connectorId, "StopTxnSampledData", "Sample.Periodic"));
      schedule(transaction, sampling);
    });
  }

  function watchClock(): void {
    cancelClock();
    const everyMs = config.ms("ClockAlignedDataInterval");
    if (everyMs === 0) return;
    cancelClock = timers.after(everyMs - (timers.now() % everyMs), () => {
      for (const { id, transaction } of station.connectors) {
        const meterValue = measure(id, "MeterValuesAlignedData", "Sample.Clock");
        if (transaction) {
          void deliver(transaction, meterValue);
          samplings.get(transaction)?.kept.push(...measure(id, "StopTxnAlignedData", "Sample.Clock"));
        } else if (meterValue.length > 0) {
          void tell(context, "MeterValues", { connectorId: id, meterValue });
        }
      }
      watchClock();
    });
  }

  return {
    watchClock,
    begin(transaction) {
      const { connectorId } = transaction;
      const sampling = { cancel: () => {}, kept: measure(connectorId, "StopTxnSampledData", "Transaction.Begin") };
      samplings.set(transaction, sampling);
      void deliver(transaction, measure(connectorId, "MeterValuesSampledData", "Transaction.Begin"));
      schedule(transaction, sampling);
    },
    end(transaction) {
      const sampling = samplings.get(transaction);
      samplings.delete(transaction);
      sampling?.cancel();
      void deliver(transaction, measure(transaction.connectorId, "MeterValuesSampledData", "Transaction.End"));
      return [...(sampling?.kept ?? []), ...measure(transaction.connectorId, "StopTxnSampledData", "Transaction.End")];
    },
    async request(connectorId, send = tell) {
      const meterValue = measure(connectorId, "MeterValuesSampledData", "Trigger");
      const { transaction } = station.connector(connectorId);
      if (transaction) await Promise.race([deliver(transaction, meterValue), link.whenOffline()]);
      else if (meterValue.length > 0) await send(context, "MeterValues", { connectorId, meterValue });
    },
  };
}

const PHASES = ["L1", "L2", "L3"];

/** How each measurand is read; an empty answer means that there is nothing to measure now. */
const READERS: Record<string, (reading: Reading) => Record<string, string>[]> = {
  "Energy.Active.Import.Register": ({ registerWh }) => [{ value: String(registerWh), unit: "Wh", location: "Outlet" }],
  "Power.Active.Import": ({ powerW }) => [{ value: String(powerW), unit: "W", location: "Outlet" }],
  "Current.Import": ({ currentA, phases }) =>
    perPhase(phases, "", { value: currentA.toFixed(1), unit: "A", location: "Outlet" }),
  Voltage: ({ voltageV, phases }) => perPhase(phases, "-N", { value: String(voltageV), unit: "V", location: "Outlet" }),
  SoC: ({ socPercent }) =>
    socPercent === undefined ? [] : [{ value: String(socPercent), unit: "Percent", location: "EV" }],
};

function sample(measurand: string, reading: Reading, sampleContext: SampleContext): Record<string, string>[] {
  const values = READERS[measurand]?.(reading) ?? [];
  return values.map((value) => ({ ...value, measurand, context: sampleContext }));
}

function perPhase(phases: number, suffix: string, value: Record<string, string>): Record<string, string>[] {
  if (phases === 1) return [value];
  return PHASES.slice(0, phases).map((phase) => ({ ...value, phase: `${phase}${suffix}` }));
}
