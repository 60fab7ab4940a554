// What passes between the benchmark and a server's process.

export interface Order {
  stateDir: string;
  bindings: Record<string, string>;
  port?: number;
  entry?: string;
  /** A file with the entry's bundle as JSON. */
  bundleFile?: string;
  inspectorPort?: number;
}

export interface HistoryCounters {
  batches: number;
  shipments: number;
  rowsWritten: number;
}

/** What would be billed, counted by the probe (probe.ts) since it started. */
export interface BillCounters {
  workerRequests: number;
  upgrades: number;
  messages: number;
  rpcCalls: number;
  alarmsRung: number;
  /** Constructions of a charger's actor. */
  wakes: number;
  actorRowsWritten: number;
  actorRowsRead: number;
  /** Of all actors that got a message. */
  actorBytes: number;
  d1Queries: number;
  d1RowsWritten: number;
  d1RowsRead: number;
  d1Bytes: number;
  shipments: number;
}

export type Question = { id: number } & (
  | { ask: "history"; shards: number }
  | { ask: "bill" }
  | { ask: "evict"; className: string; name: string }
  | { ask: "abort"; className: string; name: string; method: string }
  | { ask: "sql"; sql: string[]; values?: (string | number | null)[] }
);

export type Reply = { ready: string } | { id: number; value: unknown } | { id: number; error: string };
