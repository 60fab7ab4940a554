// Compares the chargers' books with history as the REST API shows it. Answered: there exactly once. Sent but never
// answered: there once at most. Nothing else is there, and everything is in the order in which it was sent.
import type { Entry, LedgerCharger } from "./ledger-charger.ts";
import type { Rest } from "./rest.ts";
import { CONNECTORS } from "./sessions.ts";

export interface Figures {
  chargers: number;
  connections: number;
  sent: number;
  answered: number;
  sentAgain: number;
  neverAnswered: number;
  transactions: number;
  samples: number;
  statuses: number;
}

export interface Verdict {
  figures: Figures;
  /** Each a sentence about one message. Empty: all is well. */
  lost: string[];
  doubled: string[];
  /** In history, but sent by nobody, or sent otherwise. */
  foreign: string[];
  misordered: string[];
  /** CALLERRORs, and answers to nothing. */
  refused: string[];
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of a REST answer or of a frame
type Json = any;

export async function judge(rest: Rest, chargers: readonly LedgerCharger[]): Promise<Verdict> {
  const verdict: Verdict = {
    figures: countFrames(chargers),
    lost: [],
    doubled: [],
    foreign: [],
    misordered: [],
    refused: [],
  };
  for (const charger of chargers) await judgeCharger(rest, charger, verdict);
  return verdict;
}

async function judgeCharger(rest: Rest, { id, entries, strays }: LedgerCharger, verdict: Verdict): Promise<void> {
  for (const { action, error } of entries) if (error !== undefined) verdict.refused.push(`${id} ${action}: ${error}`);
  verdict.refused.push(...strays.map((stray) => `${id} got ${stray}`));

  const transactions: Json[] = await rest.walk(`/api/transactions?chargePointId=${id}`);
  verdict.figures.transactions += transactions.length;
  compare(verdict, `${id} StartTransaction`, starts(entries), transactions.map(startOf));
  compare(
    verdict,
    `${id} StopTransaction`,
    stops(entries),
    transactions.filter(({ stoppedAt }) => stoppedAt).map(stopOf),
  );
  compare(
    verdict,
    `${id} transaction id`,
    transactionIds(entries),
    transactions.map((tx) => String(tx.ocppTransactionId)),
  );

  const samples: string[] = [];
  for (const tx of transactions) {
    const values: Json[] = await rest.walk(`/api/transactions/${tx.id}/meter-values`);
    const own = values.map(({ sampledAt, sampledValue }) => sampleKey(tx.ocppTransactionId, sampledAt, sampledValue));
    inOrder(verdict, `${id} samples of ${tx.ocppTransactionId}`, own, samplesSent(entries));
    samples.push(...own);
  }
  verdict.figures.samples += samples.length;
  compare(verdict, `${id} sample`, samplesSent(entries), samples);

  for (const connector of CONNECTORS) {
    const history: Json[] = await rest.walk(`/api/charge-points/${id}/connectors/${connector}/${connector}/statuses`);
    const shown = history.map(({ status, info, statusAt }) => `${connector} ${status} ${statusAt} ${info}`).reverse();
    verdict.figures.statuses += shown.length;
    const sent = statuses(entries, connector);
    compare(verdict, `${id} StatusNotification`, sent, shown);
    inOrder(verdict, `${id} statuses of ${connector}`, shown, sent);
  }
}

/** What was sent, and whether it must be there (answered) or only may. */
type Sent = Map<string, "must" | "may">;

function compare(verdict: Verdict, what: string, sent: Sent, shown: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const key of shown) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const [key, duty] of sent) if (duty === "must" && !counts.has(key)) verdict.lost.push(`${what} ${key}`);
  for (const [key, count] of counts) {
    if (count > 1) verdict.doubled.push(`${what} ${key}: ${count} times`);
    if (!sent.has(key)) verdict.foreign.push(`${what} ${key}`);
  }
}

