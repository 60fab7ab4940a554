// What the chargers of the endurance tests do all day. Each message carries something that no other one carries, so
// that the judge can tell it in history: a status its `info`, a reading its value, a transaction its `meterStart`.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { LedgerCharger, type Payload } from "./ledger-charger.ts";
import type { Random } from "./random.ts";

export const CONNECTORS = [0, 1, 2] as const;
const BREAKS = 0.01;
const THINK_MS = [20, 120] as const;

export interface Fleet {
  chargers: LedgerCharger[];
  /** Lets each charger end its session, with every message answered. */
  finish(): Promise<void>;
}

export function startFleet(url: () => string, size: number, random: Random, idTokens: readonly string[]): Fleet {
  const chargers = Array.from(
    { length: size },
    (_, index) =>
      new LedgerCharger({
        url,
        id: `LEDGER-${index + 1}`,
        random: random.fork(),
        bootsOnReconnect: index % 2 === 0,
        breaks: BREAKS,
      }),
  );
  const over = new AbortController();
  const lives = chargers.map((charger, index) =>
    live(charger, random.fork(), idTokens[index % idTokens.length] ?? "", over.signal),
  );
  const all = Promise.all(lives);
  // Whoever fails first fails finish(); until then it is not unhandled.
  all.catch(() => over.abort());
  return {
    chargers,
    async finish() {
      over.abort();
      await all;
      await Promise.all(chargers.map((charger) => charger.close()));
    },
  };
}

async function live(charger: LedgerCharger, random: Random, idTag: string, over: AbortSignal): Promise<void> {
  let energy = random.between(1, 1000) * 1_000_000;
  const now = () => new Date().toISOString();
  const reading = () => ({
    timestamp: now(),
    sampledValue: [{ value: String(++energy), measurand: "Energy.Active.Import.Register", unit: "Wh" }],
  });
  async function tell(action: string, payload: Payload): Promise<void> {
    await charger.call(action, payload, { forgettable: true });
    await setTimeout(random.between(...THINK_MS));
  }
  const status = (connectorId: number, status: string) =>
    tell("StatusNotification", { connectorId, status, errorCode: "NoError", info: randomUUID(), timestamp: now() });

  for (const connectorId of CONNECTORS) await status(connectorId, "Available");
  while (!over.aborted) {
    const connectorId = random.between(1, 2);
    await status(connectorId, "Preparing");
    await tell("Authorize", { idTag });
    const start = { connectorId, idTag, meterStart: ++energy, timestamp: now() };
    const answer = await charger.call("StartTransaction", start);
    const transactionId = answer?.transactionId;
    await status(connectorId, "Charging");
    for (let left = random.between(2, 6); left > 0; left -= 1) {
      await tell("MeterValues", { connectorId, transactionId, meterValue: [reading()] });
    }
    await tell("Heartbeat", {});
    const transactionData = random.chance(0.5) ? { transactionData: [reading()] } : {};
    const stop = { transactionId, idTag, meterStop: ++energy, timestamp: now(), reason: "Local", ...transactionData };
    await charger.call("StopTransaction", stop);
    await status(connectorId, "Available");
  }
}