function inOrder(verdict: Verdict, what: string, shown: readonly string[], sent: Sent): void {
  const order = new Map([...sent.keys()].map((key, index) => [key, index]));
  const positions = shown.map((key) => order.get(key)).filter((position) => position !== undefined);
  const broken = positions.findIndex((position, index) => index > 0 && position < (positions[index - 1] ?? 0));
  if (broken > 0) verdict.misordered.push(`${what}: ${shown[broken]}`);
}

const duty = ({ answer }: Entry): "must" | "may" => (answer === undefined ? "may" : "must");
const startKey = (start: Json): string => `${start.connectorId} ${start.idTag} ${start.meterStart} ${start.timestamp}`;
const startOf = ({ connectorId, idToken, meterStart, startedAt }: Json): string =>
  startKey({ connectorId, idTag: idToken, meterStart, timestamp: startedAt });
const stopOf = ({ ocppTransactionId, meterStop, stoppedAt, stopReason }: Json): string =>
  `${ocppTransactionId} ${meterStop} ${stoppedAt} ${stopReason}`;
const sampleKey = (transactionId: unknown, at: unknown, [sample]: Json[]): string =>
  `${transactionId} ${at} ${Number(sample?.value)}`;

function* sentOf(entries: readonly Entry[], ...actions: string[]): Generator<[Entry, Json]> {
  for (const entry of entries) if (entry.sent > 0 && actions.includes(entry.action)) yield [entry, entry.payload];
}

function starts(entries: readonly Entry[]): Sent {
  return new Map(
    Array.from(sentOf(entries, "StartTransaction"), ([entry, payload]) => [startKey(payload), duty(entry)]),
  );
}

/** A start whose id was given to another one before counts as lost: its id is in history once, but was told twice. */
function transactionIds(entries: readonly Entry[]): Sent {
  const ids: Sent = new Map();
  for (const [{ answer }] of sentOf(entries, "StartTransaction")) {
    if (answer === undefined) continue;
    const id = String(answer.transactionId);
    ids.set(ids.has(id) ? `${id} (given twice)` : id, "must");
  }
  return ids;
}

function stops(entries: readonly Entry[]): Sent {
  return new Map(
    Array.from(sentOf(entries, "StopTransaction"), ([entry, { transactionId, meterStop, timestamp, reason }]) => [
      `${transactionId} ${meterStop} ${timestamp} ${reason}`,
      duty(entry),
    ]),
  );
}

function samplesSent(entries: readonly Entry[]): Sent {
  const sent: Sent = new Map();
  for (const [entry, { transactionId, meterValue, transactionData }] of sentOf(
    entries,
    "MeterValues",
    "StopTransaction",
  )) {
    for (const { timestamp, sampledValue } of meterValue ?? transactionData ?? []) {
      sent.set(sampleKey(transactionId, timestamp, sampledValue), duty(entry));
    }
  }
  return sent;
}

function statuses(entries: readonly Entry[], connector: number): Sent {
  return new Map(
    Array.from(sentOf(entries, "StatusNotification"))
      .filter(([, { connectorId }]) => connectorId === connector)
      .map(([entry, { status, timestamp, info }]) => [`${connector} ${status} ${timestamp} ${info}`, duty(entry)]),
  );
}

function countFrames(chargers: readonly LedgerCharger[]): Figures {
  const entries = chargers.flatMap((charger) => charger.entries);
  return {
    chargers: chargers.length,
    connections: chargers.reduce((sum, charger) => sum + charger.connections, 0),
    sent: entries.reduce((sum, entry) => sum + entry.sent, 0),
    answered: entries.filter(({ answer }) => answer !== undefined).length,
    sentAgain: entries.filter(({ sent }) => sent > 1).length,
    neverAnswered: entries.filter(({ sent, answer }) => sent > 0 && answer === undefined).length,
    transactions: 0,
    samples: 0,
    statuses: 0,
  };
}
